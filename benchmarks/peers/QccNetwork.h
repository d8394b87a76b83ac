//===- QccNetwork.h - A model as qcc compiles it ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_QCCNETWORK_H
#define QCC_BENCHMARKS_PEERS_QCCNETWORK_H

#include "qcc/Execution/TaskThreads.h"
#include "qcc/Tools/Run.h"

namespace qcc::peers {

/// The compiled network with an input, an output and its workspace: all that is timed is the call
/// that a program would make.
class QccNetwork {
public:
  /// An error also if the model has more than one input or output.
  static llvm::Expected<std::unique_ptr<QccNetwork>> create(llvm::StringRef modelPath,
                                                            const RunOptions &options);

  const TensorSpec &getInputSpec() const { return session->inputs()[0]; }
  const TensorSpec &getOutputSpec() const { return session->outputs()[0]; }

  /// Multiplications of one image in convolutions and linear layers, and the bytes of their weights
  /// as they are compiled: codes, unless the model is float.
  double getProducts() const { return products; }
  double getWeightBytes() const { return weightBytes; }
  bool isFloat() const { return floats; }

  /// Makes a random input of `batch` images, of float32 in [0, 1) or of any codes, and runs once.
  /// From then on so many threads take parts of the batch.
  llvm::Error bind(int64_t batch, unsigned threads = 1);
  llvm::Error run();

  HostTensor &getInput() { return input; }
  /// What the last run computed.
  const HostTensor &getOutput() const { return output; }

private:
  QccNetwork() = default;
  void countWork(mlir::ModuleOp module);

  std::unique_ptr<Session> session;
  HostTensor input, output, workspaces;
  std::unique_ptr<TaskThreads> threads;
  double products = 0, weightBytes = 0;
  bool floats = true;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_QCCNETWORK_H

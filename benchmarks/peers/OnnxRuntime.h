//===- OnnxRuntime.h - ONNX Runtime, loaded from its shared library ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The package that has the library (npm's onnxruntime-node) has no headers. Its C interface is a
// table of functions to which entries are only ever added, so that the few that are needed here are
// called by their place in it.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_ONNXRUNTIME_H
#define QCC_BENCHMARKS_PEERS_ONNXRUNTIME_H

#include "qcc/Data/Tensor.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace qcc::peers {

/// A model of one float32 input and one float32 output, ready to run on `threads` threads.
class OnnxRuntime {
public:
  /// `library` is the path of libonnxruntime.so.1, `inputName` and `outputName` are the model's.
  static llvm::Expected<std::unique_ptr<OnnxRuntime>> create(const std::string &library,
                                                             const std::string &model,
                                                             std::string inputName,
                                                             std::string outputName, int threads);
  ~OnnxRuntime();

  llvm::StringRef getVersion() const;

  /// Later calls of run() read `input` and write `output`, which must live as long.
  llvm::Error bind(HostTensor &input, HostTensor &output);
  llvm::Error run();

private:
  struct State;
  explicit OnnxRuntime(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_ONNXRUNTIME_H

//===- QccLayer.h - One layer as a kernel of qcc ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the layer costs inside of a network: its input lies in the arena, in the middle of a padded
// buffer if the layer pads, where the layer before has written it. So the module has a producer,
// and it is compiled twice: as it is, which puts the input in its place, and with a producer that
// does nothing. The latter is what is timed: the kernel, and the border of the padded buffer.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_QCCLAYER_H
#define QCC_BENCHMARKS_PEERS_QCCLAYER_H

#include "LayerData.h"
#include "qcc/Execution/Session.h"

namespace qcc::peers {

class QccLayer {
public:
  /// `isa` is empty for this machine's best level. `data` must live as long.
  static llvm::Expected<std::unique_ptr<QccLayer>> create(const Layer &layer, const LayerData &data,
                                                          llvm::StringRef isa,
                                                          mlir::MLIRContext &context);

  /// Runs the kernel alone.
  llvm::Error run() { return call(*kernel); }

  /// What the kernel computes, behind a producer that did its work.
  llvm::Expected<HostTensor> computeOutput();

  /// How the kernel is blocked: "#codegen.matrix<...>".
  llvm::StringRef getStrategy() const { return strategy; }

private:
  QccLayer(const Layer &layer, const LayerData &data)
      : data(data), output(data.makeOutput(layer)) {}
  llvm::Error call(const Session &session);

  const LayerData &data;
  std::unique_ptr<Session> whole, kernel;
  HostTensor output, workspace;
  std::string strategy;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_QCCLAYER_H

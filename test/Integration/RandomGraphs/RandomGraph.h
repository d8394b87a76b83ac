//===- RandomGraph.h - random networks of the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_RANDOMGRAPH_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_RANDOMGRAPH_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <limits>
#include <string>
#include <vector>

namespace qcc::random {

struct GraphOptions {
  uint64_t seed = 0;
  /// Only the first layers of the graph that the seed makes.
  unsigned maxLayers = std::numeric_limits<unsigned>::max();
  /// Return only what the last layer computes.
  bool lastOnly = false;
};

struct RandomGraph {
  /// At the float or at the quantized level, its entry @main. Null, after a diagnostic, if the
  /// generator made something invalid.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// How many layers were made.
  unsigned layers = 0;
  /// Whether activations are fused into layers before the module is lowered.
  bool fuse = false;
  /// Images in a block of the memory plan; 0: chosen by the plan.
  int64_t blockImages = 0;
  /// Of those, how many run at a time before the last linear layers; 0: all.
  int64_t frontImages = 0;
  /// From how many cycles on threads share a kernel.
  int64_t leastSplitCycles = 0;
  /// From how many bytes of weights on a linear layer is computed beside a convolution.
  int64_t leastStreamBytes = 0;
  /// The batches to run.
  std::vector<int64_t> batches;
  /// For each result, whether all lowerings must give the same bytes: codes, and what is made of
  /// them by operations that do not round.
  std::vector<bool> exact;
  /// "u8, onnx", "float": for the summary.
  std::string kind;
};

/// The graph of a seed; always the same.
RandomGraph makeRandomGraph(mlir::MLIRContext &context, const GraphOptions &options);

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_RANDOMGRAPH_H

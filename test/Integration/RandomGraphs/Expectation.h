//===- Expectation.h - what a random network computes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_EXPECTATION_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_EXPECTATION_H

#include "RandomGraph.h"
#include "qcc/Data/Tensor.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace qcc::random {

/// One call of a network and what the reference lowering returns for it.
struct ExpectedRun {
  int64_t batch;
  llvm::SmallVector<HostTensor> inputs, expected;
};

/// What every other lowering of a network is compared with.
struct Expectation {
  /// The network at the integer level, which lowerings start from.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<ExpectedRun> runs;
  /// See RandomGraph.
  std::vector<bool> exact;
  /// For each result, the largest magnitude of the bias that it is the sum with, directly or behind
  /// layers that enlarge no difference: a sum that cancels is rounded like what is added up. 0
  /// without one.
  std::vector<double> biases;
  unsigned layers = 0;
  /// Results that hold one value only say little; how many do, and how many there were.
  unsigned constantResults = 0, results = 0;

  /// Fails with the result, and the place in it, where `actual` differs from what is expected: in
  /// any byte where the graph says that lowerings must agree, beyond a tolerance elsewhere.
  llvm::Error compare(const ExpectedRun &run, llvm::ArrayRef<HostTensor> actual) const;
};

/// Lowers the graph by the reference lowering and runs it on every batch. `seed` is for the inputs.
llvm::Expected<Expectation> computeExpectation(const RandomGraph &graph, uint64_t seed);

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_EXPECTATION_H

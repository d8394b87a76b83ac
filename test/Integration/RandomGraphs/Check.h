//===- Check.h - whether two lowerings of a graph agree ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_CHECK_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_CHECK_H

#include "RandomGraph.h"
#include "qcc/Target/TargetDescription.h"
#include "llvm/Support/Error.h"

namespace qcc::random {

struct CheckOptions {
  /// The levels whose code is compared with the reference lowering's.
  std::vector<const TargetDescription *> targets;
  /// Of the code generator.
  unsigned optLevel = 1;
};

struct CheckResult {
  /// Results that hold one value only say little; how many do, and how many there were.
  unsigned constantResults = 0, results = 0;
  /// Kernels for which no strategy was found.
  unsigned referenceKernels = 0;
};

/// Lowers and runs the graph in both ways on every batch. The optimized code runs in memory whose
/// neighbourhood is out of bounds; that it stays within shows in the process surviving. `seed` is
/// for the inputs. An error says which result of which batch on which target differs, and where.
llvm::Expected<CheckResult> checkGraph(const RandomGraph &graph, uint64_t seed,
                                       const CheckOptions &options);

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_CHECK_H

//===- Coverage.h - What every vectorized kernel needs ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_COVERAGE_H
#define QCC_LIB_CODEGEN_STRATEGY_COVERAGE_H

#include "qcc/Codegen/Strategy.h"

namespace qcc::codegen {

/// True if all that surrounds the root (which may be null) can be computed on vectors along the
/// last dimension: its inputs are arguments, the rest is elementwise, and the result has a
/// dimension besides the batch. Says what is not in `reason`.
bool isVectorizable(mlir::func::FuncOp kernel, mlir::Operation *root, std::string &reason);

/// The width of a value's elements, in bits.
unsigned getElementWidth(mlir::Value value);

/// A strategy that is a number of lanes: `lanes`, then half and twice as many where those are whole
/// vectors and not too much code.
template <typename Strategy>
StrategyRanking rankLanes(mlir::MLIRContext *context, int64_t lanes,
                          const TargetDescription &target, unsigned count) {
  StrategyRanking ranking = {{Strategy::get(context, lanes)}};
  for (int64_t other : {lanes / 2, lanes * 2})
    if (other >= target.lanes() && other <= 2 * target.vectorBytes && ranking.size() < count)
      ranking.push_back({Strategy::get(context, other)});
  return ranking;
}

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_COVERAGE_H

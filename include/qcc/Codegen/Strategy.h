//===- Strategy.h - Choosing how a kernel is vectorized and blocked ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pure functions of a kernel's shapes and a target's description. They change nothing;
// qcc-select-strategy writes their answers into the module.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_STRATEGY_H
#define QCC_CODEGEN_STRATEGY_H

#include "qcc/Codegen/Kernel.h"

namespace qcc::codegen {

/// A strategy, and what the cost model says of it.
struct StrategyCandidate {
  mlir::Attribute strategy;
  /// Cycles of one image, roughly: meant to be compared with other candidates of the same kind of
  /// strategy. 0 where the model has no opinion.
  double cost = 0;
};

/// The best first, and not more than were asked for.
using StrategyRanking = llvm::SmallVector<StrategyCandidate>;

/// Up to `count` (at least 1) different strategies of a kernel on `target` that are worth a
/// measurement; all of them compute the same. The first is the one to take without one. Where
/// nothing covers the kernel, it is #codegen.reference with a reason. Never empty.
StrategyRanking rankStrategies(mlir::func::FuncOp kernel, const TargetDescription &target,
                               unsigned count);

/// The first of rankStrategies. Never null.
mlir::Attribute chooseStrategy(mlir::func::FuncOp kernel, const TargetDescription &target);

/// Checks a strategy that came with a module: that it is of the kind that the kernel takes and that
/// its numbers mean something for the kernel's shapes and the target. Emits an error at the kernel.
mlir::LogicalResult verifyStrategy(mlir::func::FuncOp kernel, mlir::Attribute strategy,
                                   const TargetDescription &target);

// One function for each family; empty, with `reason` set, if the family does not cover the kernel.

/// Roots conv2d (not depthwise) and linear.
StrategyRanking rankContraction(mlir::func::FuncOp kernel, const TargetDescription &target,
                                unsigned count, std::string &reason);
/// Root conv2d with one input and one output channel per group.
StrategyRanking rankDepthwise(mlir::func::FuncOp kernel, const TargetDescription &target,
                              unsigned count, std::string &reason);
/// Roots max_pool2d, sum_pool2d, avg_pool2d and global_avg_pool.
StrategyRanking rankWindow(mlir::func::FuncOp kernel, const TargetDescription &target,
                           unsigned count, std::string &reason);
/// No root, at least one elementwise operation.
StrategyRanking rankPointwise(mlir::func::FuncOp kernel, const TargetDescription &target,
                              unsigned count, std::string &reason);
/// Roots concat, pad and transpose, and kernels that only return their argument. There is one way.
StrategyRanking rankCopy(mlir::func::FuncOp kernel, const TargetDescription &target,
                         std::string &reason);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_STRATEGY_H

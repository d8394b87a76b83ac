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

/// The strategy of a kernel on `target`: an attribute of the codegen dialect, #codegen.reference
/// with a reason where nothing better covers it. Never null.
mlir::Attribute chooseStrategy(mlir::func::FuncOp kernel, const TargetDescription &target);

// One function for each family; null, with `reason` set, if the family does not cover the kernel.

/// Roots conv2d (not depthwise) and linear.
mlir::Attribute chooseContraction(mlir::func::FuncOp kernel, const TargetDescription &target,
                                  std::string &reason);
/// Root conv2d with one input and one output channel per group.
mlir::Attribute chooseDepthwise(mlir::func::FuncOp kernel, const TargetDescription &target,
                                std::string &reason);
/// Roots max_pool2d, sum_pool2d, avg_pool2d and global_avg_pool.
mlir::Attribute chooseWindow(mlir::func::FuncOp kernel, const TargetDescription &target,
                             std::string &reason);
/// No root, at least one elementwise operation.
mlir::Attribute choosePointwise(mlir::func::FuncOp kernel, const TargetDescription &target,
                                std::string &reason);
/// Roots concat, pad and transpose, and kernels that only return their argument.
mlir::Attribute chooseCopy(mlir::func::FuncOp kernel, const TargetDescription &target,
                           std::string &reason);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_STRATEGY_H

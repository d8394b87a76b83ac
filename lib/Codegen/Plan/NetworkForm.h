//===- NetworkForm.h - What a network looks like before kernels are formed ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_PLAN_NETWORKFORM_H
#define QCC_LIB_CODEGEN_PLAN_NETWORKFORM_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace qcc::codegen {

/// Rewrites that help to form kernels and change no value: views move before elementwise operations
/// (a view of a caller's buffer costs nothing, one of a padded buffer would be a copy), and max
/// pools that no contraction can compute in registers move behind their requantization. Also drops
/// what is not used.
mlir::LogicalResult prepareNetwork(mlir::func::FuncOp network);

/// True if `pool`, the user of `root`, is computed on root's accumulators in registers.
bool isPooledInRegisters(mlir::Operation *root, cnn::MaxPool2DOp pool);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_PLAN_NETWORKFORM_H

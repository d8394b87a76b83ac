//===- Elementwise.h - Trees of elementwise operations on vectors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the epilogues of all kernels, and kernels of elementwise operations alone, are made of.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_ELEMENTWISE_H
#define QCC_LIB_CODEGEN_KERNELS_ELEMENTWISE_H

#include "KernelLowering.h"

#include "qcc/Conversion/CNNToLinalg/FastArithmetic.h"

namespace qcc::codegen {

/// The form in which `target` has bounds of floats as single instructions.
FloatBounds getFloatBounds(const TargetDescription &target);

/// Emits the vector of `lanes` elements of the kernel's tensor `value` that starts at `position`
/// (an index for each dimension of what the kernel returns) and runs along the last dimension.
/// `known` holds the vectors that are there already (a root's results, at this position); what is
/// computed or loaded on the way is not added to it. Arguments are loaded: dimensions of 1 are
/// repeated, and an argument of lower rank is aligned at the last dimension. Codes come as signless
/// i8. Fails with an error at an operation that is not elementwise.
mlir::FailureOr<mlir::Value> emitElementwise(KernelLowering &lowering, mlir::Value value,
                                             llvm::ArrayRef<mlir::Value> position, int64_t lanes,
                                             const llvm::DenseMap<mlir::Value, mlir::Value> &known =
                                                 llvm::DenseMap<mlir::Value, mlir::Value>());

/// Stores a vector into the result at `position`, along the last dimension.
void emitStore(KernelLowering &lowering, mlir::Value vector, llvm::ArrayRef<mlir::Value> position);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_ELEMENTWISE_H

//===- Transpose.h - Dimensions in another order ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_TRANSPOSE_H
#define QCC_LIB_CODEGEN_KERNELS_TRANSPOSE_H

#include "KernelLowering.h"

namespace qcc::codegen {

/// Emits a kernel whose root is a transposition that leaves the batch where it is.
mlir::LogicalResult lowerTranspose(KernelLowering &lowering, cnn::TransposeOp root);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_TRANSPOSE_H

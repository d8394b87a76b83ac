//===- ReferenceKernel.h - Kernels that take the reference lowering ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_REFERENCEKERNEL_H
#define QCC_LIB_CODEGEN_KERNELS_REFERENCEKERNEL_H

#include "KernelLowering.h"

namespace qcc::codegen {

/// Emits a loop over images whose body is the kernel on one image, by the reference lowering.
/// Temporaries are allocations (memref.alloc) of static shape.
mlir::LogicalResult lowerReference(KernelLowering &lowering);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_REFERENCEKERNEL_H

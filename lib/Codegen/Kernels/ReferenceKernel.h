//===- ReferenceKernel.h - Kernels that take the reference lowering ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_REFERENCEKERNEL_H
#define QCC_LIB_CODEGEN_KERNELS_REFERENCEKERNEL_H

#include "KernelLowering.h"

#include "mlir/Pass/Pass.h"

namespace qcc::codegen {

/// Runs a pipeline on an operation below the one that the running pass is on.
using PipelineRunner =
    llvm::function_ref<mlir::LogicalResult(mlir::OpPassManager &, mlir::Operation *)>;

/// Emits a loop over images whose body copies one image's inputs, calls the kernel of one image as
/// the reference lowering makes it (a function of its own behind the kernel), and copies the
/// result. All memory that this takes is a last argument, `memref<BYTESxi8>`, of the kernel. A
/// kernel whose batch is fixed is called once.
mlir::LogicalResult lowerReference(KernelLowering &lowering, mlir::func::FuncOp lowered,
                                   PipelineRunner run);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_REFERENCEKERNEL_H

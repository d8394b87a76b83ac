//===- Kernel.h - A kernel: one root operation and its epilogue ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// At the plan level a kernel is a private function on tensors:
//
//   func.func private @conv2d_0(%x: tensor<?x30x30x32xui8>, %w: tensor<4x72x16x4xi8>,
//                               %b: tensor<64xi32>, %m: tensor<64xf32>)
//       -> tensor<?x14x14x64xui8> attributes {codegen.strategy = #codegen.contraction<...>} {
//     %0 = codegen.unpack %w <dot> : tensor<4x72x16x4xi8> -> tensor<64x3x3x32xi8>
//     %1 = cnn.conv2d %x, %0, %b : ...          // the root
//     %2 = cnn.max_pool2d %1 : ...              // the epilogue
//     %3 = cnn.requantize %2, %m : ...
//     return %3
//   }
//
// Activations have the batch as their first dimension, constants (weights, biases, multipliers,
// tables) have none. A kernel without a root is a tree of elementwise operations, or only returns
// its argument: a copy.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_KERNEL_H
#define QCC_CODEGEN_KERNEL_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Target/TargetDescription.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace qcc::codegen {

/// What LLVM is told of a loop. The name is upstream's, whose conversion to control flow leaves it
/// on the loop's last branch.
inline constexpr llvm::StringLiteral kLoopAnnotationAttr = "llvm.loop_annotation";

/// True for an operation that computes each element of its result from the elements at the same
/// position of its operands (dimensions of 1 repeated): what an epilogue consists of.
bool isElementwise(mlir::Operation *op);

/// True for a reshape or a flattening, which cost nothing between kernels.
bool isView(mlir::Operation *op);

/// True for a convolution with one input and one output channel per group.
bool isDepthwise(cnn::Conv2DOp op);

/// True for a max pool that can run on a contraction's accumulators in registers: windows that
/// neither overlap nor are padded or dilated.
bool isFusablePool(cnn::MaxPool2DOp op);

/// The first operation of a kernel that is not elementwise, codegen.unpack or codegen.flip_sign;
/// null if there is none.
mlir::Operation *getRoot(mlir::func::FuncOp kernel);

/// What a kernel returns.
mlir::Value getReturned(mlir::func::FuncOp kernel);

/// A function that qcc-form-kernels made.
bool isKernel(mlir::func::FuncOp function);

/// Indices in front of a lowered kernel's buffers: the number of images and, if it is split, two
/// that say which parts it computes (#codegen.split).
size_t getNumIndices(mlir::func::FuncOp kernel);

/// True for an argument of a kernel that is a constant of the network, which has no batch. The
/// first dimension of every other argument and of the result is the batch.
bool isConstantArgument(mlir::BlockArgument argument);

/// The target that qcc-attach-target wrote into the module; an error at the module if there is none
/// or its ISA is unknown.
mlir::FailureOr<Target> getTarget(mlir::ModuleOp module);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_KERNEL_H

//===- KernelLowering.h - What the emitters of kernels share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_KERNELLOWERING_H
#define QCC_LIB_CODEGEN_KERNELS_KERNELLOWERING_H

#include "qcc/Codegen/Kernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace qcc::codegen {

class WeightStream;

/// A kernel on tensors, and the function of buffers that is being made of it. Every buffer has a
/// static shape and strides: its type is what `codegen.buffer` says. Elements are signless; whether
/// codes are unsigned is in the tensor's type.
struct KernelLowering {
  KernelLowering(mlir::func::FuncOp kernel, const TargetDescription &target, mlir::OpBuilder &b,
                 mlir::Value images)
      : kernel(kernel), target(target), b(b), loc(kernel.getLoc()), images(images) {}

  /// The kernel on tensors; its body is read only.
  mlir::func::FuncOp kernel;
  const TargetDescription &target;
  /// At the end of the new function's body.
  mlir::OpBuilder &b;
  mlir::Location loc;
  /// The number of images (index); at most the first dimension of the activations' buffers.
  mlir::Value images;
  /// What the function computes its part of, which one that is, and of how many (index); null for a
  /// function that computes everything.
  std::optional<SplitDimension> split;
  mlir::Value part, parts;
  /// If the parts are blocks of the depth: sums that wait from one part to the next, a row of all
  /// channels.
  mlir::TypedValue<mlir::MemRefType> partSums;
  /// The linear layer that is computed beside; null if there is none.
  WeightStream *stream = nullptr;
  /// Whether a loop has been emitted that runs over the blocks of the part alone.
  bool hasPartLoop = false;
  /// The buffer of each argument of `kernel`.
  llvm::DenseMap<mlir::Value, mlir::TypedValue<mlir::MemRefType>> buffers;
  /// Where what the kernel returns goes.
  mlir::TypedValue<mlir::MemRefType> result;
};

/// One emitter for each family of strategies. They emit the whole body but for the return, and fail
/// with an error at the kernel.
mlir::LogicalResult lowerContraction(KernelLowering &lowering, ContractionAttr strategy);
mlir::LogicalResult lowerMatrix(KernelLowering &lowering, MatrixAttr strategy);
mlir::LogicalResult lowerWinograd(KernelLowering &lowering, WinogradAttr strategy);
mlir::LogicalResult lowerDepthwise(KernelLowering &lowering, DepthwiseAttr strategy);
/// Strategies of four taps in a step.
mlir::LogicalResult lowerDepthwiseDot(KernelLowering &lowering, cnn::Conv2DOp root,
                                      DepthwiseAttr strategy);
mlir::LogicalResult lowerWindow(KernelLowering &lowering, WindowAttr strategy);
mlir::LogicalResult lowerPointwise(KernelLowering &lowering, PointwiseAttr strategy);
mlir::LogicalResult lowerCopy(KernelLowering &lowering, CopyAttr strategy);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_KERNELLOWERING_H

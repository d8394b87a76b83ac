//===- ContractionShape.h - What a convolution or linear layer computes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One reading of a kernel for the three that need it: the strategy, the packing of weights and the
// emitter. A linear layer is a 1x1 convolution on one position.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_CONTRACTIONSHAPE_H
#define QCC_CODEGEN_CONTRACTIONSHAPE_H

#include "qcc/Codegen/Kernel.h"
#include "qcc/Dialect/CNN/IR/Window.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"

#include <array>

namespace qcc::codegen {

struct ContractionShape {
  /// conv2d or linear.
  mlir::Operation *root = nullptr;
  /// The max pool that is computed on accumulators; null if there is none.
  cnn::MaxPool2DOp pool;
  /// `outputs` and `inputs` are channels of one group.
  int64_t groups = 1, outputs = 0, inputs = 0;
  /// 1x1 for linear.
  cnn::Window2D window;
  /// Kernel of the pool, 1x1 without one.
  std::array<int64_t, 2> poolKernel = {1, 1};
  /// Rows and columns of the accumulators that are used: a pool may leave some at the end. 1x1 for
  /// linear.
  std::array<int64_t, 2> positions = {1, 1};
  /// f32, not codes.
  bool isFloat = false;

  /// Of a kernel whose root is conv2d or linear.
  static ContractionShape get(mlir::func::FuncOp kernel);

  bool isLinear() const { return mlir::isa<cnn::LinearOp>(root); }
  /// What the root reads, behind a codegen.flip_sign if there is one.
  mlir::Value input() const;
  mlir::Value weights() const { return root->getOperand(1); }
  /// Null if there is none.
  mlir::Value bias() const { return root->getNumOperands() > 2 ? root->getOperand(2) : nullptr; }
  /// The accumulators that the epilogue starts from: the pool's result or the root's.
  mlir::Value accumulators() const;
  bool flipsSign() const;
  bool isUnsigned() const;

  /// Whether Winograd's F(2x2, 3x3) exists for it (#codegen.winograd) and is exact.
  bool hasWinograd() const;
  /// Rows (0) or columns (1) of its tiles; the last ones may overlap those before them.
  int64_t winogradTiles(unsigned dimension) const {
    return llvm::divideCeil(positions[dimension], kWinogradTile);
  }

  /// Elements of the depth that one step takes.
  int64_t depth() const { return isFloat ? 1 : 4; }
  /// Elements of the depth that are adjacent in memory: a tap's channels, or a kernel row.
  int64_t segment(bool foldTaps) const;
  /// Segments of one output element, kernel rows first.
  int64_t segments(bool foldTaps) const;
  /// Steps of a segment; the last may be filled up with zero weights.
  int64_t stepsOfSegment(bool foldTaps) const {
    return llvm::divideCeil(segment(foldTaps), depth());
  }

  /// The sums of some images of a linear layer that wait from one part of the depth to the next, in
  /// whole vectors.
  mlir::MemRefType getSumsType(int64_t images, int64_t channels, int64_t lanes) const;
};

} // namespace qcc::codegen

#endif // QCC_CODEGEN_CONTRACTIONSHAPE_H

//===- DepthwiseStrategy.cpp - Blocks of depthwise convolutions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Coverage.h"
#include "qcc/Codegen/Strategy.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Channels in a vector of sums: codes of that many are 16 bytes.
static constexpr int64_t kLanes = 16;
/// Rows of taps are unrolled up to this length.
static constexpr int64_t kMaxTapsInRow = 32;

Attribute qcc::codegen::chooseDepthwise(func::FuncOp kernel, const TargetDescription &target,
                                        std::string &reason) {
  auto root = cast<cnn::Conv2DOp>(getRoot(kernel));
  if (!isVectorizable(kernel, root, reason))
    return {};
  Type input = getElementTypeOrSelf(root.getInput().getType());
  Type weights = getElementTypeOrSelf(root.getWeights().getType());
  Type output = getElementTypeOrSelf(root.getType());
  bool isFloat = input.isF32() && weights.isF32() && output.isF32();
  bool isCodes = input.isInteger(8) && weights.isInteger(8) && !weights.isUnsignedInteger() &&
                 output.isInteger(32);
  if (!isFloat && !isCodes) {
    reason = "a depthwise convolution with weights or sums of more bits";
    return {};
  }
  auto packed = root.getWeights().getDefiningOp<UnpackOp>();
  auto constant = dyn_cast<BlockArgument>(packed ? packed.getPacked() : root.getWeights());
  if (!constant || !isConstantArgument(constant)) {
    reason = "weights are not constants";
    return {};
  }
  if (llvm::any_of(root.getPadding(), [](int64_t size) { return size != 0; })) {
    reason = "a depthwise convolution with padding of its own";
    return {};
  }
  if (cast<RankedTensorType>(root.getWeights().getType()).getDimSize(2) > kMaxTapsInRow) {
    reason = "a depthwise convolution with very long kernel rows";
    return {};
  }
  // Sums take half of the registers.
  int64_t registers = std::max<int64_t>(1, kLanes / target.lanes());
  int64_t columns = std::clamp<int64_t>(target.vectorRegisters / 2 / registers, 1, 4);
  return DepthwiseAttr::get(kernel.getContext(), kLanes, columns);
}

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
/// Dot products are written out up to this many taps.
static constexpr int64_t kMaxDotTaps = 49;
/// Columns of the result in a step at most; where columns of the input stay in registers, so many
/// let them stay in the same ones.
static constexpr int64_t kMaxColumns = 4, kSlidingColumns = 2;

/// Dot products of four rows of taps, where the target adds four products in one instruction: each
/// of the block's four vectors is one register. Null if they do not pay.
static Attribute chooseDot(cnn::Conv2DOp root, const TargetDescription &target) {
  auto weights = cast<RankedTensorType>(root.getWeights().getType());
  int64_t height = weights.getDimSize(1), width = weights.getDimSize(2);
  if (target.dot != DotInstruction::Vpdpbusd || root.getActivationAttr() ||
      height * width > kMaxDotTaps)
    return {};
  constexpr int64_t vectors = 4;
  // Weights stay in registers and on the stack for an image whose codes stay in cache.
  auto image = cast<RankedTensorType>(root.getInput().getType()).getShape().drop_front();
  bool isSmall = llvm::product_of(image) <= target.l2Bytes / 4;
  LoopOrder order = isSmall ? LoopOrder::ChannelsOuter : LoopOrder::RowsOuter;
  int64_t lanes = target.vectorBytes;
  // As many rows of the result as the groups of four rows have room for anyway, if their sums have.
  int64_t groups = llvm::divideCeil(height, 4), rows = 1;
  int64_t room = (target.vectorRegisters - 2 * vectors) / vectors;
  if (root.getStrides()[0] == 1 && root.getDilations()[0] == 1)
    rows = std::min(
        {groups * 4 - height + 1, room, cast<RankedTensorType>(root.getType()).getDimSize(1)});
  int64_t shared = root.getDilations()[1] == 1 ? width - root.getStrides()[1] : 0;
  if (shared > 0 && rows + (shared + 1) * groups + 1 <= target.vectorRegisters / vectors)
    return DepthwiseAttr::get(root.getContext(), lanes, kSlidingColumns, rows, vectors,
                              /*slide=*/true, order);
  int64_t columns = std::clamp<int64_t>(room / rows, 1, kMaxColumns);
  return DepthwiseAttr::get(root.getContext(), lanes, columns, rows, vectors, /*slide=*/false,
                            order);
}

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
  if (isCodes)
    if (Attribute strategy = chooseDot(root, target))
      return strategy;
  // Sums take half of the registers.
  int64_t registers = std::max<int64_t>(1, kLanes / target.lanes());
  int64_t columns = std::clamp<int64_t>(target.vectorRegisters / 2 / registers, 1, 4);
  return DepthwiseAttr::get(kernel.getContext(), kLanes, columns, /*rows=*/1, /*taps=*/1,
                            /*slide=*/false, LoopOrder::RowsOuter);
}

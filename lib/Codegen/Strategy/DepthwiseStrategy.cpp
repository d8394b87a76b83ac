//===- DepthwiseStrategy.cpp - Blocks of depthwise convolutions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DepthwiseStrategy.h"
#include "Coverage.h"

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

bool qcc::codegen::hasDepthwiseDot(cnn::Conv2DOp root, const TargetDescription &target) {
  auto weights = cast<RankedTensorType>(root.getWeights().getType());
  return target.dot == DotInstruction::Vpdpbusd && !root.getActivationAttr() &&
         weights.getElementType().isInteger(8) &&
         weights.getDimSize(1) * weights.getDimSize(2) <= kMaxDotTaps;
}

/// Dot products of four rows of taps: each of the block's four vectors is one register.
static StrategyRanking rankDot(cnn::Conv2DOp root, const TargetDescription &target) {
  auto weights = cast<RankedTensorType>(root.getWeights().getType());
  int64_t height = weights.getDimSize(1), width = weights.getDimSize(2);
  constexpr int64_t vectors = 4;
  // Weights stay in registers and on the stack for an image whose codes stay in cache.
  auto image = cast<RankedTensorType>(root.getInput().getType()).getShape().drop_front();
  bool isSmall = llvm::product_of(image) <= target.l2Bytes / 4;
  LoopOrder order = isSmall ? LoopOrder::ChannelsOuter : LoopOrder::RowsOuter;
  LoopOrder otherOrder = isSmall ? LoopOrder::RowsOuter : LoopOrder::ChannelsOuter;
  int64_t lanes = target.vectorBytes;
  // As many rows of the result as the groups of four rows have room for anyway, if their sums have.
  int64_t groups = llvm::divideCeil(height, 4), rows = 1;
  int64_t room = (target.vectorRegisters - 2 * vectors) / vectors;
  if (root.getStrides()[0] == 1 && root.getDilations()[0] == 1)
    rows = std::min(
        {groups * 4 - height + 1, room, cast<RankedTensorType>(root.getType()).getDimSize(1)});
  int64_t shared = root.getDilations()[1] == 1 ? width - root.getStrides()[1] : 0;
  StrategyRanking ranking;
  auto add = [&](int64_t columns, int64_t rows, bool slide, LoopOrder order) {
    Attribute strategy =
        DepthwiseAttr::get(root.getContext(), lanes, columns, rows, vectors, slide, order);
    if (llvm::none_of(ranking, [&](auto &known) { return known.strategy == strategy; }))
      ranking.push_back({strategy});
  };
  bool canSlide =
      shared > 0 && rows + (shared + 1) * groups + 1 <= target.vectorRegisters / vectors;
  int64_t columns = std::clamp<int64_t>(room / rows, 1, kMaxColumns);
  if (canSlide)
    add(kSlidingColumns, rows, /*slide=*/true, order);
  add(columns, rows, /*slide=*/false, order);
  if (canSlide)
    add(kSlidingColumns, rows, /*slide=*/true, otherOrder);
  add(columns, rows, /*slide=*/false, otherOrder);
  add(std::clamp<int64_t>(room, 1, kMaxColumns), /*rows=*/1, /*slide=*/false, order);
  return ranking;
}

/// One tap at a time; sums take half of the registers.
static StrategyRanking rankTaps(MLIRContext *context, const TargetDescription &target) {
  int64_t registers = std::max<int64_t>(1, kLanes / target.lanes());
  int64_t chosen = std::clamp<int64_t>(target.vectorRegisters / 2 / registers, 1, kMaxColumns);
  StrategyRanking ranking;
  for (int64_t columns : {chosen, chosen / 2, chosen * 2})
    if (columns > 0)
      ranking.push_back({DepthwiseAttr::get(context, kLanes, columns, /*rows=*/1, /*taps=*/1,
                                            /*slide=*/false, LoopOrder::RowsOuter)});
  return ranking;
}

StrategyRanking qcc::codegen::rankDepthwise(func::FuncOp kernel, const TargetDescription &target,
                                            unsigned count, std::string &reason) {
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
  StrategyRanking ranking;
  if (isCodes && hasDepthwiseDot(root, target))
    ranking = rankDot(root, target);
  llvm::append_range(ranking, rankTaps(kernel.getContext(), target));
  ranking.truncate(std::min<size_t>(ranking.size(), count));
  return ranking;
}

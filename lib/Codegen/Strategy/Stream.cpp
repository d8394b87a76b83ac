//===- Stream.cpp - Linear layers whose weights arrive early ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Stream.h"
#include "qcc/Codegen/Split.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Vectors of a tile of one image: sums enough that instructions need not wait for each other.
static constexpr int64_t kVectors = 8;
/// Steps of a part of codes, whose order is free: few, so that what was fetched into the first
/// cache is used soon.
static constexpr int64_t kSteps = 32;

/// True if all channels of some rows are computed before the next rows.
static bool computesRows(func::FuncOp kernel) {
  auto conv = dyn_cast_or_null<cnn::Conv2DOp>(getRoot(kernel));
  if (!conv || isDepthwise(conv) || conv.getGroups() != 1)
    return false;
  Attribute strategy = kernel->getAttr(kStrategyAttr);
  if (auto contraction = dyn_cast<ContractionAttr>(strategy))
    return contraction.getOrder() == LoopOrder::RowsOuter;
  auto matrix = dyn_cast<MatrixAttr>(strategy);
  return matrix && matrix.getOrder() == LoopOrder::RowsOuter && !matrix.getFlat();
}

/// The strategy of one image, in parts, whose weights are there. Null where sums of floats would be
/// added in another order.
static ContractionAttr getParts(const ContractionShape &shape, Attribute strategy,
                                const TargetDescription &target) {
  // Where products take several instructions, nobody waits for weights.
  if (!isa<ContractionAttr, MatrixAttr>(strategy) ||
      !(shape.isFloat ? target.fma : target.dotAccumulates()))
    return {};
  int64_t vectors = std::min<int64_t>(kVectors, llvm::divideCeil(shape.outputs, target.lanes()));
  int64_t steps = kSteps;
  if (shape.isFloat) {
    auto own = cast<ContractionAttr>(strategy);
    if (own.getOrder() != LoopOrder::DepthOuter)
      return {};
    vectors = own.getVectors();
    steps = own.getDepthBlock();
  }
  return ContractionAttr::get(strategy.getContext(), target.lanes(), /*rows=*/1, /*columns=*/1,
                              vectors, shape.depth(), /*foldTaps=*/false, LoopOrder::DepthOuter,
                              steps, /*prefetch=*/false, /*paired=*/false);
}

ContractionAttr qcc::codegen::chooseStream(func::FuncOp convolution, func::FuncOp linear,
                                           const TargetDescription &target, int64_t leastBytes) {
  if (!computesRows(convolution) || !isa_and_present<cnn::LinearOp>(getRoot(linear)))
    return {};
  if (SplitBlocks::get(convolution, convolution->getAttr(kStrategyAttr)).positions < 2)
    return {};
  ContractionShape shape = ContractionShape::get(linear);
  auto unpack = shape.weights().getDefiningOp<UnpackOp>();
  if (!unpack || unpack.getPacking() != Packing::Dot)
    return {};
  auto packed = cast<RankedTensorType>(unpack.getPacked().getType());
  if (packed.getNumElements() * packed.getElementTypeBitWidth() / 8 < leastBytes)
    return {};
  ContractionAttr parts = getParts(shape, linear->getAttr(kStrategyAttr), target);
  if (!parts || parts.getDepthBlock() == 0 ||
      parts.getDepthBlock() >= shape.stepsOfSegment(/*foldTaps=*/false))
    return {};
  return parts;
}

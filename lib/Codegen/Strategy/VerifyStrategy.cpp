//===- VerifyStrategy.cpp - Strategies that came with a module ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What was chosen here needs no check. What was measured elsewhere, or written by hand, is checked
// for what the emitters of loops rely on; what depends on buffers and packed weights they check
// themselves.
//
//===----------------------------------------------------------------------===//

#include "ContractionStrategy.h"
#include "DepthwiseStrategy.h"
#include "MatrixStrategy.h"
#include "WinogradStrategy.h"
#include "qcc/Codegen/ContractionShape.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Sums that a tile is written out for, and lanes of a loop, at most: far beyond what registers
/// hold, and not yet a program that takes minutes to compile.
static constexpr int64_t kMaxSums = 512, kMaxLanes = 256;

namespace {
class Verifier {
public:
  Verifier(func::FuncOp kernel, const TargetDescription &target) : kernel(kernel), target(target) {}

  LogicalResult verify(ContractionAttr strategy);
  LogicalResult verify(MatrixAttr strategy);
  LogicalResult verify(WinogradAttr strategy);
  LogicalResult verify(DepthwiseAttr strategy);
  LogicalResult verifyLanes(Attribute strategy, int64_t lanes);
  InFlightDiagnostic error(Attribute strategy) {
    return kernel.emitError() << "'" << kernel.getName() << "' cannot take " << strategy << ": ";
  }

private:
  /// Each is at least 1, and their product not too large.
  LogicalResult verifySizes(Attribute strategy, ArrayRef<int64_t> sizes) {
    int64_t product = 1;
    for (int64_t size : sizes) {
      if (size < 1 || size > kMaxSums)
        return error(strategy) << "its sizes must be between 1 and " << kMaxSums;
      product *= size;
      if (product > kMaxSums)
        return error(strategy) << "a step would have more than " << kMaxSums << " sums";
    }
    return success();
  }

  LogicalResult verifyFold(Attribute strategy, const ContractionShape &shape) {
    if (shape.isFloat || shape.isLinear() || shape.groups != 1 || shape.window.dilations[1] != 1)
      return error(strategy) << "taps are folded for codes in one group, without dilation";
    return success();
  }

  func::FuncOp kernel;
  const TargetDescription &target;
};
} // namespace

LogicalResult Verifier::verify(ContractionAttr strategy) {
  ContractionShape shape = ContractionShape::get(kernel);
  if (failed(verifySizes(strategy,
                         {strategy.getRows(), strategy.getColumns(), strategy.getVectors()})))
    return failure();
  if (strategy.getLanes() != target.lanes())
    return error(strategy) << "vectors of " << target.isa << " have " << target.lanes() << " lanes";
  if (strategy.getDepth() != shape.depth())
    return error(strategy) << "a step takes " << shape.depth() << " elements of the depth";
  if (strategy.getDepthBlock() < 0 || (strategy.getDepthBlock() != 0 && !shape.isLinear()))
    return error(strategy) << "only linear layers take their depth in blocks";
  if (strategy.getPrefetch() && strategy.getDepthBlock() == 0)
    return error(strategy) << "weights are prefetched for the next block of the depth";
  if (strategy.getOrder() == LoopOrder::DepthOuter &&
      (strategy.getDepthBlock() == 0 ||
       !canBeDepthOuter(shape, strategy.getVectors() * strategy.getLanes())))
    return error(strategy) << "blocks of the depth are outermost for linear layers of few sums, in "
                              "tiles of whole blocks of channels";
  if (shape.isLinear() && strategy.getRows() != 1)
    return error(strategy) << "a linear layer has one row";
  if (strategy.getPaired() && !target.blockDot)
    return error(strategy) << target.isa << " has no products of blocks";
  return strategy.getFoldTaps() ? verifyFold(strategy, shape) : success();
}

LogicalResult Verifier::verify(MatrixAttr strategy) {
  ContractionShape shape = ContractionShape::get(kernel);
  if (target.matrix.tiles == 0)
    return error(strategy) << target.isa << " has no matrix unit";
  if (failed(
          verifySizes(strategy, {strategy.getRows(), strategy.getColumns(), strategy.getBlocks()})))
    return failure();
  if (strategy.getFlat() && !canBeFlat(shape))
    return error(strategy) << "only an image without taps, strides and a pool is one row";
  if (strategy.getRest() && failed(verify(strategy.getRest())))
    return failure();
  return strategy.getFoldTaps() ? verifyFold(strategy, shape) : success();
}

LogicalResult Verifier::verify(WinogradAttr strategy) {
  ContractionShape shape = ContractionShape::get(kernel);
  if (!takesWinograd(shape, target))
    return error(strategy) << "the form does not exist for the shape on " << target.isa
                           << ", or would not be exact";
  if (strategy.getLanes() != target.lanes())
    return error(strategy) << "vectors of " << target.isa << " have " << target.lanes() << " lanes";
  if (failed(verifySizes(strategy, {strategy.getRows(), strategy.getColumns()})))
    return failure();
  if (int64_t most = getMostWinogradTiles(shape); strategy.getRows() * strategy.getColumns() > most)
    return error(strategy) << "a block of more than " << most << " tiles takes too much stack";
  return verifySizes(strategy, {strategy.getPositions(), strategy.getVectors()});
}

LogicalResult Verifier::verify(DepthwiseAttr strategy) {
  if (failed(verifySizes(strategy, {strategy.getRows(), strategy.getColumns()})) ||
      failed(verifyLanes(strategy, strategy.getLanes())))
    return failure();
  if (strategy.getTaps() == 1) {
    if (strategy.getRows() != 1 || strategy.getSlide())
      return error(strategy) << "several rows and columns that slide are for steps of four taps";
    return success();
  }
  if (strategy.getTaps() != 4 || !hasDepthwiseDot(cast<cnn::Conv2DOp>(getRoot(kernel)), target))
    return error(strategy) << target.isa << " has no steps of " << strategy.getTaps()
                           << " taps for it";
  if (strategy.getLanes() != target.vectorBytes)
    return error(strategy) << "vectors of codes of " << target.isa << " have " << target.vectorBytes
                           << " lanes";
  return success();
}

LogicalResult Verifier::verifyLanes(Attribute strategy, int64_t lanes) {
  if (lanes < 1 || lanes > kMaxLanes || !llvm::isPowerOf2_64(lanes))
    return error(strategy) << "lanes must be a power of two up to " << kMaxLanes;
  return success();
}

LogicalResult qcc::codegen::verifyStrategy(func::FuncOp kernel, Attribute strategy,
                                           const TargetDescription &target) {
  if (isa<ReferenceAttr>(strategy))
    return success();
  Verifier verifier(kernel, target);
  Attribute chosen = chooseStrategy(kernel, target);
  if (auto reference = dyn_cast<ReferenceAttr>(chosen))
    return verifier.error(strategy) << "no strategy covers it: " << reference.getReason();
  auto isContraction = llvm::IsaPred<ContractionAttr, MatrixAttr, WinogradAttr>;
  bool sameFamily = chosen.getTypeID() == strategy.getTypeID() ||
                    (isContraction(chosen) && isContraction(strategy));
  if (!sameFamily)
    return verifier.error(strategy) << "it takes a strategy such as " << chosen;
  return llvm::TypeSwitch<Attribute, LogicalResult>(strategy)
      .Case<ContractionAttr, MatrixAttr, WinogradAttr, DepthwiseAttr>(
          [&](auto strategy) { return verifier.verify(strategy); })
      .Case<WindowAttr, PointwiseAttr>(
          [&](auto strategy) { return verifier.verifyLanes(strategy, strategy.getLanes()); })
      .Default([](Attribute) { return success(); });
}

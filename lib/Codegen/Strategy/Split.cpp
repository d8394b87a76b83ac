//===- Split.cpp - Which kernels threads share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Split.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Blocks of a dimension from which on a few threads have nearly equal shares.
static constexpr int64_t kEnoughBlocks = 8;

static int64_t divideUp(int64_t size, int64_t block) {
  return static_cast<int64_t>(llvm::divideCeil(size, block));
}

static int64_t getChannelBlocks(const ContractionShape &shape, int64_t block) {
  // Groups are not cut: each has few channels.
  return shape.groups > 1 ? shape.groups : divideUp(shape.outputs, block);
}

static SplitBlocks getBlocks(const ContractionShape &shape, ContractionAttr strategy) {
  // A pool's window may have more rows than a tile.
  int64_t rows = std::max(shape.poolKernel[0], strategy.getRows());
  return {shape.isLinear() ? 1 : divideUp(shape.positions[0], rows),
          getChannelBlocks(shape, strategy.getVectors() * strategy.getLanes())};
}

static SplitBlocks getBlocks(const ContractionShape &shape, MatrixAttr strategy) {
  SplitBlocks blocks = {1, getChannelBlocks(shape, strategy.getBlocks() * kChannelBlock)};
  if (shape.isLinear())
    return blocks;
  blocks.positions = strategy.getFlat() ? divideUp(shape.positions[0] * shape.positions[1],
                                                   strategy.getColumns() * strategy.getTileRows())
                                        : divideUp(shape.positions[0], strategy.getRows());
  return blocks;
}

/// Blocks of rows and of columns of tiles.
static std::array<int64_t, 2> getTileBlocks(const ContractionShape &shape, WinogradAttr strategy) {
  return {divideUp(shape.winogradTiles(0), strategy.getRows()),
          divideUp(shape.winogradTiles(1), strategy.getColumns())};
}

unsigned qcc::codegen::getSplitTiles(const ContractionShape &shape, WinogradAttr strategy) {
  auto [rows, columns] = getTileBlocks(shape, strategy);
  return columns > rows ? 1 : 0;
}

static SplitBlocks getBlocks(const ContractionShape &shape, WinogradAttr strategy) {
  return {getTileBlocks(shape, strategy)[getSplitTiles(shape, strategy)],
          getChannelBlocks(shape, kChannelBlock)};
}

/// Rows of what the kernel returns.
static int64_t getRows(func::FuncOp kernel) {
  auto type = cast<RankedTensorType>(getReturned(kernel).getType());
  return type.getRank() == 4 ? type.getDimSize(1) : 1;
}

SplitBlocks SplitBlocks::get(func::FuncOp kernel, Attribute strategy) {
  return llvm::TypeSwitch<Attribute, SplitBlocks>(strategy)
      .Case<ContractionAttr, MatrixAttr, WinogradAttr>(
          [&](auto typed) { return getBlocks(ContractionShape::get(kernel), typed); })
      .Case([&](DepthwiseAttr typed) {
        return SplitBlocks{divideUp(getRows(kernel), typed.getRows()), 1};
      })
      .Case([&](WindowAttr) { return SplitBlocks{getRows(kernel), 1}; })
      .Default([](Attribute) { return SplitBlocks(); });
}

/// Products that instructions of a strategy make in a cycle: two vectors, or a matrix unit's tile
/// in as many cycles as it has rows.
static double getProductsPerCycle(Attribute strategy, bool isFloat,
                                  const TargetDescription &target) {
  auto lanes = static_cast<double>(target.lanes());
  if (isFloat)
    return 2 * lanes;
  if (isa<MatrixAttr>(strategy))
    return static_cast<double>(kChannelBlock * target.matrix.rowBytes);
  if (isa<ContractionAttr, WinogradAttr>(strategy))
    return target.dotAccumulates() ? 8 * lanes : 4 * lanes;
  return lanes;
}

double qcc::codegen::estimateCycles(func::FuncOp kernel, Attribute strategy,
                                    const TargetDescription &target) {
  Operation *root = getRoot(kernel);
  if (!root || !isa<cnn::LayerOpInterface>(root))
    return 0;
  if (!isa<ContractionAttr, MatrixAttr, WinogradAttr, DepthwiseAttr, WindowAttr>(strategy))
    return 0;
  bool isFloat = getElementTypeOrSelf(root->getOperand(0).getType()).isF32();
  // Of one image.
  double elements = 1;
  for (int64_t size : cast<RankedTensorType>(root->getResult(0).getType()).getShape().drop_front())
    elements *= static_cast<double>(size);
  double products = elements, weightBytes = 0;
  if (isa<cnn::Conv2DOp, cnn::LinearOp>(root)) {
    auto weights = cast<RankedTensorType>(root->getOperand(1).getType());
    auto count = static_cast<double>(weights.getNumElements());
    products *= count / static_cast<double>(weights.getDimSize(0));
    weightBytes = isFloat ? 4 * count : count;
  } else if (auto mean = dyn_cast<cnn::GlobalAvgPoolOp>(root)) {
    ArrayRef<int64_t> image = cast<RankedTensorType>(mean.getInput().getType()).getShape();
    products *= static_cast<double>(image[1] * image[2]);
  } else if (auto kernelSize = root->getAttrOfType<DenseI64ArrayAttr>("kernel")) {
    for (int64_t size : kernelSize.asArrayRef())
      products *= static_cast<double>(size);
  }
  constexpr double efficiency = 0.5, bytesPerCycle = 16;
  return std::max(products / (efficiency * getProductsPerCycle(strategy, isFloat, target)),
                  weightBytes / bytesPerCycle);
}

/// Whether the loop over channels is around the one over positions.
static bool hasChannelsOuter(Attribute strategy) {
  return llvm::TypeSwitch<Attribute, bool>(strategy)
      .Case<ContractionAttr, MatrixAttr>(
          [](auto typed) { return typed.getOrder() == LoopOrder::ChannelsOuter; })
      .Default([](Attribute) { return false; });
}

std::optional<SplitDimension> qcc::codegen::chooseSplit(func::FuncOp kernel, Attribute strategy,
                                                        const TargetDescription &target,
                                                        int64_t leastCycles) {
  double cycles = estimateCycles(kernel, strategy, target);
  if (cycles == 0 || cycles < static_cast<double>(leastCycles))
    return std::nullopt;
  SplitBlocks blocks = SplitBlocks::get(kernel, strategy);
  if (std::max(blocks.positions, blocks.channels) < 2)
    return std::nullopt;
  bool channels = hasChannelsOuter(strategy);
  int64_t preferred = channels ? blocks.channels : blocks.positions;
  int64_t other = channels ? blocks.positions : blocks.channels;
  if (preferred < kEnoughBlocks && other > preferred)
    channels = !channels;
  return channels ? SplitDimension::Channels : SplitDimension::Positions;
}

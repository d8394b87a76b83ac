//===- ContractionStrategy.cpp - Choosing #codegen.contraction ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The register tile is searched, not guessed: every tile that fits into the registers gets the cost
// of the whole layer with it, remainders included, and the cheapest wins.
//
//===----------------------------------------------------------------------===//

#include "ContractionStrategy.h"
#include "Cheapest.h"
#include "MatrixStrategy.h"
#include "WinogradStrategy.h"
#include "qcc/Codegen/Strategy.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct Tile {
  int64_t rows = 1, columns = 1, vectors = 1;
};

/// What one step of the innermost loop keeps in registers besides the accumulators.
struct StepRegisters {
  int64_t perVector, other, perPosition = 0;
};
} // namespace

/// Of one input channel, the taps of neighbours overlap, and LLVM keeps the activations that the
/// next position multiplies by another weight.
static int64_t getSharedActivations(const ContractionShape &shape) {
  if (shape.isLinear() || shape.inputs != 1 || shape.window.dilations[1] != 1)
    return 0;
  return std::max<int64_t>(0, shape.window.kernel[1] - shape.window.strides[1]);
}

/// Weights are kept for all positions of a tile, activations come one by one, or each position's
/// for several steps; instructions that multiply 16-bit halves need temporaries for them.
static StepRegisters getStepRegisters(const ContractionShape &shape,
                                      const TargetDescription &target) {
  if (shape.isFloat)
    return {1, (target.fma ? 1 : 2) + getSharedActivations(shape)};
  switch (target.dot) {
  case DotInstruction::Vpdpbusd:
    return {1, 1};
  case DotInstruction::Sdot:
  case DotInstruction::Usdot:
    return {1, 0, 1}; // the codes of four steps
  case DotInstruction::Vpmaddwd:
  case DotInstruction::SmullSadalp:
  case DotInstruction::Generic:
    return {2, 4};
  }
  llvm_unreachable("unknown dot instruction");
}

/// Packed weights come in blocks of channels: those of a tile are whole blocks, or within one, or
/// all there are.
static bool fitsBlocks(int64_t count, int64_t vectors, const TargetDescription &target) {
  int64_t channels = count * target.lanes();
  return channels % kChannelBlock == 0 || kChannelBlock % channels == 0 || count == vectors;
}

/// What the cost of a tile depends on besides the tile.
struct TileCosts {
  /// Bytes of the weights of one vector of channels, over the whole depth and in one step.
  int64_t weightBytes = 0, stepBytes = 0;
  int64_t l1Bytes = 0;
  /// Sums are blocks of two positions and two channels, where there are two positions.
  bool paired = false;
  /// Loads of each position's activations in a step.
  double loads = 1;

  static TileCosts get(const ContractionShape &shape, const TargetDescription &target, bool fold) {
    int64_t ofStep = target.vectorBytes, steps = shape.segments(fold) * shape.stepsOfSegment(fold);
    // Blocks take eight products: kernel rows of four would leave half of each empty.
    bool paired = target.blockDot && !shape.isFloat && steps / shape.window.kernel[0] >= 2;
    double loads = !shape.isFloat && target.dotTakesQuarters() ? 0.25 : 1;
    return {steps * ofStep, ofStep, target.l1Bytes, paired, loads};
  }
};

static bool fitsRegisters(const Tile &tile, StepRegisters step, const TileCosts &costs,
                          const TargetDescription &target) {
  int64_t positions = tile.rows * tile.columns;
  if (costs.paired && positions > 1) {
    // Weights of four steps, and the codes of two positions before and after they are interleaved.
    positions = llvm::alignTo<2>(positions);
    step = {4, 3};
  }
  int64_t kept = step.perVector * tile.vectors + step.perPosition * positions + step.other;
  return positions * tile.vectors + kept <= target.vectorRegisters;
}

/// The cost of one step of a tile of `positions` x `vectors`, in products of one vector: an
/// instruction for each accumulator, half of one for each load, which other ports do. Weights that
/// the first cache does not keep from one tile to the next come from the second, 16 bytes in the
/// time of a product, half of which is hidden.
static double costOfStep(const TileCosts &costs, int64_t positions, int64_t vectors) {
  double loads = costs.loads * static_cast<double>(positions) + static_cast<double>(vectors);
  double cost = static_cast<double>(positions * vectors) + 0.5 * loads;
  // Two steps at once; every fourth step 16 codes of each position, and every step all weights, are
  // loaded and interleaved.
  if (costs.paired && positions > 1)
    cost = static_cast<double>(llvm::divideCeil(positions, 2) * vectors) + 1.5 * loads;
  if (vectors * costs.weightBytes > costs.l1Bytes * 3 / 4)
    cost += 0.5 * static_cast<double>(vectors * costs.stepBytes) / 16;
  return cost;
}

/// The sum of costOfStep over the tiles that cover the layer's positions and vectors, and a little
/// for each tile's epilogue and for each shape of tile, which is code.
static double costOfLayer(const TileCosts &costs, const Tile &tile,
                          std::array<int64_t, 2> positions, int64_t vectors) {
  double cost = 0;
  auto split = [](int64_t size, int64_t block) {
    return std::array<std::pair<int64_t, int64_t>, 2>{
        {{size / block, block}, {size % block != 0, size % block}}};
  };
  for (auto [rowTiles, rows] : split(positions[0], tile.rows))
    for (auto [columnTiles, columns] : split(positions[1], tile.columns))
      for (auto [vectorTiles, count] : split(vectors, tile.vectors)) {
        auto tiles = static_cast<double>(rowTiles * columnTiles * vectorTiles);
        if (tiles > 0)
          cost += tiles * (costOfStep(costs, rows * columns, count) + 0.5) + 0.1;
      }
  return cost;
}

/// The cheapest tiles of whole pool windows, or of one row of them. A row of a window that is too
/// large for the registers is a tile all the same, some of which the register allocator keeps in
/// memory.
static Cheapest<Tile> rankConvTiles(const ContractionShape &shape, const TargetDescription &target,
                                    const TileCosts &costs, unsigned wanted) {
  StepRegisters step = getStepRegisters(shape, target);
  int64_t vectors = llvm::divideCeil(shape.outputs, target.lanes());
  Cheapest<Tile> tiles(wanted);
  // Whole windows of 2x2 leave 8 sums in 16 registers, just as many products as are under way at
  // once; a row of windows leaves more.
  SmallVector<int64_t, 3> heights = {shape.poolKernel[0], 2 * shape.poolKernel[0]};
  if (shape.isFloat && target.vectorRegisters <= 16 && shape.poolKernel[0] > 1)
    heights.push_back(1);
  for (int64_t count = 1; count <= vectors; ++count) {
    if (!fitsBlocks(count, vectors, target))
      continue;
    for (int64_t rows : heights)
      for (int64_t columns = shape.poolKernel[1]; columns <= shape.positions[1];
           columns += shape.poolKernel[1]) {
        Tile tile = {rows, columns, count};
        if (rows > shape.positions[0] || !fitsRegisters(tile, step, costs, target))
          break;
        tiles.add(tile, costOfLayer(costs, tile, shape.positions, vectors));
      }
  }
  if (tiles.empty()) {
    Tile window = {1, shape.poolKernel[1], 1};
    tiles.add(window, costOfLayer(costs, window, shape.positions, vectors));
  }
  return tiles;
}

/// Of a linear layer, how many images are counted with: how many there will be is not known, but
/// powers of two are likely.
static constexpr int64_t kLikelyImages = 8;

/// Images take the place of columns.
static Cheapest<Tile> rankLinearTiles(const ContractionShape &shape,
                                      const TargetDescription &target, const TileCosts &costs,
                                      unsigned wanted) {
  StepRegisters step = getStepRegisters(shape, target);
  int64_t vectors = llvm::divideCeil(shape.outputs, target.lanes());
  Cheapest<Tile> tiles(wanted);
  for (int64_t images : {1, 2, 4, 8})
    for (int64_t count = 1; count <= vectors; ++count) {
      if (!fitsBlocks(count, vectors, target))
        continue;
      Tile tile = {1, images, count};
      if (!fitsRegisters(tile, step, costs, target))
        break;
      tiles.add(tile, costOfLayer(costs, tile, {1, kLikelyImages}, vectors));
    }
  if (tiles.empty())
    tiles.add({}, 0);
  return tiles;
}

/// Taps are folded if a kernel row then takes fewer steps: few channels, or a number that the depth
/// of a step does not divide.
static bool shouldFoldTaps(const ContractionShape &shape) {
  if (shape.isFloat || shape.isLinear() || shape.groups != 1 || shape.window.dilations[1] != 1)
    return false;
  return shape.segments(true) * shape.stepsOfSegment(true) <
         shape.segments(false) * shape.stepsOfSegment(false);
}

static int64_t getWeightBytes(const ContractionShape &shape) {
  int64_t elements = cast<ShapedType>(shape.weights().getType()).getNumElements();
  return shape.isFloat ? 4 * elements : elements;
}

namespace {
/// The steps of a block of the depth of a linear layer, 0 for the whole depth; whether the next
/// block's weights are prefetched; and what the outermost loop is.
struct DepthBlocks {
  int64_t steps = 0;
  bool prefetch = false;
  LoopOrder order = LoopOrder::ChannelsOuter;
};
} // namespace

/// Bytes of the stack that the sums of all channels of all images of a block may take.
static constexpr int64_t kPartialSumBytes = 64 << 10;

bool qcc::codegen::canBeDepthOuter(const ContractionShape &shape, int64_t channels) {
  auto input = cast<RankedTensorType>(shape.root->getOperand(0).getType());
  int64_t images = input.isDynamicDim(0) ? kMaxImages : input.getDimSize(0);
  int64_t sums = images * static_cast<int64_t>(llvm::alignTo<kChannelBlock>(shape.outputs));
  return shape.isLinear() && channels % kChannelBlock == 0 && channels < shape.outputs &&
         4 * sums <= kPartialSumBytes;
}

/// Blocks of equal size, whose weights stay in half of the second cache while all images pass. A
/// layer whose weights come from beyond it, each time, is done in blocks that a quarter of the
/// first one keeps: while they are multiplied the next ones are on their way. Then activations,
/// too, are many, and pass once for all channels if there is room for the sums.
static DepthBlocks chooseDepthBlocks(const ContractionShape &shape, const TargetDescription &target,
                                     const TileCosts &costs, const Tile &tile) {
  bool isFar = getWeightBytes(shape) > target.l2Bytes;
  int64_t bytes = tile.vectors * costs.weightBytes;
  int64_t most = isFar ? target.l1Bytes / 4 : target.l2Bytes / 2;
  if (!shape.isLinear() || bytes <= most)
    return {};
  constexpr uint64_t unrolled = 16;
  auto blocks = static_cast<int64_t>(llvm::divideCeil(bytes, most));
  uint64_t steps = llvm::divideCeil(shape.stepsOfSegment(false), blocks);
  DepthBlocks result = {static_cast<int64_t>(llvm::alignTo(steps, unrolled)), isFar};
  if (isFar && canBeDepthOuter(shape, tile.vectors * target.lanes()))
    result.order = LoopOrder::DepthOuter;
  return result;
}

/// Why the shape has no vectorized form; empty if it has.
static std::string whyNot(const ContractionShape &shape) {
  auto elementOf = [](Value value) { return getElementTypeOrSelf(value.getType()); };
  auto isConstant = [](Value value) {
    if (auto unpack = value.getDefiningOp<UnpackOp>())
      value = unpack.getPacked();
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && isConstantArgument(argument);
  };
  if (!isConstant(shape.weights()) || (shape.bias() && !isConstant(shape.bias())))
    return "weights or bias are not constants";
  if (!isa<BlockArgument>(shape.input()))
    return "the input is computed in the kernel";
  if (!shape.isFloat && !elementOf(shape.weights()).isInteger(8))
    return "weights of more than 8 bits";
  if (!shape.isFloat && !elementOf(shape.root->getResult(0)).isInteger(32))
    return "accumulators of more than 32 bits";
  if (llvm::any_of(shape.window.padding, [](int64_t p) { return p != 0; }))
    return "the padding is not a pad of its own: qcc-materialize-padding must have run";
  return "";
}

/// Vectors of channels, whatever else the target has.
static StrategyRanking rankVectors(const ContractionShape &shape, const TargetDescription &target,
                                   unsigned count) {
  bool fold = shouldFoldTaps(shape);
  TileCosts costs = TileCosts::get(shape, target, fold);
  // Weights that stay in the second-level cache are passed over for every row; larger ones are kept
  // block by block.
  LoopOrder order = !shape.isLinear() && getWeightBytes(shape) <= target.l2Bytes / 2
                        ? LoopOrder::RowsOuter
                        : LoopOrder::ChannelsOuter;
  // Two products of vectors begin in a cycle.
  auto steps =
      static_cast<double>(shape.groups * shape.segments(fold) * shape.stepsOfSegment(fold));
  double perCost = 0.5 * steps / (shape.isLinear() ? kLikelyImages : 1);
  Cheapest<Tile> tiles = shape.isLinear() ? rankLinearTiles(shape, target, costs, count)
                                          : rankConvTiles(shape, target, costs, count);
  StrategyRanking ranking;
  for (const auto &[tile, cost] : tiles.get()) {
    DepthBlocks blocks = chooseDepthBlocks(shape, target, costs, tile);
    LoopOrder tileOrder = shape.isLinear() ? blocks.order : order;
    ranking.push_back({ContractionAttr::get(shape.root->getContext(), target.lanes(), tile.rows,
                                            tile.columns, tile.vectors, shape.depth(), fold,
                                            tileOrder, blocks.steps, blocks.prefetch, costs.paired),
                       perCost * cost});
  }
  return ranking;
}

/// Cycles that `vectors` takes for what a matrix unit does at once: an image, or a tile of images.
static double costForMatrix(const ContractionShape &shape, const TargetDescription &target,
                            ContractionAttr vectors) {
  bool fold = vectors.getFoldTaps();
  TileCosts costs = TileCosts::get(shape, target, fold);
  double steps = static_cast<double>(shape.segments(fold) * shape.stepsOfSegment(fold));
  std::array<int64_t, 2> positions = shape.positions;
  if (shape.isLinear())
    positions = {1, target.matrix.rows};
  Tile tile = {vectors.getRows(), vectors.getColumns(), vectors.getVectors()};
  return 0.5 * steps *
         costOfLayer(costs, tile, positions, llvm::divideCeil(shape.outputs, target.lanes()));
}

/// The same in the other order of loops; null where there are no loops to exchange.
static Attribute inOtherOrder(const ContractionShape &shape, Attribute strategy) {
  auto other = [](LoopOrder order) {
    return order == LoopOrder::ChannelsOuter ? LoopOrder::RowsOuter : LoopOrder::ChannelsOuter;
  };
  auto contraction = dyn_cast<ContractionAttr>(strategy);
  bool isDepthOuter = contraction && contraction.getOrder() == LoopOrder::DepthOuter;
  if (shape.isLinear() && !isDepthOuter)
    return {};
  if (contraction)
    return ContractionAttr::get(
        contraction.getContext(), contraction.getLanes(), contraction.getRows(),
        contraction.getColumns(), contraction.getVectors(), contraction.getDepth(),
        contraction.getFoldTaps(), other(contraction.getOrder()), contraction.getDepthBlock(),
        contraction.getPrefetch(), contraction.getPaired());
  if (auto matrix = dyn_cast<MatrixAttr>(strategy))
    return MatrixAttr::get(matrix.getContext(), matrix.getTileRows(), matrix.getRows(),
                           matrix.getColumns(), matrix.getBlocks(), matrix.getFoldTaps(),
                           matrix.getFlat(), other(matrix.getOrder()), matrix.getRest());
  return {};
}

/// The same with the whole depth at once and no fetches ahead: some processors fetch by themselves,
/// across pages, what others have to be told of. Null where that is how it is.
static Attribute withoutPrefetch(Attribute strategy) {
  auto contraction = dyn_cast<ContractionAttr>(strategy);
  if (!contraction || !contraction.getPrefetch())
    return {};
  return ContractionAttr::get(contraction.getContext(), contraction.getLanes(),
                              contraction.getRows(), contraction.getColumns(),
                              contraction.getVectors(), contraction.getDepth(),
                              contraction.getFoldTaps(), LoopOrder::ChannelsOuter, /*depthBlock=*/0,
                              /*prefetch=*/false, contraction.getPaired());
}

StrategyRanking qcc::codegen::rankContraction(func::FuncOp kernel, const TargetDescription &target,
                                              unsigned count, std::string &reason) {
  ContractionShape shape = ContractionShape::get(kernel);
  reason = whyNot(shape);
  if (!reason.empty())
    return {};
  StrategyRanking vectors = rankVectors(shape, target, count);
  auto best = cast<ContractionAttr>(vectors.front().strategy);
  StrategyRanking winograd = rankWinograd(shape, target, count), matrix;
  if (target.matrix.tiles != 0 && !shape.isFloat && shape.groups == 1)
    matrix = rankMatrix(shape, target, best, count);
  // The family that is taken, then one of each other: the model is surest within a family.
  SmallVector<StrategyRanking *> families = {&winograd, &matrix, &vectors};
  if (!matrix.empty() && matrix.front().cost >= costForMatrix(shape, target, best))
    std::swap(families[1], families[2]);
  llvm::erase_if(families, [](StrategyRanking *family) { return family->empty(); });
  StrategyRanking others;
  const StrategyCandidate &cheapest = families.front()->front();
  for (Attribute other :
       {inOtherOrder(shape, cheapest.strategy), withoutPrefetch(cheapest.strategy)})
    if (other)
      others.push_back({other, cheapest.cost});
  for (StrategyRanking *family : llvm::drop_begin(families))
    others.push_back(family->front());
  StrategyRanking ranking = std::move(*families.front());
  ranking.truncate(std::min<size_t>(
      ranking.size(),
      std::max<int64_t>(1, static_cast<int64_t>(count) - static_cast<int64_t>(others.size()))));
  for (const StrategyCandidate &other : others)
    if (ranking.size() < count)
      ranking.push_back(other);
  return ranking;
}

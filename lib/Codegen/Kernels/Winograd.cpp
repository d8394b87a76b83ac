//===- Winograd.cpp - 3x3 convolutions of codes by F(2x2, 3x3) ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each block of tiles: the 4x4 codes of each tile's input are transformed into the scratch,
// then for each block of output channels 16 products of matrices (one for each element of a
// transformed tile) give 16 sums per tile and channel, which the inverse transform makes the
// accumulators of 2x2 positions. All of it is integers; SEMANTICS of accumulators are those of the
// direct form.
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "qcc/Codegen/Split.h"
#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Rows and columns of a tile of accumulators, and of the codes of the input that it takes.
static constexpr int64_t kTile = kWinogradTile, kInputTile = 4;
static_assert(kInputTile * kInputTile == kWinogradPoints);

namespace {
class WinogradEmitter : ContractionKernel {
public:
  WinogradEmitter(KernelLowering &lowering, WinogradAttr strategy)
      : ContractionKernel(lowering, strategy.getLanes(), /*foldTaps=*/false), strategy(strategy) {}

  LogicalResult run() {
    if (failed(check()) || failed(prepareOperands()))
      return failure();
    forImages([&](Value image) {
      forBlocks(0, [&](Value row) {
        forBlocks(1, [&](Value column) { emitBlock({image, row, column}); });
      });
    });
    return success(!failedEpilogue);
  }

private:
  /// An image and a row and a column of tiles.
  struct Place {
    Value image, row, column;
  };

  LogicalResult check() {
    auto isTile = [](int64_t size) { return size == 1 || size == kTile; };
    if (!llvm::all_of(shape.poolKernel, isTile))
      return lowering.kernel.emitError("pool windows of its strategy must be tiles");
    if (!shape.hasWinograd())
      return lowering.kernel.emitError("has a strategy for 3x3 convolutions of codes in one group, "
                                       "without strides and dilations, whose sums are far from 32 "
                                       "bits");
    if (lanes < 1 || strategy.getVectors() * lanes != kChannelBlock ||
        shape.inputs % (2 * lanes) != 0)
      return lowering.kernel.emitError("vectors of its strategy must fill a block of ")
             << kChannelBlock << " output channels, and twice as many lanes divide the input's";
    if (strategy.getRows() < 1 || strategy.getColumns() < 1 || strategy.getPositions() < 1 ||
        strategy.getRows() > tiles(0) || strategy.getColumns() > tiles(1))
      return lowering.kernel.emitError("its strategy takes more tiles than there are");
    return success();
  }

  int64_t tiles(unsigned dimension) const { return shape.winogradTiles(dimension); }
  int64_t tilesOfBlock(unsigned dimension) const {
    return dimension == 0 ? strategy.getRows() : strategy.getColumns();
  }
  int64_t tilesOfBlock() const { return strategy.getRows() * strategy.getColumns(); }

  /// Blocks of rows (0) or columns (1) of tiles. Threads share the dimension that has more of them.
  void forBlocks(unsigned dimension, llvm::function_ref<void(Value)> body) {
    if (dimension == getSplitTiles(shape, strategy))
      overlappingBlocks(SplitDimension::Positions, tiles(dimension), tilesOfBlock(dimension), body);
    else
      overlappingBlocks(tiles(dimension), tilesOfBlock(dimension), body);
  }

  LogicalResult prepareOperands() {
    auto unpack = shape.weights().getDefiningOp<UnpackOp>();
    if (!unpack || unpack.getPacking() != Packing::Winograd)
      return lowering.kernel.emitError("has no weights that are packed for its strategy: "
                                       "qcc-pack-weights must have run");
    TypedValue<MemRefType> buffer = lowering.buffers.lookup(shape.input());
    strides = buffer.getType().getStridesAndOffset().first;
    if (strides.back() != 1)
      return lowering.kernel.emitError("channels of its input must be adjacent");
    input = createFlatView(b, loc, buffer);
    operands.input = createScratch(
        MemRefType::get({kWinogradPoints * tilesOfBlock() * shape.inputs}, b.getI16Type()));
    operands.weights = createFlatView(b, loc, lowering.buffers.lookup(unpack.getPacked()));
    sums = createScratch(
        MemRefType::get({kWinogradPoints * tilesOfBlock() * kChannelBlock}, b.getI32Type()));
    operands.lanes = lanes;
    operands.bits = 16;
    operands.depth.step = 2;
    operands.depth.steps = operands.depth.packedStepsOfSegment = shape.inputs / 2;
    return success();
  }

  void emitBlock(const Place &block) {
    forTiles(block, [&](const Place &tile, Value number) { transformInput(tile, number); });
    forChannels(kChannelBlock, [&](const Channels &channels) {
      multiplyMatrices(channels);
      SmallVector<Value> biases;
      for (int64_t channel = 0; channel < channels.size; channel += lanes)
        biases.push_back(loadBias(channels, channel, std::min(lanes, channels.size - channel)));
      forTiles(block, [&](const Place &tile, Value number) {
        transformSums(tile, number, channels, biases);
      });
    });
  }

  /// All tiles of a block, with their numbers in it.
  void forTiles(const Place &block, llvm::function_ref<void(const Place &, Value)> body) {
    blocks(strategy.getRows(), 1, [&](Value row, int64_t) {
      loop(index(0), index(strategy.getColumns()), 1, [&](Value column) {
        Value number = add(multiply(row, strategy.getColumns()), column);
        body({block.image, add(block.row, row), add(block.column, column)}, number);
      });
    });
  }

  /// The first row (0) or column (1) of a tile's positions; the last tile may overlap.
  Value firstPosition(Value tile, unsigned dimension) {
    Value first = multiply(tile, kTile);
    int64_t positions = shape.positions[dimension];
    if (positions % kTile == 0)
      return first;
    return b.createOrFold<arith::MinUIOp>(loc, first, index(positions - kTile));
  }

  //===--------------------------------------------------------------------===//
  // Transforms
  //===--------------------------------------------------------------------===//

  Value plus(Value l, Value r) { return arith::AddIOp::create(b, loc, l, r); }
  Value minus(Value l, Value r) { return arith::SubIOp::create(b, loc, l, r); }

  using Line = std::array<Value, kInputTile>;

  /// Bt d of one row or column.
  Line transformCodes(const Line &d) {
    return {minus(d[0], d[2]), plus(d[1], d[2]), minus(d[2], d[1]), minus(d[1], d[3])};
  }
  /// At m of one row or column.
  std::array<Value, kTile> transformSums(const Line &m) {
    return {plus(plus(m[0], m[1]), m[2]), minus(minus(m[1], m[2]), m[3])};
  }

  void transformInput(const Place &tile, Value number) {
    Value start =
        add(add(multiply(tile.image, strides[0]), multiply(firstPosition(tile.row, 0), strides[1])),
            multiply(firstPosition(tile.column, 1), strides[2]));
    Value target = multiply(number, shape.inputs);
    loop(index(0), index(shape.inputs), 2 * lanes, [&](Value channel) {
      std::array<Line, kInputTile> columns;
      for (int64_t x = 0; x < kInputTile; ++x) {
        Line codes;
        for (int64_t y = 0; y < kInputTile; ++y)
          codes[y] = loadCodes(add(add(start, channel), y * strides[1] + x * strides[2]));
        columns[x] = transformCodes(codes);
      }
      for (int64_t y = 0; y < kInputTile; ++y) {
        Line row = transformCodes({columns[0][y], columns[1][y], columns[2][y], columns[3][y]});
        for (int64_t x = 0; x < kInputTile; ++x) {
          int64_t point = y * kInputTile + x;
          Value to = add(add(target, channel), point * tilesOfBlock() * shape.inputs);
          vector::StoreOp::create(b, loc, row[x], operands.input, to);
        }
      }
    });
  }

  Value loadCodes(Value offset) {
    auto type = VectorType::get({2 * lanes}, b.getI8Type());
    auto wide = VectorType::get({2 * lanes}, b.getI16Type());
    Value codes = vector::LoadOp::create(b, loc, type, input, offset);
    return shape.isUnsigned() ? Value(arith::ExtUIOp::create(b, loc, wide, codes))
                              : arith::ExtSIOp::create(b, loc, wide, codes);
  }

  /// From the 16 sums of each of a tile's channels to its results.
  void transformSums(const Place &tile, Value number, const Channels &channels,
                     ArrayRef<Value> biases) {
    bool pools = shape.poolKernel[0] == kTile;
    SmallVector<SmallVector<Value>> accumulators(pools ? 1 : kTile * kTile);
    Value from = multiply(number, kChannelBlock);
    for (auto [vector, bias] : llvm::enumerate(biases)) {
      std::array<std::array<Value, kTile>, kInputTile> columns;
      for (int64_t x = 0; x < kInputTile; ++x) {
        Line line;
        for (int64_t y = 0; y < kInputTile; ++y)
          line[y] = loadSums(add(from, (y * kInputTile + x) * tilesOfBlock() * kChannelBlock +
                                           static_cast<int64_t>(vector) * lanes));
        columns[x] = transformSums(line);
      }
      SmallVector<Value> results;
      for (int64_t y = 0; y < kTile; ++y)
        llvm::append_range(
            results, transformSums({columns[0][y], columns[1][y], columns[2][y], columns[3][y]}));
      if (pools) {
        Value largest =
            emitMaximum(emitMaximum(results[0], results[1]), emitMaximum(results[2], results[3]));
        results.assign({largest});
      }
      for (auto [position, result] : llvm::enumerate(results))
        accumulators[position].push_back(finish(result, bias));
    }
    SmallVector<Value> all;
    for (const SmallVector<Value> &vectors : accumulators)
      llvm::append_range(all, vectors);
    emitEpilogue(all, locate(tile, pools), channels);
  }

  Value loadSums(Value offset) {
    auto type = VectorType::get({lanes}, b.getI32Type());
    return vector::LoadOp::create(b, loc, type, sums, offset);
  }

  /// The weights were four times theirs.
  Value finish(Value sum, Value bias) {
    Value two = emitConstant(b, loc, cast<VectorType>(sum.getType()), int64_t{2});
    Value accumulator = arith::ShRSIOp::create(b, loc, sum, two);
    return bias ? plus(accumulator, bias) : accumulator;
  }

  /// Where the results of a tile are.
  SmallVector<SmallVector<Value>> locate(const Place &tile, bool pools) {
    if (pools)
      return {{tile.image, tile.row, tile.column}};
    Value row = firstPosition(tile.row, 0), column = firstPosition(tile.column, 1);
    SmallVector<SmallVector<Value>> positions;
    for (int64_t y = 0; y < kTile; ++y)
      for (int64_t x = 0; x < kTile; ++x)
        positions.push_back({tile.image, add(row, y), add(column, x)});
    return positions;
  }

  //===--------------------------------------------------------------------===//
  // Products
  //===--------------------------------------------------------------------===//

  /// For each point, [tiles, inputs] by [inputs, channels].
  void multiplyMatrices(const Channels &channels) {
    int64_t ofPoint = shape.inputs * kChannelBlock;
    Value weights = multiply(channels.first, ofPoint / kChannelBlock * kWinogradPoints);
    loop(index(0), index(kWinogradPoints), 1, [&](Value point) {
      Value firstTile = multiply(point, tilesOfBlock());
      Value ofThis = add(weights, multiply(point, ofPoint));
      blocks(tilesOfBlock(), strategy.getPositions(), [&](Value first, int64_t size) {
        Value start = add(firstTile, first);
        ContractionTile tile;
        tile.base = multiply(start, shape.inputs);
        for (int64_t i = 0; i < size; ++i)
          tile.positions.push_back(i * shape.inputs);
        for (int64_t channel = 0; channel < channels.size; channel += lanes) {
          tile.weights.push_back(add(ofThis, channel * operands.depth.step));
          tile.initial.push_back(Value());
        }
        SmallVector<Value> results = emitContractionTile(lowering, operands, tile);
        auto vectors = static_cast<int64_t>(tile.weights.size());
        for (auto [i, result] : llvm::enumerate(results)) {
          int64_t position = static_cast<int64_t>(i) / vectors;
          int64_t channel = static_cast<int64_t>(i) % vectors * lanes;
          Value to = add(multiply(start, kChannelBlock), position * kChannelBlock + channel);
          vector::StoreOp::create(b, loc, result, sums, to);
        }
      });
    });
  }

  WinogradAttr strategy;
  /// One-dimensional: the codes of the input, and [16, tiles of a block, 16 channels]. What is
  /// multiplied is [16, tiles of a block, inputs].
  Value input, sums;
};
} // namespace

LogicalResult qcc::codegen::lowerWinograd(KernelLowering &lowering, WinogradAttr strategy) {
  return WinogradEmitter(lowering, strategy).run();
}

//===- Matrix.cpp - Convolutions and linear layers on a matrix unit ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tiles of sums go through a scratch in the first-level cache, from which the epilogue reads
// vectors of 16 channels. Tiles are of one shape: the last ones overlap those before them, and the
// elements that are computed twice are the same both times. No element that is overwritten is read:
// only elementwise kernels write over their input.
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "MatrixTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Positions whose epilogue is one body of a loop: enough that instructions need not wait for each
/// other.
static constexpr int64_t kPositionsAtOnce = 4;

namespace {
class MatrixEmitter : ContractionKernel {
public:
  MatrixEmitter(KernelLowering &lowering, MatrixAttr strategy)
      : ContractionKernel(lowering, kChannelBlock, strategy.getFoldTaps()), strategy(strategy) {}

  LogicalResult run() {
    if (failed(check()) || failed(prepare()))
      return failure();
    if (operands.depth.packedStepsOfSegment * operands.depth.step % kMatrixDepth != 0)
      return lowering.kernel.emitError("weights of a matrix unit must be filled up to ")
             << kMatrixDepth << " codes of the depth";
    if (strategy.getFlat() &&
        strides[1] != cast<ShapedType>(shape.input().getType()).getDimSize(2) * strides[2])
      return lowering.kernel.emitError(
          "rows of its input must be adjacent, as its strategy is flat");
    createSums();
    if (shape.isLinear())
      return emitLinear();
    emitConvolution();
    return success(!failedEpilogue);
  }

private:
  /// Output positions of a step, and how an epilogue finds them.
  struct Place {
    Value image;
    /// The first row and column (of the accumulators), or the first position of a flat image.
    Value row, column;
  };

  LogicalResult check() {
    const MatrixUnit &unit = lowering.target.matrix;
    int64_t tiles = strategy.getRows() * strategy.getColumns();
    if (unit.tiles == 0 || shape.isFloat || shape.groups != 1)
      return lowering.kernel.emitError("has the strategy of a matrix unit, which ")
             << (unit.tiles ? "takes codes in one group" : "its target does not have");
    if (strategy.getTileRows() < 1 || strategy.getTileRows() > unit.rows || tiles < 1 ||
        strategy.getBlocks() < 1 ||
        tiles * strategy.getBlocks() + std::min(tiles, strategy.getBlocks()) + 1 > unit.tiles)
      return lowering.kernel.emitError("its strategy takes more tiles, or rows of them, than the "
                                       "matrix unit has");
    if (shape.isLinear())
      return success();
    int64_t columns =
        strategy.getFlat() ? shape.positions[0] * shape.positions[1] : shape.positions[1];
    if (strategy.getColumns() * strategy.getTileRows() > columns ||
        (!strategy.getFlat() && strategy.getRows() > shape.positions[0]))
      return lowering.kernel.emitError("its strategy takes more positions than there are");
    if (strategy.getRows() % shape.poolKernel[0] != 0 ||
        strategy.getTileRows() % shape.poolKernel[1] != 0 ||
        (strategy.getFlat() && (shape.pool || strategy.getRows() != 1)))
      return lowering.kernel.emitError("tiles of its strategy must consist of whole pool windows");
    return success();
  }

  void createSums() {
    int64_t elements = strategy.getRows() * strategy.getColumns() * strategy.getBlocks() *
                       strategy.getTileRows() * kChannelBlock;
    scratch = createScratch(MemRefType::get({elements}, b.getI32Type()));
  }

  //===--------------------------------------------------------------------===//
  // Loops
  //===--------------------------------------------------------------------===//

  void forChannels(llvm::function_ref<void(const Channels &)> body) {
    ContractionKernel::forChannels(strategy.getBlocks() * kChannelBlock, body);
  }

  void forRows(llvm::function_ref<void(Value)> body) {
    if (strategy.getFlat())
      body(index(0));
    else
      overlappingBlocks(SplitDimension::Positions, shape.positions[0], strategy.getRows(), body);
  }

  void forColumns(llvm::function_ref<void(Value)> body) {
    int64_t step = strategy.getColumns() * strategy.getTileRows();
    if (strategy.getFlat())
      overlappingBlocks(SplitDimension::Positions, shape.positions[0] * shape.positions[1], step,
                        body);
    else
      overlappingBlocks(shape.positions[1], step, body);
  }

  void emitConvolution() {
    if (strategy.getOrder() == LoopOrder::RowsOuter) {
      auto [poolHeight, poolWidth] = shape.poolKernel;
      int64_t products = operands.depth.packedSteps() * operands.depth.step / kMatrixDepth *
                         strategy.getRows() * strategy.getColumns() * strategy.getBlocks();
      TileGrid grid = {shape.positions[0] / poolHeight,
                       shape.positions[1] / poolWidth,
                       strategy.getRows() / poolHeight,
                       strategy.getColumns() * strategy.getTileRows() / poolWidth,
                       strategy.getBlocks() * kChannelBlock,
                       products * lowering.target.matrix.fetchedLines};
      beginStream(grid);
      forImages([&](Value image) {
        forRows([&](Value row) {
          forChannels([&](const Channels &channels) {
            forColumns([&](Value column) {
              emitBesideStream(grid, divide(row, shape.poolKernel[0]),
                               divide(column, shape.poolKernel[1]), channels,
                               [&](std::optional<WeightFetch> fetch) {
                                 emitTile({image, row, column}, channels, fetch);
                               });
            });
          });
        });
      });
      endStream();
    } else
      forChannels([&](const Channels &channels) {
        forImages([&](Value image) {
          forRows([&](Value row) {
            forColumns([&](Value column) { emitTile({image, row, column}, channels); });
          });
        });
      });
  }

  /// As many tiles of images at a time as the strategy says, or one, or vectors where images do not
  /// fill a tile.
  LogicalResult emitLinear() {
    ContractionAttr rest = strategy.getRest();
    if (!rest)
      return lowering.kernel.emitError("its strategy does not say what few images take");
    LogicalResult result = success();
    auto otherwise = [&] { result = lowerLinearFrom(lowering, rest, index(0)); };
    auto withOne = [&] {
      if (strategy.getColumns() == 1)
        return otherwise();
      ifImages(strategy.getTileRows(), [&] { emitImages(1); }, otherwise);
    };
    ifImages(
        strategy.getColumns() * strategy.getTileRows(), [&] { emitImages(strategy.getColumns()); },
        withOne);
    return success(succeeded(result) && !failedEpilogue);
  }

  void ifImages(int64_t least, llvm::function_ref<void()> then, llvm::function_ref<void()> other) {
    Value enough =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, lowering.images, index(least));
    auto op = scf::IfOp::create(b, loc, enough, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.thenBlock());
    then();
    b.setInsertionPointToStart(op.elseBlock());
    other();
  }

  void emitImages(int64_t tiles) {
    forChannels([&](const Channels &channels) {
      overlappingBlocks(lowering.images, tiles * strategy.getTileRows(), [&](Value image) {
        MatrixTile tile = createTile(channels);
        tile.base = multiply(image, strides[0]);
        tile.stride = strides[0];
        for (int64_t i = 0; i < tiles; ++i)
          tile.tiles.push_back(i * tile.rows * strides[0]);
        emitMatrixTile(lowering, operands, tile, scratch);
        emitEpilogues(
            tile, channels, /*rows=*/1, tiles, {1, 1},
            [&](int64_t, Value column) -> SmallVector<Value> { return {add(image, column)}; });
      });
    });
  }

  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  MatrixTile createTile(const Channels &channels) {
    MatrixTile tile;
    tile.rows = strategy.getTileRows();
    Value start = multiply(channels.first, weightsOfChannel());
    for (int64_t channel = 0; channel < channels.size; channel += kChannelBlock)
      tile.weights.push_back(add(start, channel * weightsOfChannel()));
    return tile;
  }

  void emitTile(const Place &place, const Channels &channels,
                std::optional<WeightFetch> fetch = std::nullopt) {
    int64_t rowStride = shape.window.strides[0] * strides[1];
    int64_t columnStride = shape.window.strides[1] * strides[2];
    MatrixTile tile = createTile(channels);
    tile.fetch = fetch;
    tile.stride = columnStride;
    tile.base = add(multiply(place.image, strides[0]),
                    add(multiply(place.row, rowStride), multiply(place.column, columnStride)));
    for (int64_t row = 0; row < strategy.getRows(); ++row)
      for (int64_t column = 0; column < strategy.getColumns(); ++column)
        tile.tiles.push_back(row * rowStride + column * tile.rows * columnStride);
    emitMatrixTile(lowering, operands, tile, scratch);

    auto [poolHeight, poolWidth] = shape.poolKernel;
    Value firstRow = divide(place.row, poolHeight), firstColumn = divide(place.column, poolWidth);
    emitEpilogues(tile, channels, strategy.getRows(), strategy.getColumns(), shape.poolKernel,
                  [&](int64_t row, Value column) -> SmallVector<Value> {
                    Value at = add(firstColumn, column);
                    if (!strategy.getFlat())
                      return {place.image, add(firstRow, row), at};
                    int64_t width = shape.positions[1];
                    return {place.image, arith::DivUIOp::create(b, loc, at, index(width)),
                            arith::RemUIOp::create(b, loc, at, index(width))};
                  });
  }

  Value divide(Value value, int64_t divisor) {
    return divisor == 1 ? value : b.createOrFold<arith::DivUIOp>(loc, value, index(divisor));
  }

  //===--------------------------------------------------------------------===//
  // Epilogue
  //===--------------------------------------------------------------------===//

  /// The epilogues of `rows` x `columns` tiles, whose sums are in the scratch. `locate` says where
  /// a result is, by its row and column among those of the step, in units of pool windows.
  void emitEpilogues(const MatrixTile &tile, const Channels &channels, int64_t rows,
                     int64_t columns, std::array<int64_t, 2> pool,
                     llvm::function_ref<SmallVector<Value>(int64_t, Value)> locate) {
    SmallVector<Value> biases;
    for (int64_t channel = 0; channel < channels.size; channel += lanes)
      biases.push_back(loadBias(channels, channel, std::min(lanes, channels.size - channel)));
    // That sums are in range is proved with the bias. Without it, so few products are, too; then a
    // bias can wait until after the pool.
    bool biasFirst = operands.depth.packedSteps() * operands.depth.step >
                     std::numeric_limits<int32_t>::max() / (255 * 128);
    int64_t windows = tile.rows / pool[1];
    for (int64_t row = 0; row < rows / pool[0]; ++row)
      for (int64_t column = 0; column < columns; ++column)
        blocks(windows, kPositionsAtOnce, [&](Value first, int64_t size) {
          SmallVector<Value> sums;
          SmallVector<SmallVector<Value>> positions;
          for (int64_t i = 0; i < size; ++i) {
            Value window = add(first, i);
            for (size_t block = 0; block < biases.size(); ++block) {
              Value sum, bias = biases[block];
              auto addBias = [&](Value to) {
                return bias ? Value(arith::AddIOp::create(b, loc, to, bias)) : to;
              };
              for (int64_t p = 0; p < pool[0]; ++p)
                for (int64_t q = 0; q < pool[1]; ++q) {
                  int64_t from = (row * pool[0] + p) * columns + column;
                  Value offset = add(multiply(window, pool[1] * kChannelBlock),
                                     tile.getOffset(from, static_cast<int64_t>(block), q));
                  Value loaded = vector::LoadOp::create(
                      b, loc, VectorType::get({lanes}, b.getI32Type()), scratch, offset);
                  if (biasFirst)
                    loaded = addBias(loaded);
                  sum = sum ? emitMaximum(sum, loaded) : loaded;
                }
              sums.push_back(biasFirst ? sum : addBias(sum));
            }
            positions.push_back(locate(row, add(window, column * windows)));
          }
          emitEpilogue(sums, positions, channels);
        });
  }

  MatrixAttr strategy;
  /// Sums of the tiles of one step.
  Value scratch;
};
} // namespace

LogicalResult qcc::codegen::lowerMatrix(KernelLowering &lowering, MatrixAttr strategy) {
  return MatrixEmitter(lowering, strategy).run();
}

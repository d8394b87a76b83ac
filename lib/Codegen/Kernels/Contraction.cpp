//===- Contraction.cpp - Convolutions and linear layers as loops over vectors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops over images, groups, blocks of output channels, rows and columns, around register tiles
// (ContractionTile.h) and epilogues (ContractionKernel.h). What a block does not divide is a tile
// of its own size behind the loop, so that no loop has a condition inside.
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
/// Output positions of one image, in units of the epilogue (pool windows).
struct Span {
  Value first;
  int64_t size;
};

class ContractionEmitter : ContractionKernel {
public:
  ContractionEmitter(KernelLowering &lowering, ContractionAttr strategy)
      : ContractionKernel(lowering, strategy.getLanes(), strategy.getFoldTaps()),
        strategy(strategy) {}

  /// Of a linear layer, the images from `first` on if that is not null.
  LogicalResult run(Value first = {}) {
    if (failed(check()) || failed(prepare()))
      return failure();
    operands.paired = strategy.getPaired();
    if (lowering.split == SplitDimension::Depth)
      return emitParts();
    if (shape.isLinear())
      emitLinear(first ? first : index(0));
    else
      emitConvolution();
    return success(!failedEpilogue);
  }

private:
  LogicalResult check() {
    int64_t perTile = strategy.getVectors() * lanes;
    if (lanes > kChannelBlock || kChannelBlock % lanes != 0 ||
        (perTile % kChannelBlock != 0 && kChannelBlock % perTile != 0 && perTile < shape.outputs))
      return lowering.kernel.emitError("vectors of a strategy must fill, or divide, blocks of ")
             << kChannelBlock << " channels";
    if (strategy.getPaired() && (shape.isFloat || lanes != 4))
      return lowering.kernel.emitError(
          "blocks of sums of its strategy are of codes, in vectors of 4");
    if ((strategy.getRows() % shape.poolKernel[0] != 0 &&
         shape.poolKernel[0] % strategy.getRows() != 0) ||
        strategy.getColumns() % shape.poolKernel[1] != 0)
      return lowering.kernel.emitError("rows of its strategy must be a multiple of the pool's or "
                                       "divide it, and columns must be a multiple");
    return success();
  }

  //===--------------------------------------------------------------------===//
  // Loops
  //===--------------------------------------------------------------------===//

  void forChannels(llvm::function_ref<void(const Channels &)> body) {
    ContractionKernel::forChannels(strategy.getVectors() * lanes, body);
  }

  void forRows(llvm::function_ref<void(const Span &)> body) {
    emitBlocks(lowering, SplitDimension::Positions, shape.positions[0] / shape.poolKernel[0],
               std::max<int64_t>(1, strategy.getRows() / shape.poolKernel[0]),
               [&](Value first, int64_t size) { body({first, size}); });
  }

  void forColumns(llvm::function_ref<void(const Span &)> body) {
    blocks(shape.positions[1] / shape.poolKernel[1], strategy.getColumns() / shape.poolKernel[1],
           [&](Value first, int64_t size) { body({first, size}); });
  }

  void emitConvolution() {
    if (strategy.getOrder() == LoopOrder::RowsOuter) {
      auto [poolHeight, poolWidth] = shape.poolKernel;
      TileGrid grid = {shape.positions[0] / poolHeight, shape.positions[1] / poolWidth,
                       std::max<int64_t>(1, strategy.getRows() / poolHeight),
                       strategy.getColumns() / poolWidth, strategy.getVectors() * lanes};
      beginStream(grid);
      forImages([&](Value image) {
        forRows([&](const Span &rows) {
          forChannels([&](const Channels &channels) {
            forColumns([&](const Span &columns) {
              emitBesideStream(grid, rows.first, columns.first, channels,
                               [&](std::optional<WeightFetch> fetch) {
                                 emitTile(image, rows, columns, channels, fetch);
                               });
            });
          });
        });
      });
      endStream();
    } else
      forChannels([&](const Channels &channels) {
        forImages([&](Value image) {
          forRows([&](const Span &rows) {
            forColumns([&](const Span &columns) { emitTile(image, rows, columns, channels); });
          });
        });
      });
  }

  void emitLinear(Value first) {
    if (isDepthBlocked())
      createPartialSums();
    if (isDepthOuter())
      forDepth([&](const Depth &depth) {
        forChannels([&](const Channels &channels) { forTiles(first, channels, depth); });
      });
    else
      forChannels([&](const Channels &channels) {
        forDepth([&](const Depth &depth) { forTiles(first, channels, depth); });
      });
  }

  /// One image, for the blocks of the depth from `part` to before `parts`.
  LogicalResult emitParts() {
    if (!shape.isLinear() || !isDepthOuter())
      return lowering.kernel.emitError(
          "is split along its depth, blocks of which are not outermost in its strategy");
    lowering.hasPartLoop = true;
    partialSums = lowering.partSums;
    auto emit = [&](const Depth &depth) {
      forChannels([&](const Channels &channels) { emitImages(index(0), 1, channels, depth); });
    };
    auto emitIf = [&](arith::CmpIPredicate predicate, Value l, int64_t r, const Depth &depth) {
      Value condition = arith::CmpIOp::create(b, loc, predicate, l, index(r));
      auto branch = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/false);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      emit(depth);
    };
    int64_t steps = operands.depth.steps, block = strategy.getDepthBlock();
    int64_t last = (steps - 1) / block;
    emitIf(arith::CmpIPredicate::eq, lowering.part, 0, {index(0), block, true, false});
    Value first = arith::MaxUIOp::create(b, loc, lowering.part, index(1));
    Value end = arith::MinUIOp::create(b, loc, lowering.parts, index(last));
    loop(multiply(first, block), multiply(end, block), block,
         [&](Value from) { emit({from, block, false, false}); });
    emitIf(arith::CmpIPredicate::ugt, lowering.parts, last,
           {index(last * block), steps - last * block, false, true});
    return success(!failedEpilogue);
  }

  bool isDepthBlocked() const {
    return strategy.getDepthBlock() > 0 && strategy.getDepthBlock() < operands.depth.steps;
  }
  bool isDepthOuter() const {
    return isDepthBlocked() && strategy.getOrder() == LoopOrder::DepthOuter;
  }

  /// Steps of the depth of a linear layer.
  struct Depth {
    Value from;
    int64_t steps;
    /// Whether there are none before, and none behind.
    bool first, last;
  };

  void forDepth(llvm::function_ref<void(const Depth &)> body) {
    int64_t steps = operands.depth.steps, block = strategy.getDepthBlock();
    if (!isDepthBlocked())
      return body({index(0), steps, true, true});
    int64_t last = (steps - 1) / block * block;
    body({index(0), block, true, false});
    loop(index(block), index(last), block, [&](Value from) { body({from, block, false, false}); });
    body({index(last), steps - last, false, true});
  }

  /// Whole tiles of images from `first` on, then tiles of half as many, and so on: what is left of
  /// them would read all weights for each image.
  void forTiles(Value first, const Channels &channels, const Depth &depth) {
    for (int64_t block = strategy.getColumns(); block > 1; block /= 2) {
      Value count = b.createOrFold<arith::SubIOp>(loc, lowering.images, first);
      Value whole = multiply(arith::DivUIOp::create(b, loc, count, index(block)), block);
      Value end = add(first, whole);
      loop(first, end, block, [&](Value image) { emitImages(image, block, channels, depth); });
      first = end;
    }
    loop(first, lowering.images, 1, [&](Value image) { emitImages(image, 1, channels, depth); });
  }

  /// Sums of all images of a block, for a depth that is done in blocks: of the channels of a tile,
  /// or of all.
  void createPartialSums() {
    int64_t channels = isDepthOuter() ? shape.outputs : strategy.getVectors() * lanes;
    partialSums = createScratch(shape.getSumsType(mostImages(), channels, lanes));
  }

  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  /// A tile without positions: its weights and what the sums start with.
  ContractionTile createTile(const Channels &channels) {
    ContractionTile tile;
    int64_t ofChannel = weightsOfChannel();
    int64_t blocksPerGroup = llvm::divideCeil(shape.outputs, kChannelBlock);
    Value start = add(multiply(channels.group, blocksPerGroup * kChannelBlock * ofChannel),
                      firstWeight(channels.first));
    for (int64_t channel = 0; channel < channels.size; channel += lanes) {
      int64_t block = channel / kChannelBlock * kChannelBlock;
      tile.weights.push_back(
          add(start, block * ofChannel + (channel - block) * operands.depth.step));
      tile.initial.push_back(loadBias(channels, channel, std::min(lanes, channels.size - channel)));
    }
    return tile;
  }

  /// Where the weights of `channel`, the first one of a tile, start in those of its group.
  Value firstWeight(Value channel) {
    int64_t perTile = strategy.getVectors() * lanes;
    if (perTile % kChannelBlock == 0 || perTile >= shape.outputs)
      return multiply(channel, weightsOfChannel());
    Value within = b.createOrFold<arith::RemUIOp>(loc, channel, index(kChannelBlock));
    Value block = b.createOrFold<arith::SubIOp>(loc, channel, within);
    return add(multiply(block, weightsOfChannel()), multiply(within, operands.depth.step));
  }

  void emitImages(Value image, int64_t size, const Channels &channels, const Depth &depth) {
    ContractionTile tile = createTile(channels);
    tile.base = add(multiply(image, strides[0]), multiply(depth.from, operands.depth.step));
    for (Value &weights : tile.weights)
      weights = add(weights, multiply(depth.from, kChannelBlock * operands.depth.step));
    for (int64_t i = 0; i < size; ++i)
      tile.positions.push_back(i * strides[0]);
    auto vectors = static_cast<int64_t>(tile.weights.size());
    auto forSums = [&](llvm::function_ref<void(int64_t, Value, Value)> body) {
      for (int64_t i = 0; i < size * vectors; ++i)
        body(i, add(image, i / vectors),
             add(isDepthOuter() ? channels.first : index(0), i % vectors * lanes));
    };
    if (!depth.first) {
      auto type = VectorType::get({lanes}, shape.isFloat ? Type(b.getF32Type()) : b.getI32Type());
      forSums([&](int64_t, Value row, Value column) {
        tile.sums.push_back(
            vector::LoadOp::create(b, loc, type, partialSums, ValueRange{row, column}));
      });
    }
    ContractionOperands part = operands;
    part.depth.steps = depth.steps;
    if (strategy.getPrefetch() && partialSums)
      tile.prefetch = getPrefetch(image, size, channels, depth);
    SmallVector<Value> sums = emitContractionTile(lowering, part, tile);
    if (!depth.last) {
      forSums([&](int64_t i, Value row, Value column) {
        vector::StoreOp::create(b, loc, sums[i], partialSums, ValueRange{row, column});
      });
      return;
    }
    SmallVector<SmallVector<Value>> positions;
    for (int64_t i = 0; i < size; ++i)
      positions.push_back({add(image, i)});
    emitEpilogue(sums, positions, channels);
  }

  /// The weights that the loops come to next: of `size` images from `image` on, the share of all
  /// that read the weights now. Fewer images than a tile should have are few altogether, or the
  /// last ones.
  WeightPrefetch getPrefetch(Value image, int64_t size, const Channels &channels,
                             const Depth &depth) {
    Value distance = getPrefetchDistance(channels, depth);
    if (size < strategy.getColumns())
      return {distance, index(0), 1};
    Value share = b.createOrFold<arith::DivUIOp>(loc, image, index(size));
    return {distance, share, static_cast<int64_t>(llvm::divideCeil(mostImages(), size))};
  }

  /// From the weights of `channels` and `depth` to the next ones', in steps.
  Value getPrefetchDistance(const Channels &channels, const Depth &depth) {
    int64_t ofBlock = operands.depth.packedSteps();
    if (!isDepthOuter()) {
      auto blocks = static_cast<int64_t>(llvm::divideCeil(channels.size, kChannelBlock));
      return index(depth.steps + (depth.last ? (blocks - 1) * ofBlock : 0));
    }
    // The same part of the next channels' weights; of the first ones', the next part, or the first.
    int64_t perTile = strategy.getVectors() * lanes;
    int64_t last = (shape.outputs - 1) / perTile * perTile;
    int64_t next = depth.last ? depth.steps - operands.depth.steps : depth.steps;
    Value isLast =
        b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, channels.first, index(last));
    return b.createOrFold<arith::SelectOp>(loc, isLast,
                                           index(next - last / kChannelBlock * ofBlock),
                                           index(perTile / kChannelBlock * ofBlock));
  }

  /// The most images that the function is called with.
  int64_t mostImages() { return lowering.buffers.lookup(shape.input()).getType().getDimSize(0); }

  /// Of pool windows that have more rows than the strategy, some rows after the others.
  void emitTile(Value image, const Span &rows, const Span &columns, const Channels &channels,
                std::optional<WeightFetch> fetch = std::nullopt) {
    int64_t height = std::min(shape.poolKernel[0], strategy.getRows());
    if (fetch)
      fetch->shares = shape.poolKernel[0] / height;
    SmallVector<Value> largest;
    for (int64_t row = 0; row < shape.poolKernel[0]; row += height) {
      if (fetch)
        fetch->share = row / height;
      SmallVector<Value> maxima = emitWindows(image, rows, columns, channels, row, height, fetch);
      for (size_t i = 0; i < largest.size(); ++i)
        maxima[i] = emitMaximum(largest[i], maxima[i]);
      largest = std::move(maxima);
    }
    SmallVector<SmallVector<Value>> positions;
    for (int64_t row = 0; row < rows.size; ++row)
      for (int64_t column = 0; column < columns.size; ++column)
        positions.push_back({image, add(rows.first, row), add(columns.first, column)});
    emitEpilogue(largest, positions, channels);
  }

  /// The largest accumulators of `height` rows of each pool window, from its row `row` on.
  SmallVector<Value> emitWindows(Value image, const Span &rows, const Span &columns,
                                 const Channels &channels, int64_t row, int64_t height,
                                 const std::optional<WeightFetch> &fetch) {
    ContractionTile tile = createTile(channels);
    tile.fetch = fetch;
    auto [poolHeight, poolWidth] = shape.poolKernel;
    int64_t rowStride = shape.window.strides[0] * strides[1];
    int64_t columnStride = shape.window.strides[1] * strides[2];
    tile.base = add(add(multiply(image, strides[0]), multiply(channels.group, shape.inputs)),
                    add(add(multiply(rows.first, poolHeight * rowStride), row * rowStride),
                        multiply(columns.first, poolWidth * columnStride)));
    // Positions of one pool window are neighbours, so that it reduces adjacent accumulators.
    for (int64_t i = 0; i < rows.size; ++i)
      for (int64_t j = 0; j < columns.size; ++j)
        for (int64_t p = 0; p < height; ++p)
          for (int64_t q = 0; q < poolWidth; ++q)
            tile.positions.push_back((i * poolHeight + p) * rowStride +
                                     (j * poolWidth + q) * columnStride);
    SmallVector<Value> sums = emitContractionTile(lowering, operands, tile);
    return reduceWindows(sums, height * poolWidth, tile.weights.size());
  }

  /// The largest of each `window` positions' accumulators.
  SmallVector<Value> reduceWindows(ArrayRef<Value> sums, size_t window, size_t vectors) {
    SmallVector<Value> results;
    for (size_t first = 0; first < sums.size(); first += window * vectors)
      for (size_t v = 0; v < vectors; ++v) {
        Value largest = sums[first + v];
        for (size_t i = 1; i < window; ++i)
          largest = emitMaximum(largest, sums[first + i * vectors + v]);
        results.push_back(largest);
      }
    return results;
  }

  ContractionAttr strategy;
  /// Null if the depth is done at once.
  Value partialSums;
};
} // namespace

LogicalResult qcc::codegen::lowerContraction(KernelLowering &lowering, ContractionAttr strategy) {
  return ContractionEmitter(lowering, strategy).run();
}

LogicalResult qcc::codegen::lowerLinearFrom(KernelLowering &lowering, ContractionAttr strategy,
                                            Value first) {
  return ContractionEmitter(lowering, strategy).run(first);
}

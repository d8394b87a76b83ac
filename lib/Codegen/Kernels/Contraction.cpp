//===- Contraction.cpp - Convolutions and linear layers as loops over vectors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops over images, groups, blocks of output channels, rows and columns, around register tiles
// (ContractionTile.h) and epilogues (Elementwise.h). What a block does not divide is a tile of its
// own size behind the loop, so that no loop has a condition inside.
//
//===----------------------------------------------------------------------===//

#include "ContractionTile.h"
#include "Elementwise.h"
#include "qcc/Codegen/ContractionShape.h"
#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
/// `size` output channels of one group, the first of which is `first`.
struct Channels {
  Value group, first;
  int64_t size;
};

/// Output positions of one image, in units of the epilogue (pool windows).
struct Span {
  Value first;
  int64_t size;
};

class ContractionEmitter {
public:
  ContractionEmitter(KernelLowering &lowering, ContractionAttr strategy)
      : lowering(lowering), b(lowering.b), loc(lowering.loc), strategy(strategy),
        shape(ContractionShape::get(lowering.kernel)) {}

  LogicalResult run() {
    if (failed(prepare()))
      return failure();
    if (shape.isLinear())
      emitLinear();
    else
      emitConvolution();
    return success(!failedEpilogue);
  }

private:
  //===--------------------------------------------------------------------===//
  // Operands
  //===--------------------------------------------------------------------===//

  LogicalResult prepare() {
    auto unpack = shape.weights().getDefiningOp<UnpackOp>();
    if (!unpack || unpack.getPacking() != Packing::Dot ||
        unpack.getFoldTaps() != strategy.getFoldTaps())
      return lowering.kernel.emitError("has no weights that are packed for its strategy: "
                                       "qcc-pack-weights must have run");
    int64_t perTile = strategy.getVectors() * strategy.getLanes();
    if (strategy.getLanes() > kChannelBlock || kChannelBlock % strategy.getLanes() != 0 ||
        (perTile % kChannelBlock != 0 && kChannelBlock % perTile != 0 && perTile < shape.outputs))
      return lowering.kernel.emitError("vectors of a strategy must fill, or divide, blocks of ")
             << kChannelBlock << " channels";
    if (strategy.getRows() % shape.poolKernel[0] != 0 ||
        strategy.getColumns() % shape.poolKernel[1] != 0)
      return lowering.kernel.emitError(
          "rows and columns of its strategy must be multiples of the pool's");

    TypedValue<MemRefType> input = lowering.buffers.lookup(shape.input());
    strides = input.getType().getStridesAndOffset().first;
    if (strides.back() != 1 && input.getType().getShape().back() != 1)
      return lowering.kernel.emitError("channels of its input must be adjacent");
    bool adjacentTaps =
        !shape.isLinear() && shape.window.dilations[1] == 1 && strides[2] == shape.inputs;
    if (strategy.getFoldTaps() && !adjacentTaps)
      return lowering.kernel.emitError("taps are folded, so columns of its input must be adjacent");
    operands.input = createFlatView(b, loc, input);
    operands.weights = createFlatView(b, loc, lowering.buffers.lookup(unpack.getPacked()));
    operands.lanes = strategy.getLanes();
    operands.isFloat = shape.isFloat;
    operands.isUnsigned = shape.isUnsigned();
    operands.flipSign = shape.flipsSign();
    prepareDepth(adjacentTaps);
    return success();
  }

  void prepareDepth(bool adjacentTaps) {
    bool fold = strategy.getFoldTaps();
    operands.pairFits = pairsFit();
    ContractionDepth &depth = operands.depth;
    depth.step = shape.depth();
    depth.steps = shape.stepsOfSegment(fold);
    depth.segments = {shape.window.kernel[0], fold ? 1 : shape.window.kernel[1]};
    if (shape.isLinear())
      return;
    depth.strides = {shape.window.dilations[0] * strides[1],
                     shape.window.dilations[1] * strides[2]};
    // Rows whose taps need no filling are one segment in any case.
    if (!fold && adjacentTaps && shape.inputs % depth.step == 0) {
      depth.steps *= depth.segments[1];
      depth.segments[1] = 1;
    }
  }

  /// The proof is about products at even depths and the next ones: those are the pairs that steps
  /// have if no segment has a last product without a partner, or there is but one segment. Of
  /// flipped codes it was made for the packed weights, whose pairs are those of steps.
  bool pairsFit() const {
    auto bounds = shape.root->getAttrOfType<cnn::BoundsAttr>("bounds");
    bool fold = strategy.getFoldTaps();
    return bounds && bounds.pairFitsInt16() &&
           (operands.flipSign || shape.segment(fold) % 2 == 0 || shape.segments(fold) == 1);
  }

  //===--------------------------------------------------------------------===//
  // Loops
  //===--------------------------------------------------------------------===//

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value add(Value l, Value r) { return b.createOrFold<arith::AddIOp>(loc, l, r); }
  Value add(Value l, int64_t r) { return r == 0 ? l : add(l, index(r)); }
  Value multiply(Value l, int64_t r) { return b.createOrFold<arith::MulIOp>(loc, l, index(r)); }

  /// A loop from `first` to `last`; its body gets the induction variable.
  void loop(Value first, Value last, int64_t step, llvm::function_ref<void(Value)> body) {
    auto op = scf::ForOp::create(b, loc, first, last, index(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(op.getBody());
    body(op.getInductionVar());
  }

  /// [0, extent) in blocks: a loop over the whole ones, and the rest.
  void blocks(int64_t extent, int64_t block, llvm::function_ref<void(Value, int64_t)> body) {
    int64_t whole = extent / block * block;
    if (whole == block)
      body(index(0), block);
    else if (whole > 0)
      loop(index(0), index(whole), block, [&](Value first) { body(first, block); });
    if (whole < extent)
      body(index(whole), extent - whole);
  }

  void forImages(llvm::function_ref<void(Value)> body) { loop(index(0), lowering.images, 1, body); }

  void forChannels(llvm::function_ref<void(const Channels &)> body) {
    auto ofGroup = [&](Value group) {
      blocks(shape.outputs, strategy.getVectors() * strategy.getLanes(),
             [&](Value first, int64_t size) { body({group, first, size}); });
    };
    if (shape.groups == 1)
      ofGroup(index(0));
    else
      loop(index(0), index(shape.groups), 1, ofGroup);
  }

  void forRows(llvm::function_ref<void(const Span &)> body) {
    blocks(shape.positions[0] / shape.poolKernel[0], strategy.getRows() / shape.poolKernel[0],
           [&](Value first, int64_t size) { body({first, size}); });
  }

  void forColumns(llvm::function_ref<void(const Span &)> body) {
    blocks(shape.positions[1] / shape.poolKernel[1], strategy.getColumns() / shape.poolKernel[1],
           [&](Value first, int64_t size) { body({first, size}); });
  }

  void emitConvolution() {
    if (strategy.getOrder() == LoopOrder::RowsOuter)
      forImages([&](Value image) {
        forRows([&](const Span &rows) {
          forChannels([&](const Channels &channels) {
            forColumns([&](const Span &columns) { emitTile(image, rows, columns, channels); });
          });
        });
      });
    else
      forChannels([&](const Channels &channels) {
        forImages([&](Value image) {
          forRows([&](const Span &rows) {
            forColumns([&](const Span &columns) { emitTile(image, rows, columns, channels); });
          });
        });
      });
  }

  /// Whole tiles of images, then the rest one by one.
  void emitLinear() {
    forChannels([&](const Channels &channels) {
      int64_t block = strategy.getColumns();
      Value rest = index(0);
      if (block > 1) {
        Value whole =
            multiply(arith::DivUIOp::create(b, loc, lowering.images, index(block)), block);
        loop(index(0), whole, block, [&](Value image) { emitImages(image, block, channels); });
        rest = whole;
      }
      loop(rest, lowering.images, 1, [&](Value image) { emitImages(image, 1, channels); });
    });
  }

  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  /// A tile without positions: its weights and what the sums start with.
  ContractionTile createTile(const Channels &channels) {
    ContractionTile tile;
    int64_t lanes = strategy.getLanes();
    int64_t ofChannel = operands.depth.allSteps() * operands.depth.step;
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
    int64_t ofChannel = operands.depth.allSteps() * operands.depth.step;
    int64_t perTile = strategy.getVectors() * strategy.getLanes();
    if (perTile % kChannelBlock == 0 || perTile >= shape.outputs)
      return multiply(channel, ofChannel);
    Value within = b.createOrFold<arith::RemUIOp>(loc, channel, index(kChannelBlock));
    Value block = b.createOrFold<arith::SubIOp>(loc, channel, within);
    return add(multiply(block, ofChannel), multiply(within, operands.depth.step));
  }

  /// The first of `channels`, in the bias and in the result.
  Value firstChannel(const Channels &channels) {
    return add(multiply(channels.group, shape.outputs), channels.first);
  }

  /// A bias has no elements for the lanes that are filled up.
  Value loadBias(const Channels &channels, int64_t channel, int64_t size) {
    if (!shape.bias())
      return {};
    TypedValue<MemRefType> buffer = lowering.buffers.lookup(shape.bias());
    Type element = buffer.getType().getElementType();
    auto type = VectorType::get({size}, element);
    Value position = add(firstChannel(channels), channel);
    Value loaded = vector::LoadOp::create(b, loc, type, buffer, position);
    if (size == strategy.getLanes())
      return loaded;
    auto full = VectorType::get({strategy.getLanes()}, element);
    Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(full));
    return vector::InsertStridedSliceOp::create(b, loc, loaded, zeros, ArrayRef<int64_t>{0},
                                                ArrayRef<int64_t>{1});
  }

  void emitImages(Value image, int64_t size, const Channels &channels) {
    ContractionTile tile = createTile(channels);
    tile.base = multiply(image, strides[0]);
    for (int64_t i = 0; i < size; ++i)
      tile.positions.push_back(i * strides[0]);
    SmallVector<Value> sums = emitContractionTile(lowering, operands, tile);
    SmallVector<SmallVector<Value>> positions;
    for (int64_t i = 0; i < size; ++i)
      positions.push_back({add(image, i)});
    emitEpilogue(sums, positions, channels);
  }

  void emitTile(Value image, const Span &rows, const Span &columns, const Channels &channels) {
    ContractionTile tile = createTile(channels);
    auto [poolHeight, poolWidth] = shape.poolKernel;
    int64_t rowStride = shape.window.strides[0] * strides[1];
    int64_t columnStride = shape.window.strides[1] * strides[2];
    tile.base = add(add(multiply(image, strides[0]), multiply(channels.group, shape.inputs)),
                    add(multiply(rows.first, poolHeight * rowStride),
                        multiply(columns.first, poolWidth * columnStride)));
    // Positions of one pool window are neighbours, so that it reduces adjacent accumulators.
    SmallVector<SmallVector<Value>> positions;
    for (int64_t row = 0; row < rows.size; ++row)
      for (int64_t column = 0; column < columns.size; ++column) {
        for (int64_t p = 0; p < poolHeight; ++p)
          for (int64_t q = 0; q < poolWidth; ++q)
            tile.positions.push_back((row * poolHeight + p) * rowStride +
                                     (column * poolWidth + q) * columnStride);
        positions.push_back({image, add(rows.first, row), add(columns.first, column)});
      }
    SmallVector<Value> sums = emitContractionTile(lowering, operands, tile);
    emitEpilogue(reduceWindows(sums, tile.weights.size()), positions, channels);
  }

  /// The largest of each pool window's accumulators.
  SmallVector<Value> reduceWindows(ArrayRef<Value> sums, size_t vectors) {
    size_t window = shape.poolKernel[0] * shape.poolKernel[1];
    SmallVector<Value> results;
    for (size_t first = 0; first < sums.size(); first += window * vectors)
      for (size_t v = 0; v < vectors; ++v) {
        Value largest = sums[first + v];
        for (size_t i = 1; i < window; ++i) {
          Value other = sums[first + i * vectors + v];
          largest = shape.isFloat ? Value(arith::MaximumFOp::create(b, loc, largest, other))
                                  : arith::MaxSIOp::create(b, loc, largest, other);
        }
        results.push_back(largest);
      }
    return results;
  }

  //===--------------------------------------------------------------------===//
  // Epilogue
  //===--------------------------------------------------------------------===//

  /// Computes what the kernel returns from the accumulators at `positions` (all dimensions but the
  /// channels) and stores it. All is computed before anything is stored: what was loaded for one
  /// position serves the others then, although a store might change it for all that LLVM knows.
  void emitEpilogue(ArrayRef<Value> sums, ArrayRef<SmallVector<Value>> positions,
                    const Channels &channels) {
    Value returned = getReturned(lowering.kernel), accumulators = shape.accumulators();
    SmallVector<std::pair<Value, SmallVector<Value>>> stores;
    const Value *sum = sums.begin();
    for (const SmallVector<Value> &outer : positions)
      for (int64_t channel = 0; channel < channels.size; channel += strategy.getLanes()) {
        int64_t size = std::min(strategy.getLanes(), channels.size - channel);
        SmallVector<Value> position(outer);
        position.push_back(add(firstChannel(channels), channel));
        llvm::DenseMap<Value, Value> known;
        known[accumulators] = activate(firstLanes(*sum++, size));
        FailureOr<Value> result = emitElementwise(lowering, returned, position, size, known);
        if (failed(result)) {
          failedEpilogue = true;
          return;
        }
        stores.emplace_back(*result, position);
      }
    for (auto &[vector, position] : stores)
      emitStore(lowering, vector, position);
  }

  Value firstLanes(Value vector, int64_t size) {
    if (size == strategy.getLanes())
      return vector;
    return vector::ExtractStridedSliceOp::create(b, loc, vector, ArrayRef<int64_t>{0},
                                                 ArrayRef<int64_t>{size}, ArrayRef<int64_t>{1});
  }

  /// The root's own activation, which may come behind the pool: both are monotonic.
  Value activate(Value value) {
    auto activation = shape.root->getAttrOfType<cnn::ActivationAttr>("activation");
    if (!activation)
      return value;
    return emitClamp(b, loc, value, activation.getLower(), activation.getUpper());
  }

  KernelLowering &lowering;
  OpBuilder &b;
  Location loc;
  ContractionAttr strategy;
  ContractionShape shape;
  ContractionOperands operands;
  /// Of the input, in elements.
  SmallVector<int64_t> strides;
  bool failedEpilogue = false;
};
} // namespace

LogicalResult qcc::codegen::lowerContraction(KernelLowering &lowering, ContractionAttr strategy) {
  return ContractionEmitter(lowering, strategy).run();
}

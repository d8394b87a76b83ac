//===- BlockTile.cpp - A register tile of 2x2 blocks of sums ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An instruction that multiplies 2x8 by 8x2 codes takes the codes of two positions, and the weights
// of two channels, one behind the other. Packed weights have four codes of each of four channels:
// those of two steps are interleaved in registers, once for all positions of a tile. 16 codes of a
// position are loaded at once, which are its parts of two instructions.
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Steps of which a position's codes fill a register, and those of one instruction.
static constexpr int64_t kStepsOfLoad = 4, kStepsOfBlock = 2;
static constexpr int64_t kLanes = 4;

namespace {
class BlockTile final : TileLoops {
public:
  BlockTile(KernelLowering &lowering, const ContractionOperands &operands,
            const ContractionTile &tile)
      : TileLoops(lowering, operands, tile, kStepsOfLoad, kStepsOfLoad),
        pairs(static_cast<int64_t>(llvm::divideCeil(tile.positions.size(), 2))),
        vectors(static_cast<int64_t>(tile.weights.size())) {}

  Sums run() {
    Sums blocks;
    for (int64_t row = 0; row < pairs; ++row)
      for (int64_t vector = 0; vector < vectors; ++vector)
        interchange(start(2 * row, vector), start(second(row), vector), blocks);
    blocks = contract(std::move(blocks));
    auto positions = static_cast<int64_t>(tile.positions.size());
    Sums sums(positions * vectors);
    for (int64_t row = 0; row < pairs; ++row)
      for (int64_t vector = 0; vector < vectors; ++vector) {
        Value *block = &blocks[blockOf(row, vector)];
        Sums both;
        interchange(block[0], block[1], both);
        sums[2 * row * vectors + vector] = both[0];
        sums[second(row) * vectors + vector] = second(row) == 2 * row ? both[0] : both[1];
      }
    return sums;
  }

private:
  /// The second position of a row of blocks; the last row may have one position, twice.
  int64_t second(int64_t row) const {
    return std::min<int64_t>(2 * row + 1, static_cast<int64_t>(tile.positions.size()) - 1);
  }
  /// The first of the two blocks of a row and a vector of four channels.
  int64_t blockOf(int64_t row, int64_t vector) const { return 2 * (row * vectors + vector); }

  Value start(int64_t position, int64_t vector) {
    if (!tile.sums.empty())
      return tile.sums[position * vectors + vector];
    return tile.initial[vector] ? tile.initial[vector] : zero();
  }

  Value shuffle(Value l, Value r, ArrayRef<int64_t> mask) {
    return vector::ShuffleOp::create(b, loc, l, r, mask);
  }

  /// Four channels of two positions become two blocks of two channels; and back.
  void interchange(Value l, Value r, Sums &to) {
    to.push_back(shuffle(l, r, {0, 1, 4, 5}));
    to.push_back(shuffle(l, r, {2, 3, 6, 7}));
  }

  Sums addSteps(Offset input, Offsets weights, int64_t count, Sums sums) override {
    int64_t done = 0;
    for (int64_t size : {kStepsOfLoad, kStepsOfBlock, int64_t{1}})
      for (; count - done >= size; done += size)
        addGroup(input + done * operands.depth.step, advance(weights, done * weightsOfStep()), size,
                 sums);
    return sums;
  }

  /// Four, two or one step.
  void addGroup(Offset input, Offsets weights, int64_t steps, Sums &sums) {
    // Of each instruction, those of each vector's two pairs of channels.
    SmallVector<SmallVector<Value>> columns;
    for (int64_t step = 0; step < steps; step += kStepsOfBlock) {
      SmallVector<Value> &ofBlock = columns.emplace_back();
      for (Offset offset : advance(weights, step * weightsOfStep()))
        interleaveWeights(offset, std::min(steps, kStepsOfBlock), ofBlock);
    }
    for (int64_t row = 0; row < pairs; ++row) {
      SmallVector<Value> codes = interleaveCodes(input + tile.positions[2 * row],
                                                 input + tile.positions[second(row)], steps);
      for (auto [ofBlock, activations] : llvm::zip_equal(columns, codes))
        for (int64_t i = 0; i < 2 * vectors; ++i) {
          Value &sum = sums[blockOf(row, 0) + i];
          sum = BlockDotOp::create(b, loc, sum.getType(), sum, activations, ofBlock[i],
                                   operands.isUnsigned);
        }
    }
  }

  /// Of two steps, eight codes of two channels, and of the next two. Of one step, each twice: the
  /// activations of the second are zeros.
  void interleaveWeights(Offset offset, int64_t steps, SmallVector<Value> &to) {
    auto bytes = VectorType::get({kLanes * operands.depth.step}, b.getI8Type());
    auto words = VectorType::get({kLanes}, b.getI32Type());
    auto load = [&](Offset from) -> Value {
      return vector::BitCastOp::create(b, loc, words, loadWeights(from));
    };
    Value first = load(offset), next = steps == 1 ? first : load(offset + weightsOfStep());
    auto zip = [&](ArrayRef<int64_t> mask) {
      to.push_back(vector::BitCastOp::create(b, loc, bytes, shuffle(first, next, mask)));
    };
    zip({0, 4, 1, 5});
    zip({2, 6, 3, 7});
  }

  /// For each instruction, eight codes of one position and eight of the other.
  SmallVector<Value> interleaveCodes(Offset l, Offset r, int64_t steps) {
    int64_t count = steps * operands.depth.step;
    Value first = loadCodes(l, count), next = loadCodes(r, count);
    constexpr int64_t half = 8;
    if (count < half) {
      // Zeros for the step that is not there.
      Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(first.getType()));
      auto fill = [&](Value codes) { return shuffle(codes, zeros, {0, 1, 2, 3, 4, 5, 6, 7}); };
      first = fill(first);
      next = fill(next);
      count = half;
    }
    SmallVector<Value> results;
    for (int64_t from = 0; from < count; from += half) {
      SmallVector<int64_t> mask;
      for (int64_t start : {from, count + from})
        for (int64_t i = 0; i < half; ++i)
          mask.push_back(start + i);
      results.push_back(shuffle(first, next, mask));
    }
    return results;
  }

  /// Of two positions, and vectors of four channels.
  int64_t pairs, vectors;
};
} // namespace

SmallVector<Value> qcc::codegen::emitBlockTile(KernelLowering &lowering,
                                               const ContractionOperands &operands,
                                               const ContractionTile &tile) {
  return BlockTile(lowering, operands, tile).run();
}

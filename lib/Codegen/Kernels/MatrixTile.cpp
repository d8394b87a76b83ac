//===- MatrixTile.cpp - Tiles of a matrix unit over the whole depth ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixTile.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Depths of up to this many steps are written out; longer ones are loops.
static constexpr int64_t kUnrolledSteps = 9;
static constexpr int64_t kStepsOfTile = kMatrixDepth / 4;

namespace {
class MatrixTileEmitter {
public:
  MatrixTileEmitter(KernelLowering &lowering, const ContractionOperands &operands,
                    const MatrixTile &tile)
      : b(lowering.b), loc(lowering.loc), operands(operands), tile(tile),
        unroll(operands.depth.packedSteps() / kStepsOfTile <= kUnrolledSteps) {}

  void run(Value scratch) {
    auto sumType = amx::TileType::get({tile.rows, kChannelBlock}, b.getI32Type());
    SmallVector<Value> sums;
    for (size_t i = 0; i < tile.tiles.size() * tile.weights.size(); ++i)
      sums.push_back(amx::TileZeroOp::create(b, loc, sumType));
    sums = nest(0, tile.base, index(0), sums);
    Value stride = index(kChannelBlock);
    for (auto [i, sum] : llvm::enumerate(sums))
      amx::TileStoreOp::create(b, loc, scratch,
                               ValueRange{index(static_cast<int64_t>(i) * tile.elements())}, sum,
                               stride);
  }

private:
  /// The loops of the depth, outer first: kernel rows, kernel columns, steps of a segment.
  struct Level {
    int64_t count, inputStride, weightStride;
  };
  std::array<Level, 3> levels() const {
    const ContractionDepth &depth = operands.depth;
    int64_t ofStep = kMatrixDepth * kChannelBlock;
    int64_t steps = depth.packedStepsOfSegment / kStepsOfTile;
    return {Level{depth.segments[0], depth.strides[0], depth.segments[1] * steps * ofStep},
            Level{depth.segments[1], depth.strides[1], steps * ofStep},
            Level{steps, kMatrixDepth, ofStep}};
  }

  /// The loops from `depth` on, around a step. `weight` is the distance from the blocks' starts.
  SmallVector<Value> nest(size_t depth, Value input, Value weight, SmallVector<Value> sums) {
    if (depth == 3)
      return step(input, weight, std::move(sums));
    Level level = levels()[depth];
    if (unroll || level.count == 1) {
      for (int64_t i = 0; i < level.count; ++i)
        sums = nest(depth + 1, add(input, index(i * level.inputStride)),
                    add(weight, index(i * level.weightStride)), std::move(sums));
      return sums;
    }
    auto loop = scf::ForOp::create(b, loc, index(0), index(level.count), index(1), sums);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      Value i = loop.getInductionVar();
      SmallVector<Value> results = nest(depth + 1, add(input, multiply(i, level.inputStride)),
                                        add(weight, multiply(i, level.weightStride)),
                                        SmallVector<Value>(loop.getRegionIterArgs()));
      scf::YieldOp::create(b, loc, results);
    }
    return SmallVector<Value>(loop.getResults());
  }

  SmallVector<Value> step(Value input, Value weight, SmallVector<Value> sums) {
    auto weightType = amx::TileType::get({kStepsOfTile, kMatrixDepth}, b.getI8Type());
    auto inputType = amx::TileType::get({tile.rows, kMatrixDepth}, b.getI8Type());
    auto loadWeights = [&](Value start) {
      return load(weightType, operands.weights, add(start, weight), kMatrixDepth);
    };
    auto loadInput = [&](int64_t distance) {
      return load(inputType, operands.input, add(input, index(distance)), tile.stride);
    };
    int64_t multiplied = 0;
    auto multiplyAdd = [&](size_t position, size_t block, Value codes, Value weights) {
      Value &sum = sums[position * tile.weights.size() + block];
      sum = amx::TileMulIOp::create(b, loc, sum.getType(), codes, weights, sum,
                                    /*isZextLhs=*/operands.isUnsigned, /*isZextRhs=*/false);
      fetch(weight, multiplied++);
    };
    // Of the side that has fewer tiles all are kept, of the other side one at a time.
    if (tile.tiles.size() < tile.weights.size()) {
      SmallVector<Value> inputs = llvm::map_to_vector(tile.tiles, loadInput);
      for (auto [block, start] : llvm::enumerate(tile.weights)) {
        Value weights = loadWeights(start);
        for (auto [position, codes] : llvm::enumerate(inputs))
          multiplyAdd(position, block, codes, weights);
      }
      return sums;
    }
    SmallVector<Value> weights = llvm::map_to_vector(tile.weights, loadWeights);
    for (auto [position, distance] : llvm::enumerate(tile.tiles)) {
      Value codes = loadInput(distance);
      for (auto [block, tileOfBlock] : llvm::enumerate(weights))
        multiplyAdd(position, block, codes, tileOfBlock);
    }
    return sums;
  }

  /// What another layer's weights are due behind each multiplication of tiles.
  void fetch(Value weight, int64_t multiplied) {
    if (!tile.fetch)
      return;
    auto ofStep = static_cast<int64_t>(tile.tiles.size() * tile.weights.size());
    Value step = b.createOrFold<arith::DivUIOp>(loc, weight, index(kMatrixDepth * kChannelBlock));
    tile.fetch->emit(b, loc, add(multiply(step, ofStep), index(multiplied)),
                     operands.depth.packedSteps() / kStepsOfTile * ofStep);
  }

  Value load(amx::TileType type, Value buffer, Value start, int64_t stride) {
    return amx::TileLoadOp::create(b, loc, type, buffer, ValueRange{start}, index(stride));
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value add(Value l, Value r) { return b.createOrFold<arith::AddIOp>(loc, l, r); }
  Value multiply(Value l, int64_t r) { return b.createOrFold<arith::MulIOp>(loc, l, index(r)); }

  OpBuilder &b;
  Location loc;
  const ContractionOperands &operands;
  const MatrixTile &tile;
  bool unroll;
};
} // namespace

void qcc::codegen::emitMatrixTile(KernelLowering &lowering, const ContractionOperands &operands,
                                  const MatrixTile &tile, Value scratch) {
  MatrixTileEmitter(lowering, operands, tile).run(scratch);
}

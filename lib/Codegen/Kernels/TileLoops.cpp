//===- TileLoops.cpp - Loops over the depth of a register tile ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"
#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Bodies of up to this many steps are written out; longer depths are loops.
static constexpr int64_t kUnrolledSteps = 8;
/// And up to this many products of a whole depth, or of a part of one: of more in one block LLVM
/// moves loads to the front, or products to the epilogue that uses them, and registers do not
/// suffice.
static constexpr int64_t kProductsOfDepth = 16, kProductsOfPart = 48;

/// What of the depth is a loop has been decided: LLVM is told to leave it at that.
static void keepLoop(scf::ForOp loop) {
  Builder b(loop.getContext());
  auto unroll = LLVM::LoopUnrollAttr::get(b.getContext(), /*disable=*/b.getBoolAttr(true), {}, {},
                                          {}, {}, {}, {});
  loop->setAttr(kLoopAnnotationAttr,
                LLVM::LoopAnnotationAttr::get(b.getContext(), {}, {}, {}, unroll, {}, {}, {}, {},
                                              {}, {}, {}, {}, {}, {}, {}));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

TileLoops::Sums TileLoops::contract(Sums sums) {
  products = static_cast<int64_t>(sums.size());
  // Of few steps, too, the loop has several bodies.
  if (hasLoopOfSteps() && operands.depth.steps <= kUnrolledSteps)
    loopSteps = std::clamp<int64_t>(operands.depth.steps / 4, leastSteps, loopSteps);
  SmallVector<Offset> weights;
  for (Value base : tile.weights)
    weights.push_back({base, 0});
  if (tile.fetch && !hasLoopOfSteps())
    tile.fetch->emit(b, loc, index(0), 1);
  return rows({tile.base, 0}, weights, std::move(sums));
}

/// `count` times `body`, the input advanced by `inputStride` and the weights by `weightStride` each
/// time; as a loop unless `unroll`.
TileLoops::Sums TileLoops::repeat(int64_t count, bool unroll, int64_t inputStride,
                                  int64_t weightStride, Offset input, Offsets weights, Sums sums,
                                  Body body) {
  if (count == 0)
    return sums;
  if (unroll || count == 1) {
    for (int64_t i = 0; i < count; ++i)
      sums = body(input + i * inputStride, advance(weights, i * weightStride), sums);
    return sums;
  }
  auto loop = scf::ForOp::create(b, loc, index(0), index(count), index(1), sums);
  keepLoop(loop);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value i = loop.getInductionVar();
    Value distance = multiply(i, weightStride);
    SmallVector<Offset> moved;
    for (Offset offset : weights)
      moved.push_back({add(offset.base, distance), offset.constant});
    Offset start = {add(input.base, multiply(i, inputStride)), input.constant};
    Sums results = body(start, moved, Sums(loop.getRegionIterArgs()));
    scf::YieldOp::create(b, loc, results);
  }
  return Sums(loop.getResults());
}

TileLoops::Sums TileLoops::rows(Offset input, Offsets weights, Sums sums) {
  const ContractionDepth &depth = operands.depth;
  return repeat(depth.segments[0], isWrittenOut(depth.allSteps()), depth.strides[0],
                depth.segments[1] * depth.packedStepsOfSegment * weightsOfStep(), input, weights,
                std::move(sums), [&](Offset input, Offsets weights, Sums sums) {
                  return columns(input, weights, std::move(sums));
                });
}

TileLoops::Sums TileLoops::columns(Offset input, Offsets weights, Sums sums) {
  const ContractionDepth &depth = operands.depth;
  return repeat(depth.segments[1], isWrittenOut(depth.segments[1] * depth.steps), depth.strides[1],
                depth.packedStepsOfSegment * weightsOfStep(), input, weights, std::move(sums),
                [&](Offset input, Offsets weights, Sums sums) {
                  return segment(input, weights, std::move(sums));
                });
}

bool TileLoops::isWrittenOut(int64_t steps) const {
  bool isWhole = steps == operands.depth.allSteps();
  return steps <= (isWhole ? 2 : 1) ||
         (steps <= kUnrolledSteps &&
          steps * products <= (isWhole ? kProductsOfDepth : kProductsOfPart));
}

bool TileLoops::hasLoopOfSteps() const {
  int64_t steps = operands.depth.steps;
  return !isWrittenOut(steps) && (steps > kUnrolledSteps || steps >= 2 * leastSteps);
}

TileLoops::Sums TileLoops::segment(Offset input, Offsets weights, Sums sums) {
  const ContractionDepth &depth = operands.depth;
  if (!hasLoopOfSteps())
    return addSteps(input, weights, depth.steps, std::move(sums));
  int64_t whole = depth.steps / loopSteps, rest = depth.steps % loopSteps;
  sums = repeat(whole, false, loopSteps * depth.step, loopSteps * weightsOfStep(), input, weights,
                std::move(sums), [&](Offset input, Offsets weights, Sums sums) {
                  prefetch(weights);
                  fetch(weights);
                  return addSteps(input, weights, loopSteps, std::move(sums));
                });
  if (rest == 0)
    return sums;
  int64_t done = whole * loopSteps;
  Offset last = input + done * depth.step;
  SmallVector<Offset> lastWeights = advance(weights, done * weightsOfStep());
  if (leastSteps > 1 || rest * products <= kProductsOfPart)
    return addSteps(last, lastWeights, rest, std::move(sums));
  return repeat(rest, false, depth.step, weightsOfStep(), last, lastWeights, std::move(sums),
                [&](Offset input, Offsets weights, Sums sums) {
                  return addSteps(input, weights, 1, std::move(sums));
                });
}

/// The tile's share of what a body of the loop will read when the weights that come next are its
/// turn: whole steps of each block of channels, which are a line of the cache each.
void TileLoops::prefetch(Offsets weights) {
  if (!tile.prefetch)
    return;
  auto steps = static_cast<int64_t>(llvm::divideCeil(loopSteps, tile.prefetch->shares));
  Value first = multiply(add(tile.prefetch->distance, multiply(tile.prefetch->share, steps)),
                         weightsOfStep());
  auto ofBlock = static_cast<size_t>(kChannelBlock / operands.lanes);
  for (size_t vector = 0; vector < weights.size(); vector += ofBlock)
    for (int64_t step = 0; step < steps; ++step) {
      Offset next = weights[vector] + step * weightsOfStep();
      next.base = add(next.base, first);
      memref::PrefetchOp::create(b, loc, operands.weights, materialize(next), /*isWrite=*/false,
                                 /*localityHint=*/2, /*isDataCache=*/true);
    }
}

/// What another layer's weights are due when so many of the own ones have been read.
void TileLoops::fetch(Offsets weights) {
  if (!tile.fetch)
    return;
  Value done = b.createOrFold<arith::SubIOp>(loc, weights.front().base, tile.weights.front());
  Value point = b.createOrFold<arith::DivUIOp>(loc, done, index(loopSteps * weightsOfStep()));
  tile.fetch->emit(b, loc, point, operands.depth.packedSteps() / loopSteps);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value TileLoops::loadWeights(Offset offset) {
  Type element = operands.isFloat ? Type(b.getF32Type()) : b.getIntegerType(operands.bits);
  int64_t elements = operands.lanes * operands.depth.step;
  return vector::LoadOp::create(b, loc, VectorType::get({elements}, element), operands.weights,
                                materialize(offset));
}

Value TileLoops::loadCodes(Offset offset, int64_t count) {
  auto type = VectorType::get({count}, b.getIntegerType(operands.bits));
  Value codes = vector::LoadOp::create(b, loc, type, operands.input, materialize(offset));
  if (!operands.flipSign)
    return codes;
  return arith::XOrIOp::create(b, loc, codes, emitConstant(b, loc, type, int64_t{-128}));
}

Value TileLoops::zero() {
  Type element = operands.isFloat ? Type(b.getF32Type()) : b.getI32Type();
  return arith::ConstantOp::create(b, loc,
                                   b.getZeroAttr(VectorType::get({operands.lanes}, element)));
}

Value TileLoops::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
Value TileLoops::multiply(Value value, int64_t factor) {
  return b.createOrFold<arith::MulIOp>(loc, value, index(factor));
}
Value TileLoops::add(Value l, Value r) {
  if (isa<FloatType>(getElementTypeOrSelf(l.getType())))
    return arith::AddFOp::create(b, loc, l, r);
  return b.createOrFold<arith::AddIOp>(loc, l, r);
}
Value TileLoops::materialize(Offset offset) {
  return offset.constant == 0 ? offset.base : add(offset.base, index(offset.constant));
}
SmallVector<TileLoops::Offset> TileLoops::advance(Offsets offsets, int64_t distance) {
  return llvm::map_to_vector(offsets, [&](Offset offset) { return offset + distance; });
}

//===- WeightStream.cpp - A linear layer beside a convolution ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightStream.h"
#include "ContractionTile.h"
#include "qcc/Codegen/ContractionShape.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

static int64_t divideUp(int64_t size, int64_t block) {
  return static_cast<int64_t>(llvm::divideCeil(size, block));
}

//===----------------------------------------------------------------------===//
// WeightFetch
//===----------------------------------------------------------------------===//

/// Instructions of one point at most: beyond, a fetch is as good as reading, and code grows.
static constexpr int64_t kMostOfPoint = 64;

/// Points that are constants share the lines evenly. Others take whole steps, or some blocks of a
/// step each if there are more points than steps: that is little to compute.
void WeightFetch::emit(OpBuilder &b, Location loc, Value point, int64_t points) const {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  auto add = [&](Value l, Value r) { return b.createOrFold<arith::AddIOp>(loc, l, r); };
  auto multiply = [&](Value l, int64_t r) {
    return b.createOrFold<arith::MulIOp>(loc, l, index(r));
  };
  // Lines `from` to before `to`, step by step, behind `start`.
  auto fetch = [&](Value start, int64_t from, int64_t to, int64_t ofGroup) {
    for (int64_t line = from; line < std::min(to, from + kMostOfPoint); ++line) {
      int64_t distance = line / ofGroup * ofStep + line % ofGroup * ofBlock;
      memref::PrefetchOp::create(b, loc, weights, add(start, index(distance)), /*isWrite=*/false,
                                 locality, /*isDataCache=*/true);
    }
  };
  point = add(point, index(share * points));
  points *= shares;
  if (std::optional<int64_t> number = getConstantIntValue(point)) {
    int64_t lines = steps * blocks;
    return fetch(first, lines * *number / points, lines * (*number + 1) / points, blocks);
  }
  int64_t groups = std::clamp<int64_t>(points / steps, 1, blocks);
  int64_t ofPoint = divideUp(steps, points), ofGroup = divideUp(blocks, groups);
  Value step = multiply(b.createOrFold<arith::DivUIOp>(loc, point, index(groups)), ofPoint);
  Value group = b.createOrFold<arith::RemUIOp>(loc, point, index(groups));
  Value start = add(multiply(step, ofStep), multiply(group, ofGroup * ofBlock));
  fetch(add(first, start), 0, ofPoint * ofGroup, ofGroup);
}

//===----------------------------------------------------------------------===//
// WeightStream
//===----------------------------------------------------------------------===//

WeightStream::WeightStream(KernelLowering &lowering, func::FuncOp parts, FunctionType function,
                           ValueRange operands)
    : lowering(lowering), b(lowering.b), loc(lowering.loc), parts(parts), function(function),
      operands(operands) {
  ContractionShape shape = ContractionShape::get(parts);
  auto packed = cast<BlockArgument>(shape.weights().getDefiningOp<UnpackOp>().getPacked());
  ArrayRef<int64_t> sizes = cast<RankedTensorType>(packed.getType()).getShape();
  channelBlocks = sizes[0];
  packedSteps = sizes[1];
  ofStep = sizes[2] * sizes[3];
  depth = shape.depth();
  steps = shape.stepsOfSegment(/*foldTaps=*/false);
  ofPart = cast<ContractionAttr>(parts->getAttr(kStrategyAttr)).getDepthBlock();
  weights =
      createFlatView(b, loc, cast<TypedValue<MemRefType>>(this->operands[packed.getArgNumber()]));
}

void WeightStream::begin(int64_t rows, int64_t tiles, int64_t elements) {
  this->rows = rows;
  this->tiles = tiles;
  this->elements = elements;
}

Value WeightStream::index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

/// Steps of the depth that are due before `tile`: as many in a tile as keep pace with the rows, and
/// a row behind them.
Value WeightStream::getSteps(Value tile) {
  Value started = b.createOrFold<arith::MaxUIOp>(loc, tile, index(tiles));
  started = b.createOrFold<arith::SubIOp>(loc, started, index(tiles));
  Value due = b.createOrFold<arith::MulIOp>(loc, started, index(elements));
  return b.createOrFold<arith::DivUIOp>(loc, due, index(tiles * depth));
}

WeightFetch WeightStream::getFetch(Value tile, int64_t most) {
  WeightFetch fetch;
  fetch.weights = weights;
  fetch.first = b.createOrFold<arith::MulIOp>(loc, getSteps(tile), index(ofStep));
  fetch.blocks = channelBlocks;
  int64_t due = divideUp(elements, tiles * depth);
  most = std::min(most, lowering.target.l2Bytes / 4 / kArenaAlignment);
  fetch.steps = std::min({packedSteps, due, std::max<int64_t>(1, most / channelBlocks)});
  fetch.ofStep = ofStep;
  fetch.ofBlock = packedSteps * ofStep;
  // Into the first cache what is read soon and leaves room there for the tiles' own operands.
  if (ofPart > due || fetch.steps * fetch.blocks * kArenaAlignment > lowering.target.l1Bytes / 2)
    fetch.locality = 2;
  return fetch;
}

void WeightStream::emitParts(Value tile) {
  Value from = b.createOrFold<arith::DivUIOp>(loc, getSteps(tile), index(ofPart));
  Value behind = b.createOrFold<arith::AddIOp>(loc, tile, index(1));
  Value to = b.createOrFold<arith::DivUIOp>(loc, getSteps(behind), index(ofPart));
  Value any = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, from, to);
  auto branch = scf::IfOp::create(b, loc, any, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  call(from, to);
}

/// The last row's part, and with it the layer's results: not before the convolution has read all of
/// its input, over which they may be written.
void WeightStream::end() {
  Value from = b.createOrFold<arith::DivUIOp>(loc, getSteps(index(rows * tiles)), index(ofPart));
  call(from, index(divideUp(steps, ofPart)));
  ended = true;
}

void WeightStream::call(Value from, Value to) {
  SmallVector<Value> all = {index(1), from, to};
  llvm::append_range(all, operands);
  func::CallOp::create(b, loc, parts.getName(), function.getResults(), all);
}

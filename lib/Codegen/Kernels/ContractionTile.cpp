//===- ContractionTile.cpp - The register tile of a contraction ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionTile.h"
#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Bodies of up to this many steps are written out; longer depths are loops.
static constexpr int64_t kUnrolledSteps = 8;
/// Steps of the body of a loop over steps, if a step is one instruction for each accumulator. Where
/// products are added by an instruction of their own it is one: LLVM would add up the products of
/// several first, to wait less, and run out of registers.
static constexpr int64_t kLoopSteps = 4;
/// With fewer accumulators than this, each is several, which are added at the end: an instruction
/// need not wait for the one before it then.
static constexpr int64_t kIndependentSums = 8;
static constexpr int64_t kMaxChains = 4;

Value qcc::codegen::createFlatView(OpBuilder &b, Location loc, TypedValue<MemRefType> buffer) {
  MemRefType type = buffer.getType();
  auto [strides, offset] = type.getStridesAndOffset();
  constexpr int64_t overread = 64;
  int64_t size = overread;
  for (auto [extent, stride] : llvm::zip_equal(type.getShape(), strides))
    size += (extent - 1) * stride;
  auto layout = StridedLayoutAttr::get(b.getContext(), offset, {1});
  auto flat = MemRefType::get({size}, type.getElementType(), layout, type.getMemorySpace());
  return memref::ReinterpretCastOp::create(b, loc, flat, buffer, offset, {size}, {1});
}

/// True if a multiplication and its addition are one instruction.
static bool isOneInstruction(const TargetDescription &target, const ContractionOperands &operands) {
  if (operands.isFloat)
    return target.fma;
  if (operands.bits == 16)
    return false;
  return target.dot == DotInstruction::Vpdpbusd || target.dot == DotInstruction::Sdot;
}

namespace {
/// An index and what is added to it, kept apart so that loads have constant displacements.
struct Offset {
  Value base;
  int64_t constant = 0;

  Offset operator+(int64_t distance) const { return {base, constant + distance}; }
};

using Sums = SmallVector<Value>;

class TileEmitter {
public:
  TileEmitter(KernelLowering &lowering, const ContractionOperands &operands,
              const ContractionTile &tile)
      : b(lowering.b), loc(lowering.loc), fma(lowering.target.fma), operands(operands), tile(tile) {
    accumulators = static_cast<int64_t>(tile.positions.size() * tile.weights.size());
    while (accumulators * chains < kIndependentSums && chains < kMaxChains &&
           chains * 2 <= operands.depth.allSteps())
      chains *= 2;
    loopSteps = std::max(chains, isOneInstruction(lowering.target, operands) ? kLoopSteps : 1);
  }

  Sums run() {
    Sums sums;
    for (int64_t chain = 0; chain < chains; ++chain)
      for (size_t position = 0; position < tile.positions.size(); ++position)
        for (Value initial : tile.initial)
          sums.push_back(chain == 0 && initial ? initial : zero());
    llvm::copy(tile.sums, sums.begin());
    SmallVector<Offset> weights;
    for (Value base : tile.weights)
      weights.push_back({base, 0});
    sums = rows({tile.base, 0}, weights, sums);
    for (int64_t width = chains / 2; width > 0; width /= 2)
      for (int64_t i = 0; i < width * accumulators; ++i)
        sums[i] = add(sums[i], sums[width * accumulators + i]);
    sums.truncate(accumulators);
    return sums;
  }

private:
  using Body = llvm::function_ref<Sums(Offset, ArrayRef<Offset>, Sums)>;

  /// `count` times `body`, the input advanced by `inputStride` and the weights by `weightStride`
  /// each time; as a loop unless `unroll`.
  Sums repeat(int64_t count, bool unroll, int64_t inputStride, int64_t weightStride, Offset input,
              ArrayRef<Offset> weights, Sums sums, Body body) {
    if (count == 0)
      return sums;
    if (unroll || count == 1) {
      for (int64_t i = 0; i < count; ++i)
        sums = body(input + i * inputStride, advance(weights, i * weightStride), sums);
      return sums;
    }
    auto loop = scf::ForOp::create(b, loc, index(0), index(count), index(1), sums);
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

  Sums rows(Offset input, ArrayRef<Offset> weights, Sums sums) {
    const ContractionDepth &depth = operands.depth;
    int64_t steps = depth.segments[1] * depth.steps;
    return repeat(depth.segments[0], depth.segments[0] * steps <= kUnrolledSteps, depth.strides[0],
                  depth.segments[1] * depth.packedStepsOfSegment * weightsOfStep(), input, weights,
                  sums, [&](Offset input, ArrayRef<Offset> weights, Sums sums) {
                    return columns(input, weights, sums);
                  });
  }

  Sums columns(Offset input, ArrayRef<Offset> weights, Sums sums) {
    const ContractionDepth &depth = operands.depth;
    return repeat(depth.segments[1], depth.segments[1] * depth.steps <= kUnrolledSteps,
                  depth.strides[1], depth.packedStepsOfSegment * weightsOfStep(), input, weights,
                  sums, [&](Offset input, ArrayRef<Offset> weights, Sums sums) {
                    return segment(input, weights, sums);
                  });
  }

  Sums segment(Offset input, ArrayRef<Offset> weights, Sums sums) {
    const ContractionDepth &depth = operands.depth;
    auto some = [&](int64_t count) {
      return [this, count](Offset input, ArrayRef<Offset> weights, Sums sums) {
        for (int64_t i = 0; i < count; ++i)
          step(input + i * operands.depth.step, advance(weights, i * weightsOfStep()), i % chains,
               sums);
        return sums;
      };
    };
    if (depth.steps <= kUnrolledSteps)
      return some(depth.steps)(input, weights, sums);
    int64_t whole = depth.steps / loopSteps, rest = depth.steps % loopSteps;
    sums = repeat(whole, false, loopSteps * depth.step, loopSteps * weightsOfStep(), input, weights,
                  sums, some(loopSteps));
    int64_t done = whole * loopSteps;
    return some(rest)(input + done * depth.step, advance(weights, done * weightsOfStep()), sums);
  }

  /// Adds the products of one step to the sums of `chain`.
  void step(Offset input, ArrayRef<Offset> weights, int64_t chain, Sums &sums) {
    SmallVector<Value> vectors;
    for (Offset offset : weights)
      vectors.push_back(loadWeights(offset));
    Value *sum = &sums[chain * accumulators];
    for (int64_t position : tile.positions) {
      Value activations = loadActivations(input + position);
      for (Value vector : vectors) {
        *sum = multiplyAdd(*sum, activations, vector);
        ++sum;
      }
    }
  }

  Value multiplyAdd(Value sum, Value activations, Value weights) {
    if (!operands.isFloat)
      return DotOp::create(b, loc, sum.getType(), sum, activations, weights, operands.isUnsigned,
                           operands.pairFits);
    // Not vector.fma: that permits a fused operation, and fusing is otherwise forbidden.
    if (fma)
      return math::FmaOp::create(b, loc, activations, weights, sum);
    return arith::AddFOp::create(b, loc, sum, arith::MulFOp::create(b, loc, activations, weights));
  }

  Value loadWeights(Offset offset) {
    Type element = operands.isFloat ? Type(b.getF32Type()) : b.getIntegerType(operands.bits);
    int64_t elements = operands.lanes * operands.depth.step;
    return vector::LoadOp::create(b, loc, VectorType::get({elements}, element), operands.weights,
                                  materialize(offset));
  }

  Value loadActivations(Offset offset) {
    if (operands.isFloat) {
      Value scalar = memref::LoadOp::create(b, loc, operands.input, materialize(offset));
      return vector::BroadcastOp::create(b, loc, VectorType::get({operands.lanes}, b.getF32Type()),
                                         scalar);
    }
    auto type = VectorType::get({operands.depth.step}, b.getIntegerType(operands.bits));
    Value codes = vector::LoadOp::create(b, loc, type, operands.input, materialize(offset));
    if (!operands.flipSign)
      return codes;
    return arith::XOrIOp::create(b, loc, codes, emitConstant(b, loc, type, int64_t{-128}));
  }

  int64_t weightsOfStep() const { return kChannelBlock * operands.depth.step; }

  Value zero() {
    Type element = operands.isFloat ? Type(b.getF32Type()) : b.getI32Type();
    return arith::ConstantOp::create(b, loc,
                                     b.getZeroAttr(VectorType::get({operands.lanes}, element)));
  }

  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
  Value multiply(Value value, int64_t factor) {
    return b.createOrFold<arith::MulIOp>(loc, value, index(factor));
  }
  Value add(Value l, Value r) {
    if (isa<FloatType>(getElementTypeOrSelf(l.getType())))
      return arith::AddFOp::create(b, loc, l, r);
    return b.createOrFold<arith::AddIOp>(loc, l, r);
  }
  Value materialize(Offset offset) {
    return offset.constant == 0 ? offset.base : add(offset.base, index(offset.constant));
  }
  static SmallVector<Offset> advance(ArrayRef<Offset> offsets, int64_t distance) {
    return llvm::map_to_vector(offsets, [&](Offset offset) { return offset + distance; });
  }

  OpBuilder &b;
  Location loc;
  bool fma;
  const ContractionOperands &operands;
  const ContractionTile &tile;
  int64_t accumulators, chains = 1, loopSteps = 1;
};
} // namespace

SmallVector<Value> qcc::codegen::emitContractionTile(KernelLowering &lowering,
                                                     const ContractionOperands &operands,
                                                     const ContractionTile &tile) {
  return TileEmitter(lowering, operands, tile).run();
}

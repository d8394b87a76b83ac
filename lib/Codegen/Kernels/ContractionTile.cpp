//===- ContractionTile.cpp - The register tile of a contraction ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Steps of the body of a loop over steps, if a step is one instruction for each accumulator. Where
/// products are added by an instruction of their own it is one: LLVM would add up the products of
/// several first, to wait less, and run out of registers.
static constexpr int64_t kLoopSteps = 4;
/// With fewer accumulators than this, each is several, which are added at the end: an instruction
/// need not wait for the one before it then.
static constexpr int64_t kIndependentSums = 8;
static constexpr int64_t kMaxChains = 4;
/// Steps whose codes of one position fill a register of 16 bytes.
static constexpr int64_t kQuarters = 4;

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
  return operands.bits == 8 && target.dotAccumulates();
}

namespace {
/// A vector of sums for each position and each vector of channels.
class VectorTile final : TileLoops {
public:
  VectorTile(KernelLowering &lowering, const ContractionOperands &operands,
             const ContractionTile &tile)
      : TileLoops(lowering, operands, tile, 1, 1), fma(lowering.target.fma),
        quarters(!operands.isFloat && operands.bits == 8 && lowering.target.dotTakesQuarters()) {
    accumulators = static_cast<int64_t>(tile.positions.size() * tile.weights.size());
    while (accumulators * chains < kIndependentSums && chains < kMaxChains &&
           chains * 2 <= operands.depth.allSteps())
      chains *= 2;
    leastSteps = std::max<int64_t>(chains, quarters ? kQuarters : 1);
    // Of several steps LLVM loads weights early, for which sums must leave registers. Quarters of
    // codes are loaded for several steps in any case.
    bool hasRoom = quarters || 4 * chains * accumulators <= 3 * lowering.target.vectorRegisters;
    loopSteps =
        std::max(chains, isOneInstruction(lowering.target, operands) && hasRoom ? kLoopSteps : 1);
  }

  Sums run() {
    Sums sums;
    for (int64_t chain = 0; chain < chains; ++chain)
      for (size_t position = 0; position < tile.positions.size(); ++position)
        for (Value initial : tile.initial)
          sums.push_back(chain == 0 && initial ? initial : zero());
    llvm::copy(tile.sums, sums.begin());
    sums = contract(std::move(sums));
    for (int64_t width = chains / 2; width > 0; width /= 2)
      for (int64_t i = 0; i < width * accumulators; ++i)
        sums[i] = add(sums[i], sums[width * accumulators + i]);
    sums.truncate(accumulators);
    return sums;
  }

private:
  Sums addSteps(Offset input, Offsets weights, int64_t count, Sums sums) override {
    // The codes of several steps are loaded before the first of them; else each when it is used.
    SmallVector<Value> loaded;
    for (int64_t i = 0; i < count; ++i) {
      Offset codes = input + i * operands.depth.step;
      if (i % kQuarters == 0) {
        loaded.clear();
        if (quarters && count - i >= kQuarters)
          for (int64_t position : tile.positions)
            loaded.push_back(loadCodes(codes + position, kQuarters * operands.depth.step));
      }
      addStep(
          [&](size_t position) {
            return loaded.empty() ? loadActivations(codes + tile.positions[position])
                                  : getQuarter(loaded[position], i % kQuarters);
          },
          advance(weights, i * weightsOfStep()), i % chains, sums);
    }
    return sums;
  }

  /// Adds the products of one step to the sums of `chain`.
  void addStep(llvm::function_ref<Value(size_t)> getActivations, Offsets weights, int64_t chain,
               Sums &sums) {
    SmallVector<Value> vectors;
    for (Offset offset : weights)
      vectors.push_back(loadWeights(offset));
    Value *sum = &sums[chain * accumulators];
    for (size_t position = 0; position < tile.positions.size(); ++position) {
      Value activations = getActivations(position);
      for (Value vector : vectors) {
        *sum = multiplyAdd(*sum, activations, vector);
        ++sum;
      }
    }
  }

  /// Each 32 bits of a register of codes are one step's.
  Value getQuarter(Value codes, int64_t quarter) {
    int64_t step = operands.depth.step;
    return vector::ExtractStridedSliceOp::create(b, loc, codes, ArrayRef<int64_t>{quarter * step},
                                                 ArrayRef<int64_t>{step}, ArrayRef<int64_t>{1});
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

  Value loadActivations(Offset offset) {
    if (!operands.isFloat)
      return loadCodes(offset, operands.depth.step);
    Value scalar = memref::LoadOp::create(b, loc, operands.input, materialize(offset));
    return vector::BroadcastOp::create(b, loc, VectorType::get({operands.lanes}, b.getF32Type()),
                                       scalar);
  }

  bool fma, quarters;
  int64_t accumulators, chains = 1;
};
} // namespace

SmallVector<Value> qcc::codegen::emitContractionTile(KernelLowering &lowering,
                                                     const ContractionOperands &operands,
                                                     const ContractionTile &tile) {
  if (operands.paired && tile.positions.size() > 1)
    return emitBlockTile(lowering, operands, tile);
  return VectorTile(lowering, operands, tile).run();
}

//===- TileLoops.h - Loops over the depth of a register tile ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Segments and steps, written out or as loops that carry the sums; what a few steps add is up to
// who derives from it.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_TILELOOPS_H
#define QCC_LIB_CODEGEN_KERNELS_TILELOOPS_H

#include "ContractionTile.h"

namespace qcc::codegen {

class TileLoops {
protected:
  using Value = mlir::Value;
  using Sums = llvm::SmallVector<Value>;

  /// An index and what is added to it, kept apart so that loads have constant displacements.
  struct Offset {
    Value base;
    int64_t constant = 0;

    Offset operator+(int64_t distance) const { return {base, constant + distance}; }
  };
  using Offsets = llvm::ArrayRef<Offset>;

  /// Loops over steps have bodies of `loopSteps`, or, of a short depth, of `leastSteps` or more.
  TileLoops(KernelLowering &lowering, const ContractionOperands &operands,
            const ContractionTile &tile, int64_t leastSteps, int64_t loopSteps)
      : b(lowering.b), loc(lowering.loc), operands(operands), tile(tile), leastSteps(leastSteps),
        loopSteps(loopSteps) {}
  ~TileLoops() = default;

  /// `sums` and the products of the whole depth.
  Sums contract(Sums sums);
  /// `sums` and the products of `count` steps, whose codes are adjacent from `input` on; `weights`
  /// are those of each vector of channels.
  virtual Sums addSteps(Offset input, Offsets weights, int64_t count, Sums sums) = 0;

  /// The weights of one step and one vector of channels.
  Value loadWeights(Offset offset);
  /// Adjacent elements of the input, with the sign that the target wants.
  Value loadCodes(Offset offset, int64_t count);

  int64_t weightsOfStep() const { return kChannelBlock * operands.depth.step; }
  Value zero();
  Value index(int64_t value);
  Value multiply(Value value, int64_t factor);
  Value add(Value l, Value r);
  Value materialize(Offset offset);
  static llvm::SmallVector<Offset> advance(Offsets offsets, int64_t distance);

  mlir::OpBuilder &b;
  mlir::Location loc;
  const ContractionOperands &operands;
  const ContractionTile &tile;
  int64_t leastSteps, loopSteps;

private:
  using Body = llvm::function_ref<Sums(Offset, Offsets, Sums)>;

  Sums repeat(int64_t count, bool unroll, int64_t inputStride, int64_t weightStride, Offset input,
              Offsets weights, Sums sums, Body body);
  Sums rows(Offset input, Offsets weights, Sums sums);
  Sums columns(Offset input, Offsets weights, Sums sums);
  Sums segment(Offset input, Offsets weights, Sums sums);
  /// Whether so many steps are written out rather than a loop.
  bool isWrittenOut(int64_t steps) const;
  bool hasLoopOfSteps() const;
  void prefetch(Offsets weights);
  void fetch(Offsets weights);

  /// Of a step, at most: a product for each sum.
  int64_t products = 0;
};

/// What emitContractionTile is of an operand that is paired: blocks of two positions and two
/// channels, eight products at once. There are at least two positions.
llvm::SmallVector<mlir::Value> emitBlockTile(KernelLowering &lowering,
                                             const ContractionOperands &operands,
                                             const ContractionTile &tile);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_TILELOOPS_H

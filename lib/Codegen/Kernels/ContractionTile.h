//===- ContractionTile.h - The register tile of a contraction ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The inner loops: what one tile of positions and channels accumulates over the whole depth.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_CONTRACTIONTILE_H
#define QCC_LIB_CODEGEN_KERNELS_CONTRACTIONTILE_H

#include "KernelLowering.h"
#include "WeightStream.h"

#include <array>
#include <optional>

namespace qcc::codegen {

/// The depth of a contraction: two levels of segments, whose elements are adjacent in memory. The
/// weights of all steps lie one behind the other.
struct ContractionDepth {
  std::array<int64_t, 2> segments = {1, 1};
  /// From one segment to the next, in elements of the input.
  std::array<int64_t, 2> strides = {0, 0};
  /// Steps of a segment, and how many elements of the input each of them takes.
  int64_t steps = 1, step = 1;
  /// Steps that a segment has in the packed weights, which may be filled up with zeros.
  int64_t packedStepsOfSegment = 1;

  int64_t packedSteps() const { return segments[0] * segments[1] * packedStepsOfSegment; }
  int64_t allSteps() const { return segments[0] * segments[1] * steps; }
};

/// What the tiles of one kernel share.
struct ContractionOperands {
  /// One-dimensional views.
  mlir::Value input, weights;
  ContractionDepth depth;
  int64_t lanes = 1;
  bool isFloat = false;
  /// Of integers, codes or what was made of codes: bits of an element; codes are not 16.
  unsigned bits = 8;
  /// Of codes: how they are read and multiplied.
  bool isUnsigned = false, flipSign = false, pairFits = false;
  /// Of codes: sums are kept in blocks of two positions and two channels, where there are two.
  bool paired = false;
};

/// Tiles that read the same weights one after the other prefetch those that come next, each a share
/// of every step's.
struct WeightPrefetch {
  /// From a step's weights to those that come next, in steps.
  mlir::Value distance;
  /// Which of the `shares` is the tile's.
  mlir::Value share;
  int64_t shares;
};

struct ContractionTile {
  /// Where the tile's first position starts in the input.
  mlir::Value base;
  /// Each position's distance from there, in elements.
  llvm::SmallVector<int64_t> positions;
  /// Where the weights of each vector of channels start.
  llvm::SmallVector<mlir::Value> weights;
  /// What the sums of each vector of channels start with; null for 0.
  llvm::SmallVector<mlir::Value> initial;
  /// If there are any, what each sum starts with instead, in the order of the results.
  llvm::SmallVector<mlir::Value> sums;
  std::optional<WeightPrefetch> prefetch;
  /// Of another layer.
  std::optional<WeightFetch> fetch;
};

/// A one-dimensional view of all elements of `buffer`, from its first one on, and of those behind
/// it that a load may reach.
mlir::Value createFlatView(mlir::OpBuilder &b, mlir::Location loc,
                           mlir::TypedValue<mlir::MemRefType> buffer);

/// The accumulators, positions outer, vectors of channels inner.
llvm::SmallVector<mlir::Value> emitContractionTile(KernelLowering &lowering,
                                                   const ContractionOperands &operands,
                                                   const ContractionTile &tile);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_CONTRACTIONTILE_H

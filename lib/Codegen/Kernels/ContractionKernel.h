//===- ContractionKernel.h - What kernels of convolutions and linear layers share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operands of a contraction, its loops, and its epilogue. How a tile of sums is computed is
// what the derived emitters differ in.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_CONTRACTIONKERNEL_H
#define QCC_LIB_CODEGEN_KERNELS_CONTRACTIONKERNEL_H

#include "ContractionTile.h"
#include "Loops.h"
#include "qcc/Codegen/ContractionShape.h"

namespace qcc::codegen {

class ContractionKernel {
protected:
  using Value = mlir::Value;

  /// `size` output channels of one group, the first of which is `first`.
  struct Channels {
    Value group, first;
    int64_t size;
  };

  ContractionKernel(KernelLowering &lowering, int64_t lanes, bool foldTaps)
      : lowering(lowering), b(lowering.b), loc(lowering.loc),
        shape(ContractionShape::get(lowering.kernel)), lanes(lanes), foldTaps(foldTaps) {}

  /// Fills in `operands` and `strides`; an error at the kernel if its strategy does not fit it.
  llvm::LogicalResult prepare();

  /// Memory on the stack, in front of all else that the function does: what comes first may become
  /// several blocks (LLVM makes two of a division), and for what is not in the first one LLVM makes
  /// room at run time, so that nobody knows how large the stack gets.
  mlir::TypedValue<mlir::MemRefType> createScratch(mlir::MemRefType type);

  //===--------------------------------------------------------------------===//
  // Indices and loops
  //===--------------------------------------------------------------------===//

  Value index(int64_t value);
  Value add(Value l, Value r);
  Value add(Value l, int64_t r);
  Value multiply(Value l, int64_t r);
  /// A loop from `first` to `last`; its body gets the induction variable.
  void loop(Value first, Value last, int64_t step, llvm::function_ref<void(Value)> body);
  /// [0, extent) in blocks: a loop over the whole ones, and the rest.
  void blocks(int64_t extent, int64_t block, llvm::function_ref<void(Value, int64_t)> body) {
    emitBlocks(lowering, std::nullopt, extent, block, body);
  }
  /// From 0 to `extent` (at least `block`) in blocks, the last of which may overlap.
  void overlappingBlocks(Value extent, int64_t block, llvm::function_ref<void(Value)> body);
  void overlappingBlocks(int64_t extent, int64_t block, llvm::function_ref<void(Value)> body);
  /// The same of those blocks that the function computes, if it is split along `dimension`.
  void overlappingBlocks(SplitDimension dimension, int64_t extent, int64_t block,
                         llvm::function_ref<void(Value)> body);
  void forImages(llvm::function_ref<void(Value)> body) { loop(index(0), lowering.images, 1, body); }
  /// Blocks of `block` output channels of each group: those that the function computes.
  void forChannels(int64_t block, llvm::function_ref<void(const Channels &)> body);

  //===--------------------------------------------------------------------===//
  // A linear layer beside a convolution, if there is one
  //===--------------------------------------------------------------------===//

  /// The tiles of an image's result, rows outermost and columns innermost: how many rows and
  /// columns there are, behind the pool, and of how many of them and of how many channels a tile
  /// is.
  struct TileGrid {
    int64_t rows, columns, tileRows, tileColumns, tileChannels;
    /// Lines of the cache that may be fetched during a tile.
    int64_t mostLines = std::numeric_limits<int64_t>::max();
  };

  void beginStream(const TileGrid &grid);
  /// Emits a tile, which begins at `row` and `column` (or some before them, if it overlaps the one
  /// before it), and what comes behind it; `emitTile` gets what the tile is to fetch.
  void emitBesideStream(const TileGrid &grid, Value row, Value column, const Channels &channels,
                        llvm::function_ref<void(std::optional<WeightFetch>)> emitTile);
  void endStream();

  //===--------------------------------------------------------------------===//
  // Channels
  //===--------------------------------------------------------------------===//

  /// The first of `channels`, in the bias and in the result.
  Value firstChannel(const Channels &channels);
  /// `size` elements of the bias, from `channel` on (counted in `channels`), and zeros for the
  /// lanes that are filled up; null if there is no bias.
  Value loadBias(const Channels &channels, int64_t channel, int64_t size);

  //===--------------------------------------------------------------------===//
  // Epilogue
  //===--------------------------------------------------------------------===//

  Value emitMaximum(Value l, Value r);
  /// Computes what the kernel returns from the accumulators at `positions` (all dimensions but the
  /// channels), vectors of channels inner, and stores it. All is computed before anything is
  /// stored: what was loaded for one position serves the others then, although a store might change
  /// it for all that LLVM knows.
  void emitEpilogue(llvm::ArrayRef<Value> sums, llvm::ArrayRef<llvm::SmallVector<Value>> positions,
                    const Channels &channels);

  /// Elements of the packed weights for one channel of a block.
  int64_t weightsOfChannel() const { return operands.depth.packedSteps() * operands.depth.step; }

  KernelLowering &lowering;
  mlir::OpBuilder &b;
  mlir::Location loc;
  ContractionShape shape;
  int64_t lanes;
  bool foldTaps;
  ContractionOperands operands;
  /// Of the input, in elements.
  llvm::SmallVector<int64_t> strides;
  bool failedEpilogue = false;

private:
  /// A vector of the result, or of what is rounded to it, and where its first element goes.
  struct Result {
    Value vector;
    llvm::SmallVector<Value> position;
    /// Whether it is the neighbour of the one before it.
    bool follows;
  };

  void narrow(class Narrowing &narrowing, llvm::ArrayRef<Result> reals,
              llvm::SmallVectorImpl<Result> &results);
  void prepareDepth(bool adjacentTaps, int64_t packedSteps);
  bool pairsFit() const;
  Value firstLanes(Value vector, int64_t size);
  Value activate(Value value);
};

/// Runs a linear layer on the images from `first` on, as lowerContraction does for all of them.
llvm::LogicalResult lowerLinearFrom(KernelLowering &lowering, ContractionAttr strategy,
                                    mlir::Value first);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_CONTRACTIONKERNEL_H

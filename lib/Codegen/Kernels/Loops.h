//===- Loops.h - Loops, and buffers seen with fewer dimensions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the emitters of all families share. Bodies are emitted through `lowering.b`, which stands
// inside the loop then, and behind it afterwards.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_LOOPS_H
#define QCC_LIB_CODEGEN_KERNELS_LOOPS_H

#include "KernelLowering.h"

namespace qcc::codegen {

using LoopBody = llvm::function_ref<void(mlir::Value index)>;

/// A constant index.
mlir::Value emitIndex(KernelLowering &lowering, int64_t value);

/// index * factor + addend.
mlir::Value emitAffine(KernelLowering &lowering, mlir::Value index, int64_t factor, int64_t addend);

/// A constant, if `value` is one.
std::optional<int64_t> getConstantIndex(mlir::Value value);

/// `for (i = lower; i < upper; i += step)`. What runs exactly once by its constant bounds is no
/// loop, and what never runs is nothing.
void emitLoop(KernelLowering &lowering, mlir::Value lower, mlir::Value upper, int64_t step,
              LoopBody body);
void emitLoop(KernelLowering &lowering, int64_t lower, int64_t upper, int64_t step, LoopBody body);

/// The same with values that go round: `body` takes and returns them.
llvm::SmallVector<mlir::Value> emitReduction(
    KernelLowering &lowering, mlir::Value lower, mlir::Value upper, mlir::ValueRange start,
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value, mlir::ValueRange)> body);

/// Numbers of blocks, from `first` to before `end`.
struct PartRange {
  mlir::Value first, end;
};

/// Those of `count` blocks along a dimension that the function computes: all of them, by constants,
/// unless it is split along that dimension.
PartRange emitPartRange(KernelLowering &lowering, SplitDimension dimension, int64_t count);

/// Covers `extent` elements of a dimension by blocks of `block`, and of what is left: those blocks
/// that the function computes, if it is split along `dimension`. `body` gets the first element and
/// the number of them.
void emitBlocks(KernelLowering &lowering, std::optional<SplitDimension> dimension, int64_t extent,
                int64_t block, llvm::function_ref<void(mlir::Value, int64_t)> body);

/// A loop over the images: as many as the kernel is told of, or all if the batch is fixed.
void emitImageLoop(KernelLowering &lowering, LoopBody body);

/// Covers `size` elements by vectors of `lanes`, then of halves of that down to `least`, then of
/// what is left. `body` gets the first element and the number of lanes.
void emitVectorLoop(KernelLowering &lowering, int64_t size, int64_t lanes, int64_t least,
                    llvm::function_ref<void(mlir::Value, int64_t)> body);

/// The part of `buffer` that begins at `first` and has the dimensions `sizes`.
mlir::TypedValue<mlir::MemRefType> emitBox(KernelLowering &lowering,
                                           mlir::TypedValue<mlir::MemRefType> buffer,
                                           llvm::ArrayRef<int64_t> first,
                                           llvm::ArrayRef<int64_t> sizes);

/// `buffer` with its last two dimensions, which are one run of memory, as one.
mlir::TypedValue<mlir::MemRefType> emitJoinedLast(KernelLowering &lowering,
                                                  mlir::TypedValue<mlir::MemRefType> buffer);

/// Joins neighbouring dimensions of `buffers`, the first one of all apart, where they are one run
/// of memory in each of them (or repeated in a buffer, whose size is 1 or which lacks the dimension
/// in front), so that vectors along the last dimension are long. `shape` is what loops run over.
/// Replaces the buffers by views of equal rank and `shape` by theirs.
void joinDimensions(KernelLowering &lowering, llvm::SmallVectorImpl<int64_t> &shape,
                    llvm::MutableArrayRef<mlir::TypedValue<mlir::MemRefType>> buffers);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_LOOPS_H

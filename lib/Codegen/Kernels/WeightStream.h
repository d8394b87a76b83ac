//===- WeightStream.h - A linear layer beside a convolution ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While a convolution computes the rows of one image, its tiles fetch weights of the linear layer
// that reads it, and after each tile the layer's part whose weights have arrived, and whose rows
// are there, is called.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_WEIGHTSTREAM_H
#define QCC_LIB_CODEGEN_KERNELS_WEIGHTSTREAM_H

#include "KernelLowering.h"

namespace qcc::codegen {

/// Weights that a tile fetches while it is computed: some steps of all blocks of channels. A step
/// of a block is a line of the cache.
struct WeightFetch {
  /// A one-dimensional view, and where in it the first block's first step lies.
  mlir::Value weights, first;
  int64_t steps = 0, blocks = 0;
  /// From one step, and from one block, to the next, in elements.
  int64_t ofStep = 0, ofBlock = 0;
  /// As llvm.prefetch has it: 3 for the first cache, 2 for the second.
  unsigned locality = 3;
  /// Tiles that are computed in several passes fetch a share in each.
  int64_t share = 0, shares = 1;

  /// Fetches what is due at `point` (index) of so many points of a pass.
  void emit(mlir::OpBuilder &b, mlir::Location loc, mlir::Value point, int64_t points) const;
};

class WeightStream {
public:
  using Value = mlir::Value;

  /// `parts` is the linear layer's kernel on tensors, with packed weights and blocks of the depth,
  /// `function` what it is lowered to, and `operands` the function's but for the number of images
  /// and those of the blocks.
  WeightStream(KernelLowering &lowering, mlir::func::FuncOp parts, mlir::FunctionType function,
               mlir::ValueRange operands);

  /// The convolution computes `rows` blocks of rows, each of `tiles` tiles and of up to `elements`
  /// elements. To be called once, before its loops.
  void begin(int64_t rows, int64_t tiles, int64_t elements);
  /// What tile `tile` (index) fetches: up to `most` lines of the cache and a quarter of the second
  /// one, or a step of all blocks. The rest arrives when it is read.
  WeightFetch getFetch(Value tile, int64_t most);
  /// Behind tile `tile`.
  void emitParts(Value tile);
  /// Behind the loops.
  void end();
  /// Whether the layer has been computed.
  bool hasEnded() const { return ended; }

private:
  Value index(int64_t value);
  Value getSteps(Value tile);
  void call(Value from, Value to);

  KernelLowering &lowering;
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::func::FuncOp parts;
  mlir::FunctionType function;
  llvm::SmallVector<Value> operands;
  Value weights;
  /// Of the packed weights: blocks of channels, steps of each, and elements of a step.
  int64_t channelBlocks, packedSteps, ofStep;
  /// Elements of the depth in a step, steps that have weights, and steps of a part.
  int64_t depth, steps, ofPart;
  int64_t rows = 0, tiles = 0, elements = 0;
  bool ended = false;
};

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_WEIGHTSTREAM_H

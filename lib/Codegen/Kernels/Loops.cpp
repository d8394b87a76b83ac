//===- Loops.cpp - Loops, and buffers seen with fewer dimensions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

//===----------------------------------------------------------------------===//
// Indices and loops
//===----------------------------------------------------------------------===//

Value qcc::codegen::emitIndex(KernelLowering &lowering, int64_t value) {
  return arith::ConstantIndexOp::create(lowering.b, lowering.loc, value);
}

std::optional<int64_t> qcc::codegen::getConstantIndex(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

Value qcc::codegen::emitAffine(KernelLowering &lowering, Value index, int64_t factor,
                               int64_t addend) {
  if (std::optional<int64_t> constant = getConstantIndex(index))
    return emitIndex(lowering, *constant * factor + addend);
  if (factor != 1)
    index = arith::MulIOp::create(lowering.b, lowering.loc, index, emitIndex(lowering, factor));
  if (addend != 0)
    index = arith::AddIOp::create(lowering.b, lowering.loc, index, emitIndex(lowering, addend));
  return index;
}

SmallVector<Value>
qcc::codegen::emitReduction(KernelLowering &lowering, Value lower, Value upper, ValueRange start,
                            llvm::function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  OpBuilder &b = lowering.b;
  auto loop =
      scf::ForOp::create(b, lowering.loc, lower, upper, emitIndex(lowering, 1), start,
                         [](OpBuilder &, Location, Value, ValueRange) { /* filled below */ });
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(loop.getBody());
  SmallVector<Value> results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(b, lowering.loc, results);
  return llvm::to_vector_of<Value>(loop.getResults());
}

void qcc::codegen::emitLoop(KernelLowering &lowering, Value lower, Value upper, int64_t step,
                            LoopBody body) {
  std::optional<int64_t> from = getConstantIndex(lower), to = getConstantIndex(upper);
  if (from && to && *to - *from <= step) {
    if (*from < *to)
      body(lower);
    return;
  }
  OpBuilder &b = lowering.b;
  auto loop = scf::ForOp::create(b, lowering.loc, lower, upper, emitIndex(lowering, step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void qcc::codegen::emitLoop(KernelLowering &lowering, int64_t lower, int64_t upper, int64_t step,
                            LoopBody body) {
  if (lower < upper)
    emitLoop(lowering, emitIndex(lowering, lower), emitIndex(lowering, upper), step, body);
}

PartRange qcc::codegen::emitPartRange(KernelLowering &lowering, SplitDimension dimension,
                                      int64_t count) {
  OpBuilder &b = lowering.b;
  if (lowering.split != dimension)
    return {emitIndex(lowering, 0), emitIndex(lowering, count)};
  lowering.hasPartLoop = true;
  // Outside of all loops, as divisions are slow, but behind what is in front of all else.
  OpBuilder::InsertionGuard guard(b);
  Block *block = lowering.part.getParentBlock();
  b.setInsertionPoint(
      block, llvm::find_if(*block, [](Operation &op) { return !isa<memref::AllocaOp>(op); }));
  auto share = [&](Value part) -> Value {
    Value blocks = arith::MulIOp::create(b, lowering.loc, part, emitIndex(lowering, count));
    return arith::DivUIOp::create(b, lowering.loc, blocks, lowering.parts);
  };
  return {share(lowering.part), share(emitAffine(lowering, lowering.part, 1, 1))};
}

void qcc::codegen::emitBlocks(KernelLowering &lowering, std::optional<SplitDimension> dimension,
                              int64_t extent, int64_t block,
                              llvm::function_ref<void(Value, int64_t)> body) {
  int64_t whole = extent / block, rest = extent % block;
  auto emitWhole = [&](Value first) { body(first, block); };
  auto emitRest = [&] { body(emitIndex(lowering, whole * block), rest); };
  if (!dimension || lowering.split != dimension) {
    emitLoop(lowering, 0, whole * block, block, emitWhole);
    if (rest > 0)
      emitRest();
    return;
  }
  OpBuilder &b = lowering.b;
  Location loc = lowering.loc;
  auto [first, end] = emitPartRange(lowering, *dimension, whole + (rest > 0));
  Value last = end;
  if (rest > 0)
    last = arith::MinUIOp::create(b, loc, end, emitIndex(lowering, whole));
  if (whole > 0)
    emitLoop(lowering, emitAffine(lowering, first, block, 0), emitAffine(lowering, last, block, 0),
             block, emitWhole);
  if (rest == 0)
    return;
  // What is left is the last part's.
  Value isLast =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, end, emitIndex(lowering, whole + 1));
  auto branch = scf::IfOp::create(b, loc, isLast, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  emitRest();
}

void qcc::codegen::emitImageLoop(KernelLowering &lowering, LoopBody body) {
  auto type = cast<RankedTensorType>(getReturned(lowering.kernel).getType());
  Value images = type.isDynamicDim(0) ? lowering.images : emitIndex(lowering, type.getDimSize(0));
  emitLoop(lowering, emitIndex(lowering, 0), images, 1, body);
}

void qcc::codegen::emitVectorLoop(KernelLowering &lowering, int64_t size, int64_t lanes,
                                  int64_t least, llvm::function_ref<void(Value, int64_t)> body) {
  int64_t done = size / lanes * lanes;
  emitLoop(lowering, 0, done, lanes, [&](Value start) { body(start, lanes); });
  while (done < size) {
    while (lanes > size - done && lanes / 2 >= least)
      lanes /= 2;
    int64_t count = std::min(lanes, size - done);
    body(emitIndex(lowering, done), count);
    done += count;
  }
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

static TypedValue<MemRefType> emitView(KernelLowering &lowering, TypedValue<MemRefType> buffer,
                                       int64_t offset, ArrayRef<int64_t> sizes,
                                       ArrayRef<int64_t> strides) {
  MLIRContext *context = buffer.getContext();
  auto type = MemRefType::get(sizes, buffer.getType().getElementType(),
                              StridedLayoutAttr::get(context, offset, strides));
  return cast<TypedValue<MemRefType>>(memref::ReinterpretCastOp::create(lowering.b, lowering.loc,
                                                                        type, buffer, offset, sizes,
                                                                        strides)
                                          .getResult());
}

TypedValue<MemRefType> qcc::codegen::emitBox(KernelLowering &lowering,
                                             TypedValue<MemRefType> buffer, ArrayRef<int64_t> first,
                                             ArrayRef<int64_t> sizes) {
  auto [strides, offset] = buffer.getType().getStridesAndOffset();
  for (auto [index, stride] : llvm::zip_equal(first, strides))
    offset += index * stride;
  return emitView(lowering, buffer, offset, sizes, strides);
}

TypedValue<MemRefType> qcc::codegen::emitJoinedLast(KernelLowering &lowering,
                                                    TypedValue<MemRefType> buffer) {
  auto [strides, offset] = buffer.getType().getStridesAndOffset();
  SmallVector<int64_t> sizes(buffer.getType().getShape());
  int64_t last = sizes.pop_back_val();
  sizes.back() *= last;
  strides.erase(strides.end() - 2);
  return emitView(lowering, buffer, offset, sizes, strides);
}

namespace {
/// One dimension of what loops run over, and what it is in each buffer: a step of 0 where the
/// buffer repeats its elements.
struct JointDimension {
  int64_t size;
  SmallVector<int64_t> strides;
};
} // namespace

/// True if a step of `outer` is `inner.size` steps of `inner` in all buffers.
static bool canJoin(const JointDimension &outer, const JointDimension &inner) {
  return llvm::all_of(llvm::zip_equal(outer.strides, inner.strides), [&](auto strides) {
    auto [far, near] = strides;
    return far == near * inner.size;
  });
}

void qcc::codegen::joinDimensions(KernelLowering &lowering, SmallVectorImpl<int64_t> &shape,
                                  MutableArrayRef<TypedValue<MemRefType>> buffers) {
  auto rank = static_cast<int64_t>(shape.size());
  // Innermost first. Vectors run along the innermost one, whose elements are adjacent or repeated.
  SmallVector<JointDimension> joined;
  for (int64_t dim = rank - 1; dim > 0; --dim) {
    JointDimension next = {shape[dim], {}};
    for (TypedValue<MemRefType> buffer : buffers) {
      MemRefType type = buffer.getType();
      int64_t own = dim - (rank - type.getRank());
      bool isRepeated = own < 0 || type.getDimSize(own) == 1;
      next.strides.push_back(isRepeated ? 0 : type.getStridesAndOffset().first[own]);
    }
    if (dim == rank - 1)
      joined.push_back(next);
    else if (next.size == 1)
      continue;
    else if (joined.back().size == 1 && joined.size() == 1 &&
             llvm::all_of(next.strides, [](int64_t stride) { return stride <= 1; }))
      joined.back() = next;
    else if (canJoin(next, joined.back()))
      joined.back().size *= next.size;
    else
      joined.push_back(next);
  }

  for (auto [i, buffer] : llvm::enumerate(buffers)) {
    MemRefType type = buffer.getType();
    auto [strides, offset] = type.getStridesAndOffset();
    bool hasBatch = type.getRank() == rank;
    SmallVector<int64_t> sizes = {hasBatch ? type.getDimSize(0) : 1};
    SmallVector<int64_t> steps = {hasBatch ? strides[0] : 1};
    for (const JointDimension &dimension : llvm::reverse(joined)) {
      bool isRepeated = dimension.strides[i] == 0;
      sizes.push_back(isRepeated ? 1 : dimension.size);
      steps.push_back(isRepeated ? 1 : dimension.strides[i]);
    }
    buffer = emitView(lowering, buffer, offset, sizes, steps);
  }
  shape.truncate(1);
  for (const JointDimension &dimension : llvm::reverse(joined))
    shape.push_back(dimension.size);
}

//===- Transpose.cpp - Dimensions in another order ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors run along the last dimension of the result. Where the input's elements are adjacent in
// the same direction, they are loaded as a vector; else one by one. One case is worth more: images
// whose few channels come as planes, which most networks begin with. There, vectors of each plane
// are loaded and interleaved.
//
//===----------------------------------------------------------------------===//

#include "Transpose.h"

#include "Elementwise.h"
#include "Loops.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// More planes than this are not interleaved.
static constexpr int64_t kMaxPlanes = 4;

namespace {

class TransposeEmitter {
public:
  TransposeEmitter(KernelLowering &lowering, cnn::TransposeOp root)
      : lowering(lowering), b(lowering.b), loc(lowering.loc), root(root),
        input(lowering.buffers.lookup(root.getInput())),
        shape(lowering.result.getType().getShape()) {}

  LogicalResult emit();

private:
  bool canInterleave();
  void emitRows(llvm::function_ref<void()> body);
  Value emitLoad(Value start, int64_t lanes);
  Value emitInterleaved(Value start, int64_t lanes);
  LogicalResult emitResult(KernelLowering &target, Value vector, Value last, int64_t lanes);
  SmallVector<Value> getSource(ArrayRef<Value> target);

  KernelLowering &lowering;
  OpBuilder &b;
  Location loc;
  cnn::TransposeOp root;
  TypedValue<MemRefType> input;
  ArrayRef<int64_t> shape;
  /// Where the emission stands in the result, without the dimensions that vectors run along.
  SmallVector<Value> position;
};

} // namespace

/// The input's position of a position of the result.
SmallVector<Value> TransposeEmitter::getSource(ArrayRef<Value> target) {
  SmallVector<Value> source(target.size());
  for (auto [index, dim] : llvm::zip_equal(target, root.getPermutation()))
    source[dim] = index;
  return source;
}

/// True for planes that become the last dimension, beside the one that is adjacent in the planes;
/// the epilogue must not tell channels apart.
bool TransposeEmitter::canInterleave() {
  ArrayRef<int64_t> permutation = root.getPermutation();
  size_t rank = permutation.size();
  auto [strides, offset] = lowering.result.getType().getStridesAndOffset();
  return rank > 2 && shape.back() <= kMaxPlanes &&
         permutation[rank - 2] == static_cast<int64_t>(rank) - 1 &&
         strides[rank - 2] == shape.back() &&
         llvm::all_of(lowering.kernel.getArguments(), [&](BlockArgument argument) {
           return argument == root.getInput() ||
                  lowering.buffers.lookup(argument).getType().getNumElements() == 1 ||
                  llvm::all_of(argument.getUsers(), llvm::IsaPred<cnn::LookupOp>);
         });
}

/// Loops over all dimensions that vectors do not run along.
void TransposeEmitter::emitRows(llvm::function_ref<void()> body) {
  size_t dimensions = shape.size() - (canInterleave() ? 2 : 1);
  std::function<void(size_t)> emitDimension = [&](size_t dim) {
    if (dim == dimensions)
      return body();
    emitLoop(lowering, 0, shape[dim], 1, [&](Value index) {
      position.push_back(index);
      emitDimension(dim + 1);
      position.pop_back();
    });
  };
  emitImageLoop(lowering, [&](Value image) {
    position.push_back(image);
    emitDimension(1);
    position.pop_back();
  });
}

/// The input's elements for a vector of the result.
Value TransposeEmitter::emitLoad(Value start, int64_t lanes) {
  auto type = VectorType::get(lanes, input.getType().getElementType());
  SmallVector<Value> target = position;
  target.push_back(start);
  if (root.getPermutation().back() == static_cast<int64_t>(shape.size()) - 1)
    return vector::LoadOp::create(b, loc, type, input, getSource(target));
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    target.back() = emitAffine(lowering, start, 1, lane);
    elements.push_back(memref::LoadOp::create(b, loc, input, getSource(target)));
  }
  return vector::FromElementsOp::create(b, loc, type, elements);
}

/// `lanes` columns of all planes, those of a column side by side.
Value TransposeEmitter::emitInterleaved(Value start, int64_t lanes) {
  int64_t planes = shape.back();
  auto type = VectorType::get(lanes, input.getType().getElementType());
  SmallVector<Value> loaded;
  for (int64_t plane = 0; plane < planes; ++plane) {
    SmallVector<Value> target = position;
    target.append({start, emitIndex(lowering, plane)});
    loaded.push_back(vector::LoadOp::create(b, loc, type, input, getSource(target)));
  }
  if (planes == 1)
    return loaded.front();
  // Two and two are put one behind the other, then all are taken in turns.
  auto join = [&](Value first, Value second) -> Value {
    return vector::ShuffleOp::create(b, loc, first, second,
                                     llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
  };
  Value front = join(loaded[0], loaded[1]);
  Value back = planes > 2 ? join(loaded[2], loaded.back()) : front;
  SmallVector<int64_t> turns;
  for (int64_t lane = 0; lane < lanes; ++lane)
    for (int64_t plane = 0; plane < planes; ++plane)
      turns.push_back(plane * lanes + lane);
  return vector::ShuffleOp::create(b, loc, front, back, turns);
}

/// `vector` through the epilogue into the result of `target`, at `last` along its last dimension.
LogicalResult TransposeEmitter::emitResult(KernelLowering &target, Value vector, Value last,
                                           int64_t lanes) {
  SmallVector<Value> full = position;
  full.push_back(last);
  FailureOr<Value> stored = emitElementwise(target, getReturned(target.kernel), full, lanes,
                                            {{root.getOutput(), vector}});
  if (succeeded(stored))
    emitStore(target, *stored, full);
  return stored;
}

LogicalResult TransposeEmitter::emit() {
  LogicalResult result = success();
  int64_t lanes = lowering.target.lanes();
  if (canInterleave()) {
    KernelLowering rows = lowering;
    rows.result = emitJoinedLast(lowering, lowering.result);
    int64_t planes = shape.back();
    emitRows([&] {
      emitVectorLoop(lowering, shape[shape.size() - 2], lanes, lanes,
                     [&](Value start, int64_t lanes) {
                       Value vector = emitInterleaved(start, lanes);
                       if (failed(emitResult(rows, vector, emitAffine(lowering, start, planes, 0),
                                             lanes * planes)))
                         result = failure();
                     });
    });
    return result;
  }
  emitRows([&] {
    emitVectorLoop(lowering, shape.back(), lanes, lanes, [&](Value start, int64_t lanes) {
      if (failed(emitResult(lowering, emitLoad(start, lanes), start, lanes)))
        result = failure();
    });
  });
  return result;
}

LogicalResult qcc::codegen::lowerTranspose(KernelLowering &lowering, cnn::TransposeOp root) {
  return TransposeEmitter(lowering, root).emit();
}

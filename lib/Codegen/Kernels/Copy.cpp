//===- Copy.cpp - Concatenations, pads and copies ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Loops.h"
#include "Transpose.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

/// Writes boxes of a kernel's result: elements of an input, or a constant.
class CopyEmitter {
public:
  CopyEmitter(KernelLowering &lowering, Operation *root) : lowering(lowering) {
    moved = root ? root->getResult(0) : getReturned(lowering.kernel);
    int64_t bytes = std::max<int64_t>(1, lowering.result.getType().getElementTypeBitWidth() / 8);
    least = lowering.target.vectorBytes / bytes;
  }

  LogicalResult emitConcat(cnn::ConcatOp op);
  LogicalResult emitPad(cnn::PadOp op, bool inPlace);
  /// Copies `input` to where the result's box begins at `first`.
  LogicalResult emitMove(Value input, ArrayRef<int64_t> first);

private:
  LogicalResult emitFill(TypedAttr element, ArrayRef<int64_t> first, ArrayRef<int64_t> sizes);
  LogicalResult emitBoxes(TypedValue<MemRefType> source, TypedAttr element, ArrayRef<int64_t> first,
                          ArrayRef<int64_t> sizes);

  KernelLowering &lowering;
  /// What is copied, before the epilogue.
  Value moved;
  /// Elements in a vector register.
  int64_t least;
};

} // namespace

/// `source`, or `element` if that is null, goes through the epilogue into the box.
LogicalResult CopyEmitter::emitBoxes(TypedValue<MemRefType> source, TypedAttr element,
                                     ArrayRef<int64_t> first, ArrayRef<int64_t> sizes) {
  if (llvm::is_contained(sizes, 0))
    return success();
  OpBuilder &b = lowering.b;
  Location loc = lowering.loc;
  Value returned = getReturned(lowering.kernel);
  bool isPlain = returned == moved;

  // An epilogue reads arguments at the position of the result: no view of the result then.
  KernelLowering box = lowering;
  SmallVector<int64_t> shape(sizes), skipped(first);
  if (isPlain) {
    SmallVector<TypedValue<MemRefType>> buffers = {
        emitBox(lowering, lowering.result, first, sizes)};
    if (source)
      buffers.push_back(source);
    joinDimensions(lowering, shape, buffers);
    box.result = buffers.front();
    if (source)
      source = buffers.back();
    skipped.assign(shape.size(), 0);
  }

  LogicalResult result = success();
  SmallVector<Value> position;
  auto emitVector = [&](Value start, int64_t lanes) {
    position.push_back(start);
    Type elementType = source ? source.getType().getElementType() : element.getType();
    auto type = VectorType::get(lanes, elementType);
    Value vector =
        source ? vector::LoadOp::create(b, loc, type, source, position).getResult()
               : arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, Attribute(element)))
                     .getResult();
    SmallVector<Value> target;
    for (auto [index, skip] : llvm::zip_equal(position, skipped))
      target.push_back(emitAffine(box, index, 1, skip));
    FailureOr<Value> stored = emitElementwise(box, returned, target, lanes, {{moved, vector}});
    if (succeeded(stored))
      emitStore(box, *stored, target);
    else
      result = failure();
    position.pop_back();
  };
  std::function<void(size_t)> emitDimension = [&](size_t dim) {
    if (dim + 1 == shape.size())
      return emitVectorLoop(box, shape.back(), 2 * least, least, emitVector);
    emitLoop(box, 0, shape[dim], 1, [&](Value index) {
      position.push_back(index);
      emitDimension(dim + 1);
      position.pop_back();
    });
  };
  emitImageLoop(box, [&](Value image) {
    position.push_back(image);
    emitDimension(1);
    position.pop_back();
  });
  return result;
}

LogicalResult CopyEmitter::emitMove(Value input, ArrayRef<int64_t> first) {
  TypedValue<MemRefType> source = lowering.buffers.lookup(input);
  return emitBoxes(source, {}, first, source.getType().getShape());
}

LogicalResult CopyEmitter::emitFill(TypedAttr element, ArrayRef<int64_t> first,
                                    ArrayRef<int64_t> sizes) {
  return emitBoxes({}, element, first, sizes);
}

LogicalResult CopyEmitter::emitConcat(cnn::ConcatOp op) {
  SmallVector<int64_t> first(lowering.result.getType().getRank(), 0);
  for (Value input : op.getInputs()) {
    if (failed(emitMove(input, first)))
      return failure();
    first[op.getAxis()] += cast<RankedTensorType>(input.getType()).getDimSize(op.getAxis());
  }
  return success();
}

LogicalResult CopyEmitter::emitPad(cnn::PadOp op, bool inPlace) {
  if (!inPlace && failed(emitMove(op.getInput(), op.getLow())))
    return failure();
  TypedValue<MemRefType> source = lowering.buffers.lookup(op.getInput());
  Type elementType = source.getType().getElementType();
  auto element = cast<TypedAttr>(op.getValue());
  if (auto code = dyn_cast<IntegerAttr>(op.getValue()))
    element = lowering.b.getIntegerAttr(elementType, code.getInt());

  // Before and behind the input along each dimension: dimensions further out are the input's there,
  // those further in the result's, so that runs are long and nothing is written twice.
  ArrayRef<int64_t> inner = source.getType().getShape();
  SmallVector<int64_t> first(inner.size(), 0), sizes(lowering.result.getType().getShape());
  for (auto [dim, low, high] : llvm::enumerate(op.getLow(), op.getHigh())) {
    sizes[dim] = low;
    if (failed(emitFill(element, first, sizes)))
      return failure();
    first[dim] = low + inner[dim];
    sizes[dim] = high;
    if (failed(emitFill(element, first, sizes)))
      return failure();
    first[dim] = low;
    sizes[dim] = inner[dim];
  }
  return success();
}

LogicalResult qcc::codegen::lowerCopy(KernelLowering &lowering, CopyAttr strategy) {
  Operation *root = getRoot(lowering.kernel);
  CopyEmitter emitter(lowering, root);
  if (auto concat = dyn_cast_or_null<cnn::ConcatOp>(root))
    return emitter.emitConcat(concat);
  if (auto pad = dyn_cast_or_null<cnn::PadOp>(root))
    return emitter.emitPad(pad, strategy.getInPlace());
  if (auto transpose = dyn_cast_or_null<cnn::TransposeOp>(root))
    return lowerTranspose(lowering, transpose);
  if (root)
    return root->emitOpError(
        "is not copied: #codegen.copy is for concat, pad, transpose and plain copies");
  return emitter.emitMove(getReturned(lowering.kernel),
                          SmallVector<int64_t>(lowering.result.getType().getRank(), 0));
}

//===- Structured.cpp - Building linalg operations for CNNToLinalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace qcc;

IntegerType cnn_to_linalg::codeType(Value value) {
  return cast<IntegerType>(getElementTypeOrSelf(value.getType()));
}

RankedTensorType cnn_to_linalg::convertedType(const TypeConverter *converter, Operation *op) {
  return converter->convertType<RankedTensorType>(op->getResult(0).getType());
}

Value cnn_to_linalg::createEmpty(OpBuilder &b, Location loc, RankedTensorType type, Value like) {
  SmallVector<Value> sizes;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(tensor::DimOp::create(b, loc, like, dim));
  return tensor::EmptyOp::create(b, loc, type, sizes);
}

Value cnn_to_linalg::createFilled(OpBuilder &b, Location loc, RankedTensorType type, Value like,
                                  Value value) {
  Value empty = createEmpty(b, loc, type, like);
  return linalg::FillOp::create(b, loc, value, empty).getResult(0);
}

Value cnn_to_linalg::createGeneric(OpBuilder &b, Location loc, ValueRange inputs, Value init,
                                   ArrayRef<AffineMap> maps,
                                   ArrayRef<utils::IteratorType> iterators, BodyFn body) {
  auto build = [&](OpBuilder &b, Location loc, ValueRange args) {
    linalg::YieldOp::create(b, loc, body(b, loc, args));
  };
  return linalg::GenericOp::create(b, loc, init.getType(), inputs, init, maps, iterators, build)
      .getResult(0);
}

Value cnn_to_linalg::createElementwise(OpBuilder &b, Location loc, ValueRange inputs, Value init,
                                       BodyFn body) {
  auto type = cast<RankedTensorType>(init.getType());
  int64_t rank = type.getRank();
  SmallVector<AffineMap> maps;
  for (Value input : inputs) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(input.getType()).getShape();
    int64_t leading = rank - static_cast<int64_t>(shape.size());
    SmallVector<AffineExpr> exprs;
    for (auto [i, size] : llvm::enumerate(shape)) {
      int64_t dim = leading + static_cast<int64_t>(i);
      bool repeats = size == 1 && type.getDimSize(dim) != 1;
      exprs.push_back(repeats ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(dim));
    }
    maps.push_back(AffineMap::get(rank, /*symbolCount=*/0, exprs, b.getContext()));
  }
  maps.push_back(b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  return createGeneric(b, loc, inputs, init, maps, iterators, body);
}

Value cnn_to_linalg::createPad(OpBuilder &b, Location loc, Value input, ArrayRef<int64_t> low,
                               ArrayRef<int64_t> high, Value value) {
  auto isZero = [](int64_t size) { return size == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return input;
  return tensor::PadOp::create(b, loc, /*result=*/Type(), input,
                               getAsIndexOpFoldResult(b.getContext(), low),
                               getAsIndexOpFoldResult(b.getContext(), high), value);
}

Value cnn_to_linalg::createImagePad(OpBuilder &b, Location loc, Value input,
                                    ArrayRef<int64_t> padding, Value value) {
  return createPad(b, loc, input, {0, padding[0], padding[2], 0}, {0, padding[1], padding[3], 0},
                   value);
}

Value cnn_to_linalg::createActivation(OpBuilder &b, Location loc, Value value,
                                      cnn::ActivationAttr activation) {
  if (!activation)
    return value;
  Value init = createEmpty(b, loc, cast<RankedTensorType>(value.getType()), value);
  return createElementwise(b, loc, value, init, [&](OpBuilder &b, Location loc, ValueRange args) {
    return emitClamp(b, loc, args[0], activation.getLower(), activation.getUpper());
  });
}

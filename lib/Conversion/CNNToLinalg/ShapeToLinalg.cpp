//===- ShapeToLinalg.cpp - Operations that only move elements to tensor and linalg ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn_to_linalg;

/// Dimensions `batch` and up of `rank` as one group, each dimension before on its own.
static SmallVector<ReassociationIndices> groupAfter(int64_t batch, int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim < batch; ++dim)
    groups.push_back({dim});
  if (batch < rank)
    groups.push_back(llvm::to_vector<2>(llvm::seq(batch, rank)));
  return groups;
}

/// `value` in the shape of `type`: all dimensions become one, which then becomes the new ones; a
/// dynamic batch stays apart. Both have the same number of elements.
static Value createReshape(OpBuilder &b, Location loc, Value value, RankedTensorType type) {
  auto from = cast<RankedTensorType>(value.getType());
  if (from == type)
    return value;
  int64_t batch = from.hasStaticShape() ? 0 : 1;
  int64_t flatRank = batch + 1;
  if (from.getRank() > flatRank) {
    SmallVector<int64_t> shape(from.getShape().take_front(batch));
    shape.push_back(ShapedType::getNumElements(from.getShape().drop_front(batch)));
    value = tensor::CollapseShapeOp::create(b, loc, from.clone(shape), value,
                                            groupAfter(batch, from.getRank()));
  } else if (from.getRank() < flatRank) {
    SmallVector<int64_t> shape(from.getShape());
    shape.push_back(1);
    value = tensor::ExpandShapeOp::create(b, loc, from.clone(shape), value,
                                          from.getRank() == 0
                                              ? SmallVector<ReassociationIndices>{}
                                              : SmallVector<ReassociationIndices>{{0, 1}});
  }
  if (value.getType() == type)
    return value;
  if (type.getRank() > flatRank)
    return tensor::ExpandShapeOp::create(b, loc, type, value, groupAfter(batch, type.getRank()));
  return tensor::CollapseShapeOp::create(b, loc, type, value,
                                         type.getRank() == 0
                                             ? SmallVector<ReassociationIndices>{}
                                             : SmallVector<ReassociationIndices>{{0, 1}});
}

namespace {

template <typename Op> struct ReshapeLowering : OpConversionPattern<Op> {
  using OpConversionPattern<Op>::OpConversionPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    RankedTensorType type = convertedType(this->getTypeConverter(), op);
    b.replaceOp(op, createReshape(b, op.getLoc(), adaptor.getInput(), type));
    return success();
  }
};

struct TransposeLowering : OpConversionPattern<cnn::TransposeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::TransposeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    RankedTensorType type = convertedType(getTypeConverter(), op);
    SmallVector<Value> sizes;
    for (auto [dim, from] : llvm::enumerate(op.getPermutation()))
      if (type.isDynamicDim(dim))
        sizes.push_back(tensor::DimOp::create(b, loc, adaptor.getInput(), from));
    Value init = tensor::EmptyOp::create(b, loc, type, sizes);
    b.replaceOp(op,
                linalg::TransposeOp::create(b, loc, adaptor.getInput(), init, op.getPermutation())
                    ->getResults());
    return success();
  }
};

struct PadLowering : OpConversionPattern<cnn::PadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::PadOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Type element = convertedType(getTypeConverter(), op).getElementType();
    Value value =
        isa<FloatType>(element)
            ? emitConstant(b, op.getLoc(), element,
                           cast<FloatAttr>(op.getValue()).getValueAsDouble())
            : emitConstant(b, op.getLoc(), element, cast<IntegerAttr>(op.getValue()).getInt());
    b.replaceOp(op,
                createPad(b, op.getLoc(), adaptor.getInput(), op.getLow(), op.getHigh(), value));
    return success();
  }
};

struct ConcatLowering : OpConversionPattern<cnn::ConcatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::ConcatOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    RankedTensorType type = convertedType(getTypeConverter(), op);
    int64_t axis = static_cast<int64_t>(op.getAxis());

    // The inputs' sizes along the axis, and the places where they start.
    SmallVector<OpFoldResult> offsets = {b.getIndexAttr(0)};
    for (Value input : adaptor.getInputs())
      offsets.push_back(
          addSizes(b, loc, offsets.back(), tensor::getMixedSize(b, loc, input, axis)));

    SmallVector<Value> sizes;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim))
        sizes.push_back(dim == axis
                            ? getValueOrCreateConstantIndexOp(b, loc, offsets.back())
                            : tensor::DimOp::create(b, loc, adaptor.getInputs().front(), dim));
    Value result = tensor::EmptyOp::create(b, loc, type, sizes);
    SmallVector<OpFoldResult> start(type.getRank(), b.getIndexAttr(0));
    SmallVector<OpFoldResult> strides(type.getRank(), b.getIndexAttr(1));
    for (auto [input, offset] : llvm::zip(adaptor.getInputs(), offsets)) {
      start[axis] = offset;
      result = tensor::InsertSliceOp::create(b, loc, input, result, start,
                                             tensor::getMixedSizes(b, loc, input), strides);
    }
    b.replaceOp(op, result);
    return success();
  }

private:
  static OpFoldResult addSizes(OpBuilder &b, Location loc, OpFoldResult x, OpFoldResult y) {
    std::optional<int64_t> l = getConstantIntValue(x), r = getConstantIntValue(y);
    if (l == 0)
      return y;
    if (l && r)
      return b.getIndexAttr(*l + *r);
    return arith::AddIOp::create(b, loc, getValueOrCreateConstantIndexOp(b, loc, x),
                                 getValueOrCreateConstantIndexOp(b, loc, y))
        .getResult();
  }
};

} // namespace

void cnn_to_linalg::populateShapePatterns(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<ReshapeLowering<cnn::FlattenOp>, ReshapeLowering<cnn::ReshapeOp>, TransposeLowering,
               PadLowering, ConcatLowering>(converter, patterns.getContext());
}

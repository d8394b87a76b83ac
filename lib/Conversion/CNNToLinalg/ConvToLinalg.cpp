//===- ConvToLinalg.cpp - Convolutions and linear layers to linalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One loop nest each, the depth innermost because it is contiguous. Float sums allow reassociation,
// so that the innermost loop vectorizes; integer sums are exact in any order.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"
#include "qcc/Dialect/CNN/IR/Window.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn_to_linalg;

static constexpr auto parallel = utils::IteratorType::parallel;
static constexpr auto reduction = utils::IteratorType::reduction;

/// accumulator + x * w, the codes extended to the accumulator's type first.
static Value emitMultiplyAdd(OpBuilder &b, Location loc, Value x, Type xType, Value w, Type wType,
                             Value accumulator) {
  Type type = accumulator.getType();
  if (isa<FloatType>(type)) {
    Value product = arith::MulFOp::create(b, loc, x, w);
    auto sum = arith::AddFOp::create(b, loc, accumulator, product);
    // LLVM calls a sum associative, and vectorizes it, only if the sign of a zero may change with
    // the order, too.
    sum.setFastmath(arith::FastMathFlags::reassoc | arith::FastMathFlags::nsz);
    return sum;
  }
  Value product = arith::MulIOp::create(b, loc, emitExtend(b, loc, x, xType, type),
                                        emitExtend(b, loc, w, wType, type));
  return arith::AddIOp::create(b, loc, accumulator, product);
}

/// What the sums start with: the bias, one element per output channel (the last dimension), or 0.
/// An i64 bias of an i32 accumulator wraps, as the sum does.
static Value createInitialSums(OpBuilder &b, Location loc, RankedTensorType type, Value like,
                               Value bias) {
  Type element = type.getElementType();
  if (!bias) {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    return createFilled(b, loc, type, like, zero);
  }
  Value init = createEmpty(b, loc, type, like);
  return createElementwise(b, loc, bias, init, [&](OpBuilder &b, Location loc, ValueRange args) {
    return isa<FloatType>(element) ? args[0]
                                   : emitExtend(b, loc, args[0], args[0].getType(), element);
  });
}

/// Splits dimension `dim` of `value` into `groups` and the rest.
static Value splitGroups(OpBuilder &b, Location loc, Value value, int64_t dim, int64_t groups) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] /= groups;
  shape.insert(shape.begin() + dim, groups);
  SmallVector<ReassociationIndices> reassociation;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    int64_t first = i > dim ? i + 1 : i;
    reassociation.push_back(i == dim ? ReassociationIndices{first, first + 1}
                                     : ReassociationIndices{first});
  }
  return tensor::ExpandShapeOp::create(b, loc, type.clone(shape), value, reassociation);
}

namespace {

struct Conv2DLowering : OpConversionPattern<cnn::Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::Conv2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    cnn::Window2D window = cnn::Window2D::get(op);
    RankedTensorType type = convertedType(getTypeConverter(), op);
    Type inputElement = getElementTypeOrSelf(op.getInput().getType());
    Type weightElement = getElementTypeOrSelf(op.getWeights().getType());
    Type element = getElementTypeOrSelf(adaptor.getInput().getType());

    TypedAttr outside = isa<FloatType>(element)
                            ? TypedAttr(b.getFloatAttr(element, 0.0))
                            : TypedAttr(b.getIntegerAttr(element, op.getPadValue()));
    Value image = createImagePad(b, loc, adaptor.getInput(), window.padding,
                                 arith::ConstantOp::create(b, loc, outside));
    Value weights = adaptor.getWeights();
    Value sums = createInitialSums(b, loc, type, adaptor.getInput(), adaptor.getBias());

    // Loops n, p, q, o, kh, kw, i; with groups, g before o, and the channels of all three tensors
    // split by group.
    int64_t groups = static_cast<int64_t>(op.getGroups());
    bool grouped = groups > 1;
    if (grouped) {
      image = splitGroups(b, loc, image, 3, groups);
      weights = splitGroups(b, loc, weights, 0, groups);
      sums = splitGroups(b, loc, sums, 3, groups);
    }
    unsigned loops = grouped ? 8 : 7;
    SmallVector<AffineExpr> d =
        llvm::map_to_vector(llvm::seq(loops), [&](unsigned i) { return b.getAffineDimExpr(i); });
    AffineExpr kh = d[loops - 3], kw = d[loops - 2], i = d[loops - 1];
    ArrayRef<AffineExpr> outer = ArrayRef(d).drop_back(3), channel = outer.drop_front(3);
    SmallVector<AffineExpr> imageExprs = {d[0], d[1] * window.strides[0] + kh * window.dilations[0],
                                          d[2] * window.strides[1] + kw * window.dilations[1]};
    if (grouped)
      imageExprs.push_back(channel.front());
    imageExprs.push_back(i);
    SmallVector<AffineExpr> weightExprs(channel);
    weightExprs.append({kh, kw, i});
    MLIRContext *context = b.getContext();
    AffineMap maps[] = {AffineMap::get(loops, 0, imageExprs, context),
                        AffineMap::get(loops, 0, weightExprs, context),
                        AffineMap::get(loops, 0, outer, context)};
    SmallVector<utils::IteratorType> iterators(outer.size(), parallel);
    iterators.append(3, reduction);

    Value result = createGeneric(b, loc, {image, weights}, sums, maps, iterators,
                                 [&](OpBuilder &b, Location loc, ValueRange args) {
                                   return emitMultiplyAdd(b, loc, args[0], inputElement, args[1],
                                                          weightElement, args[2]);
                                 });
    if (grouped)
      result = tensor::CollapseShapeOp::create(
          b, loc, type, result, ArrayRef<ReassociationIndices>{{0}, {1}, {2}, {3, 4}});
    b.replaceOp(op, createActivation(b, loc, result, op.getActivationAttr()));
    return success();
  }
};

struct LinearLowering : OpConversionPattern<cnn::LinearOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::LinearOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Type inputElement = getElementTypeOrSelf(op.getInput().getType());
    Type weightElement = getElementTypeOrSelf(op.getWeights().getType());
    Value sums = createInitialSums(b, loc, convertedType(getTypeConverter(), op),
                                   adaptor.getInput(), adaptor.getBias());
    AffineExpr n = b.getAffineDimExpr(0), o = b.getAffineDimExpr(1), i = b.getAffineDimExpr(2);
    MLIRContext *context = b.getContext();
    AffineMap maps[] = {AffineMap::get(3, 0, {n, i}, context),
                        AffineMap::get(3, 0, {o, i}, context),
                        AffineMap::get(3, 0, {n, o}, context)};
    Value result = createGeneric(
        b, loc, {adaptor.getInput(), adaptor.getWeights()}, sums, maps,
        {parallel, parallel, reduction}, [&](OpBuilder &b, Location loc, ValueRange args) {
          return emitMultiplyAdd(b, loc, args[0], inputElement, args[1], weightElement, args[2]);
        });
    b.replaceOp(op, createActivation(b, loc, result, op.getActivationAttr()));
    return success();
  }
};

} // namespace

void cnn_to_linalg::populateConvPatterns(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<Conv2DLowering, LinearLowering>(converter, patterns.getContext());
}

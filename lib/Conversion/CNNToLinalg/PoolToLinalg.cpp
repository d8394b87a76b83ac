//===- PoolToLinalg.cpp - Pools to linalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every pool pads its image with the element that changes nothing, then reduces windows. Channels
// are the innermost loop: they are contiguous, and no order of a reduction changes.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"
#include "qcc/Dialect/CNN/IR/Window.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn_to_linalg;

/// Reduces the windows of `image`, [N, H, W, C], which holds its padding already, into `init`, [N,
/// P, Q, C]. `body` gets an element and the value so far.
static Value createWindowReduction(OpBuilder &b, Location loc, Value image,
                                   const cnn::Window2D &window, Value init, BodyFn body) {
  MLIRContext *context = b.getContext();
  AffineExpr n, p, q, kh, kw, c;
  bindDims(context, n, p, q, kh, kw, c);
  // Only the shape of this one is used: it says how far kh and kw go.
  Value taps =
      tensor::EmptyOp::create(b, loc, window.kernel, getElementTypeOrSelf(image.getType()));
  AffineMap maps[] = {AffineMap::get(6, 0,
                                     {n, p * window.strides[0] + kh * window.dilations[0],
                                      q * window.strides[1] + kw * window.dilations[1], c},
                                     context),
                      AffineMap::get(6, 0, {kh, kw}, context),
                      AffineMap::get(6, 0, {n, p, q, c}, context)};
  constexpr auto parallel = utils::IteratorType::parallel;
  constexpr auto reduction = utils::IteratorType::reduction;
  return createGeneric(b, loc, {image, taps}, init, maps,
                       {parallel, parallel, parallel, reduction, reduction, parallel},
                       [&](OpBuilder &b, Location loc, ValueRange args) {
                         return body(b, loc, {args[0], args[2]});
                       });
}

/// Sums of windows of floats; padding adds 0.
static Value createFloatSums(OpBuilder &b, Location loc, Value input, const cnn::Window2D &window,
                             RankedTensorType type) {
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type.getElementType()));
  Value image = createImagePad(b, loc, input, window.padding, zero);
  Value init = createFilled(b, loc, type, input, zero);
  return createWindowReduction(b, loc, image, window, init,
                               [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                                 return arith::AddFOp::create(b, loc, args[1], args[0]);
                               });
}

/// `sums`, [N, P, Q, C], divided by `counts`, [P, Q]. A division, because the product with a
/// reciprocal differs.
static Value createMean(OpBuilder &b, Location loc, Value sums, ArrayRef<int64_t> counts) {
  auto type = cast<RankedTensorType>(sums.getType());
  auto countType =
      RankedTensorType::get({type.getDimSize(1), type.getDimSize(2), 1}, type.getElementType());
  auto values =
      llvm::map_to_vector(counts, [](int64_t count) { return static_cast<float>(count); });
  Value divisors =
      arith::ConstantOp::create(b, loc, DenseElementsAttr::get(countType, ArrayRef<float>(values)));
  Value init = createEmpty(b, loc, type, sums);
  return createElementwise(b, loc, {sums, divisors}, init,
                           [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                             return arith::DivFOp::create(b, loc, args[0], args[1]);
                           });
}

/// The smallest element of a type: the neutral element of max.
static TypedAttr lowest(OpBuilder &b, Type element, bool isUnsigned) {
  if (isa<FloatType>(element))
    return b.getFloatAttr(element, -std::numeric_limits<double>::infinity());
  unsigned width = element.getIntOrFloatBitWidth();
  return b.getIntegerAttr(element,
                          isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width));
}

namespace {

struct MaxPoolLowering : OpConversionPattern<cnn::MaxPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::MaxPool2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    cnn::Window2D window = cnn::Window2D::get(op);
    RankedTensorType type = convertedType(getTypeConverter(), op);
    bool isUnsigned = getElementTypeOrSelf(op.getInput().getType()).isUnsignedInteger();
    Value smallest =
        arith::ConstantOp::create(b, loc, lowest(b, type.getElementType(), isUnsigned));
    Value image = createImagePad(b, loc, adaptor.getInput(), window.padding, smallest);
    Value init = createFilled(b, loc, type, adaptor.getInput(), smallest);
    b.replaceOp(
        op, createWindowReduction(b, loc, image, window, init,
                                  [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                                    if (isa<FloatType>(type.getElementType()))
                                      return arith::MaximumFOp::create(b, loc, args[1], args[0]);
                                    if (isUnsigned)
                                      return arith::MaxUIOp::create(b, loc, args[1], args[0]);
                                    return arith::MaxSIOp::create(b, loc, args[1], args[0]);
                                  }));
    return success();
  }
};

struct AvgPoolLowering : OpConversionPattern<cnn::AvgPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::AvgPool2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    cnn::Window2D window = cnn::Window2D::get(op);
    RankedTensorType type = convertedType(getTypeConverter(), op);
    ArrayRef<int64_t> image = cast<RankedTensorType>(op.getInput().getType()).getShape();
    SmallVector<int64_t> counts = cnn::averagePoolCounts(
        window, image[1], image[2], type.getDimSize(1), type.getDimSize(2), op.getCountedPadding());
    Value sums = createFloatSums(b, op.getLoc(), adaptor.getInput(), window, type);
    b.replaceOp(op, createMean(b, op.getLoc(), sums, counts));
    return success();
  }
};

struct GlobalAvgPoolLowering : OpConversionPattern<cnn::GlobalAvgPoolOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::GlobalAvgPoolOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    ArrayRef<int64_t> image = cast<RankedTensorType>(op.getInput().getType()).getShape();
    cnn::Window2D window = {{image[1], image[2]}, {1, 1}, {1, 1}, {0, 0, 0, 0}};
    Value sums = createFloatSums(b, op.getLoc(), adaptor.getInput(), window,
                                 convertedType(getTypeConverter(), op));
    b.replaceOp(op, createMean(b, op.getLoc(), sums, image[1] * image[2]));
    return success();
  }
};

struct SumPoolLowering : OpConversionPattern<cnn::SumPool2DOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::SumPool2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    cnn::Window2D window = cnn::Window2D::get(op);
    RankedTensorType type = convertedType(getTypeConverter(), op);
    Type sumType = type.getElementType();
    IntegerType code = codeType(op.getInput());
    int64_t zeroPoint = static_cast<int32_t>(op.getZeroPoint());
    // Padding with the zero point adds nothing.
    Value outside = emitConstant(b, loc, b.getIntegerType(code.getWidth()), zeroPoint);
    Value image = createImagePad(b, loc, adaptor.getInput(), window.padding, outside);
    Value init =
        createFilled(b, loc, type, adaptor.getInput(), emitConstant(b, loc, sumType, int64_t{0}));
    b.replaceOp(op,
                createWindowReduction(b, loc, image, window, init,
                                      [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                                        Value wide = emitExtend(b, loc, args[0], code, sumType);
                                        Value zero = emitConstant(b, loc, sumType, zeroPoint);
                                        Value real = arith::SubIOp::create(b, loc, wide, zero);
                                        return arith::AddIOp::create(b, loc, args[1], real);
                                      }));
    return success();
  }
};

} // namespace

void cnn_to_linalg::populatePoolPatterns(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  patterns.add<MaxPoolLowering, AvgPoolLowering, GlobalAvgPoolLowering, SumPoolLowering>(
      converter, patterns.getContext());
}

//===- LowerCodes.cpp - What acts on codes, casts and constants, from quantized types to codes ---*-
// C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerQuantized.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

namespace {
/// The operation itself, on codes.
template <typename Op> struct Retype : QuantizedPattern<Op> {
  using QuantizedPattern<Op>::QuantizedPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    OperationState state(op.getLoc(), op->getName(), adaptor.getOperands(),
                         this->codes(op->getResult(0)), op->getAttrs());
    rewriter.replaceOp(op, rewriter.create(state));
    return success();
  }
};

/// relu and clamp: bounds in codes.
template <typename Op> struct LowerClamp : QuantizedPattern<Op> {
  using QuantizedPattern<Op>::QuantizedPattern;

  static ActivationAttr activation(ReluOp op) { return ActivationAttr::getRelu(op.getContext()); }
  static ActivationAttr activation(ClampOp op) {
    return ActivationAttr::get(op.getContext(), cast<FloatAttr>(op.getMin()),
                               cast<FloatAttr>(op.getMax()));
  }

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto type = getPerTensorType(op.getInput());
    if (!type)
      return op.emitError("input must be quantized per tensor");
    CodeRange range = getCodeRange(type, activation(op), this->contract);
    auto clamp = ClampOp::create(rewriter, op.getLoc(), this->codes(op.getResult()),
                                 adaptor.getInput(), rewriter.getI32IntegerAttr(range.min),
                                 rewriter.getI32IntegerAttr(range.max));
    clamp->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, clamp);
    return success();
  }
};

struct LowerPad : QuantizedPattern<PadOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(PadOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto type = getPerTensorType(op.getInput());
    if (!type)
      return op.emitError("input must be quantized per tensor");
    QuantParams params = getParams(type);
    float value = cast<FloatAttr>(op.getValue()).getValue().convertToFloat();
    int64_t code =
        quantmath::quantize(value, params.scale, params.zeroPoint, getStorageRange(type), contract);
    auto pad = PadOp::create(rewriter, op.getLoc(), codes(op.getResult()), adaptor.getInput(),
                             op.getLowAttr(), op.getHighAttr(), rewriter.getI32IntegerAttr(code));
    pad->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, pad);
    return success();
  }
};

struct LowerQuantize : QuantizedPattern<QuantizeOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(QuantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto type = getPerTensorType(op.getResult());
    if (!type)
      return op.emitError("only constants can be quantized per channel; run cnn-quantize-weights "
                          "first");
    rewriter.replaceOp(op,
                       buildQuantize(rewriter, op.getLoc(), adaptor.getInput(),
                                     codes(op.getResult()), type, getStorageRange(type), contract));
    return success();
  }
};

struct LowerDequantize : QuantizedPattern<DequantizeOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(DequantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (auto type = getPerTensorType(op.getInput())) {
      rewriter.replaceOp(op, buildDequantize(rewriter, op.getLoc(), adaptor.getInput(), type));
      return success();
    }
    return lowerPerChannel(op, rewriter);
  }

  /// Weights of a layer that stays in float although they are stored as codes: a float constant.
  static LogicalResult lowerPerChannel(DequantizeOp op, ConversionPatternRewriter &rewriter);
};

struct LowerConstant : QuantizedPattern<ConstantOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(ConstantOp op, OpAdaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<ConstantOp>(op, codes(op.getResult()), op.getValue());
    return success();
  }
};
} // namespace

LogicalResult LowerDequantize::lowerPerChannel(DequantizeOp op,
                                               ConversionPatternRewriter &rewriter) {
  auto codes = readIntegers(op.getInput());
  if (failed(codes))
    return op.emitError("only constants can be dequantized per channel");
  ElementParams params(cast<RankedTensorType>(op.getInput().getType()));
  SmallVector<float, 0> values;
  values.reserve(codes->size());
  for (auto [i, code] : llvm::enumerate(*codes))
    values.push_back(quantmath::dequantize(code, params[i].zeroPoint, params[i].scale));
  StringRef name = getResourceName(getConstant(op.getInput()), "weight");
  rewriter.replaceOpWithNewOp<ConstantOp>(
      op, makeFloats(cast<RankedTensorType>(op.getType()), values, name));
  return success();
}

void qcc::cnn::populateLowerCodePatterns(RewritePatternSet &patterns,
                                         const TypeConverter &converter, Contract contract) {
  patterns.add<Retype<MaxPool2DOp>, Retype<FlattenOp>, Retype<ReshapeOp>, Retype<TransposeOp>,
               LowerClamp<ReluOp>, LowerClamp<ClampOp>, LowerPad, LowerQuantize, LowerDequantize,
               LowerConstant>(converter, patterns.getContext(), contract);
}

//===- ElementwiseToLinalg.cpp - Operations on one element at a time to linalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NaN: float maxima and minima are arith.maximumf and arith.minimumf, so NaN goes through relu,
// clamp and fused activations, as it does in PyTorch. They become inline code on every target,
// never a call.
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn_to_linalg;

static Value emitElement(OpBuilder &b, Location loc, cnn::ReluOp op, ValueRange args,
                         ClampFn clamp) {
  Type type = args[0].getType();
  if (isa<FloatType>(getElementTypeOrSelf(type)))
    return clamp(b, loc, args[0], 0.0F, std::numeric_limits<float>::infinity());
  return arith::MaxSIOp::create(b, loc, args[0], emitConstant(b, loc, type, int64_t{0}));
}

static Value emitElement(OpBuilder &b, Location loc, cnn::ClampOp op, ValueRange args,
                         ClampFn clamp) {
  Type type = args[0].getType();
  if (isa<FloatType>(getElementTypeOrSelf(type)))
    return clamp(b, loc, args[0], cast<FloatAttr>(op.getMin()).getValue().convertToFloat(),
                 cast<FloatAttr>(op.getMax()).getValue().convertToFloat());
  Value min = emitConstant(b, loc, type, cast<IntegerAttr>(op.getMin()).getInt());
  Value max = emitConstant(b, loc, type, cast<IntegerAttr>(op.getMax()).getInt());
  if (codeType(op.getInput()).isUnsigned())
    return arith::MinUIOp::create(b, loc, arith::MaxUIOp::create(b, loc, args[0], min), max);
  return arith::MinSIOp::create(b, loc, arith::MaxSIOp::create(b, loc, args[0], min), max);
}

static Value emitElement(OpBuilder &b, Location loc, cnn::LeakyReluOp op, ValueRange args,
                         ClampFn) {
  Value x = args[0];
  Value zero = emitConstant(b, loc, x.getType(), 0.0);
  Value alpha = emitConstant(b, loc, x.getType(), op.getAlpha().convertToDouble());
  Value positive = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, x, zero);
  Value scaled = arith::MulFOp::create(b, loc, x, alpha);
  return arith::SelectOp::create(b, loc, positive, x, scaled);
}

static Value emitElement(OpBuilder &b, Location loc, cnn::SigmoidOp op, ValueRange args, ClampFn) {
  Value one = emitConstant(b, loc, args[0].getType(), 1.0);
  Value exp = emitExp(b, loc, arith::NegFOp::create(b, loc, args[0]));
  return arith::DivFOp::create(b, loc, one, arith::AddFOp::create(b, loc, one, exp));
}

static Value emitElement(OpBuilder &b, Location loc, cnn::HardSwishOp op, ValueRange args,
                         ClampFn clamp) {
  Type type = args[0].getType();
  Value sixth = arith::DivFOp::create(b, loc, args[0], emitConstant(b, loc, type, 6.0));
  Value line = arith::AddFOp::create(b, loc, sixth, emitConstant(b, loc, type, 0.5));
  return arith::MulFOp::create(b, loc, args[0], clamp(b, loc, line, 0.0F, 1.0F));
}

static Value emitElement(OpBuilder &b, Location loc, cnn::AddOp op, ValueRange args,
                         ClampFn clamp) {
  Value sum = arith::AddFOp::create(b, loc, args[0], args[1]);
  cnn::ActivationAttr activation = op.getActivationAttr();
  return activation ? clamp(b, loc, sum, activation.getLower(), activation.getUpper()) : sum;
}

static Value emitElement(OpBuilder &b, Location loc, cnn::MulOp op, ValueRange args,
                         ClampFn clamp) {
  Value product = arith::MulFOp::create(b, loc, args[0], args[1]);
  cnn::ActivationAttr activation = op.getActivationAttr();
  return activation ? clamp(b, loc, product, activation.getLower(), activation.getUpper())
                    : product;
}

static Value emitElement(OpBuilder &b, Location loc, cnn::BatchNormOp op, ValueRange args,
                         ClampFn) {
  Value x = args[0], scale = args[1], offset = args[2], mean = args[3], variance = args[4];
  Value epsilon = emitConstant(b, loc, x.getType(), op.getEpsilon().convertToDouble());
  Value deviation = math::SqrtOp::create(b, loc, arith::AddFOp::create(b, loc, variance, epsilon));
  Value normal = arith::DivFOp::create(b, loc, arith::SubFOp::create(b, loc, x, mean), deviation);
  return arith::AddFOp::create(b, loc, arith::MulFOp::create(b, loc, normal, scale), offset);
}

Value qcc::emitElement(OpBuilder &b, Location loc, Operation *op, ValueRange args, ClampFn clamp) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<cnn::ReluOp, cnn::ClampOp, cnn::LeakyReluOp, cnn::SigmoidOp, cnn::HardSwishOp,
            cnn::AddOp, cnn::MulOp, cnn::BatchNormOp>(
          [&](auto typed) { return ::emitElement(b, loc, typed, args, clamp); })
      .Default(Value());
}

/// The operand that has the result's dynamic dimensions: of those that broadcasting repeats, none.
static Value findLike(RankedTensorType type, ValueRange operands) {
  for (Value operand : operands) {
    auto operandType = cast<RankedTensorType>(operand.getType());
    if (operandType.getRank() == type.getRank() &&
        llvm::all_of(llvm::zip(type.getShape(), operandType.getShape()), [](auto sizes) {
          return !ShapedType::isDynamic(std::get<0>(sizes)) || std::get<1>(sizes) != 1;
        }))
      return operand;
  }
  return operands.front();
}

namespace {

template <typename Op> struct ElementwiseLowering : OpConversionPattern<Op> {
  using OpConversionPattern<Op>::OpConversionPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    RankedTensorType type = convertedType(this->getTypeConverter(), op);
    ValueRange inputs = adaptor.getOperands();
    Value init = createEmpty(b, op.getLoc(), type, findLike(type, inputs));
    b.replaceOp(op, createElementwise(b, op.getLoc(), inputs, init,
                                      [&](OpBuilder &b, Location loc, ValueRange args) {
                                        return qcc::emitElement(b, loc, op, args);
                                      }));
    return success();
  }
};

} // namespace

void cnn_to_linalg::populateElementwisePatterns(const TypeConverter &converter,
                                                RewritePatternSet &patterns) {
  patterns.add<ElementwiseLowering<cnn::ReluOp>, ElementwiseLowering<cnn::ClampOp>,
               ElementwiseLowering<cnn::LeakyReluOp>, ElementwiseLowering<cnn::SigmoidOp>,
               ElementwiseLowering<cnn::HardSwishOp>, ElementwiseLowering<cnn::AddOp>,
               ElementwiseLowering<cnn::MulOp>, ElementwiseLowering<cnn::BatchNormOp>>(
      converter, patterns.getContext());
}

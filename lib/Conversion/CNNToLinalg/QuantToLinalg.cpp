//===- QuantToLinalg.cpp - Quantize, dequantize, requantize and lookup to linalg ---*- C++ -*-===//
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
using namespace qcc::cnn_to_linalg;

namespace {

struct QuantizeLowering : OpConversionPattern<cnn::QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::QuantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    if (!op.getScale() || !op.getZeroPoint() || !op.getMin() || !op.getMax() || !op.getContract())
      return b.notifyMatchFailure(op, "has no parameters: it is at the quantized level");
    CodeRange range = {static_cast<int32_t>(*op.getMin()), static_cast<int32_t>(*op.getMax())};
    int64_t zeroPoint = static_cast<int32_t>(*op.getZeroPoint());
    Value init =
        createEmpty(b, op.getLoc(), convertedType(getTypeConverter(), op), adaptor.getInput());
    b.replaceOp(op, createElementwise(b, op.getLoc(), adaptor.getInput(), init,
                                      [&](OpBuilder &b, Location loc, ValueRange args) {
                                        return emitQuantize(b, loc, args[0],
                                                            op.getScale()->convertToFloat(),
                                                            zeroPoint, range, *op.getContract(),
                                                            codeType(op.getOutput()));
                                      }));
    return success();
  }
};

struct DequantizeLowering : OpConversionPattern<cnn::DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::DequantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    if (!op.getScale() || !op.getZeroPoint())
      return b.notifyMatchFailure(op, "has no parameters: it is at the quantized level");
    int64_t zeroPoint = static_cast<int32_t>(*op.getZeroPoint());
    Value init =
        createEmpty(b, op.getLoc(), convertedType(getTypeConverter(), op), adaptor.getInput());
    b.replaceOp(op, createElementwise(b, op.getLoc(), adaptor.getInput(), init,
                                      [&](OpBuilder &b, Location loc, ValueRange args) {
                                        return emitDequantize(b, loc, args[0],
                                                              op.getScale()->convertToFloat(),
                                                              zeroPoint, codeType(op.getInput()));
                                      }));
    return success();
  }
};

struct RequantizeLowering : OpConversionPattern<cnn::RequantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::RequantizeOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    CodeRange range = {static_cast<int32_t>(op.getMin()), static_cast<int32_t>(op.getMax())};
    int64_t zeroPoint = static_cast<int32_t>(op.getZeroPoint());
    // Without a bias there are two inputs: the body's arguments are accumulator, multiplier (,
    // bias).
    ValueRange inputs = adaptor.getOperands();
    Value init =
        createEmpty(b, op.getLoc(), convertedType(getTypeConverter(), op), adaptor.getInput());
    b.replaceOp(op, createElementwise(b, op.getLoc(), inputs, init,
                                      [&](OpBuilder &b, Location loc, ValueRange args) {
                                        Value bias = op.getBias() ? args[2] : Value();
                                        return emitRequantize(b, loc, args[0], bias, args[1],
                                                              zeroPoint, range,
                                                              codeType(op.getOutput()));
                                      }));
    return success();
  }
};

struct LookupLowering : OpConversionPattern<cnn::LookupOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::LookupOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    IntegerType code = codeType(op.getInput());
    Value table = adaptor.getTable();
    Value init =
        createEmpty(b, op.getLoc(), convertedType(getTypeConverter(), op), adaptor.getInput());
    b.replaceOp(
        op, createElementwise(
                b, op.getLoc(), adaptor.getInput(), init,
                [&](OpBuilder &b, Location loc, ValueRange args) -> Value {
                  Value position = emitExtend(b, loc, args[0], code, b.getI32Type());
                  if (!code.isUnsigned())
                    position = arith::AddIOp::create(
                        b, loc, position, emitConstant(b, loc, position.getType(), int64_t{128}));
                  Value index = arith::IndexCastUIOp::create(b, loc, b.getIndexType(), position);
                  return tensor::ExtractOp::create(b, loc, table, index);
                }));
    return success();
  }
};

} // namespace

void cnn_to_linalg::populateQuantPatterns(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<QuantizeLowering, DequantizeLowering, RequantizeLowering, LookupLowering>(
      converter, patterns.getContext());
}

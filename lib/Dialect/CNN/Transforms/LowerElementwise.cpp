//===- LowerElementwise.cpp - Elementwise layers and concat from quantized types to codes ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerQuantized.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include <cmath>

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

namespace {
/// add and mul: both sides to float, the float operation, back to codes. A fused activation is a
/// bound of the codes.
template <typename Op> struct LowerBinary : QuantizedPattern<Op> {
  using QuantizedPattern<Op>::QuantizedPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto lhs = getPerTensorType(op.getLhs()), rhs = getPerTensorType(op.getRhs());
    auto output = getPerTensorType(op.getResult());
    if (!lhs || !rhs || !output)
      return op.emitError("both operands and the result must be quantized per tensor");
    Value a = buildDequantize(rewriter, op.getLoc(), adaptor.getLhs(), lhs);
    Value b = buildDequantize(rewriter, op.getLoc(), adaptor.getRhs(), rhs);
    auto floatType = cast<RankedTensorType>(op.getType()).clone(rewriter.getF32Type());
    auto real = Op::create(rewriter, op.getLoc(), floatType, a, b, ActivationAttr());
    real->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    CodeRange range = getCodeRange(output, op.getActivationAttr(), this->contract);
    rewriter.replaceOp(op, buildQuantize(rewriter, op.getLoc(), real, this->codes(op.getResult()),
                                         output, range, this->contract));
    return success();
  }
};

/// Inputs whose parameters are not the result's are requantized; the codes are then moved as they
/// are.
struct LowerConcat : QuantizedPattern<ConcatOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(ConcatOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto output = getPerTensorType(op.getResult());
    if (!output)
      return op.emitError("the result must be quantized per tensor");
    auto element = getCodeType(output);
    SmallVector<Value> inputs;
    for (auto [original, code] : llvm::zip(op.getInputs(), adaptor.getInputs())) {
      auto type = getPerTensorType(original);
      if (!type)
        return op.emitError("every input must be quantized per tensor");
      if (type == output) {
        inputs.push_back(code);
        continue;
      }
      Value real = buildDequantize(rewriter, op.getLoc(), code, type);
      auto codeType = cast<RankedTensorType>(code.getType()).clone(element);
      inputs.push_back(buildQuantize(rewriter, op.getLoc(), real, codeType, output,
                                     getStorageRange(output), contract));
    }
    auto lowered =
        ConcatOp::create(rewriter, op.getLoc(), codes(op.getResult()), inputs, op.getAxisAttr());
    lowered->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, lowered);
    return success();
  }
};

/// The functions of one value, in float32 with double inside where a library function is needed:
/// the table is made once, at compile time, so that no target computes them.
float apply(LeakyReluOp op, float x) { return x >= 0.0F ? x : op.getAlpha().convertToFloat() * x; }
float apply(SigmoidOp, float x) {
  return static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(x))));
}
float apply(HardSwishOp, float x) { return x * std::min(std::max(x / 6.0F + 0.5F, 0.0F), 1.0F); }

template <typename Op> struct LowerToLookup : QuantizedPattern<Op> {
  using QuantizedPattern<Op>::QuantizedPattern;

  LogicalResult matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto input = getPerTensorType(op.getInput()), output = getPerTensorType(op.getResult());
    if (!input || !output || input.getStorageTypeIntegralWidth() != 8 ||
        output.getStorageTypeIntegralWidth() != 8)
      return op.emitError("input and result must be quantized per tensor to 8 bits");
    QuantParams in = getParams(input), out = getParams(output);
    int64_t first = input.isSigned() ? -128 : 0;
    SmallVector<int64_t> table;
    for (int64_t code = first; code < first + 256; ++code) {
      float x = quantmath::dequantize(code, in.zeroPoint, in.scale);
      table.push_back(quantmath::quantize(apply(op, x), out.scale, out.zeroPoint,
                                          getStorageRange(output), this->contract));
    }
    auto tableType = RankedTensorType::get({256}, getCodeType(output));
    StringRef name = getLayerName(op);
    std::string prefix = name.empty() ? op->getName().stripDialect().str() : name.str();
    Value constant = ConstantOp::create(rewriter, op.getLoc(),
                                        makeIntegers(tableType, table, prefix + ".table"));
    auto lookup = LookupOp::create(rewriter, op.getLoc(), this->codes(op.getResult()),
                                   adaptor.getInput(), constant);
    lookup->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, lookup);
    return success();
  }
};
} // namespace

void qcc::cnn::populateLowerElementwisePatterns(RewritePatternSet &patterns,
                                                const TypeConverter &converter, Contract contract) {
  patterns.add<LowerBinary<AddOp>, LowerBinary<MulOp>, LowerConcat, LowerToLookup<LeakyReluOp>,
               LowerToLookup<SigmoidOp>, LowerToLookup<HardSwishOp>>(
      converter, patterns.getContext(), contract);
}

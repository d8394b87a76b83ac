//===- LowerWeighted.cpp - conv2d and linear from quantized types to codes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The heart of the integer level. With codes x, w and zero points zx, zw, the real result is
//   s_x * s_w * sum (x - zx) * (w - zw) + b.
// zw is subtracted from the weights at compile time, and zx * sum (w - zw) from the bias, which
// leaves the accumulator sum x * w' + bias', exact in integers; one requantization follows.
//
//===----------------------------------------------------------------------===//

#include "LowerQuantized.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/IR/Window.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

namespace {
/// All numbers of a weighted layer, per output channel where a vector.
struct Weighted {
  quant::UniformQuantizedType input, output;
  SmallVector<QuantParams> weightParams;
  /// Weights with their zero points subtracted.
  SmallVector<int64_t, 0> weights;
  /// What is added to the accumulator: the integer bias and the zero point's share.
  SmallVector<int64_t> integerBias;
  /// The bias in float, in units of the accumulator; empty where it is an integer.
  SmallVector<float> floatBias;
  SmallVector<float> multipliers;
  std::string name;
};

/// Bias of channel `c` under a contract with integer biases.
FailureOr<int64_t> integerBiasOf(Value bias, ArrayRef<float> floats, ArrayRef<int64_t> codes,
                                 size_t c, float inputScale, float weightScale, Contract contract) {
  if (!codes.empty()) {
    // An imported int32 bias has the scale of the accumulator already, which is what makes it
    // exact.
    auto params =
        getChannelParams(cast<quant::QuantizedType>(getElementTypeOrSelf(bias.getType())));
    QuantParams channel = params[c % params.size()];
    float expected = inputScale * weightScale;
    if (channel.zeroPoint != 0 || std::abs(channel.scale - expected) > 1e-5F * expected)
      return failure();
    return codes[c];
  }
  if (floats.empty())
    return 0;
  return quantmath::quantizeBias(floats[c], inputScale, weightScale, contract);
}

/// Reads the layer's constants and computes the rest. Failure after a diagnostic.
FailureOr<Weighted> analyze(LayerOpInterface layer, Contract contract) {
  Weighted result;
  Value weights = layer.getWeightsOperand()->get();
  result.input = getPerTensorType(layer->getOperand(0));
  result.output = getPerTensorType(layer->getResult(0));
  result.weightParams =
      getChannelParams(cast<quant::QuantizedType>(getElementTypeOrSelf(weights.getType())));
  auto codes = readIntegers(weights);
  if (failed(codes))
    return layer->emitError("weights must be constants to be lowered to integers");
  result.weights = std::move(*codes);
  result.name = getLayerName(layer).str();
  if (result.name.empty())
    result.name = layer->getName().stripDialect().str();

  SmallVector<float, 0> biasFloats;
  SmallVector<int64_t, 0> biasCodes;
  OpOperand *bias = layer.getBiasOperand();
  if (bias) {
    auto floats = readFloats(bias->get());
    auto integers = readIntegers(bias->get());
    if (failed(floats) && failed(integers))
      return layer->emitError("the bias must be a constant to be lowered to integers");
    if (succeeded(floats))
      biasFloats = std::move(*floats);
    else
      biasCodes = std::move(*integers);
  }

  size_t channels = cast<RankedTensorType>(weights.getType()).getDimSize(0);
  size_t depth = result.weights.size() / channels;
  QuantParams in = getParams(result.input), out = getParams(result.output);
  bool biasInFloat = contract == Contract::Fbgemm && !biasFloats.empty();
  bool perTensor = result.weightParams.size() == 1;
  for (size_t c = 0; c < channels; ++c) {
    QuantParams weight = result.weightParams[c % result.weightParams.size()];
    int64_t sum = 0;
    for (int64_t &w : MutableArrayRef(result.weights).slice(c * depth, depth)) {
      w -= weight.zeroPoint;
      sum += w;
    }
    int64_t total = -in.zeroPoint * sum;
    if (biasInFloat) {
      result.floatBias.push_back(quantmath::biasOverScale(biasFloats[c], in.scale, weight.scale));
    } else {
      auto b = integerBiasOf(bias ? bias->get() : Value(), biasFloats, biasCodes, c, in.scale,
                             weight.scale, contract);
      if (failed(b))
        return layer->emitError("the integer bias of channel ")
               << c << " does not have the scale of the accumulator, input scale times weight "
               << "scale, and zero point 0";
      total += *b;
    }
    float multiplier = quantmath::requantMultiplier(in.scale, weight.scale, out.scale, contract);
    bool usable = std::isfinite(multiplier) && multiplier > 0.0F &&
                  (!biasInFloat || std::isfinite(result.floatBias.back()));
    if (!usable)
      return layer->emitError("the scales of its input (")
             << in.scale << "), its weights (" << weight.scale << ") and its result (" << out.scale
             << ") are too far apart for float32";
    result.integerBias.push_back(total);
    if (!perTensor || c == 0)
      result.multipliers.push_back(multiplier);
  }
  return result;
}

bool fitsInt32(int64_t value) {
  return value >= std::numeric_limits<int32_t>::min() &&
         value <= std::numeric_limits<int32_t>::max();
}

/// The constants of the integer layer and its accumulator type.
struct Operands {
  Value weights, bias;
  RankedTensorType accumulator;
};

Operands buildOperands(OpBuilder &builder, LayerOpInterface layer, const Weighted &numbers) {
  Location loc = layer.getLoc();
  auto weightsType = cast<RankedTensorType>(layer.getWeightsOperand()->get().getType());
  // Subtracting a zero point can take a weight out of 8 bits.
  bool fits8 = llvm::all_of(numbers.weights, [](int64_t w) { return w >= -128 && w <= 127; });
  auto type = weightsType.clone(builder.getIntegerType(fits8 ? 8 : 16));
  Operands operands;
  ElementsAttr codes = getConstant(layer.getWeightsOperand()->get());
  bool unchanged =
      codes.getElementType() == type.getElementType() &&
      llvm::all_of(numbers.weightParams, [](QuantParams p) { return p.zeroPoint == 0; });
  if (!unchanged)
    codes = makeIntegers(type, numbers.weights, numbers.name + ".weight");
  operands.weights = ConstantOp::create(builder, loc, codes);
  // Most biases fit; one that does not makes the accumulators wide at once.
  bool wide = !llvm::all_of(numbers.integerBias, fitsInt32);
  Type accumulator = builder.getIntegerType(wide ? 64 : 32);
  if (llvm::any_of(numbers.integerBias, [](int64_t b) { return b != 0; })) {
    auto biasType =
        RankedTensorType::get({static_cast<int64_t>(numbers.integerBias.size())}, accumulator);
    operands.bias = ConstantOp::create(
        builder, loc, makeIntegers(biasType, numbers.integerBias, numbers.name + ".bias"));
  }
  operands.accumulator = cast<RankedTensorType>(layer->getResult(0).getType()).clone(accumulator);
  return operands;
}

Value buildFloats(OpBuilder &builder, Location loc, ArrayRef<float> values, const Twine &name) {
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, builder.getF32Type());
  return ConstantOp::create(builder, loc, makeFloats(type, values, name.str()));
}

/// Replaces `layer` by what requantizes `accumulator`, or by the accumulator itself where that is
/// what the model asks for.
LogicalResult finish(ConversionPatternRewriter &rewriter, LayerOpInterface layer,
                     Operation *integer, const Weighted &numbers, RankedTensorType codes,
                     Contract contract) {
  StringAttr name = layer->getAttrOfType<StringAttr>(kNameAttr);
  if (name)
    integer->setAttr(kNameAttr, name);
  Value accumulator = integer->getResult(0);
  QuantParams out = getParams(numbers.output);
  if (codes.getElementType().isInteger(32)) {
    // A result of type i32 is the accumulator: its scale must be the accumulator's.
    bool exact = out.zeroPoint == 0 && numbers.floatBias.empty() &&
                 accumulator.getType() == codes && !layer.getFusedActivation() &&
                 llvm::all_of(numbers.multipliers, [](float m) { return m == 1.0F; });
    if (!exact)
      return layer->emitError("a result of 32-bit codes must have the scale of the accumulator, "
                              "input scale times weight scale, and zero point 0");
    rewriter.replaceOp(layer, accumulator);
    return success();
  }
  Location loc = layer.getLoc();
  CodeRange range = getCodeRange(numbers.output, layer.getFusedActivation(), contract);
  Value multiplier = buildFloats(rewriter, loc, numbers.multipliers, numbers.name + ".multiplier");
  Value bias = numbers.floatBias.empty()
                   ? Value()
                   : buildFloats(rewriter, loc, numbers.floatBias, numbers.name + ".bias");
  auto requantize = RequantizeOp::create(rewriter, loc, codes, accumulator, multiplier, bias,
                                         rewriter.getI32IntegerAttr(out.zeroPoint),
                                         rewriter.getI32IntegerAttr(range.min),
                                         rewriter.getI32IntegerAttr(range.max));
  rewriter.replaceOp(layer, requantize);
  return success();
}

struct LowerConv2D : QuantizedPattern<Conv2DOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto numbers = analyze(op, contract);
    if (failed(numbers))
      return failure();
    Operands operands = buildOperands(rewriter, op, *numbers);
    // Outside of the image stands the code of 0.
    auto integer =
        Conv2DOp::create(rewriter, op.getLoc(), operands.accumulator, adaptor.getInput(),
                         operands.weights, operands.bias, Window2D::get(op), op.getGroups(),
                         ActivationAttr(), numbers->input.getZeroPoint());
    return finish(rewriter, op, integer, *numbers, codes(op.getResult()), contract);
  }
};

struct LowerLinear : QuantizedPattern<LinearOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(LinearOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto numbers = analyze(op, contract);
    if (failed(numbers))
      return failure();
    Operands operands = buildOperands(rewriter, op, *numbers);
    auto integer =
        LinearOp::create(rewriter, op.getLoc(), operands.accumulator, adaptor.getInput(),
                         operands.weights, operands.bias, ActivationAttr(), BoundsAttr());
    return finish(rewriter, op, integer, *numbers, codes(op.getResult()), contract);
  }
};
} // namespace

void qcc::cnn::populateLowerWeightedPatterns(RewritePatternSet &patterns,
                                             const TypeConverter &converter, Contract contract) {
  patterns.add<LowerConv2D, LowerLinear>(converter, patterns.getContext(), contract);
}

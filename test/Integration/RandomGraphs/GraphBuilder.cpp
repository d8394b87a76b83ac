//===- GraphBuilder.cpp - what the layers of a random network are made with ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphBuilder.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

int64_t qcc::random::imageElements(Value value) {
  int64_t elements = 1;
  for (int64_t size : shapeOf(value).drop_front())
    elements *= size;
  return elements;
}

GraphValue GraphBuilder::pick(llvm::function_ref<bool(Value)> wanted) {
  SmallVector<GraphValue> fitting;
  for (GraphValue value : values)
    if (wanted(value.value))
      fitting.push_back(value);
  if (fitting.empty())
    return {};
  return random.chance(0.6) ? fitting.back() : random.pick(ArrayRef(fitting));
}

Value GraphBuilder::make(StringRef name, ValueRange operands, Type element,
                         ArrayRef<NamedAttribute> attributes) {
  // The shape is inferred on the operation itself, so it starts with a type that need not be right.
  auto type = cast<RankedTensorType>(operands.front().getType()).clone(element);
  OperationState state(loc(), ("cnn." + name).str(), operands, type, attributes);
  Operation *op = builder.create(state);
  ScopedDiagnosticHandler quiet(builder.getContext(), [](Diagnostic &) { return success(); });
  auto shape = cast<cnn::LayerOpInterface>(op).inferResultShape([&] { return op->emitError(); });
  if (succeeded(shape)) {
    op->getResult(0).setType(RankedTensorType::get(*shape, element));
    if (imageElements(op->getResult(0)) <= kMaxElements && succeeded(verify(op)))
      return op->getResult(0);
  }
  op->erase();
  return {};
}

bool GraphBuilder::add(StringRef name, ValueRange operands, Type element, bool exact,
                       ArrayRef<NamedAttribute> attributes) {
  Value value = make(name, operands, element, attributes);
  if (!value)
    return false;
  values.push_back({value, exact});
  return true;
}

quant::UniformQuantizedType GraphBuilder::activationType(double scale) {
  int64_t first = isSigned ? -128 : 0;
  int64_t zeroPoint = first + random.pick({int64_t{0}, int64_t{0}, int64_t{128}, int64_t{255},
                                           random.integer(0, 255), random.integer(0, 255)});
  auto params = QuantParams{static_cast<float>(scale), zeroPoint};
  return cnn::getPerTensorType(builder.getContext(), isSigned, params);
}

double GraphBuilder::scaleOf(Value value) {
  if (auto type = cnn::getPerTensorType(value))
    return cnn::getParams(type).scale;
  return 1.0 / 64;
}

Value GraphBuilder::floatConstant(ArrayRef<int64_t> shape, double low, double high) {
  auto type = RankedTensorType::get(shape, f32());
  SmallVector<float> data(static_cast<size_t>(type.getNumElements()));
  for (float &value : data)
    value = static_cast<float>(random.real(low, high));
  return cnn::ConstantOp::create(builder, loc(), cnn::makeFloats(type, data, "constant"));
}

Value GraphBuilder::constantLike(Value like, ArrayRef<int64_t> shape) {
  if (!isQuantized(like))
    return floatConstant(shape, -2, 2);
  auto type = activationType(scaleOf(like) * random.logarithmic(0.3, 3));
  auto codes = RankedTensorType::get(shape, cnn::getCodeType(type));
  SmallVector<int64_t> data(static_cast<size_t>(codes.getNumElements()));
  for (int64_t &value : data)
    value = random.integer(0, 255) - (isSigned ? 128 : 0);
  return cnn::ConstantOp::create(builder, loc(), RankedTensorType::get(shape, type),
                                 cnn::makeIntegers(codes, data, "constant"));
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

static int64_t depthOf(ArrayRef<int64_t> weights) {
  int64_t depth = 1;
  for (int64_t size : weights.drop_front())
    depth *= size;
  return depth;
}

GraphBuilder::Weighted GraphBuilder::makeWeights(Value input, ArrayRef<int64_t> shape) {
  return isQuantized(input) ? makeQuantizedWeights(input, shape) : makeFloatWeights(input, shape);
}

GraphBuilder::Weighted GraphBuilder::makeFloatWeights(Value input, ArrayRef<int64_t> shape) {
  double bound = std::sqrt(3.0 / static_cast<double>(depthOf(shape)));
  Weighted result;
  result.operands = {input, floatConstant(shape, -bound, bound)};
  if (random.chance(0.7))
    result.operands.push_back(floatConstant(shape[0], -1, 1));
  result.output = f32();
  return result;
}

/// Codes that a layer's weights are drawn from: some sets are there to overflow what is too narrow.
static int64_t weightCode(Random &random, int kind) {
  switch (kind) {
  case 0:
    return random.integer(-128, 127);
  case 1:
    return random.integer(-63, 63);
  case 2:
    return std::clamp<int64_t>(static_cast<int64_t>(std::lround(random.normal() * 30)), -127, 127);
  case 3:
    return random.chance(0.5) ? -128 : 127;
  default:
    return 127;
  }
}

GraphBuilder::Weighted GraphBuilder::makeQuantizedWeights(Value input, ArrayRef<int64_t> shape) {
  int kind = random.pick({0, 0, 1, 1, 2, 2, 2, 3, 4});
  bool perChannel = random.chance(0.6);
  // Zero points other than 0 are ONNX's alone; a multiple of the weights' range then, so that both
  // 8 and 16 bits are needed.
  int64_t zeroPoint =
      contract == Contract::Onnx && random.chance(0.15) ? random.integer(-20, 20) : 0;
  double inputScale = scaleOf(input), weightScale = random.logarithmic(0.002, 0.02);
  SmallVector<QuantParams> params(perChannel ? static_cast<size_t>(shape[0]) : 1);
  for (QuantParams &channel : params)
    channel = {static_cast<float>(weightScale * random.logarithmic(0.5, 2)), zeroPoint};

  MLIRContext *context = builder.getContext();
  auto codes = RankedTensorType::get(shape, builder.getI8Type());
  SmallVector<int64_t> data(static_cast<size_t>(codes.getNumElements()));
  double squares = 0;
  for (int64_t &code : data) {
    code = weightCode(random, kind);
    squares += static_cast<double>((code - zeroPoint) * (code - zeroPoint));
  }
  Type element = perChannel
                     ? Type(cnn::getPerAxisType(context, /*isSigned=*/true, params, /*axis=*/0))
                     : Type(cnn::getPerTensorType(context, /*isSigned=*/true, params[0]));
  Weighted result;
  result.operands = {input,
                     cnn::ConstantOp::create(builder, loc(), RankedTensorType::get(shape, element),
                                             cnn::makeIntegers(codes, data, "weight"))};

  // The deviation of an accumulator, and a scale with which it takes about 50 codes. Few weights
  // may all be 0.
  double deviation = std::max(std::sqrt(squares / static_cast<double>(shape[0])) * 73, 1.0);
  double real = deviation * inputScale * weightScale;
  int bias = static_cast<int>(random.integer(0, 9));
  if (bias < 6) {
    result.operands.push_back(floatConstant(shape[0], -2 * real, 2 * real));
  } else if (bias < 8) {
    SmallVector<double> scales;
    for (const QuantParams &channel : params)
      scales.push_back(static_cast<float>(inputScale) * channel.scale);
    SmallVector<int64_t> zeroPoints(scales.size(), 0), biases;
    auto expressed = builder.getF32Type();
    Type type =
        perChannel
            ? Type(quant::UniformQuantizedPerAxisType::get(
                  quant::QuantizationFlags::Signed, builder.getI32Type(), expressed, scales,
                  zeroPoints, 0, std::numeric_limits<int32_t>::min(),
                  std::numeric_limits<int32_t>::max()))
            : Type(quant::UniformQuantizedType::get(
                  quant::QuantizationFlags::Signed, builder.getI32Type(), expressed, scales[0], 0,
                  std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
    for (int64_t c = 0; c < shape[0]; ++c)
      biases.push_back(static_cast<int64_t>(random.real(-2 * deviation, 2 * deviation)));
    auto codeType = RankedTensorType::get(shape[0], builder.getI32Type());
    result.operands.push_back(cnn::ConstantOp::create(builder, loc(),
                                                      RankedTensorType::get(shape[0], type),
                                                      cnn::makeIntegers(codeType, biases, "bias")));
  }
  result.output = activationType(real / 50 * random.logarithmic(0.4, 3));
  return result;
}

void GraphBuilder::maybeActivation(SmallVectorImpl<NamedAttribute> &attributes, Type output) {
  // In float, bounds that cut most values off would hide how large the values are that were
  // rounded.
  auto quantized = dyn_cast<quant::UniformQuantizedType>(output);
  double scale = quantized ? cnn::getParams(quantized).scale : 0.2;
  if (random.chance(0.65))
    return;
  MLIRContext *context = builder.getContext();
  auto activation = random.chance(0.6)
                        ? cnn::ActivationAttr::getRelu(context)
                        : cnn::ActivationAttr::get(context, static_cast<float>(-20 * scale),
                                                   static_cast<float>(random.real(1, 100) * scale));
  attributes.push_back(attr("activation", activation));
}

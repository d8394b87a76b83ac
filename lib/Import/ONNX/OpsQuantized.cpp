//===- OpsQuantized.cpp - Operators between floats and codes, and on codes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Operators.h"
#include "QuantizedConstants.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::TensorProto;

Expected<ScaleAndZeroPoint> qcc::onnx::readScale(Importer &importer, const Node &node, size_t scale,
                                                 size_t zeroPoint, std::optional<int64_t> axis) {
  ScaleAndZeroPoint result;
  result.type = TensorProto::UNDEFINED;
  result.info.scales = {1.0F};
  if (scale != 0) {
    Expected<SmallVector<float, 0>> scales = importer.getFloats(node, scale, "scale");
    if (!scales)
      return scales.takeError();
    result.info.scales.assign(scales->begin(), scales->end());
  }
  result.info.zeroPoints.assign(result.info.scales.size(), 0);
  if (node.hasInput(zeroPoint)) {
    Expected<ConstantValue> constant = importer.getConstant(node, zeroPoint, "zero point");
    if (!constant)
      return constant.takeError();
    Expected<SmallVector<int64_t, 0>> values = constant->tensor.integers();
    if (!values)
      return node.error(values.takeError());
    result.type = constant->tensor.type;
    size_t count = std::max(values->size(), result.info.scales.size());
    if (values->empty() || (values->size() != count && values->size() != 1))
      return node.error("there are {} zero points, but {} scales", values->size(),
                        result.info.scales.size());
    if (scale == 0)
      result.info.scales.assign(count, 1.0F);
    if (result.info.scales.size() != count)
      return node.error("there are {} zero points, but {} scales", values->size(),
                        result.info.scales.size());
    result.info.zeroPoints.assign(count, values->front());
    if (values->size() == count)
      result.info.zeroPoints.assign(values->begin(), values->end());
  }
  size_t count = result.info.scales.size();
  if (count == 0)
    return node.error("there is no scale");
  if (Error error = importer.charge(&node, count * 16))
    return error;
  if (count > 1) {
    if (!axis)
      return node.error("activations must have one scale, but there are {}", count);
    result.info.axis = axis;
  }
  return result;
}

/// The element type of input `i`, a run-time tensor of codes, which must be what `scale` and
/// `zeroPoint` say.
static Expected<RuntimeTensor> getCodes(Importer &importer, const Node &node, size_t i,
                                        size_t scale, size_t zeroPoint) {
  Expected<RuntimeTensor> input = importer.getTensor(node, i);
  if (!input)
    return input.takeError();
  auto type = dyn_cast<quant::UniformQuantizedType>(input->getElementType());
  if (!type)
    return node.error("input {}, '{}', must be quantized codes", i, printable(node.getInput(i)));
  Expected<ScaleAndZeroPoint> said = readScale(importer, node, scale, zeroPoint, std::nullopt);
  if (!said)
    return said.takeError();
  double saidScale = said->info.scales[0];
  if (saidScale != type.getScale() || said->info.zeroPoints[0] != type.getZeroPoint())
    return node.error("input {}, '{}', was quantized with scale {} and zero point {}, but is read "
                      "with scale {} and zero "
                      "point {}",
                      i, printable(node.getInput(i)), type.getScale(), type.getZeroPoint(),
                      saidScale, said->info.zeroPoints[0]);
  return input;
}

/// The quantized type that output scale and zero point of `node` say.
static Expected<Type> getResultType(Importer &importer, const Node &node, size_t scale,
                                    size_t zeroPoint) {
  Expected<ScaleAndZeroPoint> said = readScale(importer, node, scale, zeroPoint, std::nullopt);
  if (!said)
    return said.takeError();
  int32_t type = said->type == TensorProto::UNDEFINED ? int32_t{TensorProto::UINT8} : said->type;
  if (type == TensorProto::INT32)
    return node.error("results of int32 are not supported");
  return importer.getQuantizedType(&node, type, said->info);
}

//===----------------------------------------------------------------------===//
// Between floats and codes
//===----------------------------------------------------------------------===//

Error qcc::onnx::importQuantizeLinear(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  Expected<ScaleAndZeroPoint> scale = readScale(importer, node, 1, 2, std::nullopt);
  if (!scale)
    return scale.takeError();
  Expected<int32_t> code = getCodeType(node, scale->type);
  if (!code)
    return code.takeError();
  Expected<Type> type = importer.getQuantizedType(&node, *code, scale->info);
  if (!type)
    return type.takeError();
  Expected<Value> result =
      importer.create<cnn::QuantizeOp>(&node, "", *type, input->value, FloatAttr(), IntegerAttr(),
                                       IntegerAttr(), IntegerAttr(), cnn::NumericContractAttr());
  if (!result)
    return result.takeError();
  RuntimeTensor tensor = *input;
  tensor.value = *result;
  importer.bind(node, 0, tensor);
  return Error::success();
}

Error qcc::onnx::importDequantizeLinear(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = getCodes(importer, node, 0, 1, 2);
  if (!input)
    return input.takeError();
  Expected<Value> result = importer.create<cnn::DequantizeOp>(
      &node, "", importer.getF32(), input->value, FloatAttr(), IntegerAttr());
  if (!result)
    return result.takeError();
  RuntimeTensor tensor = *input;
  tensor.value = *result;
  importer.bind(node, 0, tensor);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// On codes
//===----------------------------------------------------------------------===//

/// Constant codes at input `i` with the scales beside them. `axis` is that of output channels.
static Expected<ConstantValue> getQuantizedWeights(Importer &importer, const Node &node, size_t i,
                                                   size_t scale, size_t zeroPoint, int64_t axis) {
  Expected<ConstantValue> weights = importer.getConstant(node, i, "weights");
  if (!weights)
    return weights.takeError();
  if (weights->quantization)
    return node.error("weights must be codes, not floats");
  Expected<ScaleAndZeroPoint> info = readScale(importer, node, scale, zeroPoint, axis);
  if (!info)
    return info.takeError();
  if (info->type != TensorProto::UNDEFINED && info->type != weights->tensor.type)
    return node.error("weights are {}, but their zero point is {}",
                      elementTypeName(weights->tensor.type), elementTypeName(info->type));
  weights->quantization = std::move(info->info);
  return weights;
}

Error qcc::onnx::importQLinearConv(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = getCodes(importer, node, 0, 1, 2);
  if (!input)
    return input.takeError();
  Expected<ConstantValue> weights = getQuantizedWeights(importer, node, 3, 4, 5, /*axis=*/0);
  if (!weights)
    return weights.takeError();
  Expected<Type> resultType = getResultType(importer, node, 6, 7);
  if (!resultType)
    return resultType.takeError();
  LayerParts parts{std::move(*weights), std::nullopt, *resultType, /*keepCodes=*/true};
  if (node.hasInput(8)) {
    Expected<ConstantValue> bias = importer.getConstant(node, 8, "bias");
    if (!bias)
      return bias.takeError();
    if (bias->tensor.type != TensorProto::INT32 || bias->quantization)
      return node.error("bias must be int32");
    // Codes of the bias are in units of the accumulator.
    auto scale =
        static_cast<float>(cast<quant::UniformQuantizedType>(input->getElementType()).getScale());
    QuantizationInfo info = *parts.weights.quantization;
    for (float &weightScale : info.scales)
      weightScale = scale * weightScale;
    info.zeroPoints.assign(info.scales.size(), 0);
    bias->quantization = std::move(info);
    parts.bias = std::move(*bias);
  }
  return buildConv(importer, node, 0, parts);
}

Error qcc::onnx::importQLinearMatMul(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = getCodes(importer, node, 0, 1, 2);
  if (!input)
    return input.takeError();
  Expected<ConstantValue> weights = getQuantizedWeights(importer, node, 3, 4, 5, /*axis=*/1);
  if (!weights)
    return weights.takeError();
  Expected<Type> resultType = getResultType(importer, node, 6, 7);
  if (!resultType)
    return resultType.takeError();
  return buildMatMul(importer, node, 0,
                     {std::move(*weights), std::nullopt, *resultType, /*keepCodes=*/true}, node);
}

/// The parts of a ConvInteger or MatMulInteger: sums of products of codes less their zero points,
/// which are what a layer with scales of 1 computes.
static Expected<LayerParts> getIntegerParts(Importer &importer, const Node &node, int64_t axis) {
  if (Expected<RuntimeTensor> input = getCodes(importer, node, 0, 0, 2); !input)
    return input.takeError();
  Expected<ConstantValue> weights = getQuantizedWeights(importer, node, 1, 0, 3, axis);
  if (!weights)
    return weights.takeError();
  Expected<Type> resultType =
      importer.getQuantizedType(&node, TensorProto::INT32, {{1.0F}, {0}, std::nullopt});
  if (!resultType)
    return resultType.takeError();
  return LayerParts{std::move(*weights), std::nullopt, *resultType, /*keepCodes=*/true};
}

Error qcc::onnx::importConvInteger(Importer &importer, const Node &node) {
  Expected<LayerParts> parts = getIntegerParts(importer, node, /*axis=*/0);
  if (!parts)
    return parts.takeError();
  return buildConv(importer, node, 0, *parts);
}

Error qcc::onnx::importMatMulInteger(Importer &importer, const Node &node) {
  Expected<LayerParts> parts = getIntegerParts(importer, node, /*axis=*/1);
  if (!parts)
    return parts.takeError();
  return buildMatMul(importer, node, 0, std::move(*parts), node);
}

/// QLinearAdd and QLinearMul of two run-time tensors.
template <typename OpTy> static Error importQuantizedBinary(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> lhs = getCodes(importer, node, 0, 1, 2);
  if (!lhs)
    return lhs.takeError();
  Expected<RuntimeTensor> rhs = getCodes(importer, node, 3, 4, 5);
  if (!rhs)
    return rhs.takeError();
  if (lhs->getRank() != rhs->getRank())
    return node.error("operands of ranks {} and {} are not supported", lhs->getRank(),
                      rhs->getRank());
  Order order = lhs->order;
  if (lhs->getRank() == 4 && rhs->order == getChannelsLastOrder())
    order = rhs->order;
  if (lhs->flattened != rhs->flattened || lhs->order != order)
    lhs = importer.reorder(&node, *lhs, order);
  if (lhs && (lhs->flattened != rhs->flattened || rhs->order != order))
    rhs = importer.reorder(&node, *rhs, order);
  if (!lhs || !rhs)
    return joinErrors(lhs ? Error::success() : lhs.takeError(),
                      rhs ? Error::success() : rhs.takeError());
  Expected<Type> type = getResultType(importer, node, 6, 7);
  if (!type)
    return type.takeError();
  Expected<Value> result =
      importer.create<OpTy>(&node, "", *type, lhs->value, rhs->value, cnn::ActivationAttr());
  if (!result)
    return result.takeError();
  RuntimeTensor tensor = *lhs;
  tensor.value = *result;
  for (auto [i, dim] : enumerate(order))
    tensor.shape[dim] = cast<RankedTensorType>(result->getType()).getShape()[i];
  importer.bind(node, 0, tensor);
  return Error::success();
}

Error qcc::onnx::importQLinearAdd(Importer &importer, const Node &node) {
  return importQuantizedBinary<cnn::AddOp>(importer, node);
}
Error qcc::onnx::importQLinearMul(Importer &importer, const Node &node) {
  return importQuantizedBinary<cnn::MulOp>(importer, node);
}

Error qcc::onnx::importQLinearGlobalAveragePool(Importer &importer, const Node &node) {
  Expected<int64_t> channelsLast = node.getInt("channels_last", 0);
  if (!channelsLast)
    return channelsLast.takeError();
  if (*channelsLast != 0)
    return node.error("attribute 'channels_last' is not supported");
  if (Expected<RuntimeTensor> codes = getCodes(importer, node, 0, 1, 2); !codes)
    return codes.takeError();
  Expected<Type> type = getResultType(importer, node, 3, 4);
  if (!type)
    return type.takeError();
  Expected<RuntimeTensor> input = importer.getImage(node, 0);
  if (!input)
    return input.takeError();
  Expected<Value> result = importer.create<cnn::GlobalAvgPoolOp>(&node, "", *type, input->value);
  if (!result)
    return result.takeError();
  importer.bind(node, *result, {input->shape[0], input->shape[1], 1, 1}, getChannelsLastOrder());
  return Error::success();
}

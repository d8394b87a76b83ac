//===- OpsConv.cpp - Convolutions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Operators.h"
#include "WindowAttributes.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

Expected<ConstantValue> qcc::onnx::makeCodesSigned(const Node &node, const ConstantValue &weights) {
  if (!weights.quantization || weights.tensor.type != ::onnx::TensorProto::UINT8)
    return weights;
  ConstantValue result = weights;
  Expected<SmallVector<int64_t, 0>> codes = weights.tensor.integers();
  if (!codes)
    return node.error(codes.takeError());
  for (int64_t &code : *codes)
    code -= 128;
  for (int64_t &zeroPoint : result.quantization->zeroPoints)
    zeroPoint -= 128;
  result.tensor = HostTensor::fromIntegers(weights.tensor.name, ::onnx::TensorProto::INT8,
                                           weights.tensor.shape, *codes);
  return result;
}

std::optional<ConstantValue> qcc::onnx::asVector(const ConstantValue &constant, int64_t size) {
  ArrayRef<int64_t> shape = constant.tensor.shape;
  if (constant.tensor.numElements() == size && !shape.empty() && shape.back() == size) {
    ConstantValue result = constant;
    result.tensor = constant.tensor.reshaped(size);
    if (constant.quantization && constant.quantization->axis) {
      // Scales along another dimension, of 1, are one scale.
      if (*constant.quantization->axis + 1 == static_cast<int64_t>(shape.size()))
        result.quantization->axis = 0;
      else
        result.quantization->axis.reset();
    }
    return result;
  }
  if (constant.tensor.numElements() != 1 || constant.quantization || !constant.tensor.isFloat32())
    return std::nullopt;
  Expected<SmallVector<float, 0>> value = constant.tensor.floats();
  if (!value) {
    consumeError(value.takeError());
    return std::nullopt;
  }
  SmallVector<float, 0> repeated(size, value->front());
  return ConstantValue{HostTensor::fromFloats(constant.tensor.name, size, repeated), std::nullopt};
}

Error qcc::onnx::buildConv(Importer &importer, const Node &node, size_t inputIndex,
                           const LayerParts &parts) {
  Expected<RuntimeTensor> input = importer.getImage(node, inputIndex);
  if (!input)
    return input.takeError();
  ArrayRef<int64_t> shape = parts.weights.tensor.shape;
  if (shape.size() != 4)
    return node.error(
        "weights have rank {}; only 2-D convolutions, with weights of rank 4, are supported",
        shape.size());
  Expected<int64_t> groups = node.getInt("group", 1);
  if (!groups)
    return groups.takeError();
  if (*groups < 1 || *groups > kMaxDimension)
    return node.error("attribute 'group' is {}, but must be at least 1", *groups);
  Expected<WindowAttributes> window = readWindow(node, {input->shape[2], input->shape[3]},
                                                 std::array<int64_t, 2>{shape[2], shape[3]});
  if (!window)
    return window.takeError();

  // Weights per channel must be so along the output channels, which come first in both orders.
  if (parts.weights.quantization && parts.weights.quantization->axis.value_or(0) != 0)
    return node.error("weights are quantized along dimension {}; only output channels, dimension "
                      "0, are supported",
                      *parts.weights.quantization->axis);
  Expected<ConstantValue> weights = makeCodesSigned(node, parts.weights);
  if (!weights)
    return weights.takeError();
  ConstantValue channelsLast = weights->transposed(getChannelsLastOrder());
  auto create = [&](const ConstantValue &constant) {
    return parts.keepCodes ? importer.createCodes(&node, constant)
                           : importer.createConstant(&node, constant);
  };
  Expected<Value> weightsOp = create(channelsLast);
  if (!weightsOp)
    return weightsOp.takeError();
  Value bias;
  if (parts.bias) {
    std::optional<ConstantValue> vector = asVector(*parts.bias, shape[0]);
    if (!vector)
      return node.error("bias has shape {}, but must have {} elements",
                        formatShape(parts.bias->tensor.shape), shape[0]);
    Expected<Value> biasOp = create(*vector);
    if (!biasOp)
      return biasOp.takeError();
    bias = *biasOp;
  }
  Expected<Value> result = importer.create<cnn::Conv2DOp>(
      &node, "", parts.elementType, input->value, *weightsOp, bias,
      ArrayRef<int64_t>(window->strides), ArrayRef<int64_t>(window->padding),
      ArrayRef<int64_t>(window->dilations), static_cast<uint64_t>(*groups), cnn::ActivationAttr(),
      uint64_t{0}, cnn::BoundsAttr());
  if (!result)
    return result.takeError();
  ArrayRef<int64_t> stored = cast<RankedTensorType>(result->getType()).getShape();
  importer.bind(node, *result, {stored[0], stored[3], stored[1], stored[2]},
                getChannelsLastOrder());
  return Error::success();
}

Error qcc::onnx::importConv(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  LayerParts parts;
  parts.elementType = importer.getF32();
  Expected<ConstantValue> weights = importer.getConstant(node, 1, "weights");
  if (!weights)
    return weights.takeError();
  parts.weights = std::move(*weights);
  if (node.hasInput(2)) {
    Expected<ConstantValue> bias = importer.getConstant(node, 2, "bias");
    if (!bias)
      return bias.takeError();
    parts.bias = std::move(*bias);
  }
  return buildConv(importer, node, 0, parts);
}

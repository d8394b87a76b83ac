//===- OpsLinear.cpp - Fully connected layers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "Operators.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

ConstantValue qcc::onnx::permuteFeatures(const ConstantValue &constant, int64_t axis,
                                         std::array<int64_t, 3> image) {
  // Split the dimension into C, H, W, put C behind, and join them again. The others keep their
  // places.
  SmallVector<int64_t> split, permutation;
  for (auto [i, size] : enumerate(constant.tensor.shape)) {
    int64_t dim = static_cast<int64_t>(split.size());
    if (static_cast<int64_t>(i) != axis) {
      split.push_back(size);
      permutation.push_back(dim);
      continue;
    }
    split.append(image.begin(), image.end());
    permutation.append({dim + 1, dim + 2, dim});
  }
  ConstantValue result = constant;
  result.tensor =
      constant.tensor.reshaped(split).transposed(permutation).reshaped(constant.tensor.shape);
  return result;
}

Expected<Value> qcc::onnx::buildLinear(Importer &importer, const Node &node,
                                       const RuntimeTensor &input, const LayerParts &parts) {
  ConstantValue weights = parts.weights;
  if (weights.quantization && weights.quantization->axis.value_or(0) != 0)
    return node.error(
        "weights are quantized along their inputs; only output features are supported");
  RuntimeTensor operand = input;
  if (input.flattened && weights.tensor.shape[1] == input.shape[1]) {
    weights = permuteFeatures(weights, 1, *input.flattened);
  } else {
    Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, input);
    if (!plain)
      return plain.takeError();
    operand = *plain;
  }
  Expected<ConstantValue> signedWeights = makeCodesSigned(node, weights);
  if (!signedWeights)
    return signedWeights.takeError();
  auto create = [&](const ConstantValue &constant) {
    return parts.keepCodes ? importer.createCodes(&node, constant)
                           : importer.createConstant(&node, constant);
  };
  Expected<Value> weightsOp = create(*signedWeights);
  if (!weightsOp)
    return weightsOp.takeError();
  Value bias;
  if (parts.bias) {
    Expected<Value> biasOp = create(*parts.bias);
    if (!biasOp)
      return biasOp.takeError();
    bias = *biasOp;
  }
  return importer.create<cnn::LinearOp>(&node, "", parts.elementType, operand.value, *weightsOp,
                                        bias, cnn::ActivationAttr(), cnn::BoundsAttr());
}

/// `constant` times `factor`.
static Expected<ConstantValue> scale(const Node &node, const ConstantValue &constant,
                                     float factor) {
  if (factor == 1.0F)
    return constant;
  if (constant.quantization)
    return node.error("a factor of {} on quantized constants is not supported", factor);
  Expected<SmallVector<float, 0>> values = constant.tensor.floats();
  if (!values)
    return node.error(values.takeError());
  for (float &value : *values)
    value *= factor;
  return ConstantValue{HostTensor::fromFloats(constant.tensor.name, constant.tensor.shape, *values),
                       std::nullopt};
}

Error qcc::onnx::importGemm(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  Expected<ConstantValue> weights = importer.getConstant(node, 1, "weights");
  if (!weights)
    return weights.takeError();
  Expected<int64_t> transA = node.getInt("transA", 0), transB = node.getInt("transB", 0);
  Expected<float> alpha = node.getFloat("alpha", 1.0F), beta = node.getFloat("beta", 1.0F);
  Error attributes = joinErrors(joinErrors(transA ? Error::success() : transA.takeError(),
                                           transB ? Error::success() : transB.takeError()),
                                joinErrors(alpha ? Error::success() : alpha.takeError(),
                                           beta ? Error::success() : beta.takeError()));
  if (attributes)
    return attributes;
  if (input->getRank() != 2 || weights->tensor.shape.size() != 2)
    return node.error("operands must be matrices, but have ranks {} and {}", input->getRank(),
                      weights->tensor.shape.size());
  if (*transA != 0)
    return node.error("transA is not supported: the batch is the first dimension of the input");

  LayerParts parts;
  parts.elementType = importer.getF32();
  Expected<ConstantValue> scaled =
      scale(node, *transB != 0 ? *weights : weights->transposed({1, 0}), *alpha);
  if (!scaled)
    return scaled.takeError();
  parts.weights = std::move(*scaled);
  int64_t outputs = parts.weights.tensor.shape[0];

  bool addsLater = false;
  if (node.hasInput(2)) {
    Expected<std::optional<ConstantValue>> bias = importer.findConstant(node, 2);
    if (!bias)
      return bias.takeError();
    if (std::optional<ConstantValue> vector = *bias ? asVector(**bias, outputs) : std::nullopt) {
      Expected<ConstantValue> scaledBias = scale(node, *vector, *beta);
      if (!scaledBias)
        return scaledBias.takeError();
      parts.bias = std::move(*scaledBias);
    }
    addsLater = !parts.bias;
  }
  Expected<Value> result = buildLinear(importer, node, *input, parts);
  if (!result)
    return result.takeError();
  if (addsLater) {
    // What is no vector of constants is added to the result.
    if (*beta != 1.0F)
      return node.error(
          "beta of {} is not supported for a third operand that is no constant vector", *beta);
    Expected<RuntimeTensor> other = importer.getFloatTensor(node, 2);
    if (!other)
      return other.takeError();
    Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, *other);
    if (!plain)
      return plain.takeError();
    Value addend = plain->value;
    if (plain->getRank() == 1) {
      Expected<Value> row = importer.createReshape(&node, importer.getHelperName(node, "row"),
                                                   addend, {1, plain->shape[0]});
      if (!row)
        return row.takeError();
      addend = *row;
    }
    result = importer.create<cnn::AddOp>(&node, importer.getHelperName(node, "add"),
                                         importer.getF32(), *result, addend, cnn::ActivationAttr());
    if (!result)
      return result.takeError();
  }
  importer.bind(node, *result, cast<RankedTensorType>(result->getType()).getShape(), {0, 1});
  return Error::success();
}

Error qcc::onnx::buildMatMul(Importer &importer, const Node &node, size_t inputIndex,
                             LayerParts parts, const Node &resultNode) {
  Expected<RuntimeTensor> input = importer.getTensor(node, inputIndex);
  if (!input)
    return input.takeError();
  if (parts.weights.tensor.shape.size() != 2)
    return node.error("weights have rank {}; only matrices are supported",
                      parts.weights.tensor.shape.size());
  parts.weights = parts.weights.transposed({1, 0});

  // [N, 1, ..., 1, I] is a matrix, too.
  SmallVector<int64_t> shape = to_vector(input->shape);
  if (shape.size() < 2 ||
      any_of(ArrayRef(shape).drop_front().drop_back(), [](int64_t size) { return size != 1; }))
    return node.error("input has shape {}; only matrices [N, I] are supported", formatShape(shape));
  RuntimeTensor matrix = *input;
  if (shape.size() > 2) {
    Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, *input);
    if (!plain)
      return plain.takeError();
    Expected<Value> reshaped = importer.createReshape(&node, importer.getHelperName(node, "matrix"),
                                                      plain->value, {shape.front(), shape.back()});
    if (!reshaped)
      return reshaped.takeError();
    matrix = {*reshaped, {shape.front(), shape.back()}, {0, 1}, std::nullopt};
  }
  Expected<Value> result = buildLinear(importer, node, matrix, parts);
  if (!result)
    return result.takeError();
  shape.back() = parts.weights.tensor.shape[0];
  if (shape.size() > 2) {
    result = importer.createReshape(&node, importer.getHelperName(node, "shape"), *result, shape);
    if (!result)
      return result.takeError();
  }
  importer.bind(resultNode, *result, shape, getOnnxOrder(shape.size()));
  return Error::success();
}

Error qcc::onnx::importMatMul(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  LayerParts parts;
  parts.elementType = importer.getF32();
  Expected<ConstantValue> weights = importer.getConstant(node, 1, "weights");
  if (!weights)
    return weights.takeError();
  parts.weights = std::move(*weights);

  // Exporters write a linear layer's bias as an addition of its own.
  const Node *add = importer.getGraph().getOnlyConsumer(node.getOutput(0));
  if (!add || add->getOperator() != "Add" || !add->getDomain().empty() ||
      parts.weights.tensor.shape.size() != 2)
    return buildMatMul(importer, node, 0, std::move(parts), node);
  size_t biasIndex = add->getInput(0) == node.getOutput(0) ? 1 : 0;
  Expected<std::optional<ConstantValue>> bias = importer.findConstant(*add, biasIndex);
  if (!bias)
    return bias.takeError();
  if (*bias)
    parts.bias = asVector(**bias, parts.weights.tensor.shape[1]);
  if (!parts.bias)
    return buildMatMul(importer, node, 0, std::move(parts), node);
  importer.markImported(*add);
  return buildMatMul(importer, node, 0, std::move(parts), *add);
}

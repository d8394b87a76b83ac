//===- OpsNormalization.cpp - Batch normalization and softmax ---*- C++ -*-===//
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

Error qcc::onnx::importBatchNormalization(Importer &importer, const Node &node) {
  Expected<float> epsilon = node.getFloat("epsilon", 1e-5F);
  if (!epsilon)
    return epsilon.takeError();
  Expected<int64_t> training = node.getInt("training_mode", 0);
  if (!training)
    return training.takeError();
  Expected<int64_t> spatial = node.getInt("spatial", 1);
  if (!spatial)
    return spatial.takeError();
  if (*training != 0 || *spatial != 1)
    return node.error(
        "only the inference form, with one mean and variance per channel, is supported");
  for (size_t i = 1; i < node.getNumOutputs(); ++i)
    if (!importer.getGraph().getConsumers(node.getOutput(i)).empty() ||
        importer.getGraph().isOutput(node.getOutput(i)))
      return node.error("output {}, which training computes, is not supported", i);

  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  // Channels are ONNX's dimension 1 and must be stored last.
  if (input->getRank() == 4)
    input = importer.getImage(node, 0);
  else if (input->getRank() != 2)
    return node.error("input has rank {}; only images and matrices are supported",
                      input->getRank());
  else if (!input->flattened)
    input = importer.toOnnxOrder(&node, *input);
  if (!input)
    return input.takeError();

  static constexpr StringLiteral roles[] = {"scale", "offset", "mean", "variance"};
  SmallVector<Value, 4> statistics;
  for (size_t i = 0; i < std::size(roles); ++i) {
    Expected<ConstantValue> constant = importer.getConstant(node, 1 + i, roles[i]);
    if (!constant)
      return constant.takeError();
    ConstantValue values = std::move(*constant);
    if (values.tensor.shape.size() != 1 || values.tensor.shape[0] != input->shape[1])
      return node.error("{} has shape {}, but there are {} channels", roles[i],
                        formatShape(values.tensor.shape), input->shape[1]);
    if (values.quantization && values.quantization->axis && input->flattened)
      return node.error("{} must not be quantized per element", roles[i]);
    if (input->flattened)
      values = permuteFeatures(values, 0, *input->flattened);
    Expected<Value> value = importer.createConstant(&node, values);
    if (!value)
      return value.takeError();
    statistics.push_back(*value);
  }
  Expected<Value> result = importer.create<cnn::BatchNormOp>(
      &node, "", importer.getF32(), input->value, statistics[0], statistics[1], statistics[2],
      statistics[3], importer.getFloatAttr(*epsilon));
  if (!result)
    return result.takeError();
  RuntimeTensor tensor = *input;
  tensor.value = *result;
  importer.bind(node, 0, tensor);
  return Error::success();
}

/// Softmax along the dimension of `tensor` that is stored as `storedAxis`.
static Error bindSoftmax(Importer &importer, const Node &node, RuntimeTensor tensor,
                         int64_t storedAxis) {
  Expected<Value> result = importer.create<cnn::SoftmaxOp>(
      &node, "", importer.getF32(), tensor.value, static_cast<uint64_t>(storedAxis));
  if (!result)
    return result.takeError();
  tensor.value = *result;
  importer.bind(node, 0, tensor);
  return Error::success();
}

Error qcc::onnx::importSoftmax(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getFloatTensor(node, 0);
  if (!input)
    return input.takeError();
  // Until version 12, the dimensions from the axis on were one dimension.
  bool coerces = node.getOpset() < 13;
  int64_t rank = input->getRank();
  Expected<int64_t> axis = node.getAxis("axis", coerces ? 1 : -1, rank);
  if (!axis)
    return axis.takeError();
  // A flattened image has all that it normalizes over in dimension 1; its order does not matter.
  if (input->flattened && *axis == 1)
    return bindSoftmax(importer, node, *input, 1);
  bool onlyAxis = !coerces || all_of(ArrayRef(input->shape).drop_front(*axis + 1),
                                     [](int64_t size) { return size == 1; });
  if (onlyAxis && !input->flattened)
    return bindSoftmax(importer, node, *input, input->getStoredAxis(*axis));

  Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, *input);
  if (!plain)
    return plain.takeError();
  if (onlyAxis)
    return bindSoftmax(importer, node, *plain, *axis);
  if (*axis != 1)
    return node.error(
        "axis {} of operator set {} means several dimensions, which is supported for axis 1 only",
        *axis, node.getOpset());
  Expected<Value> flat = importer.create<cnn::FlattenOp>(
      &node, importer.getHelperName(node, "flat"), importer.getF32(), plain->value);
  if (!flat)
    return flat.takeError();
  Expected<Value> softmax =
      importer.create<cnn::SoftmaxOp>(&node, "", importer.getF32(), *flat, uint64_t{1});
  if (!softmax)
    return softmax.takeError();
  Expected<Value> result =
      importer.createReshape(&node, importer.getHelperName(node, "shape"), *softmax, plain->shape);
  if (!result)
    return result.takeError();
  plain->value = *result;
  importer.bind(node, 0, *plain);
  return Error::success();
}

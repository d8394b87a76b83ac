//===- OpsPool.cpp - Pools and means over images ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"
#include "WindowAttributes.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

/// An error if a pool's attributes ask for what no handler does.
static Error checkPool(Importer &importer, const Node &node) {
  Expected<int64_t> storageOrder = node.getInt("storage_order", 0);
  if (!storageOrder)
    return storageOrder.takeError();
  StringRef indices = node.getOutput(1);
  if (!indices.empty() &&
      (!importer.getGraph().getConsumers(indices).empty() || importer.getGraph().isOutput(indices)))
    return node.error("output 1, the indices, is not supported");
  return Error::success();
}

/// Binds `result`, an image in channels-last order.
static void bindImage(Importer &importer, const Node &node, Value result) {
  ArrayRef<int64_t> stored = cast<RankedTensorType>(result.getType()).getShape();
  importer.bind(node, result, {stored[0], stored[3], stored[1], stored[2]}, getChannelsLastOrder());
}

Error qcc::onnx::importMaxPool(Importer &importer, const Node &node) {
  if (Error error = checkPool(importer, node))
    return error;
  Expected<RuntimeTensor> input = importer.getImage(node, 0);
  if (!input)
    return input.takeError();
  Expected<WindowAttributes> window =
      readWindow(node, {input->shape[2], input->shape[3]}, std::nullopt);
  if (!window)
    return window.takeError();
  Expected<Value> result = importer.create<cnn::MaxPool2DOp>(
      &node, "", input->getElementType(), input->value, ArrayRef<int64_t>(window->kernel),
      ArrayRef<int64_t>(window->strides), ArrayRef<int64_t>(window->padding),
      ArrayRef<int64_t>(window->dilations));
  if (!result)
    return result.takeError();
  bindImage(importer, node, *result);
  return Error::success();
}

Error qcc::onnx::importAveragePool(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getImage(node, 0);
  if (!input)
    return input.takeError();
  if (!input->isFloat())
    return node.error("input must have floats");
  Expected<WindowAttributes> window =
      readWindow(node, {input->shape[2], input->shape[3]}, std::nullopt);
  if (!window)
    return window.takeError();
  if (window->dilations != std::array<int64_t, 2>{1, 1})
    return node.error("dilations {} are not supported", formatShape(window->dilations));
  Expected<int64_t> countPadding = node.getInt("count_include_pad", 0);
  if (!countPadding)
    return countPadding.takeError();
  std::array<int64_t, 4> counted = {0, 0, 0, 0};
  if (*countPadding != 0)
    counted = window->explicitPadding;
  Expected<Value> result = importer.create<cnn::AvgPool2DOp>(
      &node, "", importer.getF32(), input->value, ArrayRef<int64_t>(window->kernel),
      ArrayRef<int64_t>(window->strides), ArrayRef<int64_t>(window->padding),
      ArrayRef<int64_t>(counted));
  if (!result)
    return result.takeError();
  bindImage(importer, node, *result);
  return Error::success();
}

Error qcc::onnx::importGlobalAveragePool(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getImage(node, 0);
  if (!input)
    return input.takeError();
  if (!input->isFloat())
    return node.error("input must have floats");
  Expected<Value> result =
      importer.create<cnn::GlobalAvgPoolOp>(&node, "", importer.getF32(), input->value);
  if (!result)
    return result.takeError();
  bindImage(importer, node, *result);
  return Error::success();
}

Error qcc::onnx::importGlobalMaxPool(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getImage(node, 0);
  if (!input)
    return input.takeError();
  Expected<Value> result =
      importer.create<cnn::MaxPool2DOp>(&node, "", input->getElementType(), input->value,
                                        ArrayRef<int64_t>({input->shape[2], input->shape[3]}));
  if (!result)
    return result.takeError();
  bindImage(importer, node, *result);
  return Error::success();
}

Error qcc::onnx::importReduceMean(Importer &importer, const Node &node) {
  // Since version 18 the axes are an input.
  Expected<std::optional<SmallVector<int64_t>>> attribute = node.getInts("axes");
  if (!attribute)
    return attribute.takeError();
  SmallVector<int64_t> axes;
  if (*attribute) {
    axes = **attribute;
  } else if (node.hasInput(1)) {
    Expected<SmallVector<int64_t>> input = importer.getIntegers(node, 1, "axes");
    if (!input)
      return input.takeError();
    axes = std::move(*input);
  }
  Expected<int64_t> keepDimensions = node.getInt("keepdims", 1);
  if (!keepDimensions)
    return keepDimensions.takeError();
  for (int64_t &axis : axes) {
    Expected<int64_t> normalized = node.normalizeAxis(axis, 4);
    if (!normalized)
      return normalized.takeError();
    axis = *normalized;
  }
  sort(axes);
  if (axes != SmallVector<int64_t>{2, 3})
    return node.error(
        "only the mean over height and width of an image, axes 2 and 3, is supported");
  Expected<RuntimeTensor> input = importer.getImage(node, 0);
  if (!input)
    return input.takeError();
  if (!input->isFloat())
    return node.error("input must have floats");
  Expected<Value> mean =
      importer.create<cnn::GlobalAvgPoolOp>(&node, "", importer.getF32(), input->value);
  if (!mean)
    return mean.takeError();
  if (*keepDimensions != 0) {
    bindImage(importer, node, *mean);
    return Error::success();
  }
  Expected<Value> flat = importer.create<cnn::FlattenOp>(
      &node, importer.getHelperName(node, "flat"), importer.getF32(), *mean);
  if (!flat)
    return flat.takeError();
  importer.bind(node, *flat, {input->shape[0], input->shape[1]}, {0, 1});
  return Error::success();
}

//===- OpsShape.cpp - Operators that move elements ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"
#include "ShapeRules.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

/// True if a tensor of `shape` stored in `order` can be reshaped as it is: its bytes are those of
/// ONNX's order, and a dynamic batch comes first.
static bool canReshapeInPlace(const RuntimeTensor &tensor) {
  if (tensor.order.empty() || tensor.order.front() == 0 ||
      !is_contained(tensor.shape, ShapedType::kDynamic))
    return hasSameBytes(tensor.shape, tensor.order, getOnnxOrder(tensor.getRank()));
  return false;
}

/// Binds output 0 to `input` with another shape (ONNX's). A flattened image stays in channels-last
/// order.
static Error bindReshaped(Importer &importer, const Node &node, RuntimeTensor input,
                          ArrayRef<int64_t> shape) {
  if (Error error = checkShape(shape, /*allowDynamic=*/true))
    return node.error(std::move(error));
  if (ArrayRef<int64_t>(input.shape) == shape) {
    importer.bind(node, 0, input);
    return Error::success();
  }
  bool flattens = shape.size() == 2 && input.getRank() > 1 && shape[0] == input.shape[0];
  Type element = input.getElementType();

  if (input.flattened && shape.size() == 4 && shape[0] == input.shape[0] &&
      shape.drop_front() == ArrayRef<int64_t>(*input.flattened)) {
    Expected<Value> image = importer.createReshape(
        &node, "", input.value, ArrayRef<int64_t>({shape[0], shape[2], shape[3], shape[1]}));
    if (!image)
      return image.takeError();
    importer.bind(node, *image, shape, getChannelsLastOrder());
    return Error::success();
  }
  bool inPlace = !input.flattened && canReshapeInPlace(input);
  if (!inPlace && flattens && input.getRank() == 4 && input.order == getChannelsLastOrder()) {
    Expected<Value> flat = importer.create<cnn::FlattenOp>(&node, "", element, input.value);
    if (!flat)
      return flat.takeError();
    RuntimeTensor result{*flat, SmallVector<int64_t, 4>(shape), {0, 1}, std::nullopt};
    result.flattened = {input.shape[1], input.shape[2], input.shape[3]};
    importer.bind(node, 0, result);
    return Error::success();
  }
  if (!inPlace) {
    Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, input);
    if (!plain)
      return plain.takeError();
    input = std::move(*plain);
  }
  Expected<Value> result = flattens
                               ? importer.create<cnn::FlattenOp>(&node, "", element, input.value)
                               : importer.createReshape(&node, "", input.value, shape);
  if (!result)
    return result.takeError();
  if (cast<RankedTensorType>(result->getType()).getShape() != shape)
    return node.error("cannot reshape {} into {}", formatShape(input.shape), formatShape(shape));
  importer.bind(node, *result, shape, getOnnxOrder(shape.size()));
  return Error::success();
}

/// Binds output 0 to input 0 with the shape that `rule` computes from its shape.
template <typename Rule>
static Error importReshaping(Importer &importer, const Node &node, Rule rule) {
  Expected<RuntimeTensor> input = importer.getTensor(node, 0);
  if (!input)
    return input.takeError();
  Expected<SmallVector<int64_t>> shape = rule(importer, node, ArrayRef<int64_t>(input->shape));
  if (!shape)
    return shape.takeError();
  return bindReshaped(importer, node, std::move(*input), *shape);
}

Error qcc::onnx::importFlatten(Importer &importer, const Node &node) {
  return importReshaping(importer, node, getFlattenShape);
}
Error qcc::onnx::importReshape(Importer &importer, const Node &node) {
  return importReshaping(importer, node, getReshapeShape);
}
Error qcc::onnx::importSqueeze(Importer &importer, const Node &node) {
  return importReshaping(importer, node, getSqueezeShape);
}
Error qcc::onnx::importUnsqueeze(Importer &importer, const Node &node) {
  return importReshaping(importer, node, getUnsqueezeShape);
}

Error qcc::onnx::importTranspose(Importer &importer, const Node &node) {
  Expected<RuntimeTensor> input = importer.getTensor(node, 0);
  if (!input)
    return input.takeError();
  Expected<SmallVector<int64_t>> permutation = getPermutation(node, input->getRank());
  if (!permutation)
    return permutation.takeError();
  RuntimeTensor tensor = *input;
  if (tensor.flattened) {
    Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, tensor);
    if (!plain)
      return plain.takeError();
    tensor = *plain;
  }
  // Only what ONNX calls the dimensions changes; a reader that needs them in another place moves
  // them.
  RuntimeTensor result = tensor;
  for (auto [i, dim] : enumerate(*permutation)) {
    result.shape[i] = tensor.shape[dim];
    result.order[tensor.getStoredAxis(dim)] = static_cast<int64_t>(i);
  }
  importer.bind(node, 0, result);
  return Error::success();
}

Error qcc::onnx::importConcat(Importer &importer, const Node &node) {
  if (node.getNumInputs() == 0)
    return node.error("has no input");
  SmallVector<RuntimeTensor> tensors;
  bool channelsLast = false;
  for (size_t i = 0; i < node.getNumInputs(); ++i) {
    Expected<RuntimeTensor> tensor = importer.getTensor(node, i);
    if (!tensor)
      return tensor.takeError();
    channelsLast |= tensor->getRank() == 4 && tensor->order == getChannelsLastOrder();
    tensors.push_back(std::move(*tensor));
  }
  int64_t rank = tensors.front().getRank();
  if (!node.hasAttribute("axis"))
    return node.error("attribute 'axis' is missing");
  Expected<int64_t> axis = node.getAxis("axis", 0, rank);
  if (!axis)
    return axis.takeError();
  Order order = channelsLast ? getChannelsLastOrder() : getOnnxOrder(rank);
  Type element = tensors.front().getElementType();
  SmallVector<Value> operands;
  for (RuntimeTensor &tensor : tensors) {
    if (tensor.getRank() != rank)
      return node.error("inputs have ranks {} and {}", rank, tensor.getRank());
    if (tensor.getElementType() != element)
      return node.error("inputs have different element types or quantization parameters");
    Expected<RuntimeTensor> moved = importer.reorder(&node, tensor, order);
    if (!moved)
      return moved.takeError();
    tensor = std::move(*moved);
    operands.push_back(tensor.value);
  }
  RuntimeTensor result = tensors.front();
  Expected<Value> value = importer.create<cnn::ConcatOp>(
      &node, "", element, ValueRange(operands), static_cast<uint64_t>(result.getStoredAxis(*axis)));
  if (!value)
    return value.takeError();
  result.value = *value;
  for (auto [i, dim] : enumerate(order))
    result.shape[dim] = cast<RankedTensorType>(value->getType()).getShape()[i];
  importer.bind(node, 0, result);
  return Error::success();
}

/// The number around the tensor: input 2 or attribute `value`; on codes it is a code.
static Expected<float> getPadValue(Importer &importer, const Node &node,
                                   const RuntimeTensor &input) {
  if (input.isFloat()) {
    if (node.getOpset() < 11)
      return node.getFloat("value", 0.0F);
    return importer.getScalar(node, 2, "padding value", 0.0F);
  }
  auto type = dyn_cast<quant::UniformQuantizedType>(input.getElementType());
  if (!type)
    return node.error("input must have floats or codes with one scale");
  int64_t code = 0;
  if (node.hasInput(2)) {
    Expected<SmallVector<int64_t>> codes = importer.getIntegers(node, 2, "padding value");
    if (!codes)
      return codes.takeError();
    if (codes->size() != 1)
      return node.error("the padding value must be one code");
    code = codes->front();
  }
  return static_cast<float>(code - type.getZeroPoint()) * static_cast<float>(type.getScale());
}

Error qcc::onnx::importPad(Importer &importer, const Node &node) {
  Expected<StringRef> mode = node.getString("mode", "constant");
  if (!mode)
    return mode.takeError();
  if (*mode != "constant")
    return node.error("mode '{}' is not supported, only 'constant'", printable(*mode));
  Expected<RuntimeTensor> input = importer.getTensor(node, 0);
  if (!input)
    return input.takeError();
  RuntimeTensor tensor = *input;
  if (tensor.flattened) {
    Expected<RuntimeTensor> plain = importer.toOnnxOrder(&node, tensor);
    if (!plain)
      return plain.takeError();
    tensor = *plain;
  }

  SmallVector<int64_t> pads;
  // Attributes until version 10, inputs since version 11.
  if (node.getOpset() < 11) {
    Expected<std::optional<SmallVector<int64_t>>> attribute = node.getInts("pads");
    if (!attribute)
      return attribute.takeError();
    pads = attribute->value_or(SmallVector<int64_t>());
  } else {
    Expected<SmallVector<int64_t>> list = importer.getIntegers(node, 1, "pads");
    if (!list)
      return list.takeError();
    pads = std::move(*list);
  }
  SmallVector<int64_t> axes = llvm::to_vector(getOnnxOrder(tensor.getRank()));
  if (node.hasInput(3)) {
    Expected<SmallVector<int64_t>> list = importer.getIntegers(node, 3, "axes");
    if (!list)
      return list.takeError();
    axes = std::move(*list);
  }
  if (pads.size() != 2 * axes.size())
    return node.error("there are {} pads, but {} dimensions to pad", pads.size(), axes.size());
  SmallVector<int64_t> low(tensor.getRank(), 0), high(tensor.getRank(), 0);
  for (auto [i, listed] : enumerate(axes)) {
    Expected<int64_t> axis = node.normalizeAxis(listed, tensor.getRank());
    if (!axis)
      return axis.takeError();
    int64_t before = pads[i], after = pads[axes.size() + i];
    if (before < 0 || after < 0 || before > kMaxDimension || after > kMaxDimension)
      return node.error("padding of dimension {} is {} and {}; only sizes from 0 are supported",
                        *axis, before, after);
    low[tensor.getStoredAxis(*axis)] = before;
    high[tensor.getStoredAxis(*axis)] = after;
    if (!ShapedType::isDynamic(tensor.shape[*axis]))
      tensor.shape[*axis] += before + after;
  }
  Expected<float> value = getPadValue(importer, node, tensor);
  if (!value)
    return value.takeError();
  Expected<Value> result = importer.create<cnn::PadOp>(
      &node, "", tensor.getElementType(), tensor.value, ArrayRef<int64_t>(low),
      ArrayRef<int64_t>(high), importer.getFloatAttr(*value));
  if (!result)
    return result.takeError();
  importer.bind(node, *result, tensor.shape, tensor.order);
  return Error::success();
}

Error qcc::onnx::importFoldedOnly(Importer &importer, const Node &node) {
  return node.error(
      "is supported only where it computes a shape: its inputs must be known at compile time");
}

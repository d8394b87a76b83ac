//===- ShapeRules.cpp - The shapes that reshaping operators ask for ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShapeRules.h"

#include "llvm/ADT/SmallBitVector.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

/// The product of the static sizes in `shape`, which are within the limits, and whether there is a
/// dynamic one.
static std::pair<int64_t, bool> countElements(ArrayRef<int64_t> shape) {
  std::pair<int64_t, bool> result = {1, false};
  for (int64_t size : shape) {
    if (ShapedType::isDynamic(size))
      result.second = true;
    else
      result.first *= size;
  }
  return result;
}

Expected<SmallVector<int64_t>> qcc::onnx::getFlattenShape(Importer &, const Node &node,
                                                          ArrayRef<int64_t> input) {
  int64_t rank = static_cast<int64_t>(input.size());
  Expected<int64_t> axis = node.getInt("axis", 1);
  if (!axis)
    return axis.takeError();
  if (*axis < -rank || *axis > rank)
    return node.error("axis {} is outside of rank {}", *axis, rank);
  size_t split = static_cast<size_t>(*axis < 0 ? *axis + rank : *axis);
  auto [before, dynamicBefore] = countElements(input.take_front(split));
  auto [after, dynamicAfter] = countElements(input.drop_front(split));
  if (dynamicAfter || (dynamicBefore && before != 1))
    return node.error("axis {} would join the batch with other dimensions", *axis);
  return SmallVector<int64_t>{dynamicBefore ? ShapedType::kDynamic : before, after};
}

Expected<SmallVector<int64_t>> qcc::onnx::getReshapeShape(Importer &importer, const Node &node,
                                                          ArrayRef<int64_t> input) {
  Expected<ShapeVector> target = importer.getShapeVector(node, 1, "shape");
  if (!target)
    return target.takeError();
  Expected<int64_t> allowZero = node.getInt("allowzero", 0);
  if (!allowZero)
    return allowZero.takeError();
  if (target->values.size() > static_cast<size_t>(kMaxRank))
    return node.error("rank {} is above {}", target->values.size(), kMaxRank);
  SmallVector<int64_t> shape;
  std::optional<size_t> open;
  for (auto [i, value] : enumerate(target->values)) {
    int64_t size = value;
    if (size == 0 && *allowZero == 0) {
      if (i >= input.size())
        return node.error("dimension {} of the shape is copied from an input of rank {}", i,
                          input.size());
      size = input[i];
    } else if (size == -1) {
      if (open)
        return node.error("two dimensions of the shape are -1");
      open = i;
      size = 1;
    } else if (!ShapedType::isDynamic(size) && (size < 1 || size > kMaxDimension)) {
      return node.error("dimension {} of the shape is {}", i, size);
    }
    shape.push_back(size);
  }
  if (Error error = checkShape(shape, /*allowDynamic=*/true))
    return node.error(std::move(error));
  if (open) {
    auto [elements, dynamic] = countElements(input);
    auto [others, dynamicOthers] = countElements(shape);
    if (dynamic && !dynamicOthers) {
      // The open dimension is the batch and whatever else is left.
      if (others != elements)
        return node.error("shape {} does not keep the batch apart: give the batch a fixed size",
                          formatShape(target->values));
      shape[*open] = ShapedType::kDynamic;
    } else {
      if (elements % others != 0 || (dynamicOthers && !dynamic))
        return node.error("cannot reshape {} into {}", formatShape(input),
                          formatShape(target->values));
      shape[*open] = elements / others;
    }
  }
  return shape;
}

Expected<std::optional<SmallVector<int64_t>>> qcc::onnx::getAxes(Importer &importer,
                                                                 const Node &node) {
  if (node.getOpset() < 13)
    return node.getInts("axes");
  if (!node.hasInput(1))
    return std::nullopt;
  Expected<SmallVector<int64_t>> axes = importer.getIntegers(node, 1, "axes");
  if (!axes)
    return axes.takeError();
  return std::optional<SmallVector<int64_t>>(std::move(*axes));
}

/// Which of `rank` dimensions are in `axes`, each at most once.
static Expected<SmallBitVector> selectAxes(const Node &node, ArrayRef<int64_t> axes, int64_t rank) {
  SmallBitVector selected(rank);
  for (int64_t listed : axes) {
    Expected<int64_t> axis = node.normalizeAxis(listed, rank);
    if (!axis)
      return axis.takeError();
    if (selected.test(*axis))
      return node.error("axis {} is listed twice", listed);
    selected.set(*axis);
  }
  return selected;
}

Expected<SmallVector<int64_t>> qcc::onnx::getSqueezeShape(Importer &importer, const Node &node,
                                                          ArrayRef<int64_t> input) {
  Expected<std::optional<SmallVector<int64_t>>> axes = getAxes(importer, node);
  if (!axes)
    return axes.takeError();
  SmallBitVector removed(input.size());
  if (*axes) {
    Expected<SmallBitVector> selected = selectAxes(node, **axes, input.size());
    if (!selected)
      return selected.takeError();
    removed = *selected;
  } else {
    for (auto [i, size] : enumerate(input))
      removed[i] = size == 1;
  }
  SmallVector<int64_t> shape;
  for (auto [i, size] : enumerate(input)) {
    if (removed[i] && size != 1)
      return node.error("dimension {} of shape {} is not 1 and cannot be removed", i,
                        formatShape(input));
    if (!removed[i])
      shape.push_back(size);
  }
  return shape;
}

Expected<SmallVector<int64_t>> qcc::onnx::getUnsqueezeShape(Importer &importer, const Node &node,
                                                            ArrayRef<int64_t> input) {
  Expected<std::optional<SmallVector<int64_t>>> axes = getAxes(importer, node);
  if (!axes)
    return axes.takeError();
  if (!*axes)
    return node.error("the axes are missing");
  size_t rank = input.size() + (*axes)->size();
  if (rank > static_cast<size_t>(kMaxRank))
    return node.error("rank {} is above {}", rank, kMaxRank);
  Expected<SmallBitVector> added = selectAxes(node, **axes, rank);
  if (!added)
    return added.takeError();
  SmallVector<int64_t> shape;
  for (size_t i = 0, next = 0; i < rank; ++i)
    shape.push_back(added->test(i) ? 1 : input[next++]);
  return shape;
}

Expected<SmallVector<int64_t>> qcc::onnx::getPermutation(const Node &node, int64_t rank) {
  Expected<std::optional<SmallVector<int64_t>>> attribute = node.getInts("perm");
  if (!attribute)
    return attribute.takeError();
  if (!*attribute) {
    SmallVector<int64_t> reversed(getOnnxOrder(rank));
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
  }
  Expected<SmallBitVector> named = selectAxes(node, **attribute, rank);
  if (!named)
    return named.takeError();
  if (!named->all() || any_of(**attribute, [](int64_t dim) { return dim < 0; }))
    return node.error("attribute 'perm' must name each of {} dimensions once", rank);
  return **attribute;
}

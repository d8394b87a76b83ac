//===- ContractionShape.cpp - What a convolution or linear layer computes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/ContractionShape.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// A pool on nothing but the root's result that can run in registers.
static cnn::MaxPool2DOp getPool(Operation *root) {
  if (!root->hasOneUse())
    return {};
  auto pool = dyn_cast<cnn::MaxPool2DOp>(*root->getUsers().begin());
  return pool && isFusablePool(pool) ? pool : cnn::MaxPool2DOp();
}

ContractionShape ContractionShape::get(func::FuncOp kernel) {
  ContractionShape shape;
  shape.root = getRoot(kernel);
  shape.isFloat = getElementTypeOrSelf(shape.root->getOperand(0).getType()).isF32();
  auto weights = cast<RankedTensorType>(shape.weights().getType());
  shape.outputs = weights.getDimSize(0);
  shape.inputs = weights.getShape().back();
  auto conv = dyn_cast<cnn::Conv2DOp>(shape.root);
  if (!conv)
    return shape;
  shape.groups = static_cast<int64_t>(conv.getGroups());
  shape.outputs /= shape.groups;
  shape.window = cnn::Window2D::get(conv);
  auto result = cast<RankedTensorType>(conv.getType());
  shape.positions = {result.getDimSize(1), result.getDimSize(2)};
  shape.pool = getPool(conv);
  if (shape.pool) {
    auto pooled = cast<RankedTensorType>(shape.pool.getType());
    for (unsigned dim : {0U, 1U}) {
      shape.poolKernel[dim] = shape.pool.getKernel()[dim];
      shape.positions[dim] = pooled.getDimSize(dim + 1) * shape.poolKernel[dim];
    }
  }
  return shape;
}

Value ContractionShape::input() const {
  Value input = root->getOperand(0);
  if (auto flip = input.getDefiningOp<FlipSignOp>())
    return flip.getInput();
  return input;
}

Value ContractionShape::accumulators() const {
  return pool ? pool->getResult(0) : root->getResult(0);
}

bool ContractionShape::flipsSign() const {
  return root->getOperand(0).getDefiningOp<FlipSignOp>() != nullptr;
}

bool ContractionShape::isUnsigned() const {
  return getElementTypeOrSelf(root->getOperand(0).getType()).isUnsignedInteger();
}

int64_t ContractionShape::segment(bool foldTaps) const {
  return foldTaps ? window.kernel[1] * inputs : inputs;
}

int64_t ContractionShape::segments(bool foldTaps) const {
  return foldTaps ? window.kernel[0] : window.kernel[0] * window.kernel[1];
}

bool ContractionShape::hasWinograd() const {
  auto all = [](const std::array<int64_t, 2> &values, int64_t value) {
    return values[0] == value && values[1] == value;
  };
  // Four times an accumulator without its bias must fit into 32 bits.
  constexpr int64_t largest = 9 * 255 * 128, most = std::numeric_limits<int32_t>::max() / 4;
  return !isLinear() && !isFloat && groups == 1 && all(window.kernel, 3) &&
         all(window.strides, 1) && all(window.dilations, 1) &&
         (all(poolKernel, 1) || all(poolKernel, 2)) && std::min(positions[0], positions[1]) >= 2 &&
         inputs <= most / largest;
}

MemRefType ContractionShape::getSumsType(int64_t images, int64_t channels, int64_t lanes) const {
  Builder b(root->getContext());
  auto whole = static_cast<int64_t>(llvm::alignTo(channels, lanes));
  return MemRefType::get({images, whole}, isFloat ? Type(b.getF32Type()) : b.getI32Type());
}

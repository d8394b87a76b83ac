//===- Window.cpp - Sliding windows of convolutions and pools ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/Window.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <limits>

using namespace mlir;
using namespace qcc::cnn;

static std::array<int64_t, 2> pair(ArrayRef<int64_t> values) { return {values[0], values[1]}; }
static std::array<int64_t, 4> four(ArrayRef<int64_t> values) {
  return {values[0], values[1], values[2], values[3]};
}

Window2D Window2D::get(Conv2DOp op) {
  ArrayRef<int64_t> weights = cast<ShapedType>(op.getWeights().getType()).getShape();
  return {{weights[1], weights[2]},
          pair(op.getStrides()),
          pair(op.getDilations()),
          four(op.getPadding())};
}

Window2D Window2D::get(MaxPool2DOp op) {
  return {pair(op.getKernel()), pair(op.getStrides()), pair(op.getDilations()),
          four(op.getPadding())};
}

Window2D Window2D::get(AvgPool2DOp op) {
  return {pair(op.getKernel()), pair(op.getStrides()), {1, 1}, four(op.getPadding())};
}

Window2D Window2D::get(SumPool2DOp op) {
  return {pair(op.getKernel()), pair(op.getStrides()), {1, 1}, four(op.getPadding())};
}

int64_t Window2D::extent(unsigned dim) const {
  int64_t extent;
  if (llvm::MulOverflow(kernel[dim] - 1, dilations[dim], extent) ||
      llvm::AddOverflow(extent, int64_t{1}, extent))
    return std::numeric_limits<int64_t>::max();
  return extent;
}

std::optional<int64_t> Window2D::outputSize(unsigned dim, int64_t size) const {
  constexpr int64_t limit = int64_t{1} << 31;
  int64_t before = padding[2 * dim], after = padding[2 * dim + 1];
  // Rejecting sizes that no tensor has keeps the sums below from overflowing.
  if (std::max({size, before, after, kernel[dim], strides[dim], dilations[dim]}) >= limit)
    return std::nullopt;
  int64_t room = size + before + after - extent(dim);
  if (room < 0)
    return std::nullopt;
  return room / strides[dim] + 1;
}

SmallVector<int64_t> qcc::cnn::averagePoolCounts(const Window2D &window, int64_t height,
                                                 int64_t width, int64_t outHeight, int64_t outWidth,
                                                 ArrayRef<int64_t> counted) {
  // How many taps of the window at `position` lie in [-before, size + after).
  auto along = [&](unsigned dim, int64_t position, int64_t size) {
    int64_t start = position * window.strides[dim] - window.padding[2 * dim];
    int64_t begin = std::max(start, -counted[2 * dim]);
    int64_t end = std::min(start + window.kernel[dim], size + counted[2 * dim + 1]);
    return std::max<int64_t>(end - begin, 0);
  };
  SmallVector<int64_t> counts;
  for (int64_t p = 0; p < outHeight; ++p)
    for (int64_t q = 0; q < outWidth; ++q)
      counts.push_back(along(0, p, height) * along(1, q, width));
  return counts;
}

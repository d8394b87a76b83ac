//===- Values.cpp - What a name in an ONNX graph stands for while it is imported ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Values.h"

#include <numeric>

using namespace llvm;
using namespace qcc::onnx;

Order qcc::onnx::getOnnxOrder(size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

bool qcc::onnx::hasSameBytes(ArrayRef<int64_t> shape, ArrayRef<int64_t> from,
                             ArrayRef<int64_t> to) {
  auto moves = [&](int64_t dim) { return shape[dim] != 1; };
  return equal(make_filter_range(from, moves), make_filter_range(to, moves));
}

ConstantValue ConstantValue::transposed(ArrayRef<int64_t> permutation) const {
  ConstantValue result = *this;
  result.tensor = tensor.transposed(permutation);
  if (quantization && quantization->axis)
    result.quantization->axis = find(permutation, *quantization->axis) - permutation.begin();
  return result;
}

ConstantValue ConstantValue::withRank(int64_t rank) const {
  ConstantValue result = *this;
  int64_t added = rank - static_cast<int64_t>(tensor.shape.size());
  if (added <= 0)
    return result;
  SmallVector<int64_t> shape(added, 1);
  shape.append(tensor.shape.begin(), tensor.shape.end());
  result.tensor = tensor.reshaped(shape);
  if (quantization && quantization->axis)
    *result.quantization->axis += added;
  return result;
}

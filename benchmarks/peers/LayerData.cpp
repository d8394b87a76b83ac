//===- LayerData.cpp - What a layer is measured on ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerData.h"

#include <cmath>
#include <random>

using namespace qcc;
using namespace qcc::peers;

static llvm::SmallVector<int64_t, 4> getShape(int64_t batch, int64_t size, int64_t channels,
                                              bool isLinear) {
  if (isLinear)
    return {batch, channels};
  return {batch, size, size, channels};
}

static llvm::SmallVector<int64_t, 4> getWeightsShape(const Layer &layer) {
  if (layer.isLinear())
    return {layer.outputs, layer.inputs};
  return {layer.outputs, layer.kernel, layer.kernel, layer.inputs / layer.groups};
}

LayerData::LayerData(const Layer &layer, int64_t batch)
    : input(ElementType::U8, getShape(batch, layer.size, layer.inputs, layer.isLinear())),
      weights(ElementType::I8, getWeightsShape(layer)), bias(ElementType::I32, {layer.outputs}),
      multipliers(ElementType::F32, {layer.outputs}) {
  std::mt19937 random(1);
  auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<uint32_t>(high - low + 1));
  };
  for (uint8_t &code : input.getMutableData<uint8_t>())
    code = static_cast<uint8_t>(pick(0, 255));
  for (int8_t &weight : weights.getMutableData<int8_t>())
    weight = static_cast<int8_t>(pick(-63, 63));
  // 148 and 36.7 are the root mean squares of codes and weights.
  int64_t depth = layer.getNumWeights() / layer.outputs;
  double spread = 148 * 36.7 * std::sqrt(static_cast<double>(depth));
  for (int32_t &value : bias.getMutableData<int32_t>())
    value = pick(-static_cast<int>(spread / 2), static_cast<int>(spread / 2));
  for (float &value : multipliers.getMutableData<float>())
    value = static_cast<float>(pick(70, 110) / spread);
}

HostTensor LayerData::makeOutput(const Layer &layer) const {
  return HostTensor(ElementType::U8, getShape(input.getDim(0), layer.getOutputSize(), layer.outputs,
                                              layer.isLinear()));
}

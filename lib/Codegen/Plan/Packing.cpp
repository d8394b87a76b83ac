//===- Packing.cpp - Weights in the order in which kernels read them ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
/// Weights as [outputs, segments, segment]: a segment is what is filled up to whole steps.
struct Depth {
  int64_t outputs, segments, segment, step, multiple;

  Depth(RankedTensorType type, const WeightLayout &layout)
      : outputs(type.getDimSize(0)), segments(1), segment(type.getShape().back()),
        step(type.getElementType().isF32() ? 1 : 4), multiple(layout.depthMultiple) {
    if (type.getRank() != 4)
      return;
    segments = type.getDimSize(1) * type.getDimSize(2);
    if (layout.foldTaps) {
      segments = type.getDimSize(1);
      segment *= type.getDimSize(2);
    }
  }
  int64_t stepsOfSegment() const {
    return llvm::divideCeil(llvm::alignTo(static_cast<uint64_t>(segment), multiple), step);
  }
};
} // namespace

static DepthwisePacking getDepthwise(RankedTensorType weights, const WeightLayout &layout) {
  return {weights.getDimSize(0), weights.getDimSize(1), weights.getDimSize(2), layout.rows,
          layout.block};
}

RankedTensorType qcc::codegen::getPackedType(RankedTensorType weights, const WeightLayout &layout) {
  if (layout.packing == Packing::Winograd)
    return getTransformedType(weights);
  Depth depth(weights, layout);
  if (layout.packing == Packing::Taps)
    return weights.clone({depth.segments, depth.outputs});
  if (layout.packing == Packing::TapRows)
    return weights.clone(getDepthwise(weights, layout).shape());
  int64_t blocks =
      layout.groups *
      static_cast<int64_t>(llvm::divideCeil(depth.outputs / layout.groups, kChannelBlock));
  return weights.clone(
      {blocks, depth.segments * depth.stepsOfSegment(), kChannelBlock, depth.step});
}

/// Where the packed weights have the first step of segment `segment` of output channel `output`.
static int64_t getPackedIndex(const Depth &depth, const WeightLayout &layout, int64_t output,
                              int64_t segment) {
  if (layout.packing == Packing::Taps)
    return segment * depth.outputs + output;
  int64_t perGroup = depth.outputs / layout.groups;
  int64_t group = output / perGroup, channel = output % perGroup;
  int64_t block = group * static_cast<int64_t>(llvm::divideCeil(perGroup, kChannelBlock)) +
                  channel / kChannelBlock;
  int64_t step = (block * depth.segments + segment) * depth.stepsOfSegment();
  return (step * kChannelBlock + channel % kChannelBlock) * depth.step;
}

ElementsAttr qcc::codegen::packWeights(ElementsAttr weights, const WeightLayout &layout,
                                       StringRef name) {
  if (layout.packing == Packing::Winograd)
    return transformWeights(weights, name);
  auto data = cnn::readBytes(weights);
  if (failed(data))
    return {};
  auto type = cast<RankedTensorType>(weights.getShapedType());
  Depth depth(type, layout);
  RankedTensorType packedType = getPackedType(type, layout);
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  SmallVector<char, 0> packed(packedType.getNumElements() * bytes, 0);
  const char *source = data->data();
  if (layout.packing == Packing::TapRows) {
    // Each weight once for each row of the result that is computed at once.
    DepthwisePacking depthwise = getDepthwise(type, layout);
    for (int64_t channel = 0; channel < depthwise.channels; ++channel)
      for (int64_t y = 0; y < depthwise.height; ++y)
        for (int64_t x = 0; x < depthwise.width; ++x, ++source)
          for (int64_t row = 0; row < depthwise.rows; ++row)
            packed[depthwise.indexOf(channel, row, y, x)] = *source;
    return cnn::makeElements(packedType, packed, name);
  }
  // A step of a segment lies together; the next one lies behind those of the other channels.
  for (int64_t output = 0; output < depth.outputs; ++output)
    for (int64_t segment = 0; segment < depth.segments; ++segment) {
      char *target = packed.data() + getPackedIndex(depth, layout, output, segment) * bytes;
      for (int64_t k = 0; k < depth.segment; k += depth.step) {
        int64_t size = std::min(depth.step, depth.segment - k) * bytes;
        std::memcpy(target, source, size);
        source += size;
        target += kChannelBlock * depth.step * bytes;
      }
    }
  return cnn::makeElements(packedType, packed, name);
}

bool qcc::codegen::pairsFitInt16(ElementsAttr packed) {
  auto data = cnn::readBytes(packed);
  if (failed(data))
    return false;
  for (size_t i = 0; i + 1 < data->size(); i += 2)
    if (static_cast<int8_t>((*data)[i]) == -128 && static_cast<int8_t>((*data)[i + 1]) == -128)
      return false;
  return true;
}

ElementsAttr qcc::codegen::correctBias(RankedTensorType type, ElementsAttr weights,
                                       ElementsAttr bias, int64_t factor, StringRef name) {
  auto codes = cnn::readIntegers(weights);
  if (failed(codes))
    return {};
  SmallVector<int64_t, 0> sums(type.getNumElements(), 0);
  if (bias) {
    auto values = cnn::readIntegers(bias);
    if (failed(values))
      return {};
    sums = std::move(*values);
  }
  size_t depth = codes->size() / sums.size();
  for (auto [i, code] : llvm::enumerate(*codes))
    sums[i / depth] += factor * code;
  for (int64_t &sum : sums)
    sum = static_cast<int32_t>(sum);
  return cnn::makeIntegers(type, sums, name);
}

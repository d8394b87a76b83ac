//===- WinogradPacking.cpp - Transformed weights of F(2x2, 3x3) ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "llvm/Support/MathExtras.h"

#include <array>

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// 2 G of F(2x2, 3x3) (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015).
static constexpr int64_t kTransform[4][3] = {{2, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 2}};

/// 4 G g Gt, whose elements are at most 9 times as large as those of `taps` (g).
static std::array<int64_t, kWinogradPoints> transform(const std::array<int64_t, 9> &taps) {
  std::array<int64_t, kWinogradPoints> result = {};
  for (size_t row = 0; row < 4; ++row)
    for (size_t column = 0; column < 4; ++column)
      for (size_t y = 0; y < 3; ++y)
        for (size_t x = 0; x < 3; ++x)
          result[4 * row + column] += kTransform[row][y] * taps[3 * y + x] * kTransform[column][x];
  return result;
}

RankedTensorType qcc::codegen::getTransformedType(RankedTensorType weights) {
  auto blocks = static_cast<int64_t>(llvm::divideCeil(weights.getDimSize(0), kChannelBlock));
  auto pairs = static_cast<int64_t>(llvm::divideCeil(weights.getDimSize(3), 2));
  return RankedTensorType::get({blocks, kWinogradPoints, pairs, kChannelBlock, 2},
                               IntegerType::get(weights.getContext(), 16));
}

ElementsAttr qcc::codegen::transformWeights(ElementsAttr weights, StringRef name) {
  auto codes = cnn::readIntegers(weights);
  if (failed(codes))
    return {};
  auto type = cast<RankedTensorType>(weights.getShapedType());
  RankedTensorType transformed = getTransformedType(type);
  int64_t inputs = type.getDimSize(3), pairs = transformed.getDimSize(2);
  SmallVector<int64_t, 0> values(transformed.getNumElements(), 0);
  for (int64_t output = 0; output < type.getDimSize(0); ++output)
    for (int64_t input = 0; input < inputs; ++input) {
      std::array<int64_t, 9> taps;
      for (int64_t tap = 0; tap < 9; ++tap)
        taps[tap] = (*codes)[(output * 9 + tap) * inputs + input];
      for (auto [point, value] : llvm::enumerate(transform(taps))) {
        int64_t row = output / kChannelBlock * kWinogradPoints + static_cast<int64_t>(point);
        values[((row * pairs + input / 2) * kChannelBlock + output % kChannelBlock) * 2 +
               input % 2] = value;
      }
    }
  return cnn::makeIntegers(transformed, values, name);
}

//===- AccumulatorBoundsTest.cpp - The proof beside every sum there is ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/AccumulatorBounds.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <random>

using namespace qcc;
using namespace qcc::cnn;

namespace {

void include(CodeRange &range, int64_t value) {
  range.min = std::min(range.min, value);
  range.max = std::max(range.max, value);
}

/// The same by computing every sum: of each subset of the products and the bias, and with every
/// code of a small range. Products are independent, so that a partial sum in any order is the sum
/// of a subset.
AccumulatorBounds boundByTrying(llvm::ArrayRef<int64_t> weights, size_t channels,
                                llvm::ArrayRef<int64_t> bias, CodeRange input) {
  AccumulatorBounds bounds;
  size_t depth = weights.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    llvm::ArrayRef<int64_t> row = weights.slice(c * depth, depth);
    // The sums of all subsets that end before k.
    std::vector<int64_t> sums = {0, bias.empty() ? 0 : bias[c]};
    for (size_t k = 0; k < depth; ++k) {
      std::vector<int64_t> next = sums;
      for (int64_t x = input.min; x <= input.max; ++x) {
        for (int64_t sum : sums)
          next.push_back(sum + x * row[k]);
        include(bounds.everyPair, x * row[k]);
        if (k % 2 == 0)
          include(bounds.pair, x * row[k]);
        for (int64_t y = input.min; k + 1 < depth && y <= input.max; ++y) {
          int64_t pair = x * row[k] + y * row[k + 1];
          include(bounds.everyPair, pair);
          if (k % 2 == 0)
            include(bounds.pair, pair);
        }
      }
      std::sort(next.begin(), next.end());
      next.erase(std::unique(next.begin(), next.end()), next.end());
      sums = std::move(next);
    }
    include(bounds.accumulator, sums.front());
    include(bounds.accumulator, sums.back());
  }
  return bounds;
}

TEST(AccumulatorBounds, AreThoseOfEverySum) {
  std::mt19937 generator(11);
  auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(generator);
  };
  for (int i = 0; i < 2000; ++i) {
    size_t channels = static_cast<size_t>(pick(1, 3)), depth = static_cast<size_t>(pick(1, 5));
    CodeRange input = {pick(-3, 2), 0};
    input.max = pick(input.min, 4);
    llvm::SmallVector<int64_t> weights, bias;
    for (size_t k = 0; k < channels * depth; ++k)
      weights.push_back(pick(-9, 9));
    for (size_t c = 0; i % 2 == 0 && c < channels; ++c)
      bias.push_back(pick(-40, 40));
    AccumulatorBounds bounds = boundAccumulators(weights, channels, bias, input);
    AccumulatorBounds tried = boundByTrying(weights, channels, bias, input);
    EXPECT_EQ(bounds.accumulator.min, tried.accumulator.min);
    EXPECT_EQ(bounds.accumulator.max, tried.accumulator.max);
    EXPECT_EQ(bounds.pair, tried.pair);
    EXPECT_EQ(bounds.everyPair, tried.everyPair);
  }
}

TEST(AccumulatorBounds, SaturationOfPairs) {
  // 255 * 64 twice is the last pair that vpmaddubsw does not saturate; 65 is one too many.
  constexpr int64_t most = 32767;
  EXPECT_LE(boundAccumulators({64, 64}, 1, {}, {0, 255}).pair.max, most);
  EXPECT_GT(boundAccumulators({65, 64}, 1, {}, {0, 255}).pair.max, most);
  // Of opposite signs they never add up.
  EXPECT_EQ(boundAccumulators({127, -128}, 1, {}, {0, 255}).pair, (CodeRange{-32640, 32385}));
  // Depths 1 and 2 are no pair, but neighbours.
  AccumulatorBounds bounds = boundAccumulators({0, 127, 127, 0}, 1, {}, {0, 255});
  EXPECT_EQ(bounds.pair.max, 32385);
  EXPECT_EQ(bounds.everyPair.max, 64770);
}

TEST(AccumulatorBounds, NoChannelsNoDepth) {
  EXPECT_EQ(boundAccumulators({}, 0, {}, {0, 255}).accumulator, (CodeRange{0, 0}));
  EXPECT_EQ(boundAccumulators({}, 2, {5, -7}, {0, 255}).accumulator, (CodeRange{-7, 5}));
}

} // namespace

//===- WindowTest.cpp - Where windows lie and what they count ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/Window.h"

#include "gtest/gtest.h"
#include <limits>

using namespace qcc::cnn;

namespace {

TEST(Window, OutputSizeIsTheNumberOfPlaces) {
  for (int64_t size : {1, 2, 5, 8})
    for (int64_t kernel : {1, 2, 3})
      for (int64_t stride : {1, 2, 3})
        for (int64_t dilation : {1, 2})
          for (int64_t before : {0, 1})
            for (int64_t after : {0, 2}) {
              Window2D window = {{kernel, 1}, {stride, 1}, {dilation, 1}, {before, after, 0, 0}};
              int64_t places = 0;
              for (int64_t start = -before; start + (kernel - 1) * dilation < size + after;
                   start += stride)
                ++places;
              auto found = window.outputSize(0, size);
              EXPECT_EQ(found.value_or(0), places);
              EXPECT_EQ(found.has_value(), places > 0);
            }
}

TEST(Window, SizesThatNoTensorHas) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  Window2D window = {{most, 3}, {1, 1}, {most, 1}, {0, 0, 0, 0}};
  EXPECT_EQ(window.extent(0), most);
  EXPECT_EQ(window.extent(1), 3);
  EXPECT_FALSE(window.outputSize(0, 5));
  EXPECT_FALSE(window.outputSize(1, most));
  EXPECT_EQ(window.outputSize(1, (int64_t{1} << 31) - 1), (int64_t{1} << 31) - 3);
}

TEST(Window, MeansDivideByWhatIsCounted) {
  Window2D window = {{3, 2}, {2, 1}, {1, 1}, {1, 1, 0, 1}};
  for (bool countsPadding : {false, true}) {
    int64_t height = 4, width = 3;
    llvm::SmallVector<int64_t> counted(4, 0);
    if (countsPadding)
      counted.assign(window.padding.begin(), window.padding.end());
    int64_t outHeight = *window.outputSize(0, height), outWidth = *window.outputSize(1, width);
    auto counts = averagePoolCounts(window, height, width, outHeight, outWidth, counted);
    ASSERT_EQ(static_cast<int64_t>(counts.size()), outHeight * outWidth);
    for (int64_t p = 0; p < outHeight; ++p)
      for (int64_t q = 0; q < outWidth; ++q) {
        int64_t count = 0;
        for (int64_t y = p * 2 - 1; y < p * 2 + 2; ++y)
          for (int64_t x = q; x < q + 2; ++x)
            count += y >= -counted[0] && y < height + counted[1] && x >= -counted[2] &&
                     x < width + counted[3];
        EXPECT_EQ(counts[p * outWidth + q], count) << p << " " << q;
      }
  }
}

} // namespace

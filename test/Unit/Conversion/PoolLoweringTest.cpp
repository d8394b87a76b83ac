//===- PoolLoweringTest.cpp - Pools against naive loops ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTest.h"

#include <limits>

using namespace qcc;
using namespace qcc::test;

namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Kernel 3 x 2, strides 2 x 1, padding [1, 2, 1, 0], on images of 7 x 6.
constexpr int64_t height = 7, width = 6, channels = 3, outHeight = 4, outWidth = 6;
constexpr llvm::StringLiteral window =
    "kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, padding = array<i64: 1, 2, 1, 0>";

/// Calls `visit` with the place of each tap of the window at [p, q], whether it lies in the image
/// or not.
template <typename Visit> void forTaps(int64_t p, int64_t q, int64_t dilation, Visit visit) {
  for (int64_t kh = 0; kh < 3; ++kh)
    for (int64_t kw = 0; kw < 2; ++kw)
      visit(p * 2 + kh * dilation - 1, q + kw - 1);
}

bool inImage(int64_t h, int64_t w) { return h >= 0 && h < height && w >= 0 && w < width; }

class PoolLoweringTest : public LoweringTest {
protected:
  template <typename T> void checkMax(llvm::StringRef element, double low, double high) {
    // Dilated rows: a kernel of 3 reaches over 5 of 10, so 3 windows.
    std::string in = "tensor<?x7x6x3x" + element.str() + ">";
    std::string out = "tensor<?x3x6x3x" + element.str() + ">";
    auto session = compile(wrap(
        ("cnn.max_pool2d %0 {" + window + ", dilations = array<i64: 2, 1>}").str(), {in}, out));
    for (int64_t batch : {1, 3}) {
      HostTensor x = random<T>({batch, height, width, channels}, low, high);
      HostTensor y = run(session.get(), {x});
      ASSERT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({batch, 3, 6, 3}));
      for (int64_t n = 0; n < batch; ++n)
        for (int64_t p = 0; p < 3; ++p)
          for (int64_t q = 0; q < outWidth; ++q)
            for (int64_t c = 0; c < channels; ++c) {
              T expected = std::numeric_limits<T>::lowest();
              forTaps(p, q, /*dilation=*/2, [&](int64_t h, int64_t w) {
                if (inImage(h, w))
                  expected = std::max(expected, at<T>(x, {n, h, w, c}));
              });
              ASSERT_EQ(at<T>(y, {n, p, q, c}), expected);
            }
    }
  }

  void checkAverage(llvm::StringRef counted, llvm::function_ref<bool(int64_t, int64_t)> counts) {
    auto session = compile(wrap(
        ("cnn.avg_pool2d %0 {" + window + ", counted_padding = array<i64: " + counted + ">}").str(),
        {"tensor<?x7x6x3xf32>"}, "tensor<?x4x6x3xf32>"));
    HostTensor x = random<float>({3, height, width, channels}, -1, 1);
    HostTensor y = run(session.get(), {x});
    for (int64_t n = 0; n < 3; ++n)
      for (int64_t p = 0; p < outHeight; ++p)
        for (int64_t q = 0; q < outWidth; ++q)
          for (int64_t c = 0; c < channels; ++c) {
            float sum = 0, count = 0;
            forTaps(p, q, /*dilation=*/1, [&](int64_t h, int64_t w) {
              if (inImage(h, w))
                sum += at<float>(x, {n, h, w, c});
              if (counts(h, w))
                ++count;
            });
            ASSERT_EQ(at<float>(y, {n, p, q, c}), sum / count);
          }
  }
};

TEST_F(PoolLoweringTest, Max) {
  // Negative values: padding of 0 would win.
  checkMax<float>("f32", -5, -1);
  checkMax<uint8_t>("ui8", 0, 255);
  checkMax<int8_t>("i8", -128, -1);
  checkMax<int32_t>("i32", -2147483648.0, 2147483647.0);
  checkMax<int64_t>("i64", -1e15, -1);
}

TEST_F(PoolLoweringTest, MaxOfNaN) {
  HostTensor x = tensorOf<float>({1, 2, 4, 1}, {nan, 1, 2, 3, 4, 5, 6, nan});
  HostTensor y = run(wrap("cnn.max_pool2d %0 {kernel = array<i64: 2, 1>}", {"tensor<1x2x4x1xf32>"},
                          "tensor<1x1x4x1xf32>"),
                     {x});
  EXPECT_TRUE(std::isnan(at<float>(y, {0, 0, 0, 0})));
  EXPECT_EQ(at<float>(y, {0, 0, 1, 0}), 5);
  EXPECT_EQ(at<float>(y, {0, 0, 2, 0}), 6);
  EXPECT_TRUE(std::isnan(at<float>(y, {0, 0, 3, 0})));
}

TEST_F(PoolLoweringTest, Average) {
  checkAverage("0, 0, 0, 0", inImage);
  checkAverage("1, 2, 1, 0", [](int64_t, int64_t) { return true; });
  checkAverage("1, 1, 1, 0", [](int64_t h, int64_t) { return h < height + 1; });
}

TEST_F(PoolLoweringTest, GlobalAverage) {
  auto session =
      compile(wrap("cnn.global_avg_pool %0", {"tensor<?x7x6x3xf32>"}, "tensor<?x1x1x3xf32>"));
  for (int64_t batch : {1, 3}) {
    HostTensor x = random<float>({batch, height, width, channels}, -1, 1);
    HostTensor y = run(session.get(), {x});
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t c = 0; c < channels; ++c) {
        float sum = 0;
        for (int64_t h = 0; h < height; ++h)
          for (int64_t w = 0; w < width; ++w)
            sum += at<float>(x, {n, h, w, c});
        EXPECT_EQ(at<float>(y, {n, 0, 0, c}), sum / 42);
      }
  }
}

TEST_F(PoolLoweringTest, Sum) {
  auto check = [&](auto code, llvm::StringRef element, int64_t zeroPoint, auto accumulator,
                   llvm::StringRef sums) {
    using T = decltype(code);
    using A = decltype(accumulator);
    std::string op =
        ("cnn.sum_pool2d %0 {" + window + ", zero_point = " + std::to_string(zeroPoint) + " : i32}")
            .str();
    HostTensor x = random<T>({3, height, width, channels}, std::numeric_limits<T>::min(),
                             std::numeric_limits<T>::max());
    HostTensor y = run(
        wrap(op, {"tensor<?x7x6x3x" + element.str() + ">"}, "tensor<?x4x6x3x" + sums.str() + ">"),
        {x});
    for (int64_t n = 0; n < 3; ++n)
      for (int64_t p = 0; p < outHeight; ++p)
        for (int64_t q = 0; q < outWidth; ++q)
          for (int64_t c = 0; c < channels; ++c) {
            A sum = 0;
            forTaps(p, q, /*dilation=*/1, [&](int64_t h, int64_t w) {
              if (inImage(h, w))
                sum += at<T>(x, {n, h, w, c}) - zeroPoint;
            });
            ASSERT_EQ(at<A>(y, {n, p, q, c}), sum);
          }
  };
  check(uint8_t{}, "ui8", 200, int32_t{}, "i32");
  check(int8_t{}, "i8", -100, int32_t{}, "i32");
  check(uint8_t{}, "ui8", 0, int64_t{}, "i64");
}

} // namespace

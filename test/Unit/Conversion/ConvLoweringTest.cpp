//===- ConvLoweringTest.cpp - Convolutions and linear layers against naive loops ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTest.h"

using namespace qcc;
using namespace qcc::test;

namespace {

struct ConvCase {
  int64_t height, width, channels, outputs, kernelHeight, kernelWidth;
  int64_t strides[2], padding[4], dilations[2];
  int64_t groups;

  int64_t size(int dim) const {
    int64_t image = dim == 0 ? height : width, kernel = dim == 0 ? kernelHeight : kernelWidth;
    return (image + padding[2 * dim] + padding[2 * dim + 1] - (kernel - 1) * dilations[dim] - 1) /
               strides[dim] +
           1;
  }
};

// Odd shapes; strides, padding and dilations that differ by direction; groups and depthwise.
constexpr ConvCase convCases[] = {
    {5, 7, 3, 4, 3, 3, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1},
    {9, 8, 5, 3, 3, 2, {2, 1}, {1, 2, 0, 3}, {1, 1}, 1},
    {11, 10, 2, 5, 3, 3, {1, 3}, {2, 0, 1, 1}, {3, 2}, 1},
    {6, 5, 33, 7, 1, 1, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1},
    {7, 7, 6, 4, 3, 3, {2, 2}, {1, 1, 1, 1}, {1, 1}, 2},
    {6, 7, 5, 5, 3, 3, {1, 1}, {1, 1, 1, 1}, {1, 1}, 5},
    {6, 7, 3, 6, 5, 1, {1, 2}, {2, 2, 0, 0}, {1, 1}, 3},
    {4, 4, 3, 2, 4, 4, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1},
};

std::string shape(llvm::ArrayRef<int64_t> sizes, llvm::StringRef element, bool batch = false) {
  std::string text = "tensor<";
  if (batch)
    text += "?x";
  for (int64_t size : sizes)
    text += std::to_string(size) + "x";
  return text + element.str() + ">";
}

std::string list(llvm::ArrayRef<int64_t> values) {
  std::string text = "array<i64: ";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : "") + std::to_string(values[i]);
  return text + ">";
}

std::string convText(const ConvCase &c, llvm::StringRef input, llvm::StringRef weights,
                     llvm::StringRef sums, bool bias, llvm::StringRef more = "") {
  std::string op = "cnn.conv2d %0, %1" + std::string(bias ? ", %2" : "") +
                   " {strides = " + list(c.strides) + ", padding = " + list(c.padding) +
                   ", dilations = " + list(c.dilations) + ", groups = " + std::to_string(c.groups) +
                   " : i64" + more.str() + "}";
  std::vector<std::string> arguments = {
      shape({c.height, c.width, c.channels}, input, /*batch=*/true),
      shape({c.outputs, c.kernelHeight, c.kernelWidth, c.channels / c.groups}, weights)};
  if (bias)
    arguments.push_back(shape({c.outputs}, sums));
  std::string result = shape({c.size(0), c.size(1), c.outputs}, sums, /*batch=*/true);
  std::string parameters, types;
  for (size_t i = 0; i < arguments.size(); ++i) {
    parameters += (i ? ", %" : "%") + std::to_string(i) + ": " + arguments[i];
    types += (i ? ", " : "") + arguments[i];
  }
  return "func.func @main(" + parameters + ") -> " + result + " { %r = " + op + " : (" + types +
         ") -> " + result + " return %r : " + result + " }";
}

/// One sum, in the widest type of its kind. `outside` is what lies around the image.
template <typename Sum, typename In, typename W>
Sum convolve(const ConvCase &c, const HostTensor &x, const HostTensor &w, Sum bias, Sum outside,
             int64_t n, int64_t p, int64_t q, int64_t o) {
  Sum sum = bias;
  int64_t depth = c.channels / c.groups, group = o / (c.outputs / c.groups);
  for (int64_t kh = 0; kh < c.kernelHeight; ++kh)
    for (int64_t kw = 0; kw < c.kernelWidth; ++kw)
      for (int64_t i = 0; i < depth; ++i) {
        int64_t h = p * c.strides[0] + kh * c.dilations[0] - c.padding[0];
        int64_t v = q * c.strides[1] + kw * c.dilations[1] - c.padding[2];
        bool inside = h >= 0 && h < c.height && v >= 0 && v < c.width;
        Sum element = inside ? static_cast<Sum>(at<In>(x, {n, h, v, group * depth + i})) : outside;
        sum += element * static_cast<Sum>(at<W>(w, {o, kh, kw, i}));
      }
  return sum;
}

class ConvLoweringTest : public LoweringTest {
protected:
  template <typename In, typename W, typename Acc>
  void checkCodes(const ConvCase &c, llvm::StringRef in, llvm::StringRef weights,
                  llvm::StringRef accumulator, int64_t pad) {
    auto session = compile(convText(c, in, weights, accumulator, /*bias=*/true,
                                    ", pad_value = " + std::to_string(pad) + " : i64"));
    HostTensor w = random<W>({c.outputs, c.kernelHeight, c.kernelWidth, c.channels / c.groups},
                             std::numeric_limits<W>::min(), std::numeric_limits<W>::max());
    HostTensor b = random<Acc>({c.outputs}, -100000, 100000);
    for (int64_t batch : {1, 3}) {
      HostTensor x = random<In>({batch, c.height, c.width, c.channels},
                                std::numeric_limits<In>::min(), std::numeric_limits<In>::max());
      HostTensor y = run(session.get(), {x, w, b});
      ASSERT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({batch, c.size(0), c.size(1), c.outputs}));
      for (int64_t n = 0; n < batch; ++n)
        for (int64_t p = 0; p < c.size(0); ++p)
          for (int64_t q = 0; q < c.size(1); ++q)
            for (int64_t o = 0; o < c.outputs; ++o)
              ASSERT_EQ(at<Acc>(y, {n, p, q, o}),
                        (convolve<int64_t, In, W>(c, x, w, at<Acc>(b, {o}), pad, n, p, q, o)));
    }
  }
};

TEST_F(ConvLoweringTest, Float) {
  for (const ConvCase &c : convCases) {
    auto session = compile(convText(c, "f32", "f32", "f32", /*bias=*/true));
    HostTensor w =
        random<float>({c.outputs, c.kernelHeight, c.kernelWidth, c.channels / c.groups}, -1, 1);
    HostTensor b = random<float>({c.outputs}, -1, 1);
    for (int64_t batch : {1, 3}) {
      HostTensor x = random<float>({batch, c.height, c.width, c.channels}, -1, 1);
      HostTensor y = run(session.get(), {x, w, b});
      ASSERT_EQ(y.getShape(), llvm::ArrayRef<int64_t>({batch, c.size(0), c.size(1), c.outputs}));
      for (int64_t n = 0; n < batch; ++n)
        for (int64_t p = 0; p < c.size(0); ++p)
          for (int64_t q = 0; q < c.size(1); ++q)
            for (int64_t o = 0; o < c.outputs; ++o)
              ASSERT_NEAR(
                  at<float>(y, {n, p, q, o}),
                  (convolve<double, float, float>(c, x, w, at<float>(b, {o}), 0, n, p, q, o)),
                  1e-5);
    }
  }
}

TEST_F(ConvLoweringTest, Codes) {
  for (const ConvCase &c : convCases) {
    checkCodes<uint8_t, int8_t, int32_t>(c, "ui8", "i8", "i32", 201);
    checkCodes<int8_t, int8_t, int32_t>(c, "i8", "i8", "i32", -77);
  }
}

TEST_F(ConvLoweringTest, WideWeightsAndAccumulators) {
  for (const ConvCase &c : {convCases[1], convCases[4]}) {
    checkCodes<uint8_t, int16_t, int64_t>(c, "ui8", "i16", "i64", 255);
    checkCodes<int8_t, int16_t, int32_t>(c, "i8", "i16", "i32", -128);
  }
}

TEST_F(ConvLoweringTest, SumsThatNeed64Bits) {
  // 255 * -32768 * 65536 = -2^31 * 255 * 256, far beyond 32 bits.
  auto session = compile(
      wrap("cnn.linear %0, %1", {"tensor<1x65536xui8>", "tensor<1x65536xi16>"}, "tensor<1x1xi64>"));
  HostTensor x = random<uint8_t>({1, 65536}, 255, 255);
  HostTensor w = random<int16_t>({1, 65536}, -32768, -32768);
  EXPECT_EQ(at<int64_t>(run(session.get(), {x, w}), {0, 0}), int64_t{255} * -32768 * 65536);
}

TEST_F(ConvLoweringTest, FusedActivation) {
  // Sums may be reassociated, and differ by a rounding where the code around them differs.
  ConvCase c = convCases[0];
  HostTensor x = random<float>({1, c.height, c.width, c.channels}, -1, 1);
  HostTensor w = random<float>({c.outputs, 3, 3, c.channels}, -1, 1);
  HostTensor plain = run(convText(c, "f32", "f32", "f32", false), {x, w});
  HostTensor clamped = run(
      convText(c, "f32", "f32", "f32", false, ", activation = #cnn.activation<clamp, -0.5, 1.5>"),
      {x, w});
  HostTensor relu =
      run(convText(c, "f32", "f32", "f32", false, ", activation = #cnn.activation<relu>"), {x, w});
  for (auto [y, z, r] :
       llvm::zip(plain.getData<float>(), clamped.getData<float>(), relu.getData<float>())) {
    EXPECT_NEAR(z, std::min(std::max(y, -0.5F), 1.5F), 1e-5);
    EXPECT_NEAR(r, std::max(y, 0.0F), 1e-5);
  }
}

TEST_F(ConvLoweringTest, EveryImageIsComputedAlike) {
  // The same bytes whatever the batch: image 2 of three is what it is alone.
  ConvCase c = convCases[1];
  auto session = compile(convText(c, "f32", "f32", "f32", false));
  HostTensor w = random<float>({c.outputs, c.kernelHeight, c.kernelWidth, c.channels}, -1, 1);
  HostTensor x = random<float>({3, c.height, c.width, c.channels}, -1, 1);
  llvm::ArrayRef<float> last =
      x.getData<float>().take_back(static_cast<size_t>(c.height * c.width * c.channels));
  HostTensor alone =
      run(session.get(), {tensorOf<float>({1, c.height, c.width, c.channels}, last.vec()), w});
  HostTensor together = run(session.get(), {x, w});
  EXPECT_EQ(together.getData<float>().take_back(alone.getData<float>().size()),
            alone.getData<float>());
}

TEST_F(ConvLoweringTest, LinearFloat) {
  auto session =
      compile(wrap("cnn.linear %0, %1, %2",
                   {"tensor<?x37xf32>", "tensor<5x37xf32>", "tensor<5xf32>"}, "tensor<?x5xf32>"));
  HostTensor w = random<float>({5, 37}, -1, 1), b = random<float>({5}, -1, 1);
  for (int64_t batch : {1, 3}) {
    HostTensor x = random<float>({batch, 37}, -1, 1), y = run(session.get(), {x, w, b});
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t o = 0; o < 5; ++o) {
        double sum = at<float>(b, {o});
        for (int64_t i = 0; i < 37; ++i)
          sum += double{at<float>(x, {n, i})} * at<float>(w, {o, i});
        EXPECT_NEAR(at<float>(y, {n, o}), sum, 1e-5);
      }
  }
}

TEST_F(ConvLoweringTest, LinearCodes) {
  auto session =
      compile(wrap("cnn.linear %0, %1, %2", {"tensor<?x37xi8>", "tensor<5x37xi8>", "tensor<5xi32>"},
                   "tensor<?x5xi32>"));
  HostTensor w = random<int8_t>({5, 37}, -128, 127), b = random<int32_t>({5}, -9999, 9999);
  HostTensor x = random<int8_t>({3, 37}, -128, 127), y = run(session.get(), {x, w, b});
  for (int64_t n = 0; n < 3; ++n)
    for (int64_t o = 0; o < 5; ++o) {
      int32_t sum = at<int32_t>(b, {o});
      for (int64_t i = 0; i < 37; ++i)
        sum += int32_t{at<int8_t>(x, {n, i})} * at<int8_t>(w, {o, i});
      EXPECT_EQ(at<int32_t>(y, {n, o}), sum);
    }
}

} // namespace

//===- QuantLoweringTest.cpp - Quantization, as IR, against QuantMath.h ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTest.h"

#include "qcc/Quantization/QuantMath.h"

#include <cmath>
#include <limits>

using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Ties, the neighbours of ties, and what saturates or is no number.
std::vector<float> interestingFloats(float scale) {
  std::vector<float> values = {nan, inf, -inf, 0.0F, -0.0F, 3e38F, -3e38F, 1e-45F};
  for (int i = -600; i <= 600; ++i) {
    float tie = static_cast<float>(i) * 0.5F * scale;
    values.insert(values.end(), {tie, std::nextafter(tie, inf), std::nextafter(tie, -inf)});
  }
  return values;
}

class QuantLoweringTest : public LoweringTest {
protected:
  template <typename T>
  void checkQuantize(llvm::StringRef element, QuantParams params, CodeRange range) {
    std::vector<float> values = interestingFloats(params.scale);
    HostTensor x = tensorOf<float>({1, static_cast<int64_t>(values.size())}, values);
    std::string size = std::to_string(values.size());
    for (Contract contract : allContracts) {
      char scale[32];
      std::snprintf(scale, sizeof scale, "%.9e", static_cast<double>(params.scale));
      std::string op = "cnn.quantize %0 {scale = " + std::string(scale) +
                       " : f32, zero_point = " + std::to_string(params.zeroPoint) +
                       " : i32, min = " + std::to_string(range.min) +
                       " : i32, max = " + std::to_string(range.max) +
                       " : i32, contract = #cnn.contract<" + stringifyContract(contract).str() +
                       ">}";
      HostTensor y = run(
          wrap(op, {"tensor<?x" + size + "xf32>"}, "tensor<?x" + size + "x" + element.str() + ">"),
          {x});
      ASSERT_EQ(y.getData<T>().size(), values.size());
      for (auto [value, code] : llvm::zip(values, y.getData<T>()))
        ASSERT_EQ(int64_t{code},
                  quantmath::quantize(value, params.scale, params.zeroPoint, range, contract))
            << value;
    }
  }
};

TEST_F(QuantLoweringTest, Quantize) {
  checkQuantize<uint8_t>("ui8", {0.1F, 3}, {0, 255});
  checkQuantize<uint8_t>("ui8", {0.02F, 128}, {0, 127});
  checkQuantize<uint8_t>("ui8", {0.0231F, 255}, {10, 255});
  checkQuantize<int8_t>("i8", {0.25F, -128}, {-128, 127});
  checkQuantize<int8_t>("i8", {1.7F, 5}, {5, 100});
  checkQuantize<int16_t>("i16", {0.001F, 0}, {-32768, 32767});
}

TEST_F(QuantLoweringTest, QuantizeTo32Bits) {
  checkQuantize<int32_t>("i32", {1.0F, 0}, {-2147483648LL, 2147483647});
  checkQuantize<int32_t>("i32", {1e-5F, 1000}, {-2147483648LL, 2147483647});
  // 1 / scale overflows, and 0 times that is NaN: the zero point.
  checkQuantize<int32_t>("i32", {1e-40F, 7}, {-2147483648LL, 2147483647});
}

TEST_F(QuantLoweringTest, Dequantize) {
  std::vector<uint8_t> codes(256);
  std::vector<int8_t> signedCodes(256);
  for (int i = 0; i < 256; ++i) {
    codes[i] = static_cast<uint8_t>(i);
    signedCodes[i] = static_cast<int8_t>(i - 128);
  }
  HostTensor u = run(wrap("cnn.dequantize %0 {scale = 0.1 : f32, zero_point = 200 : i32}",
                          {"tensor<?x256xui8>"}, "tensor<?x256xf32>"),
                     {tensorOf<uint8_t>({1, 256}, codes)});
  HostTensor s = run(wrap("cnn.dequantize %0 {scale = 0.1 : f32, zero_point = -3 : i32}",
                          {"tensor<?x256xi8>"}, "tensor<?x256xf32>"),
                     {tensorOf<int8_t>({1, 256}, signedCodes)});
  for (int64_t i = 0; i < 256; ++i) {
    EXPECT_EQ(at<float>(u, {0, i}), quantmath::dequantize(i, 200, 0.1F));
    EXPECT_EQ(at<float>(s, {0, i}), quantmath::dequantize(i - 128, -3, 0.1F));
  }
  HostTensor w = run(wrap("cnn.dequantize %0 {scale = 0.1 : f32, zero_point = 5 : i32}",
                          {"tensor<2xi32>"}, "tensor<2xf32>"),
                     {tensorOf<int32_t>({2}, {std::numeric_limits<int32_t>::min(), 2147483647})});
  EXPECT_EQ(at<float>(w, {0}), quantmath::dequantize(-2147483648LL, 5, 0.1F));
  EXPECT_EQ(at<float>(w, {1}), quantmath::dequantize(2147483647, 5, 0.1F));
}

TEST_F(QuantLoweringTest, RequantizePerChannel) {
  // A multiplier of 0.5 makes every odd accumulator a tie; others saturate or are large.
  std::vector<float> multipliers = {0.5F, 0.0123F, 1.0F, inf, nan};
  std::vector<float> biases = {0, 0.5F, -3.25F, 0, 1};
  auto plain =
      compile(wrap("cnn.requantize %0, %1 {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32}",
                   {"tensor<?x2x1x5xi32>", "tensor<5xf32>"}, "tensor<?x2x1x5xui8>"));
  auto biased = compile(
      wrap("cnn.requantize %0, %1, %2 {zero_point = -7 : i32, min = -7 : i32, max = 120 : i32}",
           {"tensor<?x2x1x5xi32>", "tensor<5xf32>", "tensor<5xf32>"}, "tensor<?x2x1x5xi8>"));
  HostTensor m = tensorOf<float>({5}, multipliers), b = tensorOf<float>({5}, biases);
  for (double range : {30.0, 1000.0, 2147483647.0}) {
    HostTensor x = random<int32_t>({50, 2, 1, 5}, -range, range);
    HostTensor y = run(plain.get(), {x, m}), z = run(biased.get(), {x, m, b});
    ASSERT_EQ(y.getNumElements(), 500);
    for (size_t i = 0; i < 500; ++i) {
      int32_t accumulator = x.getData<int32_t>()[i];
      float multiplier = multipliers[i % 5], bias = biases[i % 5];
      ASSERT_EQ(y.getData<uint8_t>()[i],
                quantmath::requantize(accumulator, multiplier, 3, CodeRange{0, 255}));
      ASSERT_EQ(z.getData<int8_t>()[i],
                quantmath::requantize(accumulator, bias, multiplier, -7, CodeRange{-7, 120}));
    }
  }
}

TEST_F(QuantLoweringTest, RequantizeOneOrByPosition) {
  HostTensor x = random<int64_t>({3, 2, 3, 4}, -1e6, 1e6);
  HostTensor one = tensorOf<float>({1}, {1.3e-4F}), position = random<float>({2, 3, 1}, 0, 1e-3);
  std::string attributes = " {zero_point = 3 : i32, min = -128 : i32, max = 127 : i32}";
  HostTensor y = run(wrap("cnn.requantize %0, %1" + attributes,
                          {"tensor<?x2x3x4xi64>", "tensor<1xf32>"}, "tensor<?x2x3x4xi8>"),
                     {x, one});
  HostTensor z = run(wrap("cnn.requantize %0, %1" + attributes,
                          {"tensor<?x2x3x4xi64>", "tensor<2x3x1xf32>"}, "tensor<?x2x3x4xi8>"),
                     {x, position});
  for (int64_t n = 0; n < 3; ++n)
    for (int64_t h = 0; h < 2; ++h)
      for (int64_t w = 0; w < 3; ++w)
        for (int64_t c = 0; c < 4; ++c) {
          int64_t accumulator = at<int64_t>(x, {n, h, w, c});
          EXPECT_EQ(at<int8_t>(y, {n, h, w, c}),
                    quantmath::requantize(accumulator, 1.3e-4F, 3, CodeRange{-128, 127}));
          EXPECT_EQ(at<int8_t>(z, {n, h, w, c}),
                    quantmath::requantize(accumulator, at<float>(position, {h, w, 0}), 3,
                                          CodeRange{-128, 127}));
        }
}

TEST_F(QuantLoweringTest, NothingIsContracted) {
  // (float(acc) + bias) * multiplier and x * (1 / scale) round after each step. Were the sum and
  // the product of a dequantize-add-quantize chain fused, some of these codes would differ.
  std::string text = R"(
    func.func @main(%a: tensor<1x65536xui8>, %b: tensor<1x65536xui8>) -> tensor<1x65536xui8> {
      %l = cnn.dequantize %a {scale = 0.0173 : f32, zero_point = 13 : i32} : (tensor<1x65536xui8>) -> tensor<1x65536xf32>
      %r = cnn.dequantize %b {scale = 0.0211 : f32, zero_point = 7 : i32} : (tensor<1x65536xui8>) -> tensor<1x65536xf32>
      %s = cnn.add %l, %r : (tensor<1x65536xf32>, tensor<1x65536xf32>) -> tensor<1x65536xf32>
      %q = cnn.quantize %s {scale = 0.03 : f32, zero_point = 9 : i32, min = 0 : i32, max = 255 : i32,
                            contract = #cnn.contract<fbgemm>} : (tensor<1x65536xf32>) -> tensor<1x65536xui8>
      return %q : tensor<1x65536xui8>
    })";
  std::vector<uint8_t> a(65536), b(65536);
  for (size_t i = 0; i < 65536; ++i) {
    a[i] = static_cast<uint8_t>(i / 256);
    b[i] = static_cast<uint8_t>(i % 256);
  }
  HostTensor y = run(text, {tensorOf<uint8_t>({1, 65536}, a), tensorOf<uint8_t>({1, 65536}, b)});
  ASSERT_EQ(y.getNumElements(), 65536);
  for (size_t i = 0; i < 65536; ++i)
    ASSERT_EQ(y.getData<uint8_t>()[i], quantmath::addCodes(a[i], {0.0173F, 13}, b[i], {0.0211F, 7},
                                                           {0.03F, 9}, {0, 255}, Contract::Fbgemm));
}

TEST_F(QuantLoweringTest, Lookup) {
  HostTensor table = random<uint8_t>({256}, 0, 255), x = random<uint8_t>({3, 100}, 0, 255);
  HostTensor y =
      run(wrap("cnn.lookup %0, %1", {"tensor<?x100xui8>", "tensor<256xui8>"}, "tensor<?x100xui8>"),
          {x, table});
  for (auto [code, result] : llvm::zip(x.getData<uint8_t>(), y.getData<uint8_t>()))
    EXPECT_EQ(result, table.getData<uint8_t>()[code]);

  HostTensor signedX = random<int8_t>({3, 100}, -128, 127);
  HostTensor z =
      run(wrap("cnn.lookup %0, %1", {"tensor<?x100xi8>", "tensor<256xui8>"}, "tensor<?x100xui8>"),
          {signedX, table});
  for (auto [code, result] : llvm::zip(signedX.getData<int8_t>(), z.getData<uint8_t>()))
    EXPECT_EQ(result, table.getData<uint8_t>()[static_cast<size_t>(code + 128)]);
}

} // namespace

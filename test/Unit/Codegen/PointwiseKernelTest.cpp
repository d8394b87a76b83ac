//===- PointwiseKernelTest.cpp - Elementwise kernels ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTest.h"

#include "qcc/Quantization/QuantMath.h"

using namespace qcc;
using namespace qcc::test;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

class PointwiseKernelTest : public KernelTest {
protected:
  /// Small ones, larger ones, some of all sizes.
  template <typename T> HostTensor accumulators(llvm::ArrayRef<int64_t> shape) {
    HostTensor tensor = random<T>(shape, -2147483648.0, 2147483647.0);
    for (auto [i, value] : llvm::enumerate(tensor.getMutableData<T>()))
      value = i % 3 == 0 ? value % 300 : i % 3 == 1 ? value % 5000 : value * T{sizeof(T) / 4};
    return tensor;
  }

  static std::string quantize(llvm::StringRef result, llvm::StringRef operand, llvm::StringRef from,
                              llvm::StringRef to, double scale, int64_t zeroPoint, CodeRange range,
                              llvm::StringRef contract) {
    return llvm::formatv("  %{0} = cnn.quantize %{1} {{scale = {2:e6} : f32, zero_point = {3} : "
                         "i32, min = {4} : i32, max = {5} : i32, contract = #cnn.contract<{6}>} : "
                         "({7}) -> {8}\n",
                         result, operand, scale, zeroPoint, range.min, range.max, contract, from,
                         to)
        .str();
  }

  static std::string dequantize(llvm::StringRef result, llvm::StringRef operand,
                                llvm::StringRef from, llvm::StringRef to, double scale,
                                int64_t zeroPoint) {
    return llvm::formatv("  %{0} = cnn.dequantize %{1} {{scale = {2:e6} : f32, zero_point = {3} : "
                         "i32} : ({4}) -> {5}\n",
                         result, operand, scale, zeroPoint, from, to)
        .str();
  }
};

/// Ties and their neighbours, numbers that saturate, numbers that are none.
std::vector<float> interestingFloats(float scale, size_t size) {
  std::vector<float> values = {nan, -nan, inf, -inf, 0.0F, -0.0F, 3e38F, -3e38F, 1e-45F, 1e10F};
  for (int i = 0; values.size() < size; ++i) {
    float tie = static_cast<float>(i % 1201 - 600) * 0.5F * scale;
    values.insert(values.end(), {tie, std::nextafter(tie, inf), std::nextafter(tie, -inf)});
  }
  values.resize(size);
  return values;
}

TEST_P(PointwiseKernelTest, Quantize) {
  // Rows of 3 channels are one run; images of 3 rows of 67.
  struct {
    const char *code;
    double scale;
    int64_t zeroPoint;
    CodeRange range;
    const char *contract;
  } cases[] = {
      {"ui8", 0.1, 3, {0, 255}, "fbgemm"},        {"ui8", 0.02, 128, {0, 127}, "onnx"},
      {"ui8", 0.0231, 255, {10, 255}, "qnnpack"}, {"i8", 0.25, -128, {-128, 127}, "fbgemm"},
      {"i8", 1.7, 5, {5, 100}, "onnx"},           {"i16", 0.001, 7, {-32768, 32767}, "onnx"},
      {"i8", 0.5, 0, {-128, 127}, "fbgemm"}};
  for (auto &c : cases) {
    std::string in = tensor({-1, 67, 3, 3}, "f32"), out = tensor({-1, 67, 3, 3}, c.code);
    std::string text = "func.func @main(%x: " + in + ") -> " + out + " {\n" +
                       quantize("q", "x", in, out, c.scale, c.zeroPoint, c.range, c.contract) +
                       "  return %q : " + out + "\n}";
    compare(text, {tensorOf<float>({3, 67, 3, 3},
                                   interestingFloats(static_cast<float>(c.scale), 3 * 67 * 9))});
  }
}

TEST_P(PointwiseKernelTest, AddOfCodes) {
  for (int64_t channels : {1, 3, 16, 65}) {
    std::string u8 = tensor({-1, 5, 4, channels}, "ui8"), f32 = tensor({-1, 5, 4, channels}, "f32");
    std::string text =
        "func.func @main(%a: " + u8 + ", %b: " + u8 + ") -> " + u8 + " {\n" +
        dequantize("l", "a", u8, f32, 0.0173, 13) + dequantize("r", "b", u8, f32, 0.0211, 7) +
        "  %s = cnn.add %l, %r {activation = #cnn.activation<relu>} : (" + f32 + ", " + f32 +
        ") -> " + f32 + "\n" + quantize("q", "s", f32, u8, 0.03, 9, {9, 255}, "fbgemm") +
        "  return %q : " + u8 + "\n}";
    compare(text, {random<uint8_t>({3, 5, 4, channels}, 0, 255),
                   random<uint8_t>({3, 5, 4, channels}, 0, 255)});
  }
}

TEST_P(PointwiseKernelTest, OneFactorForEachChannel) {
  // Squeeze and excitation: a factor for each image and channel.
  std::string u8 = tensor({-1, 5, 4, 24}, "ui8"), f32 = tensor({-1, 5, 4, 24}, "f32");
  std::string s8 = tensor({-1, 1, 1, 24}, "ui8"), s32 = tensor({-1, 1, 1, 24}, "f32");
  std::string text =
      "func.func @main(%a: " + u8 + ", %b: " + s8 + ") -> " + u8 + " {\n" +
      dequantize("l", "a", u8, f32, 0.0173, 13) + dequantize("r", "b", s8, s32, 0.00390625, 0) +
      "  %p = cnn.mul %l, %r : (" + f32 + ", " + s32 + ") -> " + f32 + "\n" +
      quantize("q", "p", f32, u8, 0.01, 3, {0, 255}, "onnx") + "  return %q : " + u8 + "\n}";
  compare(text, {random<uint8_t>({3, 5, 4, 24}, 0, 255), random<uint8_t>({3, 1, 1, 24}, 0, 255)});
}

TEST_P(PointwiseKernelTest, Requantize) {
  // Accumulators of all sizes; a multiplier of 0.5 makes every odd one a tie.
  for (auto [element, count] :
       {std::pair<std::string, int64_t>{"i32", 1}, {"i32", 37}, {"i64", 37}}) {
    std::string in = tensor({-1, 3, 2, 37}, element);
    std::string m = tensor({count}, "f32"), bias = tensor({37}, "f32");
    for (bool biased : {false, true})
      for (auto [code, attributes] :
           {std::pair<std::string, std::string>{
                "ui8", "{zero_point = 3 : i32, min = 0 : i32, max = 255 : i32}"},
            {"i8", "{zero_point = -128 : i32, min = -128 : i32, max = 100 : i32}"}}) {
        std::string out = tensor({-1, 3, 2, 37}, code);
        std::string text = "func.func @main(%x: " + in + ") -> " + out + " {\n" +
                           multipliers("m", count, count == 1 ? 0.5 : 0.1) +
                           constant<float>("b", {37}, "f32", -30, 30) +
                           "  %q = cnn.requantize %x, %m" + (biased ? ", %b " : " ") + attributes +
                           " : (" + in + ", " + m + (biased ? ", " + bias : "") + ") -> " + out +
                           "\n  return %q : " + out + "\n}";
        compare(text, {element == "i32" ? accumulators<int32_t>({3, 3, 2, 37})
                                        : accumulators<int64_t>({3, 3, 2, 37})});
      }
  }
}

TEST_P(PointwiseKernelTest, Lookup) {
  for (std::string code : {"ui8", "i8"}) {
    std::string type = tensor({-1, 7, 11}, code);
    std::string text = "func.func @main(%x: " + type + ") -> " + type + " {\n" +
                       (code == "ui8" ? constant<uint8_t>("t", {256}, "ui8", 0, 255)
                                      : constant<int8_t>("t", {256}, "i8", -128, 127)) +
                       "  %y = cnn.lookup %x, %t : (" + type + ", " + tensor({256}, code) +
                       ") -> " + type + "\n  return %y : " + type + "\n}";
    compare(text, {code == "ui8" ? random<uint8_t>({5, 7, 11}, 0, 255)
                                 : random<int8_t>({5, 7, 11}, -128, 127)});
  }
}

TEST_P(PointwiseKernelTest, FloatsToTheBit) {
  std::string type = tensor({-1, 67, 9}, "f32");
  HostTensor x = tensorOf<float>({3, 67, 9}, interestingFloats(0.1F, 3 * 67 * 9));
  for (std::string op :
       {"cnn.relu %0", "cnn.clamp %0 {min = 0.0 : f32, max = 6.0 : f32}",
        "cnn.clamp %0 {min = -1.5 : f32, max = -0.0 : f32}",
        "cnn.leaky_relu %0 {alpha = 0.01 : f32}", "cnn.hard_swish %0", "cnn.sigmoid %0"})
    compare(wrap(op, {type}, type), {x});
}

TEST_P(PointwiseKernelTest, ClampOfCodes) {
  std::string type = tensor({-1, 100}, "ui8"), accumulators = tensor({-1, 100}, "i32");
  compare(wrap("cnn.clamp %0 {min = 3 : i32, max = 200 : i32}", {type}, type),
          {random<uint8_t>({3, 100}, 0, 255)});
  compare(wrap("cnn.relu %0", {accumulators}, accumulators),
          {random<int32_t>({3, 100}, -1000, 1000)});
}

TEST_P(PointwiseKernelTest, FixedBatch) {
  std::string type = tensor({3, 7}, "f32"), row = tensor({1, 7}, "f32");
  std::string text = "func.func @main(%x: " + type + ") -> " + type + " {\n" +
                     constant<float>("r", {1, 7}, "f32", -1, 1) + "  %y = cnn.add %x, %r : (" +
                     type + ", " + row + ") -> " + type + "\n  return %y : " + type + "\n}";
  compare(text, {random<float>({3, 7}, -1, 1)});
}

INSTANTIATE_TEST_SUITE_P(All, PointwiseKernelTest, allISAs(), getISAName);

} // namespace

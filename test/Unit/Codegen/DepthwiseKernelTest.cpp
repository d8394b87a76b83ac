//===- DepthwiseKernelTest.cpp - Depthwise convolutions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTest.h"

using namespace qcc;
using namespace qcc::test;

namespace {

class DepthwiseKernelTest : public KernelTest {
protected:
  struct Case {
    int64_t height, width, channels, kernelHeight, kernelWidth, stride, dilation, padding;
    bool bias;
  };

  Case pickCase() {
    while (true) {
      Case c = {pick(1, 12), pick(1, 20), pick(2, 70), pick(1, 7),     pick(1, 5),
                pick(1, 3),  pick(1, 2),  pick(0, 2),  pick(0, 1) == 0};
      if (outputs(c.height, c.kernelHeight, c) > 0 && outputs(c.width, c.kernelWidth, c) > 0)
        return c;
    }
  }

  static int64_t outputs(int64_t size, int64_t kernel, const Case &c) {
    int64_t room = size + 2 * c.padding - (kernel - 1) * c.dilation - 1;
    return room < 0 ? 0 : room / c.stride + 1;
  }

  static std::string attributes(const Case &c) {
    return llvm::formatv("groups = {0} : i64, strides = array<i64: {1}, {1}>, dilations = "
                         "array<i64: {2}, {2}>, padding = array<i64: {3}, {3}, {3}, {3}>",
                         c.channels, c.stride, c.dilation, c.padding)
        .str();
  }
};

TEST_P(DepthwiseKernelTest, Codes) {
  for (int i = 0; i < 12; ++i) {
    Case c = pickCase();
    bool isUnsigned = i % 2 == 0;
    std::string code = isUnsigned ? "ui8" : "i8";
    std::string in = tensor({-1, c.height, c.width, c.channels}, code);
    std::vector<int64_t> weights = {c.channels, c.kernelHeight, c.kernelWidth, 1};
    int64_t rows = outputs(c.height, c.kernelHeight, c),
            columns = outputs(c.width, c.kernelWidth, c);
    std::string sum = tensor({-1, rows, columns, c.channels}, "i32");
    std::string out = tensor({-1, rows, columns, c.channels}, code);
    std::string text =
        "func.func @main(%x: " + in + ") -> " + out + " {\n" +
        constant<int8_t>("w", weights, "i8", -128, 127) +
        constant<int32_t>("b", {c.channels}, "i32", -1000, 1000) +
        multipliers("m", c.channels, 0.01) + "  %s = cnn.conv2d %x, %w" + (c.bias ? ", %b" : "") +
        " {" + attributes(c) + ", pad_value = " + (isUnsigned ? "77" : "-5") + " : i64} : (" + in +
        ", " + tensor(weights, "i8") + (c.bias ? ", " + tensor({c.channels}, "i32") : "") +
        ") -> " + sum + "\n  %q = cnn.requantize %s, %m {zero_point = 3 : i32, min = " +
        (isUnsigned ? "0" : "-128") + " : i32, max = 127 : i32} : (" + sum + ", " +
        tensor({c.channels}, "f32") + ") -> " + out + "\n  return %q : " + out + "\n}";
    std::vector<int64_t> shape = {3, c.height, c.width, c.channels};
    compare(text, {isUnsigned ? random<uint8_t>(shape, 0, 255) : random<int8_t>(shape, -128, 127)});
  }
}

/// What is added behind the convolution: the same for all channels, all positions, or neither.
TEST_P(DepthwiseKernelTest, ConstantsOfPositionsAndChannels) {
  for (std::vector<int64_t> added : {std::vector<int64_t>{1, 3, 5, 1},
                                     {1, 3, 5, 40},
                                     {1, 1, 5, 40},
                                     {1, 1, 1, 40},
                                     {1, 1, 1, 1}}) {
    std::string x = tensor({-1, 5, 7, 40}, "ui8"), sums = tensor({-1, 3, 5, 40}, "i32");
    std::string codes = tensor({-1, 3, 5, 40}, "ui8"), reals = tensor({-1, 3, 5, 40}, "f32");
    std::string text =
        "func.func @main(%x: " + x + ") -> " + codes + " {\n" +
        constant<int8_t>("w", {40, 3, 3, 1}, "i8", -128, 127) + multipliers("m", 40, 0.003) +
        constant<float>("c", added, "f32", -0.5, 0.5) +
        "  %s = cnn.conv2d %x, %w {groups = 40 : i64} : (" + x + ", tensor<40x3x3x1xi8>) -> " +
        sums +
        "\n  %q = cnn.requantize %s, %m {zero_point = 9 : i32, min = 0 : i32, max = 255 : "
        "i32} : (" +
        sums + ", tensor<40xf32>) -> " + codes +
        "\n  %r = cnn.dequantize %q {scale = 0.0065 : f32, zero_point = 9 : i32} : (" + codes +
        ") -> " + reals + "\n  %a = cnn.add %r, %c : (" + reals + ", " + tensor(added, "f32") +
        ") -> " + reals +
        "\n  %y = cnn.quantize %a {contract = #cnn.contract<fbgemm>, scale = 0.0045 : f32, "
        "zero_point = 100 : i32, min = 0 : i32, max = 255 : i32} : (" +
        reals + ") -> " + codes + "\n  return %y : " + codes + "\n}";
    compare(text, {random<uint8_t>({3, 5, 7, 40}, 0, 255)});
  }
}

TEST_P(DepthwiseKernelTest, LargestProducts) {
  // All codes 255 or -128, all weights -128: nothing may wrap in 16 bits.
  for (std::string code : {"ui8", "i8"}) {
    std::string in = tensor({-1, 5, 5, 16}, code), sum = tensor({-1, 3, 3, 16}, "i32");
    std::string text = "func.func @main(%x: " + in + ") -> " + sum +
                       " {\n  %w = cnn.constant dense<-128> : tensor<16x3x3x1xi8>\n" +
                       "  %s = cnn.conv2d %x, %w {groups = 16 : i64} : (" + in +
                       ", tensor<16x3x3x1xi8>) -> " + sum + "\n  return %s : " + sum + "\n}";
    compare(text, {code == "ui8" ? random<uint8_t>({1, 5, 5, 16}, 255, 255)
                                 : random<int8_t>({1, 5, 5, 16}, -128, -128)});
  }
}

TEST_P(DepthwiseKernelTest, BlocksOfChannels) {
  // Whole blocks, parts of them and what is left; rows and columns that steps do not divide.
  int i = 0;
  for (int64_t channels : {17, 32, 48, 63, 64, 96, 112, 144, 200}) {
    bool isUnsigned = ++i % 2 == 0;
    Case c = {pick(3, 9), pick(3, 12), channels, pick(0, 1) * 2 + 3, 3, pick(1, 2), 1, 1, true};
    std::string code = isUnsigned ? "ui8" : "i8";
    std::string in = tensor({-1, c.height, c.width, channels}, code);
    std::vector<int64_t> shape = {-1, outputs(c.height, c.kernelHeight, c),
                                  outputs(c.width, c.kernelWidth, c), channels};
    std::string sum = tensor(shape, "i32"), out = tensor(shape, code);
    std::vector<int64_t> weights = {channels, c.kernelHeight, c.kernelWidth, 1};
    std::string root = constant<int8_t>("w", weights, "i8", -128, 127) +
                       constant<int32_t>("b", {channels}, "i32", -1000, 1000) +
                       "  %s = cnn.conv2d %x, %w, %b {" + attributes(c) +
                       ", pad_value = 9 : i64} : (" + in + ", " + tensor(weights, "i8") + ", " +
                       tensor({channels}, "i32") + ") -> " + sum + "\n";
    std::vector<int64_t> images = {3, c.height, c.width, channels};
    HostTensor x = isUnsigned ? random<uint8_t>(images, 0, 255) : random<int8_t>(images, -128, 127);
    compare("func.func @main(%x: " + in + ") -> " + sum + " {\n" + root + "  return %s : " + sum +
                "\n}",
            {x});
    // Large multipliers leave nothing but the bounds.
    for (double multiplier : {0.01, 1e9})
      compare("func.func @main(%x: " + in + ") -> " + out + " {\n" + root +
                  multipliers("m", channels, multiplier) +
                  "  %q = cnn.requantize %s, %m {zero_point = " +
                  (isUnsigned ? "131 : i32, min = 2 : i32, max = 250"
                              : "-7 : i32, min = -120 : i32, max = 99") +
                  " : i32} : (" + sum + ", " + tensor({channels}, "f32") + ") -> " + out +
                  "\n  return %q : " + out + "\n}",
              {x});
  }
}

TEST_P(DepthwiseKernelTest, Floats) {
  for (int i = 0; i < 8; ++i) {
    Case c = pickCase();
    std::string in = tensor({-1, c.height, c.width, c.channels}, "f32");
    std::vector<int64_t> weights = {c.channels, c.kernelHeight, c.kernelWidth, 1};
    int64_t rows = outputs(c.height, c.kernelHeight, c),
            columns = outputs(c.width, c.kernelWidth, c);
    std::string out = tensor({-1, rows, columns, c.channels}, "f32");
    std::string text = "func.func @main(%x: " + in + ") -> " + out + " {\n" +
                       constant<float>("w", weights, "f32", -1, 1) +
                       constant<float>("b", {c.channels}, "f32", -1, 1) +
                       "  %s = cnn.conv2d %x, %w" + (c.bias ? ", %b" : "") + " {" + attributes(c) +
                       (i % 2 ? ", activation = #cnn.activation<relu>" : "") + "} : (" + in + ", " +
                       tensor(weights, "f32") + (c.bias ? ", " + tensor({c.channels}, "f32") : "") +
                       ") -> " + out + "\n  return %s : " + out + "\n}";
    compare(text, {random<float>({3, c.height, c.width, c.channels}, -1, 1)}, 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(All, DepthwiseKernelTest, allISAs(), getISAName);

} // namespace

//===- WindowKernelTest.cpp - Pools ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTest.h"

#include "qcc/Dialect/CNN/IR/Window.h"

using namespace qcc;
using namespace qcc::test;

namespace {

class WindowKernelTest : public KernelTest {
protected:
  struct Case {
    int64_t height, width, channels;
    cnn::Window2D window;
    int64_t outHeight, outWidth;

    std::string attributes(bool dilated) const {
      auto array = [](llvm::StringRef name, llvm::ArrayRef<int64_t> values) {
        std::string text = name.str() + " = array<i64: ";
        for (size_t i = 0; i < values.size(); ++i)
          text += (i ? ", " : "") + std::to_string(values[i]);
        return text + ">";
      };
      std::string text = array("kernel", window.kernel) + ", " + array("strides", window.strides) +
                         ", " + array("padding", window.padding);
      return dilated ? text + ", " + array("dilations", window.dilations) : text;
    }
  };

  /// A random image and windows over it, often hanging over.
  Case pickCase(bool dilated, int64_t maxChannels = 70) {
    while (true) {
      Case c;
      c.height = pick(1, 12);
      c.width = pick(1, 12);
      c.channels = pick(1, maxChannels);
      bool padded = pick(0, 2) != 0;
      for (int dim : {0, 1}) {
        c.window.kernel[dim] = pick(1, pick(0, 4) == 0 ? 6 : 3);
        c.window.strides[dim] = pick(1, 3);
        c.window.dilations[dim] = dilated ? pick(1, 3) : 1;
        for (int side : {0, 1})
          c.window.padding[2 * dim + side] = padded ? pick(0, c.window.kernel[dim] - 1) : 0;
      }
      auto rows = c.window.outputSize(0, c.height), columns = c.window.outputSize(1, c.width);
      if (!rows || !columns)
        continue;
      c.outHeight = *rows;
      c.outWidth = *columns;
      return c;
    }
  }

  void checkMaxPool(llvm::StringRef element, const HostTensor &x, const Case &c) {
    compare(wrap("cnn.max_pool2d %0 {" + c.attributes(true) + "}",
                 {tensor({-1, c.height, c.width, c.channels}, element)},
                 tensor({-1, c.outHeight, c.outWidth, c.channels}, element)),
            {x});
  }
};

TEST_P(WindowKernelTest, MaxPool) {
  for (int i = 0; i < 12; ++i) {
    Case c = pickCase(true, 140);
    std::vector<int64_t> shape = {3, c.height, c.width, c.channels};
    switch (i % 4) {
    case 0:
      checkMaxPool("ui8", random<uint8_t>(shape, 0, 255), c);
      break;
    case 1:
      checkMaxPool("i8", random<int8_t>(shape, -128, 127), c);
      break;
    case 2:
      checkMaxPool("i32", random<int32_t>(shape, -2e9, 2e9), c);
      break;
    default:
      checkMaxPool("f32", random<float>(shape, -1, 1), c);
    }
  }
}

TEST_P(WindowKernelTest, MaxPoolOfNaNAndZeros) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> values;
  for (int i = 0; i < 6 * 6 * 20; ++i)
    values.push_back(i % 17 == 0 ? nan : i % 3 == 0 ? 0.0F : i % 3 == 1 ? -0.0F : -1.0F);
  Case c = {6, 6, 20, {{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}}, 3, 3};
  checkMaxPool("f32", tensorOf<float>({1, 6, 6, 20}, values), c);
}

TEST_P(WindowKernelTest, SumPoolAndRequantize) {
  for (int i = 0; i < 10; ++i) {
    Case c = pickCase(false, 140);
    bool isUnsigned = i % 2 == 0;
    std::string code = isUnsigned ? "ui8" : "i8";
    std::string zeroPoint = std::to_string(isUnsigned ? pick(0, 255) : pick(-128, 127));
    std::string in = tensor({-1, c.height, c.width, c.channels}, code);
    std::string sum = tensor({-1, c.outHeight, c.outWidth, c.channels}, "i32");
    std::string out = tensor({-1, c.outHeight, c.outWidth, c.channels}, code);
    // One multiplier, or one for each position.
    std::string m = "tensor<1xf32>", constant = multipliers("m", 1, 0.2);
    if (i % 3 == 0) {
      m = tensor({c.outHeight, c.outWidth, 1}, "f32");
      constant = "  %m = cnn.constant " +
                 dense(random<float>({c.outHeight, c.outWidth, 1}, 0.05, 0.2)) + " : " + m + "\n";
      if (c.outHeight * c.outWidth == 1)
        constant = "  %m = cnn.constant dense<0.1> : " + m + "\n";
    }
    std::string text = "func.func @main(%x: " + in + ") -> " + out + " {\n" + constant +
                       "  %s = cnn.sum_pool2d %x {" + c.attributes(false) +
                       ", zero_point = " + zeroPoint + " : i32} : (" + in + ") -> " + sum +
                       "\n  %q = cnn.requantize %s, %m {zero_point = " + zeroPoint +
                       " : i32, min = " + (isUnsigned ? "0" : "-128") +
                       " : i32, max = " + (isUnsigned ? "255" : "127") + " : i32} : (" + sum +
                       ", " + m + ") -> " + out + "\n  return %q : " + out + "\n}";
    std::vector<int64_t> shape = {3, c.height, c.width, c.channels};
    compare(text, {isUnsigned ? random<uint8_t>(shape, 0, 255) : random<int8_t>(shape, -128, 127)});
  }
}

TEST_P(WindowKernelTest, AvgPool) {
  for (int i = 0; i < 8; ++i) {
    Case c = pickCase(false);
    std::string counted;
    for (int side = 0; side < 4; ++side)
      counted += (side ? ", " : "") + std::to_string(pick(0, c.window.padding[side]));
    HostTensor x = random<float>({3, c.height, c.width, c.channels}, -1, 1);
    compare(wrap("cnn.avg_pool2d %0 {" + c.attributes(false) +
                     ", counted_padding = array<i64: " + counted + ">}",
                 {tensor({-1, c.height, c.width, c.channels}, "f32")},
                 tensor({-1, c.outHeight, c.outWidth, c.channels}, "f32")),
            {x});
  }
}

TEST_P(WindowKernelTest, GlobalAvgPool) {
  for (auto [size, channels] : {std::pair<int64_t, int64_t>{7, 70}, {3, 5}, {1, 16}}) {
    HostTensor x = random<float>({3, size, size + 1, channels}, -1, 1);
    compare(wrap("cnn.global_avg_pool %0", {tensor({-1, size, size + 1, channels}, "f32")},
                 tensor({-1, 1, 1, channels}, "f32")),
            {x});
  }
}

INSTANTIATE_TEST_SUITE_P(All, WindowKernelTest, allISAs(), getISAName);

} // namespace

//===- ContractionKernelTest.cpp - Convolutions and linear layers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTest.h"

using namespace qcc;
using namespace qcc::test;

namespace {

enum class Element { Unsigned, Signed, Float };

struct Layer {
  int64_t height, width, inputs, outputs;
  std::array<int64_t, 2> kernel = {3, 3};
  int64_t stride = 1, dilation = 1, groups = 1, padding = 0, pool = 1;
  bool bias = true;
  /// The smallest and the largest weight, and whether pairs of products are said to fit 16 bits.
  int64_t low = -128, high = 127;
  bool pairs = false;
};

class ContractionKernelTest : public KernelTest {
protected:
  /// A convolution, perhaps a max pool, and a requantization or a relu; then a linear layer with
  /// `linear` output channels, if that is not 0.
  void checkConv(const Layer &l, Element element, int64_t images = 3, int64_t linear = 0) {
    bool isFloat = element == Element::Float, isUnsigned = element == Element::Unsigned;
    std::string x = isFloat ? "f32" : isUnsigned ? "ui8" : "i8", sum = isFloat ? "f32" : "i32";
    auto sizeOf = [&](int64_t size, int64_t kernel) {
      return (size + 2 * l.padding - (kernel - 1) * l.dilation - 1) / l.stride + 1;
    };
    int64_t rows = sizeOf(l.height, l.kernel[0]), columns = sizeOf(l.width, l.kernel[1]);
    std::string in = tensor({-1, l.height, l.width, l.inputs}, x);
    std::string sums = tensor({-1, rows, columns, l.outputs}, sum);
    std::string pooled = tensor({-1, rows / l.pool, columns / l.pool, l.outputs}, sum);
    std::string out = tensor({-1, rows / l.pool, columns / l.pool, l.outputs}, x);
    std::vector<int64_t> weights = {l.outputs, l.kernel[0], l.kernel[1], l.inputs / l.groups};

    std::string result = linear == 0 ? out : tensor({-1, linear}, sum);
    std::string text =
        "func.func @main(%x: " + in + ") -> " + result + " {\n" + constants(weights, l, isFloat) +
        llvm::formatv("  %a = cnn.conv2d %x, %w{0} {{strides = array<i64: {1}, {1}>, "
                      "dilations = array<i64: {2}, {2}>, padding = array<i64: {3}, "
                      "{3}, {3}, {3}>, groups = {4} : i64{5}{6}} : ({7}, {8}{9}) -> "
                      "{10}\n",
                      l.bias ? ", %b" : "", l.stride, l.dilation, l.padding, l.groups,
                      isFloat     ? ", activation = #cnn.activation<relu>"
                      : l.padding ? ", pad_value = 5 : i64"
                                  : "",
                      getBounds(l), in, tensor(weights, isFloat ? "f32" : "i8"),
                      getBiasType(l, isFloat), sums)
            .str();
    std::string value = "%a";
    if (l.pool > 1) {
      text += llvm::formatv("  %p = cnn.max_pool2d %a {{kernel = array<i64: {0}, {0}>, strides = "
                            "array<i64: {0}, {0}>} : ({1}) -> {2}\n",
                            l.pool, sums, pooled);
      value = "%p";
    }
    if (linear == 0) {
      text += finish(value, pooled, out, l, element);
      return checkOn(text, {images, l.height, l.width, l.inputs}, element, l.inputs);
    }
    int64_t features = (rows / l.pool) * (columns / l.pool) * l.outputs;
    text += requantize(value, pooled, out, l, element) +
            finishLinear(isFloat ? value : "%q", out, features, linear, x, isFloat);
    // What the convolution returns is larger than what it reads: the deviation of its sums.
    double size = std::sqrt(static_cast<double>(l.kernel[0] * l.kernel[1] * l.inputs)) / 3;
    checkOn(text, {images, l.height, l.width, l.inputs}, element,
            size * static_cast<double>(features));
  }

  void checkLinear(const Layer &l, Element element, int64_t images, int64_t block = 2) {
    bool isFloat = element == Element::Float, isUnsigned = element == Element::Unsigned;
    std::string x = isFloat ? "f32" : isUnsigned ? "ui8" : "i8", sum = isFloat ? "f32" : "i32";
    std::string in = tensor({-1, l.inputs}, x), out = tensor({-1, l.outputs}, x);
    std::string sums = tensor({-1, l.outputs}, sum);
    std::vector<int64_t> weights = {l.outputs, l.inputs};
    std::string text =
        "func.func @main(%x: " + in + ") -> " + out + " {\n" + constants(weights, l, isFloat) +
        llvm::formatv("  %a = cnn.linear %x, %w{0} {{{1}} : ({2}, {3}{4}) "
                      "-> {5}\n",
                      l.bias ? ", %b" : "", getBounds(l).substr(l.pairs ? 2 : 0), in,
                      tensor(weights, isFloat ? "f32" : "i8"), getBiasType(l, isFloat), sums)
            .str() +
        finish("%a", sums, out, l, element);
    checkOn(text, {images, l.inputs}, element, l.inputs, block);
  }

  Element pickElement() {
    return std::array{Element::Unsigned, Element::Signed, Element::Float}[pick(0, 2)];
  }

private:
  std::string constants(const std::vector<int64_t> &weights, const Layer &l, bool isFloat) {
    std::string text = isFloat ? constant<float>("w", weights, "f32", -1, 1)
                               : constant<int8_t>("w", weights, "i8", l.low, l.high);
    if (l.bias)
      text += isFloat ? constant<float>("b", {l.outputs}, "f32", -1, 1)
                      : constant<int32_t>("b", {l.outputs}, "i32", -10000, 10000);
    return text;
  }
  static std::string getBiasType(const Layer &l, bool isFloat) {
    return l.bias ? ", " + tensor({l.outputs}, isFloat ? "f32" : "i32") : "";
  }
  static std::string getBounds(const Layer &l) {
    return l.pairs ? ", bounds = #cnn.bounds<accumulator = [-2000000000, 2000000000], pair = "
                     "[-32768, 32767], every_pair>"
                   : "";
  }
  /// Codes are requantized so that few are clamped.
  std::string finish(const std::string &value, const std::string &sums, const std::string &out,
                     const Layer &l, Element element) {
    return requantize(value, sums, out, l, element) + "  return " +
           (element == Element::Float ? value : "%q") + " : " + out + "\n}";
  }
  std::string requantize(const std::string &value, const std::string &sums, const std::string &out,
                         const Layer &l, Element element) {
    if (element == Element::Float)
      return "";
    bool isUnsigned = element == Element::Unsigned;
    auto depth = static_cast<double>(l.kernel[0] * l.kernel[1] * (l.inputs / l.groups));
    return multipliers("m", l.outputs, 100.0 / (128 * 74 * std::sqrt(depth))) +
           llvm::formatv("  %q = cnn.requantize {0}, %m {{zero_point = {1} : i32, min = {2} : i32, "
                         "max = {3} : i32} : ({4}, tensor<{5}xf32>) -> {6}\n",
                         value, isUnsigned ? 120 : -7, isUnsigned ? 3 : -128,
                         isUnsigned ? 255 : 120, sums, l.outputs, out)
               .str();
  }
  /// Returns its accumulators.
  std::string finishLinear(const std::string &value, const std::string &image, int64_t inputs,
                           int64_t outputs, const std::string &x, bool isFloat) {
    std::string flat = tensor({-1, inputs}, x), w = isFloat ? "f32" : "i8";
    std::string sums = tensor({-1, outputs}, isFloat ? "f32" : "i32");
    return (isFloat ? constant<float>("v", {outputs, inputs}, w, -1, 1)
                    : constant<int8_t>("v", {outputs, inputs}, w, -128, 127)) +
           llvm::formatv("  %f = cnn.flatten {0} : ({1}) -> {2}\n"
                         "  %l = cnn.linear %f, %v : ({2}, {3}) -> {4}\n  return %l : {4}\n}",
                         value, image, flat, tensor({outputs, inputs}, w), sums)
               .str();
  }
  /// Sums are of `added`, roughly: products of at most 1.
  void checkOn(const std::string &text, llvm::ArrayRef<int64_t> shape, Element element,
               double added, int64_t block = 2) {
    // What is rounded off of a long sum grows with what was added up, not with the sum.
    double tolerance = 1e-5 * std::max(1.0, added / 1000);
    switch (element) {
    case Element::Unsigned:
      return compare(text, {random<uint8_t>(shape, 0, 255)}, 0, block);
    case Element::Signed:
      return compare(text, {random<int8_t>(shape, -128, 127)}, 0, block);
    case Element::Float:
      return compare(text, {random<float>(shape, -1, 1)}, tolerance, block);
    }
  }
};

TEST_P(ContractionKernelTest, FirstLayers) {
  // Taps are folded.
  for (Element element : {Element::Unsigned, Element::Signed, Element::Float}) {
    checkConv({.height = 9, .width = 14, .inputs = 1, .outputs = 32, .padding = 1}, element);
    checkConv({.height = 15,
               .width = 13,
               .inputs = 3,
               .outputs = 20,
               .kernel = {7, 7},
               .stride = 2,
               .padding = 3},
              element);
  }
}

TEST_P(ContractionKernelTest, PoolsInRegisters) {
  for (Element element : {Element::Unsigned, Element::Signed, Element::Float}) {
    checkConv({.height = 8, .width = 14, .inputs = 8, .outputs = 64, .padding = 1, .pool = 2},
              element);
    // The pool leaves a row and a column.
    checkConv({.height = 9, .width = 11, .inputs = 5, .outputs = 10, .padding = 1, .pool = 2},
              element);
  }
}

TEST_P(ContractionKernelTest, GroupsAndDilations) {
  for (Element element : {Element::Unsigned, Element::Signed, Element::Float}) {
    checkConv({.height = 6, .width = 9, .inputs = 12, .outputs = 40, .groups = 4, .padding = 1},
              element);
    checkConv({.height = 9, .width = 10, .inputs = 6, .outputs = 24, .dilation = 2}, element);
    checkConv({.height = 8,
               .width = 8,
               .inputs = 6,
               .outputs = 6,
               .stride = 3,
               .dilation = 2,
               .groups = 2,
               .padding = 2},
              element);
  }
}

TEST_P(ContractionKernelTest, PairsOfProductsThatFit) {
  for (Element element : {Element::Unsigned, Element::Signed})
    for (int64_t inputs : {1, 3, 5, 6, 8}) {
      Layer layer = {.height = 5,
                     .width = 7,
                     .inputs = inputs,
                     .outputs = 18,
                     .padding = 1,
                     .low = -64,
                     .high = 64,
                     .pairs = true};
      checkConv(layer, element);
      layer.kernel = {1, 1};
      checkLinear(layer, element, 3);
    }
}

TEST_P(ContractionKernelTest, Extremes) {
  // The largest products there are, and nothing saturates.
  for (Element element : {Element::Unsigned, Element::Signed})
    for (int64_t weight : {-128, 127})
      checkConv(
          {.height = 4, .width = 5, .inputs = 64, .outputs = 17, .low = weight, .high = weight},
          element);
}

/// Layers that a matrix unit takes: rows of one tile and of several that overlap, blocks of
/// channels that are not full, depths that are filled up, loops and written-out steps.
TEST_P(ContractionKernelTest, ManyChannels) {
  for (Element element : {Element::Unsigned, Element::Signed}) {
    checkConv({.height = 6, .width = 17, .inputs = 32, .outputs = 64, .padding = 1}, element);
    checkConv({.height = 5, .width = 23, .inputs = 40, .outputs = 50, .padding = 1}, element);
    checkConv({.height = 7, .width = 7, .inputs = 96, .outputs = 33, .padding = 1}, element);
    checkConv({.height = 11, .width = 9, .inputs = 64, .outputs = 48, .stride = 2, .padding = 1},
              element);
    checkConv({.height = 12, .width = 14, .inputs = 48, .outputs = 32, .dilation = 2}, element);
    checkConv({.height = 9, .width = 18, .inputs = 33, .outputs = 40, .padding = 1, .pool = 2},
              element);
    checkConv({.height = 9, .width = 30, .inputs = 64, .outputs = 16, .padding = 1, .pool = 3},
              element);
  }
}

/// Layers that F(2x2, 3x3) takes on some levels: tiles that overlap at either end, several blocks
/// of tiles, pools, channels that do not fill a block, and the largest sums that are exact.
TEST_P(ContractionKernelTest, ThreeByThreeTaps) {
  for (Element element : {Element::Unsigned, Element::Signed}) {
    for (auto [height, width] : {std::pair<int64_t, int64_t>{2, 2}, {9, 10}, {10, 9}, {13, 13}})
      checkConv({.height = height, .width = width, .inputs = 16, .outputs = 21, .padding = 1},
                element);
    checkConv({.height = 13, .width = 15, .inputs = 48, .outputs = 17, .padding = 1, .pool = 2},
              element);
    checkConv({.height = 30, .width = 61, .inputs = 32, .outputs = 5, .bias = false}, element);
    for (int64_t weight : {-128, 127})
      checkConv(
          {.height = 4, .width = 6, .inputs = 1824, .outputs = 2, .low = weight, .high = weight},
          element);
  }
}

/// The positions of an image are one row, but not those of the result if that is padded.
TEST_P(ContractionKernelTest, PointwiseLayers) {
  for (Element element : {Element::Unsigned, Element::Signed})
    for (auto [height, width] : {std::pair<int64_t, int64_t>{7, 7}, {3, 5}, {1, 33}, {14, 6}})
      checkConv({.height = height, .width = width, .inputs = 72, .outputs = 80, .kernel = {1, 1}},
                element);
  checkConv({.height = 9, .width = 9, .inputs = 64, .outputs = 64, .kernel = {1, 1}, .stride = 2},
            Element::Unsigned);
}

/// Fewer images than a tile has rows, one tile of them, two, and what is left of either.
TEST_P(ContractionKernelTest, ManyImages) {
  for (int64_t images : {1, 15, 16, 17, 31, 32, 45, 64})
    checkLinear({.height = 1, .width = 1, .inputs = 200, .outputs = 40, .kernel = {1, 1}},
                Element::Unsigned, images, /*block=*/64);
}

/// The weights of one vector of channels exceed half of the second cache.
TEST_P(ContractionKernelTest, DepthInBlocks) {
  Layer layer = {.height = 1, .width = 1, .inputs = 35000, .outputs = 3, .kernel = {1, 1}};
  for (int64_t images : {1, 9}) {
    checkLinear(layer, Element::Float, images, /*block=*/9);
    checkLinear(layer, Element::Unsigned, images, /*block=*/9);
  }
}

/// The weights of all channels exceed the second cache, those of one tile do not: blocks of the
/// depth are outermost. Tiles of all sizes, the last of channels that do not fill a vector.
TEST_P(ContractionKernelTest, DepthOutermost) {
  Layer layer = {.height = 1, .width = 1, .inputs = 12000, .outputs = 51, .kernel = {1, 1}};
  for (Element element : {Element::Float, Element::Unsigned}) {
    layer.bias = element == Element::Float;
    checkLinear(layer, element, 7, /*block=*/16);
  }
}

/// One image is computed by both layers' kernels together, three are not. Rows, columns and
/// channels that tiles do not divide, all at once or one after the other; depths that parts do not
/// divide.
TEST_P(ContractionKernelTest, LinearLayersBesideConvolutions) {
  leastStreamBytes = 0;
  Layer even = {
      .height = 16, .width = 16, .inputs = 32, .outputs = 64, .kernel = {3, 3}, .pool = 2};
  Layer odd = {.height = 9, .width = 21, .inputs = 20, .outputs = 37, .kernel = {2, 4}};
  Layer few = {.height = 5, .width = 7, .inputs = 3, .outputs = 19, .kernel = {1, 1}};
  for (const Layer &layer : {even, odd, few}) {
    checkConv(layer, Element::Unsigned, /*images=*/1, /*linear=*/130);
    checkConv(layer, Element::Signed, /*images=*/3, /*linear=*/10);
  }
  // Of floats, only weights beyond the second cache.
  Layer floats = {.height = 10, .width = 13, .inputs = 8, .outputs = 31, .kernel = {3, 3}};
  checkConv(floats, Element::Float, /*images=*/1, /*linear=*/250);
}

TEST_P(ContractionKernelTest, Linear) {
  for (Element element : {Element::Unsigned, Element::Signed, Element::Float})
    for (auto [inputs, outputs] :
         {std::pair<int64_t, int64_t>{128, 10}, {61, 130}, {3, 5}, {1, 1}, {256, 48}})
      for (int64_t images : {1, 9}) {
        Layer layer = {
            .height = 1, .width = 1, .inputs = inputs, .outputs = outputs, .kernel = {1, 1}};
        layer.bias = inputs != 61;
        checkLinear(layer, element, images);
      }
}

TEST_P(ContractionKernelTest, RandomConvolutions) {
  for (int i = 0; i < 30; ++i) {
    Layer l;
    l.height = pick(1, 12);
    l.width = pick(1, 16);
    l.groups = pick(0, 3) == 0 ? pick(2, 3) : 1;
    l.inputs = l.groups * pick(l.groups == 1 ? 1 : 2, 20);
    l.outputs = l.groups * pick(1, l.groups == 1 ? 70 : 20);
    l.kernel = {pick(1, 4), pick(1, 4)};
    l.stride = pick(1, 3);
    l.dilation = pick(0, 3) == 0 ? 2 : 1;
    l.padding = pick(0, 2);
    l.bias = pick(0, 2) != 0;
    auto extent = [&](unsigned dim) { return (l.kernel[dim] - 1) * l.dilation + 1; };
    if (l.height + 2 * l.padding < extent(0) || l.width + 2 * l.padding < extent(1))
      continue;
    int64_t rows = (l.height + 2 * l.padding - extent(0)) / l.stride + 1;
    int64_t columns = (l.width + 2 * l.padding - extent(1)) / l.stride + 1;
    if (rows > 1 && columns > 1 && pick(0, 2) == 0)
      l.pool = 2;
    checkConv(l, pickElement(), pick(1, 5));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ContractionKernelTest, allISAs(), getISAName);

} // namespace

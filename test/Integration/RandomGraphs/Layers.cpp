//===- Layers.cpp - the layers of random networks ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphBuilder.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

using Attributes = SmallVector<NamedAttribute>;

/// The most multiplications for an image that one layer may take.
static constexpr int64_t kMaxProducts = 500000;

static constexpr int64_t kChannels[] = {1,  1,  2,  3,  3,  4,  5,  7,  8,  8,  13, 16, 16,
                                        17, 24, 31, 32, 32, 33, 40, 48, 63, 64, 65, 72, 96};

static bool isImage(Value value) { return rankOf(value) == 4; }

//===----------------------------------------------------------------------===//
// Weighted layers
//===----------------------------------------------------------------------===//

static SmallVector<int64_t> randomKernel(Random &random, int64_t most) {
  double kind = random.unit();
  if (kind < 0.3)
    return {1, 1};
  if (kind < 0.65)
    return {3, 3};
  return {random.integer(1, most), random.integer(1, most)};
}

static SmallVector<int64_t> randomPair(Random &random, double ones, int64_t most) {
  if (random.chance(ones))
    return {1, 1};
  int64_t n = random.integer(1, most);
  return {n, random.chance(0.7) ? n : random.integer(1, most)};
}

static SmallVector<int64_t> randomPadding(Random &random, ArrayRef<int64_t> kernel, bool below) {
  double kind = random.unit();
  if (kind < 0.35)
    return {0, 0, 0, 0};
  if (kind < 0.75)
    return {kernel[0] / 2, kernel[0] / 2, kernel[1] / 2, kernel[1] / 2};
  SmallVector<int64_t> padding;
  for (int64_t size : {kernel[0], kernel[0], kernel[1], kernel[1]})
    padding.push_back(random.integer(0, below ? size - 1 : size));
  return padding;
}

static bool addConv(GraphBuilder &graph, bool depthwise) {
  GraphValue input = graph.pick(isImage);
  if (!input.value)
    return false;
  Random &random = graph.random;
  int64_t channels = shapeOf(input.value)[3], groups = 1, perGroup;
  if (depthwise) {
    groups = channels;
    perGroup = random.chance(0.8) ? 1 : random.integer(2, 3);
  } else {
    if (random.chance(0.2)) {
      SmallVector<int64_t> divisors;
      for (int64_t n = 1; n <= channels; ++n)
        if (channels % n == 0)
          divisors.push_back(n);
      groups = random.pick(ArrayRef<int64_t>(divisors));
    }
    int64_t outputs = random.pick(ArrayRef<int64_t>(kChannels));
    perGroup = groups == 1 ? outputs : std::max<int64_t>(1, outputs / groups);
  }
  SmallVector<int64_t> kernel = randomKernel(random, 7);
  Shape weights = {groups * perGroup, kernel[0], kernel[1], channels / groups};
  int64_t positions = shapeOf(input.value)[1] * shapeOf(input.value)[2];
  if (positions * weights[0] * weights[1] * weights[2] * weights[3] > kMaxProducts)
    return false;
  GraphBuilder::Weighted layer = graph.makeWeights(input.value, weights);
  Attributes attributes = {graph.attr("strides", randomPair(random, 0.65, 3)),
                           graph.attr("padding", randomPadding(random, kernel, /*below=*/false)),
                           graph.attr("dilations", randomPair(random, 0.85, 3)),
                           graph.attr("groups", graph.builder.getI64IntegerAttr(groups))};
  graph.maybeActivation(attributes, layer.output);
  return graph.add("conv2d", layer.operands, layer.output, input.exact && isQuantized(input.value),
                   attributes);
}

static bool addFullConv(GraphBuilder &graph) { return addConv(graph, /*depthwise=*/false); }
static bool addDepthwise(GraphBuilder &graph) { return addConv(graph, /*depthwise=*/true); }

/// A convolution that its own input is added to.
static bool addResidual(GraphBuilder &graph) {
  GraphValue input = graph.pick(isImage);
  if (!input.value)
    return false;
  Random &random = graph.random;
  ArrayRef<int64_t> shape = shapeOf(input.value);
  int64_t channels = shape[3], side = random.pick({1, 3});
  if (shape[1] * shape[2] * channels * channels * side * side > kMaxProducts)
    return false;
  GraphBuilder::Weighted layer = graph.makeWeights(input.value, {channels, side, side, channels});
  SmallVector<int64_t> padding(4, side / 2);
  Value conv = graph.make("conv2d", layer.operands, layer.output, graph.attr("padding", padding));
  if (!conv)
    return false;
  Type element = graph.f32();
  if (isQuantized(conv))
    element = graph.activationType(std::max(graph.scaleOf(input.value), graph.scaleOf(conv)) *
                                   random.logarithmic(0.5, 2));
  Attributes attributes;
  graph.maybeActivation(attributes, element);
  return graph.add("add", {conv, input.value}, element, input.exact && isQuantized(conv),
                   attributes);
}

/// A linear layer on `input`, flattened if it must be.
static bool addLinearOn(GraphBuilder &graph, GraphValue input) {
  Random &random = graph.random;
  if (rankOf(input.value) != 2) {
    input.value = graph.make("flatten", input.value, getElementTypeOrSelf(input.value));
    if (!input.value)
      return false;
  }
  int64_t outputs =
      random.chance(0.3) ? random.integer(1, 140) : random.pick(ArrayRef<int64_t>(kChannels));
  int64_t features = shapeOf(input.value)[1];
  if (features * outputs > kMaxProducts)
    return false;
  GraphBuilder::Weighted layer = graph.makeWeights(input.value, {outputs, features});
  Attributes attributes;
  graph.maybeActivation(attributes, layer.output);
  return graph.add("linear", layer.operands, layer.output, input.exact && isQuantized(input.value),
                   attributes);
}

static bool addLinear(GraphBuilder &graph) {
  GraphValue input = graph.pick([](Value value) { return imageElements(value) <= 5000; });
  return input.value && addLinearOn(graph, input);
}

/// A convolution, perhaps with a pool, that only a linear layer reads: how many networks end.
static bool addConvLinear(GraphBuilder &graph) {
  GraphValue input = graph.pick(isImage);
  if (!input.value)
    return false;
  Random &random = graph.random;
  ArrayRef<int64_t> shape = shapeOf(input.value);
  int64_t side = random.pick({1, 3, 3, 5}), outputs = random.pick(ArrayRef<int64_t>(kChannels));
  if (shape[1] * shape[2] * shape[3] * outputs * side * side > kMaxProducts)
    return false;
  GraphBuilder::Weighted layer = graph.makeWeights(input.value, {outputs, side, side, shape[3]});
  SmallVector<int64_t> padding(4, side / 2);
  Attributes attributes = {graph.attr("padding", padding)};
  graph.maybeActivation(attributes, layer.output);
  Value value = graph.make("conv2d", layer.operands, layer.output, attributes);
  if (value && random.chance(0.5))
    value = graph.make("max_pool2d", value, layer.output,
                       {graph.attr("kernel", ArrayRef<int64_t>{2, 2}),
                        graph.attr("strides", ArrayRef<int64_t>{2, 2})});
  return value && addLinearOn(graph, {value, input.exact && isQuantized(input.value)});
}

static bool addBatchNorm(GraphBuilder &graph) {
  GraphValue input = graph.pick([](Value v) { return !isQuantized(v) && rankOf(v) >= 2; });
  if (!input.value)
    return false;
  Shape channels = {shapeOf(input.value).back()};
  SmallVector<Value> operands = {
      input.value, graph.floatConstant(channels, -2, 2), graph.floatConstant(channels, -1, 1),
      graph.floatConstant(channels, -1, 1), graph.floatConstant(channels, 0.5, 2)};
  return graph.add("batch_norm", operands, graph.f32(), /*exact=*/false,
                   graph.attr("epsilon", 1e-5F));
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

static bool addPool(GraphBuilder &graph, bool max) {
  GraphValue input = graph.pick(isImage);
  if (!input.value)
    return false;
  Random &random = graph.random;
  SmallVector<int64_t> kernel = randomPair(random, 0.05, 4);
  SmallVector<int64_t> strides = random.chance(0.5) ? kernel : randomPair(random, 0.4, 3);
  SmallVector<int64_t> padding = randomPadding(random, kernel, /*below=*/true);
  for (auto [i, size] : llvm::enumerate(padding))
    size = std::min(size, kernel[i / 2] - 1);
  Attributes attributes = {graph.attr("kernel", kernel), graph.attr("strides", strides),
                           graph.attr("padding", padding)};
  Type element = getElementTypeOrSelf(input.value);
  if (max) {
    attributes.push_back(graph.attr("dilations", randomPair(random, 0.85, 3)));
    return graph.add("max_pool2d", input.value, element, input.exact, attributes);
  }
  SmallVector<int64_t> counted = padding;
  double kind = random.unit();
  for (int64_t &n : counted)
    n = kind < 0.4 ? 0 : kind < 0.8 ? n : random.integer(0, n);
  attributes.push_back(graph.attr("counted_padding", counted));
  if (isQuantized(input.value))
    element = graph.activationType(graph.scaleOf(input.value) * random.logarithmic(0.3, 1.5));
  return graph.add("avg_pool2d", input.value, element, input.exact && isQuantized(input.value),
                   attributes);
}

static bool addMaxPool(GraphBuilder &graph) { return addPool(graph, /*max=*/true); }
static bool addAvgPool(GraphBuilder &graph) { return addPool(graph, /*max=*/false); }

static bool addGlobalAvgPool(GraphBuilder &graph) {
  GraphValue input = graph.pick(isImage);
  if (!input.value)
    return false;
  Type element = graph.f32();
  if (isQuantized(input.value))
    element = graph.activationType(graph.scaleOf(input.value) * graph.random.logarithmic(0.2, 1.5));
  return graph.add("global_avg_pool", input.value, element,
                   input.exact && isQuantized(input.value));
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

/// Another operand for `lhs`: of equal shape, or one that repeats, or a constant.
static GraphValue pickOther(GraphBuilder &graph, GraphValue lhs) {
  Random &random = graph.random;
  ArrayRef<int64_t> shape = shapeOf(lhs.value);
  double kind = random.unit();
  if (kind < 0.3) {
    Shape constant(shape);
    constant[0] = 1;
    for (int64_t &size : constant)
      if (random.chance(0.4))
        size = 1;
    return {graph.constantLike(lhs.value, constant), true};
  }
  if (kind < 0.4 && shape.size() == 4) {
    // What squeeze-and-excitation does.
    Type element =
        isQuantized(lhs.value) ? Type(graph.activationType(graph.scaleOf(lhs.value))) : graph.f32();
    return {graph.make("global_avg_pool", lhs.value, element), lhs.exact && isQuantized(lhs.value)};
  }
  return graph.pick([&](Value other) {
    if (isQuantized(other) != isQuantized(lhs.value) || rankOf(other) != shape.size())
      return false;
    return llvm::all_of(llvm::zip(shapeOf(other), shape), [](auto sizes) {
      auto [a, b] = sizes;
      return a == b || a == 1 || b == 1;
    });
  });
}

static bool addBinary(GraphBuilder &graph, StringRef name) {
  GraphValue lhs = graph.pick();
  GraphValue rhs = pickOther(graph, lhs);
  if (!rhs.value)
    return false;
  bool quantized = isQuantized(lhs.value);
  Random &random = graph.random;
  double a = graph.scaleOf(lhs.value), b = graph.scaleOf(rhs.value);
  double scale = name == "add" ? std::max(a, b) * random.logarithmic(0.5, 2)
                               : a * b * 64 * random.logarithmic(0.5, 4);
  Type element = quantized ? Type(graph.activationType(scale)) : graph.f32();
  Attributes attributes;
  graph.maybeActivation(attributes, element);
  if (random.chance(0.5))
    std::swap(lhs, rhs);
  return graph.add(name, {lhs.value, rhs.value}, element, lhs.exact && rhs.exact && quantized,
                   attributes);
}

static bool addAdd(GraphBuilder &graph) { return addBinary(graph, "add"); }
static bool addMul(GraphBuilder &graph) { return addBinary(graph, "mul"); }

static bool addRelu(GraphBuilder &graph) {
  GraphValue input = graph.pick();
  return graph.add("relu", input.value, getElementTypeOrSelf(input.value), input.exact);
}

static bool addClamp(GraphBuilder &graph) {
  GraphValue input = graph.pick();
  double scale = graph.scaleOf(input.value);
  float low = static_cast<float>(graph.random.real(-60, 5) * scale);
  float high = low + static_cast<float>(graph.random.real(5, 100) * scale);
  return graph.add("clamp", input.value, getElementTypeOrSelf(input.value), input.exact,
                   {graph.attr("min", low), graph.attr("max", high)});
}

/// A function of one value with a result of scale `scale`, if it is quantized.
static bool addFunction(GraphBuilder &graph, StringRef name, double relative, double absolute,
                        ArrayRef<NamedAttribute> attributes = {}) {
  GraphValue input = graph.pick();
  bool quantized = isQuantized(input.value);
  Type element = graph.f32();
  if (quantized)
    element = graph.activationType(absolute > 0 ? absolute : graph.scaleOf(input.value) * relative);
  return graph.add(name, input.value, element, input.exact && quantized, attributes);
}

static bool addLeakyRelu(GraphBuilder &graph) {
  auto alpha = static_cast<float>(graph.random.real(0, 0.5));
  return addFunction(graph, "leaky_relu", graph.random.logarithmic(0.5, 1.5), 0,
                     graph.attr("alpha", alpha));
}
static bool addSigmoid(GraphBuilder &graph) { return addFunction(graph, "sigmoid", 0, 1.0 / 256); }
static bool addHardSwish(GraphBuilder &graph) {
  return addFunction(graph, "hard_swish", graph.random.logarithmic(0.5, 1.5), 0);
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

static bool addConcat(GraphBuilder &graph) {
  GraphValue first = graph.pick([](Value value) { return rankOf(value) > 1; });
  if (!first.value)
    return false;
  Random &random = graph.random;
  ArrayRef<int64_t> shape = shapeOf(first.value);
  // Along channels most often, along the batch never.
  auto axis = static_cast<size_t>(random.chance(0.5)
                                      ? static_cast<int64_t>(shape.size()) - 1
                                      : random.integer(1, static_cast<int64_t>(shape.size()) - 1));
  SmallVector<Value> operands = {first.value};
  bool exact = first.exact, quantized = isQuantized(first.value);
  for (int64_t n = random.integer(1, 3); n > 0; --n) {
    GraphValue other = graph.pick([&](Value value) {
      if (isQuantized(value) != quantized || rankOf(value) != shape.size())
        return false;
      for (size_t i = 0; i < shape.size(); ++i)
        if (i != axis && shapeOf(value)[i] != shape[i])
          return false;
      return true;
    });
    operands.push_back(other.value);
    exact &= other.exact;
  }
  Type element = getElementTypeOrSelf(first.value);
  if (quantized && random.chance(0.5))
    element = graph.activationType(graph.scaleOf(first.value) * random.logarithmic(0.5, 2));
  return graph.add("concat", operands, element, exact,
                   graph.attr("axis", graph.builder.getI64IntegerAttr(static_cast<int64_t>(axis))));
}

static bool addFlatten(GraphBuilder &graph) {
  GraphValue input = graph.pick([](Value value) { return rankOf(value) != 2; });
  return input.value &&
         graph.add("flatten", input.value, getElementTypeOrSelf(input.value), input.exact);
}

static bool addReshape(GraphBuilder &graph) {
  GraphValue input = graph.pick();
  int64_t rest = imageElements(input.value);
  Shape shape = {shapeOf(input.value)[0]};
  for (int64_t n = graph.random.integer(0, 2); n > 0; --n) {
    SmallVector<int64_t> divisors;
    for (int64_t d = 1; d <= rest; ++d)
      if (rest % d == 0)
        divisors.push_back(d);
    shape.push_back(graph.random.pick(ArrayRef<int64_t>(divisors)));
    rest /= shape.back();
  }
  shape.push_back(rest);
  auto type = RankedTensorType::get(shape, getElementTypeOrSelf(input.value));
  graph.values.push_back(
      {cnn::ReshapeOp::create(graph.builder, graph.loc(), type, input.value), input.exact});
  return true;
}

static bool addTranspose(GraphBuilder &graph) {
  GraphValue input = graph.pick([](Value value) { return rankOf(value) > 2; });
  if (!input.value)
    return false;
  SmallVector<int64_t> permutation;
  for (size_t i = 0; i < rankOf(input.value); ++i)
    permutation.push_back(static_cast<int64_t>(i));
  for (size_t i = permutation.size() - 1; i > 1; --i)
    std::swap(permutation[i],
              permutation[static_cast<size_t>(graph.random.integer(1, static_cast<int64_t>(i)))]);
  return graph.add("transpose", input.value, getElementTypeOrSelf(input.value), input.exact,
                   graph.attr("permutation", permutation));
}

static bool addPad(GraphBuilder &graph) {
  GraphValue input = graph.pick();
  Random &random = graph.random;
  SmallVector<int64_t> low = {0}, high = {0};
  for (size_t i = 1; i < rankOf(input.value); ++i) {
    low.push_back(random.chance(0.5) ? 0 : random.integer(0, 3));
    high.push_back(random.chance(0.5) ? 0 : random.integer(0, 3));
  }
  double value = random.chance(0.5) ? 0 : random.real(-200, 200) * graph.scaleOf(input.value);
  return graph.add("pad", input.value, getElementTypeOrSelf(input.value), input.exact,
                   {graph.attr("low", low), graph.attr("high", high),
                    graph.attr("value", static_cast<float>(value))});
}

//===----------------------------------------------------------------------===//
// Between float and codes
//===----------------------------------------------------------------------===//

static bool addSoftmax(GraphBuilder &graph) {
  GraphValue input = graph.pick([](Value value) { return rankOf(value) > 1; });
  if (!input.value)
    return false;
  if (isQuantized(input.value))
    input.value = graph.make("dequantize", input.value, graph.f32());
  int64_t axis = graph.random.integer(1, static_cast<int64_t>(rankOf(input.value)) - 1);
  return graph.add("softmax", input.value, graph.f32(), /*exact=*/false,
                   graph.attr("axis", graph.builder.getI64IntegerAttr(axis)));
}

/// Codes to codes of other parameters.
static bool addRequantized(GraphBuilder &graph) {
  GraphValue input = graph.pick(isQuantized);
  if (!input.value)
    return false;
  Value real = graph.make("dequantize", input.value, graph.f32());
  Type element =
      graph.activationType(graph.scaleOf(input.value) * graph.random.logarithmic(0.3, 3));
  return graph.add("quantize", real, element, input.exact);
}

/// Out of the codes: what follows is a float island.
static bool addDequantized(GraphBuilder &graph) {
  GraphValue input = graph.pick(isQuantized);
  return input.value && graph.add("dequantize", input.value, graph.f32(), input.exact);
}

static constexpr LayerKind kKinds[] = {
    {"conv2d", 12, 10, addFullConv},
    {"depthwise", 5, 4, addDepthwise},
    {"residual", 3, 2, addResidual},
    {"linear", 6, 5, addLinear},
    {"conv2d, linear", 8, 6, addConvLinear},
    {"batch_norm", 0, 3, addBatchNorm},
    {"max_pool2d", 4, 3, addMaxPool},
    {"avg_pool2d", 4, 3, addAvgPool},
    {"global_avg_pool", 2, 2, addGlobalAvgPool},
    {"add", 4, 3, addAdd},
    {"mul", 3, 3, addMul},
    {"relu", 2, 2, addRelu},
    {"clamp", 2, 2, addClamp},
    {"leaky_relu", 1, 2, addLeakyRelu},
    {"sigmoid", 2, 2, addSigmoid},
    {"hard_swish", 1, 2, addHardSwish},
    {"concat", 3, 3, addConcat},
    {"flatten", 1, 1, addFlatten},
    {"reshape", 2, 2, addReshape},
    {"transpose", 2, 2, addTranspose},
    {"pad", 3, 3, addPad},
    {"softmax", 1, 2, addSoftmax},
    {"requantize", 2, 0, addRequantized},
    {"dequantize", 1, 0, addDequantized},
};

llvm::ArrayRef<LayerKind> qcc::random::allLayerKinds() { return kKinds; }

//===- Layers.cpp - The layers of two well-known networks ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layers.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

using namespace qcc::peers;

int64_t Layer::getOutputSize() const {
  return isLinear() ? 1 : (size + 2 * padding - kernel) / stride + 1;
}

int64_t Layer::getNumWeights() const {
  return outputs * (isLinear() ? inputs : kernel * kernel * inputs / groups);
}

int64_t Layer::getMACs() const { return getOutputSize() * getOutputSize() * getNumWeights(); }

std::string Layer::getName() const {
  if (isLinear())
    return fmt::format("linear {}->{}", inputs, outputs);
  std::string window = fmt::format("{0}x{0}", kernel);
  if (stride > 1)
    window += fmt::format("/{}", stride);
  std::string channels =
      isDepthwise() ? fmt::format("depthwise {}", inputs) : fmt::format("{}->{}", inputs, outputs);
  return fmt::format("{} {} {}x{}", window, channels, size, size);
}

bool Layer::isSameAs(const Layer &other) const {
  auto key = [](const Layer &l) {
    return std::tie(l.size, l.inputs, l.outputs, l.groups, l.kernel, l.stride, l.padding);
  };
  return key(*this) == key(other);
}

namespace {
/// Adds layers one behind the other.
class NetworkBuilder {
public:
  NetworkBuilder(std::string name, int64_t size, int64_t channels)
      : network{std::move(name), {}}, size(size), channels(channels) {}

  /// A convolution, padded so that only its stride makes the image smaller.
  void conv(int64_t outputs, int64_t kernel, int64_t stride = 1) {
    size = add(size, channels, outputs, kernel, stride);
    channels = outputs;
  }
  void depthwise(int64_t stride) {
    size = add(size, channels, channels, 3, stride, /*groups=*/channels);
  }
  void linear(int64_t outputs) { add(1, channels, outputs, 0, 1); }
  void pool(int64_t stride) { size /= stride; }
  /// A convolution beside the others.
  void shortcut(int64_t fromSize, int64_t fromChannels, int64_t stride) {
    add(fromSize, fromChannels, channels, 1, stride);
  }

  int64_t getSize() const { return size; }
  int64_t getChannels() const { return channels; }
  Network take() { return std::move(network); }

private:
  int64_t add(int64_t inputSize, int64_t inputs, int64_t outputs, int64_t kernel, int64_t stride,
              int64_t groups = 1) {
    Layer layer{.size = inputSize,
                .inputs = inputs,
                .outputs = outputs,
                .groups = groups,
                .kernel = kernel,
                .stride = stride,
                .padding = kernel / 2};
    auto same = std::find_if(network.layers.begin(), network.layers.end(),
                             [&](const Layer &other) { return other.isSameAs(layer); });
    if (same == network.layers.end())
      network.layers.push_back(layer);
    else
      ++same->count;
    return layer.getOutputSize();
  }

  Network network;
  int64_t size, channels;
};
} // namespace

Network qcc::peers::makeResNet50() {
  NetworkBuilder b("ResNet-50", 224, 3);
  b.conv(64, 7, 2);
  b.pool(2);
  int64_t width = 64;
  for (int blocks : {3, 4, 6, 3}) {
    for (int block = 0; block < blocks; ++block) {
      int64_t stride = block == 0 && width > 64 ? 2 : 1;
      int64_t size = b.getSize(), channels = b.getChannels();
      b.conv(width, 1);
      b.conv(width, 3, stride);
      b.conv(4 * width, 1);
      if (block == 0)
        b.shortcut(size, channels, stride);
    }
    width *= 2;
  }
  b.linear(1000);
  return b.take();
}

Network qcc::peers::makeMobileNetV2() {
  struct Stage {
    int64_t expansion, channels, blocks, stride;
  };
  NetworkBuilder b("MobileNetV2", 224, 3);
  b.conv(32, 3, 2);
  for (Stage stage :
       {Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2}, Stage{6, 32, 3, 2}, Stage{6, 64, 4, 2},
        Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2}, Stage{6, 320, 1, 1}})
    for (int64_t block = 0; block < stage.blocks; ++block) {
      if (stage.expansion > 1)
        b.conv(stage.expansion * b.getChannels(), 1);
      b.depthwise(block == 0 ? stage.stride : 1);
      b.conv(stage.channels, 1);
    }
  b.conv(1280, 1);
  b.linear(1000);
  return b.take();
}

//===- Layers.h - The layers of two well-known networks ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_LAYERS_H
#define QCC_BENCHMARKS_PEERS_LAYERS_H

#include <cstdint>
#include <string>
#include <vector>

namespace qcc::peers {

/// A convolution with square images, windows and strides, or, without a window, a linear layer.
struct Layer {
  /// Height and width of the input.
  int64_t size = 1;
  int64_t inputs = 0, outputs = 0, groups = 1;
  /// Height and width of the window; 0 for a linear layer.
  int64_t kernel = 0;
  int64_t stride = 1, padding = 0;
  /// How often the network has it.
  int64_t count = 1;

  bool isLinear() const { return kernel == 0; }
  bool isDepthwise() const { return groups > 1; }
  int64_t getOutputSize() const;
  /// Products that are added up, of one image.
  int64_t getMACs() const;
  int64_t getNumWeights() const;
  /// "3x3/2 64->128 56x56", "3x3 depthwise 32 112x112", "linear 2048->1000".
  std::string getName() const;
  /// Equal in all but `count`.
  bool isSameAs(const Layer &other) const;
};

struct Network {
  std::string name;
  /// Each distinct layer once, in the order of the network.
  std::vector<Layer> layers;
};

/// ResNet-50 version 1.5 (the 3x3 convolutions have the strides) on images of 224 x 224.
Network makeResNet50();
/// MobileNetV2 of width 1 on images of 224 x 224.
Network makeMobileNetV2();

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_LAYERS_H

//===- Names.cpp - Names for operations, each used once ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Names.h"

using namespace llvm;
using namespace qcc::onnx;

/// Which input holds a layer's weights, or nothing for layers without.
static std::optional<size_t> getWeightsIndex(StringRef op) {
  if (op == "Conv" || op == "Gemm" || op == "MatMul" || op == "ConvInteger" ||
      op == "MatMulInteger" || op == "BatchNormalization")
    return 1;
  if (op == "QLinearConv" || op == "QLinearMatMul" || op == "QGemm")
    return 3;
  return std::nullopt;
}

/// `name` without the endings that exporters and quantizers put after a layer's name.
static StringRef stripEndings(StringRef name) {
  constexpr StringLiteral endings[] = {"weight", "weights", "kernel", "quantized",
                                       "int8",   "w",       "W"};
  for (bool changed = true; changed;) {
    changed = false;
    for (StringRef ending : endings) {
      StringRef rest = name;
      if (!rest.consume_back(ending) || rest.size() < 2 || !StringRef("._/:").contains(rest.back()))
        continue;
      name = rest.drop_back();
      changed = true;
    }
  }
  return name;
}

std::string qcc::onnx::getLayerName(const Node &node, const Graph &graph) {
  if (!node.getName().empty())
    return node.getName().str();
  if (std::optional<size_t> index = getWeightsIndex(node.getOperator())) {
    // Weights may be dequantized or transposed on their way; bounded, because a hostile chain may
    // be long.
    StringRef weights = node.getInput(*index);
    for (int depth = 0; depth < 4; ++depth) {
      if (graph.getInitializer(weights)) {
        StringRef layer = stripEndings(weights);
        if (layer != weights)
          return layer.str();
        break;
      }
      const Node *producer = graph.getProducer(weights);
      if (!producer)
        break;
      weights = producer->getInput(0);
    }
  }
  for (size_t i = 0; i < node.getNumOutputs(); ++i)
    if (!node.getOutput(i).empty())
      return node.getOutput(i).str();
  return node.getOperator().str();
}

std::string Names::makeUnique(StringRef name) {
  std::string base = name.empty() ? "value" : name.str();
  auto [entry, isNew] = taken.try_emplace(base, 0);
  if (isNew)
    return base;
  // The counter of `base` only grows, so a thousand equal names cost a thousand steps, not a
  // million.
  while (true) {
    std::string candidate = base + "_" + std::to_string(++taken[base]);
    if (taken.try_emplace(candidate, 0).second)
      return candidate;
  }
}

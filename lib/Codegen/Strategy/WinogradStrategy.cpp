//===- WinogradStrategy.cpp - When and how a 3x3 convolution takes F(2x2, 3x3) ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WinogradStrategy.h"
#include "Cheapest.h"
#include "qcc/Target/TargetDescription.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Bytes of the stack that transformed tiles and sums may take.
static constexpr int64_t kScratchBytes = 96 << 10;
static constexpr int64_t kMaxTiles = 64;
/// Bytes of a layer's transformed weights (those of 256 channels), which are 3.6 times the others':
/// more would make objects large, and leave too few tiles in the scratch for each pass over them.
static constexpr int64_t kMaxWeightBytes = 2 << 20;

/// Where it exists it pays: even if the tiles of 3x3 positions overlap, they take fewer products
/// than 9 for each position, and that of two elements of 16 bits costs as much as that of four
/// codes does on AVX2, which extends them.
bool qcc::codegen::takesWinograd(const ContractionShape &shape, const TargetDescription &target) {
  return target.dot == DotInstruction::Vpmaddwd && shape.hasWinograd() &&
         kChannelBlock % target.lanes() == 0 && shape.inputs % (2 * target.lanes()) == 0;
}

int64_t qcc::codegen::getMostWinogradTiles(const ContractionShape &shape) {
  int64_t bytesOfTile = kWinogradPoints * (2 * shape.inputs + 4 * kChannelBlock);
  return std::min(kMaxTiles, kScratchBytes / bytesOfTile);
}

/// Instructions for the products of one element of the transformed tiles of a block, in blocks of
/// `positions` tiles: two for each vector, half of one for each load.
static double costOfBlock(int64_t tiles, int64_t positions, int64_t vectors) {
  auto ofStep = [&](int64_t count) {
    return static_cast<double>(2 * count * vectors) + 0.5 * static_cast<double>(count + vectors);
  };
  int64_t whole = tiles / positions, rest = tiles % positions;
  return static_cast<double>(whole) * ofStep(positions) + (rest ? ofStep(rest) : 0);
}

StrategyRanking qcc::codegen::rankWinograd(const ContractionShape &shape,
                                           const TargetDescription &target, unsigned wanted) {
  if (!takesWinograd(shape, target))
    return {};
  int64_t channels = llvm::alignTo(static_cast<uint64_t>(shape.outputs), kChannelBlock);
  int64_t weightBytes = kWinogradPoints * shape.inputs * channels * 2;
  int64_t rows = shape.winogradTiles(0);
  int64_t columns = shape.winogradTiles(1);
  if (weightBytes > kMaxWeightBytes)
    return {};

  int64_t vectors = kChannelBlock / target.lanes();
  // A step needs the weights, one tile's activations and a product in registers besides the sums.
  int64_t mostPositions = (target.vectorRegisters - vectors - 2) / vectors;
  int64_t mostTiles = getMostWinogradTiles(shape);
  auto steps = static_cast<double>(kWinogradPoints * shape.inputs * channels) / 32;
  // A block reads all weights once, from the second cache or from a farther one, half of which is
  // hidden.
  double perByte = weightBytes <= target.l2Bytes * 3 / 4 ? 0.08 : 0.2;
  struct Form {
    int64_t height, width, positions;
  };
  Cheapest<Form> forms(wanted);
  for (int64_t width = 1; width <= columns; ++width) {
    // The least width that takes as many blocks.
    if (width > 1 && llvm::divideCeil(columns, width) == llvm::divideCeil(columns, width - 1))
      continue;
    for (int64_t height = 1; height <= rows && height * width <= mostTiles; ++height)
      for (int64_t positions = 1; positions <= mostPositions; ++positions) {
        auto count =
            static_cast<double>(llvm::divideCeil(columns, width) * llvm::divideCeil(rows, height));
        double cost = count * (costOfBlock(height * width, positions, vectors) * steps +
                               perByte * static_cast<double>(weightBytes));
        forms.add({height, width, positions}, cost);
      }
  }
  StrategyRanking ranking;
  for (const auto &[form, cost] : forms.get())
    ranking.push_back({WinogradAttr::get(shape.root->getContext(), target.lanes(), form.height,
                                         form.width, form.positions, vectors),
                       0.5 * cost});
  return ranking;
}

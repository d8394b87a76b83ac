//===- MatrixStrategy.cpp - Choosing #codegen.matrix ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As for vectors, every blocking that fits into the tile registers gets the cost of the whole
// layer.
//
//===----------------------------------------------------------------------===//

#include "MatrixStrategy.h"
#include "Cheapest.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
/// What is the same for all blockings of a layer.
struct MatrixProblem {
  /// Output positions, and how many of them form a pool window.
  std::array<int64_t, 2> positions, pool;
  /// Blocks of 16 channels, and steps of the depth for each.
  int64_t blocks, steps;
  int64_t l1Bytes;
  bool flat;
  /// Bytes of the row of positions that blocks of channels pass over, one after the other.
  int64_t rowBytes = 0;
};

struct Blocking {
  int64_t tileRows = 0, rows = 1, columns = 1, blocks = 1;

  int64_t tiles() const { return rows * columns; }
  /// Of the side of a product that has fewer tiles, all are kept.
  int64_t registers() const { return tiles() * blocks + std::min(tiles(), blocks) + 1; }
};
} // namespace

/// Cycles of one step of a blocking with `count` blocks of channels, all of the depth, and its
/// epilogue. A product begins when the 16 rows of weights before it have been read, however few
/// positions there are; a load from the first cache takes half as long and goes on meanwhile, if
/// not quite for nothing. Weights that the first cache does not keep from one step to the next come
/// from the second; so do activations, whose rows are apart but which are fetched ahead, where an
/// image is one long row. Sums go through memory.
static double costOfStep(const MatrixProblem &problem, const Blocking &blocking, int64_t count) {
  constexpr double perProduct = 16, perLoad = 8, perFarLoad = 20, perFarActivations = 17,
                   perSums = 40;
  auto tiles = static_cast<double>(blocking.tiles()), blocks = static_cast<double>(count);
  int64_t weightBytes = problem.steps * count * kMatrixDepth * kChannelBlock;
  double perWeights = weightBytes <= problem.l1Bytes * 3 / 4 ? perLoad : perFarLoad;
  double perActivations = problem.rowBytes <= problem.l1Bytes * 3 / 4 ? perLoad : perFarActivations;
  double products = perProduct * tiles * blocks;
  double loads = perActivations * tiles + perWeights * blocks;
  double depth = std::max(products, loads) + 0.25 * std::min(products, loads);
  return static_cast<double>(problem.steps) * depth + perSums * tiles * blocks;
}

static double costOfLayer(const MatrixProblem &problem, const Blocking &blocking) {
  double tiles = static_cast<double>(
      llvm::divideCeil(problem.positions[0], blocking.rows) *
      llvm::divideCeil(problem.positions[1], blocking.columns * blocking.tileRows));
  int64_t whole = problem.blocks / blocking.blocks, rest = problem.blocks % blocking.blocks;
  double cost = static_cast<double>(whole) * costOfStep(problem, blocking, blocking.blocks);
  if (rest)
    cost += costOfStep(problem, blocking, rest);
  return tiles * cost;
}

/// The cheapest blockings.
static Cheapest<Blocking> rank(const MatrixProblem &problem, const MatrixUnit &unit,
                               unsigned count) {
  Cheapest<Blocking> blockings(count);
  // As few tiles as cover a row, and no more rows of them than that takes.
  auto [height, width] = problem.positions;
  int64_t tilesOfRow = llvm::divideCeil(width, unit.rows / problem.pool[1] * problem.pool[1]);
  Blocking candidate;
  candidate.tileRows = static_cast<int64_t>(
      llvm::alignTo(llvm::divideCeil(width, tilesOfRow), static_cast<uint64_t>(problem.pool[1])));
  for (candidate.blocks = 1; candidate.blocks <= problem.blocks; ++candidate.blocks)
    for (candidate.rows = problem.pool[0]; candidate.rows <= height;
         candidate.rows += problem.pool[0])
      for (candidate.columns = 1; candidate.columns * candidate.tileRows <= width;
           ++candidate.columns) {
        if (candidate.registers() > unit.tiles)
          break;
        blockings.add(candidate, costOfLayer(problem, candidate));
      }
  return blockings;
}

bool qcc::codegen::canBeFlat(const ContractionShape &shape) {
  auto isOne = [](int64_t size) { return size == 1; };
  return !shape.isLinear() && !shape.pool && llvm::all_of(shape.window.kernel, isOne) &&
         llvm::all_of(shape.window.strides, isOne);
}

StrategyRanking qcc::codegen::rankMatrix(const ContractionShape &shape,
                                         const TargetDescription &target, ContractionAttr vectors,
                                         unsigned count) {
  const MatrixUnit &unit = target.matrix;
  // Few images take vectors, which read the same bias.
  if (shape.isLinear() && target.activations == DotActivations::Unsigned && !shape.isUnsigned())
    return {};
  bool fold = !shape.isLinear() && shape.window.kernel[1] > 1 && shape.window.dilations[1] == 1;
  if (shape.poolKernel[1] > unit.rows || shape.poolKernel[0] > unit.tiles)
    return {};
  MatrixProblem problem = {shape.positions,
                           shape.poolKernel,
                           static_cast<int64_t>(llvm::divideCeil(shape.outputs, kChannelBlock)),
                           shape.segments(fold) * static_cast<int64_t>(llvm::divideCeil(
                                                      shape.segment(fold), kMatrixDepth)),
                           target.l1Bytes,
                           canBeFlat(shape)};
  // Of images, two tiles are likely.
  if (shape.isLinear())
    problem.positions = {1, 2 * unit.rows};
  else if (problem.flat)
    problem.positions = {1, shape.positions[0] * shape.positions[1]};
  if (problem.flat)
    problem.rowBytes = problem.positions[1] * shape.inputs;
  if (problem.positions[0] == 0 || problem.positions[1] == 0)
    return {};
  Cheapest<Blocking> blockings = rank(problem, unit, count);
  StrategyRanking ranking;
  for (const auto &[blocking, cost] : blockings.get())
    ranking.push_back(
        {MatrixAttr::get(shape.root->getContext(), blocking.tileRows, blocking.rows,
                         blocking.columns, blocking.blocks, fold, problem.flat, vectors.getOrder(),
                         shape.isLinear() ? vectors : ContractionAttr()),
         shape.isLinear() ? cost / 2 : cost});
  return ranking;
}

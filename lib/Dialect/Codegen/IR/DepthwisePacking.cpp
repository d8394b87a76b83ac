//===- DepthwisePacking.cpp - Where packed depthwise weights lie ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

DepthwisePacking DepthwisePacking::get(UnpackOp op) {
  auto shape = cast<RankedTensorType>(op.getWeights().getType()).getShape();
  return {shape[0], shape[1], shape[2], static_cast<int64_t>(op.getRows()),
          static_cast<int64_t>(op.getBlock())};
}

int64_t DepthwisePacking::lastBlock() const {
  int64_t left = channels % block, size = left == 0 ? 0 : kDepthwiseUnit;
  while (size < left)
    size *= 2;
  return size;
}

bool DepthwisePacking::hasTaps(int64_t row, int64_t group) const {
  int64_t first = group * kDepthwiseTaps;
  return row < first + kDepthwiseTaps && first < row + height;
}

SmallVector<int64_t> DepthwisePacking::shape() const {
  return {rows, width, groups(rows), wholeBlocks() * block + lastBlock(), kDepthwiseTaps};
}

int64_t DepthwisePacking::vectorSize() const {
  return (wholeBlocks() * block + lastBlock()) * kDepthwiseTaps;
}

int64_t DepthwisePacking::vectorOf(int64_t row, int64_t column, int64_t group) const {
  return (row * width + column) * groups(rows) + group;
}

int64_t DepthwisePacking::indexOf(int64_t channel, int64_t row, int64_t y, int64_t x) const {
  int64_t first = channel / block * block, inBlock = channel - first;
  int64_t size = first < wholeBlocks() * block ? block : lastBlock();
  int64_t quarter = inBlock % kDepthwiseUnit / 4;
  int64_t element = inBlock / kDepthwiseUnit * 4 + inBlock % 4;
  int64_t place = first + quarter * size / 4 + element;
  int64_t inputRow = row + y;
  return vectorOf(row, x, inputRow / kDepthwiseTaps) * vectorSize() + place * kDepthwiseTaps +
         inputRow % kDepthwiseTaps;
}

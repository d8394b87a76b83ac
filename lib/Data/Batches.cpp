//===- Batches.cpp - the order in which a dataset is gone through ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Batches.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>
#include <numeric>
#include <random>

using namespace llvm;
using namespace qcc;

/// A number below `bound`, each equally likely: the lowest 2^64 mod bound outputs of the generator
/// are drawn again.
static uint64_t drawBelow(std::mt19937_64 &generator, uint64_t bound) {
  uint64_t skip = (0 - bound) % bound;
  uint64_t value;
  do
    value = generator();
  while (value < skip);
  return value % bound;
}

std::vector<int64_t> qcc::shuffledIndices(int64_t count, uint64_t seed) {
  std::vector<int64_t> indices(static_cast<size_t>(std::max<int64_t>(count, 0)));
  std::iota(indices.begin(), indices.end(), 0);
  std::mt19937_64 generator(seed);
  for (size_t i = indices.size(); i > 1; --i)
    std::swap(indices[i - 1], indices[drawBelow(generator, i)]);
  return indices;
}

Batches::Batches(int64_t count, const BatchOptions &options)
    : batchSize(std::max<int64_t>(options.batchSize, 1)) {
  assert(count >= 0 && options.batchSize >= 1);
  count = std::max<int64_t>(count, 0);
  int64_t used = options.limit ? std::clamp<int64_t>(*options.limit, 0, count) : count;
  if (options.shuffle) {
    order = shuffledIndices(count, options.seed);
    order.resize(static_cast<size_t>(used));
  } else {
    order.resize(static_cast<size_t>(used));
    std::iota(order.begin(), order.end(), 0);
  }
}

size_t Batches::size() const { return divideCeil(order.size(), static_cast<size_t>(batchSize)); }

ArrayRef<int64_t> Batches::operator[](size_t i) const {
  assert(i < size());
  ArrayRef<int64_t> rest = ArrayRef(order).drop_front(i * static_cast<size_t>(batchSize));
  return rest.take_front(std::min(rest.size(), static_cast<size_t>(batchSize)));
}

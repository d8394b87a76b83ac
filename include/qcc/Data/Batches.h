//===- Batches.h - the order in which a dataset is gone through ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which images form which batch, as indices: in order for evaluation and calibration, shuffled for
// training. The shuffle is the project's own, because the standard library's gives other orders on
// other systems, and a training run or a calibration must be repeatable everywhere.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_BATCHES_H
#define QCC_DATA_BATCHES_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace qcc {

/// 0 .. count-1, in an order that depends only on `count` and `seed`: Fisher-Yates from the back,
/// with std::mt19937_64 (whose output the C++ standard fixes) and unbiased bounded numbers by
/// rejection.
std::vector<int64_t> shuffledIndices(int64_t count, uint64_t seed);

struct BatchOptions {
  /// Images per batch, at least 1. The last batch holds what is left, and is never empty.
  int64_t batchSize = 64;
  /// Go through the images in the order of shuffledIndices(count, seed) rather than from the first
  /// to the last.
  bool shuffle = false;
  /// For training: another one for each epoch.
  uint64_t seed = 0;
  /// Stop after that many images; of a shuffled order, they are a random sample. (To shuffle within
  /// the first K images instead, pass K as the count.)
  std::optional<int64_t> limit = std::nullopt;
};

/// `for (ArrayRef<int64_t> indices : Batches(dataset.getNumImages(), options)) ...`
class Batches {
public:
  /// `count` images, at least 0.
  Batches(int64_t count, const BatchOptions &options = {});

  /// Number of batches.
  size_t size() const;
  bool empty() const { return order.empty(); }
  /// Number of images in all batches.
  int64_t getNumImages() const { return static_cast<int64_t>(order.size()); }
  /// The indices of batch `i`; valid as long as this object.
  llvm::ArrayRef<int64_t> operator[](size_t i) const;

  class Iterator {
  public:
    Iterator(const Batches &batches, size_t i) : batches(&batches), i(i) {}
    llvm::ArrayRef<int64_t> operator*() const { return (*batches)[i]; }
    Iterator &operator++() {
      ++i;
      return *this;
    }
    bool operator==(const Iterator &other) const { return i == other.i; }

  private:
    const Batches *batches;
    size_t i;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

private:
  std::vector<int64_t> order;
  int64_t batchSize;
};

} // namespace qcc

#endif // QCC_DATA_BATCHES_H

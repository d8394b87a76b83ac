//===- Histogram.cpp - counts over equal bins -----------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "Histogram.h"
#include <numeric>

using namespace qcc;
using llvm::ArrayRef;

/// How many parts an old bin is split into when it is moved into wider bins.
static constexpr int64_t upsampleRate = 16;

/// Whether float32 arithmetic on positions within [lo, hi] neither overflows nor loses its
/// precision to subnormals. Elsewhere PyTorch's result is meaningless, and float64 takes over.
static bool fitsFloat(float lo, float hi, int64_t bins) {
  float width = hi - lo;
  return std::isfinite(width * static_cast<float>(bins)) && width > 0x1p-100f;
}

namespace {
/// Bin indices of many values at once, separate from counting, so that the divisions vectorize.
template <typename Real> struct Binning {
  Real lo, width, bins;
  int32_t last;

  void operator()(const float *values, int32_t *indices, size_t size) const {
    QCC_EXACT_FLOAT
    for (size_t i = 0; i < size; ++i) {
      // The largest value lands on the upper edge, which belongs to the last bin.
      auto index = static_cast<int32_t>((static_cast<Real>(values[i]) - lo) * bins / width);
      indices[i] = index > last ? last : index;
    }
  }
};
} // namespace

template <typename Real>
static void countInto(std::vector<uint64_t> &counts, ArrayRef<float> values, float lo, float hi) {
  QCC_EXACT_FLOAT
  Binning<Real> binning = {static_cast<Real>(lo), static_cast<Real>(hi) - static_cast<Real>(lo),
                           static_cast<Real>(counts.size()),
                           static_cast<int32_t>(counts.size() - 1)};
  constexpr size_t blockSize = 1024;
  int32_t indices[blockSize];
  while (!values.empty()) {
    size_t size = std::min(blockSize, values.size());
    binning(values.data(), indices, size);
    for (size_t i = 0; i < size; ++i)
      ++counts[indices[i]];
    values = values.drop_front(size);
  }
}

std::vector<float> histogram::count(ArrayRef<float> values, float lo, float hi, int64_t bins) {
  std::vector<uint64_t> counts(bins, 0);
  if (lo == hi)
    counts[bins / 2] = values.size();
  else if (fitsFloat(lo, hi, bins))
    countInto<float>(counts, values, lo, hi);
  else
    countInto<double>(counts, values, lo, hi);
  return std::vector<float>(counts.begin(), counts.end());
}

/// torch.linspace(lo, hi, steps)[i]: counted from the nearer end.
template <typename Real> static Real linspace(float lo, float hi, int64_t steps, int64_t i) {
  QCC_EXACT_FLOAT
  Real first = lo, last = hi;
  Real step = (last - first) / static_cast<Real>(steps - 1);
  return i < steps / 2 ? first + step * static_cast<Real>(i)
                       : last - step * static_cast<Real>(steps - i - 1);
}

template <typename Real>
static std::vector<float> rebucketAs(ArrayRef<float> counts, float oldLo, float oldHi, float newLo,
                                     float newHi) {
  QCC_EXACT_FLOAT
  int64_t bins = counts.size(), parts = bins * upsampleRate;
  Real halfPart = Real(0.5) * ((static_cast<Real>(oldHi) - static_cast<Real>(oldLo)) /
                               static_cast<Real>(parts));
  std::vector<float> result(bins, 0.0f);
  // Midpoints ascend, so the bin that each falls into is found by walking on.
  int64_t bin = 0;
  for (int64_t i = 0; i < parts; ++i) {
    Real midpoint = linspace<Real>(oldLo, oldHi, parts + 1, i) + halfPart;
    while (bin + 1 < bins && linspace<Real>(newLo, newHi, bins + 1, bin + 1) <= midpoint)
      ++bin;
    result[bin] += counts[i / upsampleRate] / static_cast<float>(upsampleRate);
  }
  return result;
}

std::vector<float> histogram::rebucket(ArrayRef<float> counts, float oldLo, float oldHi,
                                       float newLo, float newHi) {
  if (oldLo == newLo && oldHi == newHi)
    return counts.vec();
  int64_t bins = counts.size();
  if (oldLo == oldHi) {
    std::vector<float> result = count(oldLo, newLo, newHi, bins);
    float total = std::accumulate(counts.begin(), counts.end(), 0.0f);
    for (float &value : result)
      value *= total;
    return result;
  }
  if (fitsFloat(newLo, newHi, bins) && fitsFloat(oldLo, oldHi, bins))
    return rebucketAs<float>(counts, oldLo, oldHi, newLo, newHi);
  return rebucketAs<double>(counts, oldLo, oldHi, newLo, newHi);
}

float histogram::edge(float lo, float hi, int64_t bins, int64_t index) {
  QCC_EXACT_FLOAT
  if (index == 0)
    return lo;
  if (index == bins)
    return hi;
  double width = (static_cast<double>(hi) - lo) / static_cast<double>(bins);
  return static_cast<float>(lo + width * static_cast<double>(index));
}

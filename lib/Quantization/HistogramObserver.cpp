//===- HistogramObserver.cpp - clip where the L2 error is least ---------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// The search of torch/ao/quantization/observer.py, HistogramObserver._non_linear_param_search.
// Which bin it stops at hangs on comparing sums of 2048 float32 numbers, so types and orders of
// operations follow PyTorch's kernels, the sums' order (aten/src/ATen/native/cpu/SumKernel.cpp)
// included. One liberty: widths are first scaled by a power of two, which changes no result but
// keeps the cubes of very large or small widths in float32's range.
//
// PyTorch 1.x counted differently: see TorchHistogramObserver.cpp.
//
//===--------------------------------------------------------------------===//

#include "Histogram.h"
#include "ObserverKinds.h"

using namespace qcc;
using llvm::ArrayRef;

/// Quantization levels that the search assumes: PyTorch's 2 ** bits, with reduced ranges as well.
static constexpr int64_t levels = 256;

/// The sum in the order of torch.sum: eight vector lanes by four accumulators, cascaded in steps of
/// 16 rows.
static float cascadeSum(ArrayRef<float> values) {
  QCC_EXACT_FLOAT
  constexpr int64_t lanes = 8, columns = 4, width = lanes * columns, levelCount = 4;
  int64_t vectors = values.size() / lanes, rows = vectors / columns;
  int64_t levelPower = 4;
  if (rows > 1)
    levelPower = std::max<int64_t>(4, (64 - __builtin_clzll(rows - 1)) / levelCount);
  int64_t levelStep = int64_t(1) << levelPower, levelMask = levelStep - 1;

  float sums[levelCount][width] = {};
  auto addRow = [&](int64_t row) {
    for (int64_t k = 0; k < width; ++k)
      sums[0][k] += values[row * width + k];
  };
  int64_t row = 0;
  while (row + levelStep <= rows) {
    for (int64_t j = 0; j < levelStep; ++j)
      addRow(row++);
    for (int64_t level = 1; level < levelCount; ++level) {
      for (int64_t k = 0; k < width; ++k) {
        sums[level][k] += sums[level - 1][k];
        sums[level - 1][k] = 0;
      }
      if ((row & (levelMask << (level * levelPower))) != 0)
        break;
    }
  }
  while (row < rows)
    addRow(row++);
  for (int64_t level = 1; level < levelCount; ++level)
    for (int64_t k = 0; k < width; ++k)
      sums[0][k] += sums[level][k];

  float *first = sums[0];
  for (int64_t vector = rows * columns; vector < vectors; ++vector)
    for (int64_t k = 0; k < lanes; ++k)
      first[k] += values[vector * lanes + k];
  for (int64_t column = 1; column < columns; ++column)
    for (int64_t k = 0; k < lanes; ++k)
      first[k] += first[column * lanes + k];
  float total = 0;
  for (size_t i = vectors * lanes; i < values.size(); ++i)
    total += values[i];
  for (int64_t k = 0; k < lanes; ++k)
    total += first[k];
  return total;
}

namespace {
/// The expected squared error of quantizing what the histogram holds.
class ErrorNorm {
public:
  ErrorNorm(ArrayRef<float> counts, double binWidth)
      : binWidth(binWidth), density(counts.size()), norm(counts.size()) {
    QCC_EXACT_FLOAT
    for (size_t i = 0; i < counts.size(); ++i)
      density[i] = counts[i] / static_cast<float>(binWidth);
  }

  /// The error with `levels` levels spread over bins startBin..endBin: values are taken as uniform
  /// within a source bin; a source bin that spans level borders is integrated piece by piece.
  float operator()(int64_t startBin, int64_t endBin) {
    QCC_EXACT_FLOAT
    double exactLevelWidth = binWidth * static_cast<double>(endBin - startBin + 1) / levels;
    float levelWidth = static_cast<float>(exactLevelWidth);
    float halfLevel = static_cast<float>(exactLevelWidth / 2);
    float width = static_cast<float>(binWidth);
    float wholeLevel = cubeDifference(-halfLevel, halfLevel);
    int32_t start = static_cast<int32_t>(startBin), size = static_cast<int32_t>(norm.size());
    for (int32_t i = 0; i < size; ++i) {
      // Distances from the beginning of the first level.
      float begin = static_cast<float>(i - start) * width;
      float end = begin + width;
      float beginLevel = levelOf(begin, levelWidth), endLevel = levelOf(end, levelWidth);
      float beginDelta = begin - (beginLevel + 0.5f) * levelWidth;
      float endDelta = end - (endLevel * levelWidth + halfLevel);
      float sum = density[i] * cubeDifference(beginDelta, halfLevel);
      sum += (endLevel - beginLevel - 1.0f) * (density[i] * wholeLevel);
      sum += density[i] * cubeDifference(-halfLevel, endDelta);
      norm[i] = sum;
    }
    return cascadeSum(norm);
  }

private:
  /// The integral of x^2 from begin to end.
  static float cubeDifference(float begin, float end) {
    QCC_EXACT_FLOAT
    return (end * end * end - begin * begin * begin) / 3.0f;
  }

  /// floor(distance / width) within 0..levels-1. The float64 quotient of float32 numbers is never
  /// rounded across an integer, so this equals a float32 floor division.
  static float levelOf(float distance, float width) {
    QCC_EXACT_FLOAT
    double quotient = static_cast<double>(distance) / static_cast<double>(width);
    quotient = std::min(std::max(quotient, 0.0), static_cast<double>(levels - 1));
    return static_cast<float>(static_cast<int32_t>(quotient));
  }

  double binWidth;
  std::vector<float> density, norm;
};
} // namespace

FloatRange histogram::chooseLeastError(const ObservedStatistics &statistics) {
  QCC_EXACT_FLOAT
  float lo = statistics.minValues[0], hi = statistics.maxValues[0];
  ArrayRef<float> counts = statistics.histogram;
  int64_t bins = counts.size();
  if (lo == hi || bins == 1)
    return {lo, hi};

  double exactWidth =
      (static_cast<double>(hi) - static_cast<double>(lo)) / static_cast<double>(bins);
  ErrorNorm errorNorm(counts, std::ldexp(exactWidth, -std::ilogb(exactWidth)));

  std::vector<float> cumulative(bins);
  double running = 0;
  for (int64_t i = 0; i < bins; ++i)
    cumulative[i] = static_cast<float>(running += counts[i]);
  double total = cascadeSum(counts);

  constexpr double step = 1e-5;
  double alpha = 0, beta = 1;
  int64_t startBin = 0, endBin = bins - 1;
  float least = std::numeric_limits<float>::infinity();
  while (alpha < beta) {
    double nextAlpha = alpha + step, nextBeta = beta - step;
    float below = static_cast<float>(nextAlpha * total),
          above = static_cast<float>(nextBeta * total);
    int64_t left = startBin, right = endBin;
    while (left < endBin && cumulative[left] < below)
      ++left;
    while (right > startBin && cumulative[right] > above)
      --right;

    int64_t nextStart = startBin, nextEnd = endBin;
    if (left - startBin > endBin - right) {
      nextStart = left;
      alpha = nextAlpha;
    } else {
      nextEnd = right;
      beta = nextBeta;
    }
    if (nextStart == startBin && nextEnd == endBin)
      continue;
    float norm = errorNorm(nextStart, nextEnd);
    if (norm > least)
      break;
    least = norm;
    startBin = nextStart;
    endBin = nextEnd;
  }

  float width = (hi - lo) / static_cast<float>(bins);
  if (!std::isfinite(width) || width < std::numeric_limits<float>::min())
    return {edge(lo, hi, bins, startBin), edge(lo, hi, bins, endBin + 1)};
  // Not edge(): PyTorch's float32 arithmetic decides the last bits of the scale.
  return {lo + width * static_cast<float>(startBin), lo + width * static_cast<float>(endBin + 1)};
}

namespace {
class HistogramObserver : public Observer {
public:
  explicit HistogramObserver(const ObserverSpec &spec) : Observer(spec) {}

protected:
  void update(ArrayRef<float> values, int64_t, int64_t) override {
    FloatRange range = finiteRange(values);
    if (!stats.isObserved()) {
      stats.minValues.assign(1, range.lo);
      stats.maxValues.assign(1, range.hi);
      stats.histogram = histogram::count(values, range.lo, range.hi, spec().bins);
      return;
    }
    float &lo = stats.minValues[0], &hi = stats.maxValues[0];
    float newLo = std::min(lo, range.lo), newHi = std::max(hi, range.hi);
    std::vector<float> merged = histogram::count(values, newLo, newHi, spec().bins);
    std::vector<float> moved = histogram::rebucket(stats.histogram, lo, hi, newLo, newHi);
    for (size_t i = 0; i < merged.size(); ++i)
      merged[i] += moved[i];
    stats.histogram = std::move(merged);
    lo = newLo;
    hi = newHi;
  }
};
} // namespace

std::unique_ptr<Observer> qcc::createHistogramObserver(const ObserverSpec &spec) {
  return std::make_unique<HistogramObserver>(spec);
}

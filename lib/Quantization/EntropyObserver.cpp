//===- EntropyObserver.cpp - clip where the KL divergence is least -------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// The method of Migacz, "8-bit inference with TensorRT" (GTC 2017): among thresholds t, take the
// one for which the distribution clipped to [-t, t] and the same distribution with 256 levels
// diverge least. Values on one side of 0 use all levels for that side, as affine codes do.
//
//===--------------------------------------------------------------------===//

#include "Histogram.h"
#include <numeric>

using namespace qcc;
using llvm::ArrayRef;

static constexpr int64_t levels = 256;
/// At most this many thresholds are tried, so that the search's time is bounded for any number of
/// bins.
static constexpr int64_t maximumCandidates = 1024;
/// Probability that stands for "none" where the quantized distribution is 0 and the clipped one is
/// not.
static constexpr double smallProbability = 1e-6;

/// The divergence of bins begin..end-1 with `levels` levels from the same bins with everything
/// outside clipped into the outermost two. `below` and `above` are the counts outside.
static double divergence(ArrayRef<double> counts, int64_t begin, int64_t end, double below,
                         double above) {
  int64_t size = end - begin;
  double inside = std::accumulate(counts.begin() + begin, counts.begin() + end, 0.0);
  double clippedTotal = inside + below + above;
  if (inside == 0)
    return std::numeric_limits<double>::infinity();
  double result = 0;
  for (int64_t level = 0; level < levels; ++level) {
    int64_t first = begin + level * size / levels, last = begin + (level + 1) * size / levels;
    double sum = 0;
    int64_t used = 0;
    for (int64_t i = first; i < last; ++i) {
      sum += counts[i];
      used += counts[i] != 0;
    }
    for (int64_t i = first; i < last; ++i) {
      double clipped = counts[i];
      clipped += i == begin ? below : 0;
      clipped += i == end - 1 ? above : 0;
      if (clipped == 0)
        continue;
      double p = clipped / clippedTotal;
      double q = counts[i] != 0 ? sum / static_cast<double>(used) / inside : 0;
      result += p * std::log(p / std::max(q, smallProbability));
    }
  }
  return result;
}

FloatRange histogram::chooseLeastDivergence(const ObservedStatistics &statistics) {
  float lo = statistics.minValues[0], hi = statistics.maxValues[0];
  int64_t bins = statistics.histogram.size();
  if (lo == hi || bins <= levels)
    return {lo, hi};
  std::vector<double> counts(statistics.histogram.begin(), statistics.histogram.end());
  double width = (static_cast<double>(hi) - lo) / static_cast<double>(bins);

  // The bin of 0 holds the exact zeros (padding, relu), which every quantization represents
  // exactly. Left in, they would count as spread over their level and favour the smallest
  // threshold.
  if (lo <= 0 && hi >= 0) {
    int64_t zeroBin = std::min(static_cast<int64_t>(-static_cast<double>(lo) / width), bins - 1);
    double before = zeroBin > 0 ? counts[zeroBin - 1] : 0;
    double after = zeroBin + 1 < bins ? counts[zeroBin + 1] : 0;
    counts[zeroBin] = std::min(counts[zeroBin], std::max(before, after));
  }
  std::vector<double> cumulative(bins + 1, 0.0);
  std::partial_sum(counts.begin(), counts.end(), cumulative.begin() + 1);
  double total = cumulative.back();
  if (total == 0)
    return {lo, hi};

  // Thresholds are multiples of a step of at least one bin, up to the one that keeps everything.
  double largest = std::max(std::fabs(static_cast<double>(lo)), std::fabs(static_cast<double>(hi)));
  int64_t steps = std::min(static_cast<int64_t>(std::ceil(largest / width)), maximumCandidates);
  double least = std::numeric_limits<double>::infinity();
  FloatRange best = {lo, hi};
  for (int64_t step = steps; step > 0; --step) {
    double threshold = largest * static_cast<double>(step) / static_cast<double>(steps);
    auto binOf = [&](double value) {
      double index = std::round((value - lo) / width);
      return static_cast<int64_t>(std::clamp(index, 0.0, static_cast<double>(bins)));
    };
    int64_t begin = binOf(-threshold), end = binOf(threshold);
    if (end - begin < levels)
      break;
    double value = divergence(counts, begin, end, cumulative[begin], total - cumulative[end]);
    // From the widest down; only a real gain is worth clipping.
    if (value < least) {
      least = value;
      best = {edge(lo, hi, bins, begin), edge(lo, hi, bins, end)};
    }
  }
  return best;
}

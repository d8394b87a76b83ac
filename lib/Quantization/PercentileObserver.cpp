//===- PercentileObserver.cpp - clip a part of the values on each side ---*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "Histogram.h"
#include <numeric>

using namespace qcc;

// A bound lies on the bin border that keeps at least the percentile, so 100 keeps everything, and a
// one-sided distribution (many exact zeros after a relu) keeps its closed side.
FloatRange histogram::choosePercentile(const ObservedStatistics &statistics, double percentile) {
  const std::vector<float> &counts = statistics.histogram;
  float lo = statistics.minValues[0], hi = statistics.maxValues[0];
  int64_t bins = counts.size();
  if (lo == hi)
    return {lo, hi};
  double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  // Counts that were re-bucketed carry rounding errors; they must not push a bound over the last
  // bin.
  double keep = total * (percentile / 100) * (1 - 1e-12);

  int64_t upper = 0, lower = bins;
  for (double sum = 0; upper < bins && sum < keep;)
    sum += counts[upper++];
  for (double sum = 0; lower > 0 && sum < keep;)
    sum += counts[--lower];
  if (percentile >= 100) // Bins that are empty because of rounding belong to the range as well.
    return {lo, hi};
  return {edge(lo, hi, bins, std::min(lower, upper - 1)), edge(lo, hi, bins, upper)};
}

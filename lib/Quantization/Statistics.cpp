//===- Statistics.cpp - checking and merging what was observed ----------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "Histogram.h"
#include "qcc/Support/Diagnostics.h"
#include <numeric>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;

static constexpr float infinity = std::numeric_limits<float>::infinity();

static Error checkHistogram(ObserverKind kind, ArrayRef<float> counts) {
  // PyTorch 1.x drops what lies outside of the truncated bounds, perhaps everything, and its
  // float32 subtrahend makes counts of moved histograms slightly negative.
  bool mayBeOdd = kind == ObserverKind::HistogramTorch113;
  if (counts.empty())
    return makeError("there is no histogram, but the observer keeps one");
  if (static_cast<int64_t>(counts.size()) > maximumBins)
    return makeError("the histogram has {} bins; at most {} are possible", counts.size(),
                     maximumBins);
  double total = 0;
  for (float count : counts) {
    if (!std::isfinite(count) || (count < 0 && !mayBeOdd))
      return makeError("the histogram holds the count {}; counts are finite and not negative",
                       count);
    total += count;
  }
  if ((total == 0 && !mayBeOdd) || std::fabs(total) > std::numeric_limits<float>::max())
    return makeError("the histogram's counts add up to {}", total);
  return Error::success();
}

Error qcc::checkStatistics(ObserverKind kind, const ObservedStatistics &statistics) {
  size_t channels = statistics.minValues.size();
  if (channels != statistics.maxValues.size())
    return makeError("there are {} minima, but {} maxima", channels, statistics.maxValues.size());
  if (!isPerChannel(kind) && channels > 1)
    return makeError("there are {} minima, but the observer has one range for the whole tensor",
                     channels);
  if (static_cast<int64_t>(channels) > maximumChannels)
    return makeError("there are {} channels; at most {} are possible", channels, maximumChannels);
  if (statistics.batches < 0 || statistics.nonFinite < 0)
    return makeError(
        "the counts of batches ({}) and of non-finite values ({}) must not be negative",
        statistics.batches, statistics.nonFinite);
  if (statistics.isObserved() != (statistics.batches > 0))
    return makeError("{} batches were observed, but there are {} minima", statistics.batches,
                     channels);
  for (auto [lo, hi] : llvm::zip(statistics.minValues, statistics.maxValues)) {
    bool emptyChannel = isPerChannel(kind) && lo == infinity && hi == -infinity;
    if (emptyChannel)
      continue;
    if (!std::isfinite(lo) || !std::isfinite(hi))
      return makeError("the observed range [{}, {}] is not finite", lo, hi);
    if (lo > hi)
      return makeError("the observed minimum {} is larger than the maximum {}", lo, hi);
  }
  if (hasHistogram(kind) && statistics.isObserved())
    return checkHistogram(kind, statistics.histogram);
  if (!statistics.histogram.empty())
    return makeError("there is a histogram, but the observer keeps none, or saw nothing");
  return Error::success();
}

/// The mean weighted by batches. Products are exact in float64 and are added in ascending order, so
/// that the order of the parts does not matter.
static float weightedMean(llvm::SmallVectorImpl<std::pair<float, int64_t>> &parts) {
  QCC_EXACT_FLOAT
  llvm::sort(parts);
  double sum = 0, weight = 0;
  for (auto [value, batches] : parts) {
    sum += static_cast<double>(value) * static_cast<double>(batches);
    weight += static_cast<double>(batches);
  }
  return static_cast<float>(sum / weight);
}

static void averageBounds(ObservedStatistics &merged,
                          ArrayRef<const ObservedStatistics *> observed) {
  for (size_t channel = 0; channel < merged.minValues.size(); ++channel) {
    llvm::SmallVector<std::pair<float, int64_t>> minima, maxima;
    for (const ObservedStatistics *part : observed) {
      if (part->minValues[channel] > part->maxValues[channel])
        continue;
      minima.emplace_back(part->minValues[channel], part->batches);
      maxima.emplace_back(part->maxValues[channel], part->batches);
    }
    if (minima.empty())
      continue;
    merged.minValues[channel] = weightedMean(minima);
    merged.maxValues[channel] = weightedMean(maxima);
  }
}

static void addHistograms(ObservedStatistics &merged,
                          ArrayRef<const ObservedStatistics *> observed) {
  // float64 adds the parts (multiples of 1/16 in practice) without rounding, whatever their order.
  std::vector<double> sums(observed.front()->histogram.size(), 0.0);
  for (const ObservedStatistics *part : observed) {
    std::vector<float> moved =
        histogram::rebucket(part->histogram, part->minValues[0], part->maxValues[0],
                            merged.minValues[0], merged.maxValues[0]);
    for (size_t i = 0; i < sums.size(); ++i)
      sums[i] += moved[i];
  }
  merged.histogram.assign(sums.begin(), sums.end());
}

Expected<ObservedStatistics> qcc::mergeStatistics(ObserverKind kind,
                                                  ArrayRef<const ObservedStatistics *> parts) {
  ObservedStatistics merged;
  llvm::SmallVector<const ObservedStatistics *> observed;
  for (const ObservedStatistics *part : parts) {
    if (Error error = checkStatistics(kind, *part))
      return std::move(error);
    if (__builtin_add_overflow(merged.batches, part->batches, &merged.batches) ||
        __builtin_add_overflow(merged.nonFinite, part->nonFinite, &merged.nonFinite))
      return makeError("the counts of batches or of non-finite values are too large to add");
    if (part->isObserved())
      observed.push_back(part);
  }
  if (observed.empty())
    return merged;

  size_t channels = observed.front()->minValues.size();
  size_t bins = observed.front()->histogram.size();
  merged.minValues.assign(channels, infinity);
  merged.maxValues.assign(channels, -infinity);
  for (const ObservedStatistics *part : observed) {
    if (part->minValues.size() != channels)
      return makeError("one part has {} channels, another {}", channels, part->minValues.size());
    if (part->histogram.size() != bins)
      return makeError("one part has {} histogram bins, another {}", bins, part->histogram.size());
    for (size_t channel = 0; channel < channels; ++channel) {
      merged.minValues[channel] = std::min(merged.minValues[channel], part->minValues[channel]);
      merged.maxValues[channel] = std::max(merged.maxValues[channel], part->maxValues[channel]);
    }
  }
  if (observed.size() == 1) {
    merged.histogram = observed.front()->histogram;
    return merged;
  }
  if (isMovingAverage(kind))
    averageBounds(merged, observed);
  if (hasHistogram(kind))
    addHistograms(merged, observed);
  return merged;
}

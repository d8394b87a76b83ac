//===- Observer.cpp - what all observers share ----------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/Observer.h"
#include "Histogram.h"
#include "ObserverKinds.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/ADT/bit.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::MutableArrayRef;
using llvm::SmallVector;

Observer::~Observer() = default;

namespace {
/// How a row-major tensor falls into channels: blocks of innerSize elements, whose channels repeat
/// 0..count-1.
struct ChannelLayout {
  int64_t count = 1;
  int64_t innerSize = 0;
};
} // namespace

static Expected<ChannelLayout> getLayout(const ObserverSpec &spec, size_t valueCount,
                                         ArrayRef<int64_t> shape) {
  auto size = static_cast<int64_t>(valueCount);
  if (!spec.isPerChannel())
    return ChannelLayout{1, size};
  auto rank = static_cast<int64_t>(shape.size());
  if (spec.axis < 0 || spec.axis >= rank)
    return makeError("a per-channel observer of axis {} got a value of shape {}, which has no such "
                     "dimension",
                     spec.axis, formatShape(shape));
  int64_t product = 1, inner = 1;
  for (int64_t i = 0; i < rank; ++i) {
    if (shape[i] < 0 || __builtin_mul_overflow(product, shape[i], &product))
      return makeError("a per-channel observer got the impossible shape {}", formatShape(shape));
    if (i > spec.axis)
      inner *= shape[i];
  }
  if (product != size)
    return makeError("a per-channel observer got {} values for shape {}, which has {}", size,
                     formatShape(shape), product);
  if (shape[spec.axis] > maximumChannels)
    return makeError("a value of shape {} has more than {} channels", formatShape(shape),
                     maximumChannels);
  return ChannelLayout{shape[spec.axis], inner};
}

/// How many values are NaN or infinite.
static int64_t countNonFinite(ArrayRef<float> values) {
  int64_t count = 0;
  for (float value : values)
    count += (llvm::bit_cast<uint32_t>(value) & 0x7f800000u) == 0x7f800000u;
  return count;
}

Error Observer::observe(ArrayRef<float> values, ArrayRef<int64_t> shape) {
  Expected<ChannelLayout> layout = getLayout(spec(), values.size(), shape);
  if (!layout)
    return layout.takeError();
  if (stats.isObserved() && static_cast<int64_t>(stats.minValues.size()) != layout->count)
    return makeError("a per-channel observer saw {} channels so far and now {}",
                     stats.minValues.size(), layout->count);

  int64_t nonFinite = countNonFinite(values);
  stats.nonFinite += nonFinite;
  if (nonFinite == static_cast<int64_t>(values.size())) // true for no values, too
    return Error::success();
  ++stats.batches;
  if (nonFinite == 0 || spec().isPerChannel()) {
    update(values, layout->count, layout->innerSize);
    return Error::success();
  }
  std::vector<float> finite;
  finite.reserve(values.size() - nonFinite);
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](float value) { return std::isfinite(value); });
  update(finite, 1, static_cast<int64_t>(finite.size()));
  return Error::success();
}

Error Observer::observeAndFakeQuantize(MutableArrayRef<float> values, ArrayRef<int64_t> shape) {
  if (Error error = observe(values, shape))
    return error;
  if (!spec().fakeQuantize)
    return Error::success();
  if (Error error = fakeQuantize(values, shape))
    return error;
  for (int64_t pass = 1; pass < spec().passes; ++pass) {
    int64_t batches = stats.batches, nonFinite = stats.nonFinite;
    if (Error error = observe(values, shape))
      return error;
    stats.batches = batches;
    stats.nonFinite = nonFinite;
    if (Error error = fakeQuantize(values, shape))
      return error;
  }
  return Error::success();
}

Error Observer::fakeQuantize(MutableArrayRef<float> values, ArrayRef<int64_t> shape) const {
  Expected<ChannelLayout> layout = getLayout(spec(), values.size(), shape);
  if (!layout)
    return layout.takeError();
  SmallVector<ChosenParams> params = trainingParams();
  if (!isObserved())
    params.assign(layout->count, {{}, false});
  if (static_cast<int64_t>(params.size()) != layout->count)
    return makeError("a per-channel observer of {} channels cannot quantize a value with {}",
                     params.size(), layout->count);
  CodeRange range = spec().codeRange();
  for (int64_t block = 0; !values.empty(); ++block) {
    QuantParams channel = params[block % layout->count].params;
    for (float &value : values.take_front(layout->innerSize))
      value = quantmath::fakeQuantize(value, channel, range);
    values = values.drop_front(layout->innerSize);
  }
  return Error::success();
}

Error Observer::restore(ObservedStatistics statistics) {
  if (Error error = checkStatistics(spec().kind, statistics))
    return error;
  if (hasHistogram(spec().kind) && statistics.isObserved() &&
      static_cast<int64_t>(statistics.histogram.size()) != spec().bins)
    return makeError("statistics hold {} histogram bins, but the observer has {}",
                     statistics.histogram.size(), spec().bins);
  stats = std::move(statistics);
  return Error::success();
}

Error Observer::merge(const ObservedStatistics &other) {
  Expected<ObservedStatistics> merged = mergeStatistics(spec().kind, {&stats, &other});
  return merged ? restore(std::move(*merged)) : merged.takeError();
}

SmallVector<FloatRange> Observer::chosenRange() const {
  return chooseRange(spec().kind, stats, spec().percentile);
}

SmallVector<ChosenParams> Observer::quantParams() const {
  SmallVector<ChosenParams> params;
  for (FloatRange range : chosenRange())
    params.push_back(spec().chooseParams(range.lo, range.hi));
  if (params.empty())
    params.push_back({{}, /*observed=*/false});
  return params;
}

SmallVector<ChosenParams> Observer::trainingParams() const {
  SmallVector<ChosenParams> params;
  for (auto [lo, hi] : llvm::zip(stats.minValues, stats.maxValues))
    params.push_back(spec().chooseTrainingParams(lo, hi));
  if (params.empty())
    params.push_back({{}, /*observed=*/false});
  return params;
}

Error qcc::checkSpec(const ObserverSpec &spec) {
  if (spec.bins < 1 || spec.bins > maximumBins)
    return makeError("an observer cannot have {} bins; 1 to {} are possible", spec.bins,
                     maximumBins);
  if (!(spec.percentile >= 50 && spec.percentile <= 100))
    return makeError("a percentile of {} is not within 50 to 100", spec.percentile);
  if (!(spec.averagingConstant >= 0 && spec.averagingConstant <= 1))
    return makeError("an averaging constant of {} is not within 0 to 1", spec.averagingConstant);
  if (spec.passes < 1 || spec.passes > 2)
    return makeError("an observer cannot see each batch {} times; 1 and 2 are possible",
                     spec.passes);
  return Error::success();
}

std::unique_ptr<Observer> qcc::createObserver(const ObserverSpec &spec) {
#ifndef NDEBUG
  llvm::cantFail(checkSpec(spec));
#endif
  if (spec.kind == ObserverKind::HistogramTorch113)
    return createTorchHistogramObserver(spec);
  return hasHistogram(spec.kind) ? createHistogramObserver(spec) : createMinMaxObserver(spec);
}

SmallVector<FloatRange> qcc::chooseRange(ObserverKind kind, const ObservedStatistics &statistics,
                                         double percentile) {
  SmallVector<FloatRange> ranges;
  if (!statistics.isObserved())
    return ranges;
  switch (kind) {
  case ObserverKind::MinMax:
  case ObserverKind::MovingAverageMinMax:
  case ObserverKind::PerChannelMinMax:
  case ObserverKind::MovingAveragePerChannelMinMax:
    for (auto [lo, hi] : llvm::zip(statistics.minValues, statistics.maxValues))
      ranges.push_back({lo, hi});
    break;
  case ObserverKind::Histogram:
  case ObserverKind::HistogramTorch113:
    ranges.push_back(histogram::chooseLeastError(statistics));
    break;
  case ObserverKind::Percentile:
    ranges.push_back(histogram::choosePercentile(statistics, percentile));
    break;
  case ObserverKind::Entropy:
    ranges.push_back(histogram::chooseLeastDivergence(statistics));
    break;
  }
  return ranges;
}

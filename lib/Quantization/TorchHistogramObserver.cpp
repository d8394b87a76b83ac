//===- TorchHistogramObserver.cpp - the histogram as PyTorch 1.x counted it ---*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// HistogramObserver of PyTorch 1.13 (torch/ao/quantization/observer.py, forward, _adjust_min_max
// and _combine_histograms), whose scales many quantized models carry. It differs from the current
// one in what it counts, while the search for the range is the same:
//
// - Values are counted over [int(min), int(max)], bounds truncated towards 0, and dropped outside
//   of it; where both truncate to the same integer, over the batch's own bounds (torch.histc's
//   reading of equal bounds). The search then takes the counts to cover [min, max].
// - Later batches extend the maximum until the range is a whole multiple of 1/128 of the old one,
//   and the old counts, each spread over 128 parts, move by whole parts.
// - While all values seen are one number, the next batch starts anew.
//
// These are defects. They are kept under a name of their own because scales can be compared with
// that version's only by repeating them: for images in 0..1 they move a scale by some percent.
//
//===--------------------------------------------------------------------===//

#include "Histogram.h"
#include "ObserverKinds.h"

using namespace qcc;
using llvm::ArrayRef;

/// How many parts an old bin is spread over.
static constexpr int64_t upsampleRate = 128;

/// torch.histc(values, bins, min=int(lo), max=int(hi)).
static std::vector<float> countTruncated(ArrayRef<float> values, FloatRange range, int64_t bins) {
  FloatRange counted = {std::trunc(range.lo), std::trunc(range.hi)};
  if (counted.lo == counted.hi) {
    FloatRange own = finiteRange(values);
    return histogram::count(values, own.lo, own.hi, bins);
  }
  std::vector<float> inside;
  inside.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(inside),
               [&](float value) { return value >= counted.lo && value <= counted.hi; });
  return histogram::count(inside, counted.lo, counted.hi, bins);
}

namespace {
/// Where the old histogram comes to lie in a wider one, in parts of 1/128 of an old bin.
struct Placement {
  FloatRange range;     ///< The wider range.
  int64_t partsPerBin;  ///< Of a new bin.
  int64_t start;        ///< Of the first old bin.
  bool possible = true; ///< Otherwise PyTorch fails for want of memory or an undefined quotient.
};
} // namespace

/// _adjust_min_max, in float32 as there.
static Placement place(FloatRange old, FloatRange combined, int64_t bins) {
  QCC_EXACT_FLOAT
  // PyTorch writes all parts down; with this many, 2048 bins take 8 TiB.
  constexpr float maximumPartsPerBin = 0x1p30f;
  auto floatBins = static_cast<float>(bins);
  float partWidth = (old.hi - old.lo) / static_cast<float>(bins * upsampleRate);
  float width = combined.hi - combined.lo;
  float partsPerBin = std::ceil(width / (floatBins * partWidth));
  float start = quantmath::roundHalfEven((old.lo - combined.lo) / partWidth);
  float extension = partsPerBin * (floatBins * partWidth) - width;
  if (!(partWidth > 0) || !(partsPerBin >= 1 && partsPerBin <= maximumPartsPerBin) ||
      !std::isfinite(start) || !std::isfinite(combined.hi + extension))
    return {combined, 0, 0, /*possible=*/false};
  return {{combined.lo, combined.hi + extension},
          static_cast<int64_t>(partsPerBin),
          static_cast<int64_t>(start)};
}

/// _combine_histograms' part for the old counts: sums of parts up to each new bin's end, in float64
/// but for the subtrahend, which PyTorch keeps in float32.
static std::vector<float> moveCounts(ArrayRef<float> counts, const Placement &placement) {
  QCC_EXACT_FLOAT
  int64_t bins = counts.size(), parts = bins * upsampleRate;
  std::vector<float> moved(bins, 0.0f);
  double integral = 0;
  float before = 0;
  int64_t next = 0; // the old part that comes next
  for (int64_t bin = 0; bin < bins; ++bin) {
    int64_t end = (bin + 1) * placement.partsPerBin - placement.start;
    if (bin == bins - 1) // Rounding may have placed the last parts beyond the end.
      end = parts;
    for (; next < std::min(end, parts); ++next)
      integral += counts[next / upsampleRate];
    moved[bin] = static_cast<float>((integral - static_cast<double>(before)) /
                                    static_cast<double>(upsampleRate));
    before = static_cast<float>(integral);
  }
  return moved;
}

namespace {
class TorchHistogramObserver : public Observer {
public:
  explicit TorchHistogramObserver(const ObserverSpec &spec) : Observer(spec) {}

protected:
  void update(ArrayRef<float> values, int64_t, int64_t) override {
    FloatRange batch = finiteRange(values);
    if (!stats.isObserved() || stats.minValues[0] == stats.maxValues[0]) {
      stats.minValues.assign(1, batch.lo);
      stats.maxValues.assign(1, batch.hi);
      stats.histogram = countTruncated(values, batch, spec().bins);
      return;
    }
    FloatRange old = {stats.minValues[0], stats.maxValues[0]};
    FloatRange combined = {std::min(old.lo, batch.lo), std::max(old.hi, batch.hi)};
    Placement placement = place(old, combined, spec().bins);
    std::vector<float> merged = countTruncated(values, placement.range, spec().bins);
    std::vector<float> moved = stats.histogram;
    if (!placement.possible) // a result rather than none
      moved = histogram::rebucket(moved, old.lo, old.hi, combined.lo, combined.hi);
    else if (placement.range != old)
      moved = moveCounts(moved, placement);
    for (size_t i = 0; i < merged.size(); ++i)
      merged[i] += moved[i];
    stats.histogram = std::move(merged);
    stats.minValues[0] = placement.range.lo;
    stats.maxValues[0] = placement.range.hi;
  }
};
} // namespace

std::unique_ptr<Observer> qcc::createTorchHistogramObserver(const ObserverSpec &spec) {
  return std::make_unique<TorchHistogramObserver>(spec);
}

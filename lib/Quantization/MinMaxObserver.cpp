//===- MinMaxObserver.cpp - running and moving-average bounds -----------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "ObserverKinds.h"

using namespace qcc;
using llvm::ArrayRef;

static constexpr float infinity = std::numeric_limits<float>::infinity();

FloatRange qcc::finiteRange(ArrayRef<float> values) {
  // Independent lanes, because the compiler may not reorder a float minimum itself.
  constexpr size_t lanes = 16;
  float lo[lanes], hi[lanes];
  std::fill(lo, lo + lanes, infinity);
  std::fill(hi, hi + lanes, -infinity);
  auto take = [&](float value, size_t lane) {
    // Comparisons with NaN are false; infinities fail the second one.
    bool finite = std::fabs(value) <= std::numeric_limits<float>::max();
    float low = finite ? value : infinity, high = finite ? value : -infinity;
    lo[lane] = low < lo[lane] ? low : lo[lane];
    hi[lane] = high > hi[lane] ? high : hi[lane];
  };
  size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (size_t lane = 0; lane < lanes; ++lane)
      take(values[i + lane], lane);
  for (; i < values.size(); ++i)
    take(values[i], 0);
  return {*std::min_element(lo, lo + lanes), *std::max_element(hi, hi + lanes)};
}

namespace {
class MinMaxObserver : public Observer {
public:
  explicit MinMaxObserver(const ObserverSpec &spec) : Observer(spec) {}

protected:
  void update(ArrayRef<float> values, int64_t channelCount, int64_t innerSize) override {
    llvm::SmallVector<FloatRange> batch(channelCount, {infinity, -infinity});
    for (int64_t block = 0; !values.empty(); ++block) {
      FloatRange part = finiteRange(values.take_front(innerSize));
      FloatRange &range = batch[block % channelCount];
      range.lo = std::min(range.lo, part.lo);
      range.hi = std::max(range.hi, part.hi);
      values = values.drop_front(innerSize);
    }
    if (!stats.isObserved()) {
      stats.minValues.assign(channelCount, infinity);
      stats.maxValues.assign(channelCount, -infinity);
    }
    for (int64_t channel = 0; channel < channelCount; ++channel)
      take(channel, batch[channel]);
  }

private:
  void take(int64_t channel, FloatRange batch) {
    QCC_EXACT_FLOAT
    float &lo = stats.minValues[channel], &hi = stats.maxValues[channel];
    if (batch.lo > batch.hi) // nothing finite in this batch
      return;
    if (!isMovingAverage(spec().kind) || lo > hi) {
      lo = std::min(lo, batch.lo);
      hi = std::max(hi, batch.hi);
      return;
    }
    auto constant = static_cast<float>(spec().averagingConstant);
    lo = average(lo, batch.lo, constant);
    hi = average(hi, batch.hi, constant);
  }

  /// The running value moved towards the batch's, in float32 as PyTorch computes it.
  static float average(float running, float batch, float constant) {
    QCC_EXACT_FLOAT
    float difference = batch - running;
    if (!std::isfinite(difference)) // bounds near float32's limits, of opposite signs
      return running * (1.0f - constant) + batch * constant;
    float move = constant * difference;
    return running + move;
  }
};
} // namespace

std::unique_ptr<Observer> qcc::createMinMaxObserver(const ObserverSpec &spec) {
  return std::make_unique<MinMaxObserver>(spec);
}

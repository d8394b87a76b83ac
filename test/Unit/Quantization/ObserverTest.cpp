//===- ObserverTest.cpp - what observers see and choose ---*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/Observer.h"
#include "gtest/gtest.h"
#include <numeric>
#include <random>

using namespace qcc;
using llvm::cantFail;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::unique_ptr<Observer> make(ObserverKind kind, int64_t bins = 2048) {
  ObserverSpec spec;
  spec.kind = kind;
  spec.bins = bins;
  return createObserver(spec);
}

void observe(Observer &observer, std::vector<float> values, std::vector<int64_t> shape = {}) {
  cantFail(observer.observe(values, shape));
}

std::vector<float> normalValues(size_t size, uint32_t seed, bool relu = false, float factor = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(size);
  for (float &value : values) {
    value = normal(generator) * factor;
    if (relu)
      value = std::max(value, 0.0f);
  }
  return values;
}

TEST(Observer, SeesNothing) {
  for (ObserverKind kind : allObserverKinds()) {
    std::unique_ptr<Observer> observer = make(kind);
    EXPECT_FALSE(observer->isObserved());
    EXPECT_TRUE(observer->chosenRange().empty());
    ASSERT_EQ(observer->quantParams().size(), 1u);
    EXPECT_FALSE(observer->quantParams()[0].observed);
    EXPECT_FALSE(observer->trainingParams()[0].observed);
    observe(*observer, {}, {0});
    observe(*observer, {nan, infinity, -infinity}, {3});
    EXPECT_FALSE(observer->isObserved());
    EXPECT_EQ(observer->statistics().batches, 0);
    EXPECT_EQ(observer->statistics().nonFinite, 3);
  }
}

TEST(Observer, MinMax) {
  std::unique_ptr<Observer> observer = make(ObserverKind::MinMax);
  observe(*observer, {1, nan, 2, infinity, 0.5f});
  observe(*observer, {-1, 1.5f, -infinity});
  EXPECT_EQ(observer->chosenRange()[0], (FloatRange{-1, 2}));
  EXPECT_EQ(observer->statistics().batches, 2);
  EXPECT_EQ(observer->statistics().nonFinite, 3);
  EXPECT_EQ(observer->quantParams()[0].params, (QuantParams{3.0f / 255.0f, 85}));
}

TEST(Observer, MinMaxOfManyLanes) {
  for (size_t size : {1, 15, 16, 17, 100, 1000}) {
    std::vector<float> values = normalValues(size, static_cast<uint32_t>(size));
    std::unique_ptr<Observer> observer = make(ObserverKind::MinMax);
    observe(*observer, values);
    EXPECT_EQ(observer->chosenRange()[0],
              (FloatRange{*std::min_element(values.begin(), values.end()),
                          *std::max_element(values.begin(), values.end())}));
  }
}

TEST(Observer, MovingAverageCopiesTheFirstBatch) {
  std::unique_ptr<Observer> observer = make(ObserverKind::MovingAverageMinMax);
  observe(*observer, {-1, 3});
  EXPECT_EQ(observer->chosenRange()[0], (FloatRange{-1, 3}));
  observe(*observer, {-2, 1});
  EXPECT_EQ(observer->chosenRange()[0],
            (FloatRange{-1.0f + 0.01f * (-2.0f - -1.0f), 3.0f + 0.01f * (1.0f - 3.0f)}));
}

TEST(Observer, PerChannelByAxis) {
  ObserverSpec spec;
  spec.kind = ObserverKind::PerChannelMinMax;
  spec.axis = 1;
  std::unique_ptr<Observer> observer = createObserver(spec);
  // [2, 2, 2]: channel 0 holds 0, 1, 4, 5; channel 1 holds 2, 3, 6, 7.
  observe(*observer, {0, 1, 2, 3, 4, 5, 6, nan}, {2, 2, 2});
  ASSERT_EQ(observer->chosenRange().size(), 2u);
  EXPECT_EQ(observer->chosenRange()[0], (FloatRange{0, 5}));
  EXPECT_EQ(observer->chosenRange()[1], (FloatRange{2, 6}));
  EXPECT_EQ(observer->statistics().nonFinite, 1);
}

TEST(Observer, PerChannelWithAnEmptyChannel) {
  for (ObserverKind kind :
       {ObserverKind::PerChannelMinMax, ObserverKind::MovingAveragePerChannelMinMax}) {
    std::unique_ptr<Observer> observer = make(kind);
    observe(*observer, {1, 2, nan, nan}, {2, 2});
    EXPECT_TRUE(observer->quantParams()[0].observed);
    EXPECT_FALSE(observer->quantParams()[1].observed);
    observe(*observer, {1, 2, 3, 4}, {2, 2});
    EXPECT_EQ(observer->chosenRange()[1], (FloatRange{3, 4})); // its first batch is copied
  }
}

TEST(Observer, BadShapes) {
  std::unique_ptr<Observer> observer = make(ObserverKind::PerChannelMinMax);
  std::vector<float> values(6, 1.0f);
  EXPECT_NE(toString(observer->observe(values, {})), "");
  EXPECT_NE(toString(observer->observe(values, {2, 2})), "");
  EXPECT_NE(toString(observer->observe(values, {-2, -3})), "");
  EXPECT_NE(toString(observer->observe(values, {int64_t(1) << 62, int64_t(1) << 62})), "");
  EXPECT_EQ(observer->statistics(), ObservedStatistics());
  observe(*observer, values, {2, 3});
  ObservedStatistics before = observer->statistics();
  EXPECT_NE(toString(observer->observe(values, {3, 2})), "");
  EXPECT_EQ(observer->statistics(), before);
}

TEST(Observer, BadSpecs) {
  ObserverSpec spec;
  EXPECT_FALSE(bool(checkSpec(spec)));
  spec.bins = 0;
  EXPECT_NE(toString(checkSpec(spec)), "");
  spec.bins = int64_t(1) << 40;
  EXPECT_NE(toString(checkSpec(spec)), "");
  spec = {};
  spec.percentile = nan;
  EXPECT_NE(toString(checkSpec(spec)), "");
  spec = {};
  spec.averagingConstant = -1;
  EXPECT_NE(toString(checkSpec(spec)), "");
}

//===--------------------------------------------------------------------===//
// Training-time quantization
//===--------------------------------------------------------------------===//

TEST(Observer, CalibrationFakeQuantizes) {
  QConfig config = cantFail(lookupQConfig("fbgemm-qat"));
  std::unique_ptr<Observer> observer = createObserver(config.activation);
  std::vector<float> values = {0, 0.5f, 1.0f};
  cantFail(observer->observeAndFakeQuantize(values));
  float scale = 0.007874015718698502f; // 1 / 127: the reduced range
  EXPECT_EQ(observer->trainingParams()[0].params, (QuantParams{scale, 0}));
  EXPECT_EQ(values, (std::vector<float>{0, 64 * scale, 127 * scale}));
  // A later batch reaches beyond the average and is clamped to code 127, not 255.
  values = {0, 2.0f, nan};
  cantFail(observer->observeAndFakeQuantize(values));
  EXPECT_EQ(values[1], 127 * observer->trainingParams()[0].params.scale);
  EXPECT_EQ(values[2], 0);

  std::unique_ptr<Observer> plain = make(ObserverKind::MinMax);
  values = {0.1f, 0.7f};
  cantFail(plain->observeAndFakeQuantize(values));
  EXPECT_EQ(values, (std::vector<float>{0.1f, 0.7f}));
}

/// A second pass sees the first one's fake-quantized values: a maximum below the average pulls
/// twice, one above is clamped to the average and pulls once.
TEST(Observer, SecondPassSeesFakeQuantizedValues) {
  ObserverSpec spec = cantFail(lookupQConfig("qnnpack-qat")).activation;
  spec.averagingConstant = 0.5;
  spec.passes = 2;
  cantFail(checkSpec(spec));
  std::unique_ptr<Observer> observer = createObserver(spec);
  auto calibrate = [&](std::vector<float> values) {
    cantFail(observer->observeAndFakeQuantize(values));
    return values;
  };
  calibrate({0, 255, nan});
  EXPECT_EQ(observer->statistics().maxValues[0], 255);
  EXPECT_EQ(observer->statistics().batches, 1);
  EXPECT_EQ(observer->statistics().nonFinite, 1);
  // The average becomes 510, to which the second pass sees the value clamped.
  EXPECT_EQ(calibrate({0, 765})[1], 510);
  EXPECT_EQ(observer->statistics().maxValues[0], 510);
  // To 280.5 first, where 51 stands for 46.36 steps of 1.1; then half of the way to 46 * 1.1.
  std::vector<float> values = calibrate({0, 51});
  EXPECT_FLOAT_EQ(observer->statistics().maxValues[0], (280.5f + 46 * 1.1f) / 2);
  EXPECT_EQ(values[1], quantmath::fakeQuantize(46 * 1.1f, observer->trainingParams()[0].params,
                                               spec.codeRange()));
  EXPECT_EQ(observer->statistics().batches, 3);

  spec.passes = 0;
  EXPECT_NE(toString(checkSpec(spec)), "");
}

TEST(Observer, WeightsAreFakeQuantizedPerChannel) {
  QConfig config = cantFail(lookupQConfig("fbgemm-qat"));
  std::unique_ptr<Observer> observer = createObserver(config.weight);
  std::vector<float> values = {-128, 64.4f, -1, 0.3f};
  cantFail(observer->observeAndFakeQuantize(values, {2, 2}));
  EXPECT_EQ(values[0], -128);
  EXPECT_EQ(values[1], 64);
  EXPECT_EQ(values[3], 38 * (1.0f / 128));
}

//===--------------------------------------------------------------------===//
// Histograms
//===--------------------------------------------------------------------===//

TEST(Histogram, CountsAsHistc) {
  std::unique_ptr<Observer> observer = make(ObserverKind::Histogram, 4);
  observe(*observer, {0, 0.9f, 1, 2, 3.5f, 4});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{2, 1, 1, 2}));
  observe(*observer, {0.5f, 3, nan}); // within the same range: counts are added
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{3, 1, 1, 3}));
  EXPECT_EQ(observer->statistics().batches, 2);
}

TEST(Histogram, WiderRangeMovesOldCountsByMidpoint) {
  std::unique_ptr<Observer> observer = make(ObserverKind::Histogram, 4);
  observe(*observer, {0, 1, 2, 4}); // bins of width 1: 1, 1, 1, 1
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 1, 1, 1}));
  observe(*observer, {8}); // bins of width 2
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{2, 2, 0, 1}));
  observe(*observer, {-4}); // bins of width 3 from -4: old bins 0..2, 2..4, 6..8
  // The bin 0..2 splits at -1 | 2, the bin 2..4 begins at the border 2 of bins -1..2 and 2..5.
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 2, 2, 1}));
  EXPECT_EQ(observer->statistics().minValues[0], -4);
  EXPECT_EQ(observer->statistics().maxValues[0], 8);
}

TEST(Histogram, OneValueThenARange) {
  std::unique_ptr<Observer> observer = make(ObserverKind::Histogram, 4);
  observe(*observer, {1, 1, 1});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{0, 0, 3, 0}));
  EXPECT_EQ(observer->chosenRange()[0], (FloatRange{1, 1}));
  observe(*observer, {0, 4});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 3, 0, 1}));
}

TEST(Histogram, DependsOnTheOrderOfBatches) {
  std::vector<float> narrow = normalValues(1000, 1), wide = normalValues(1000, 2, false, 3.3f);
  std::unique_ptr<Observer> first = make(ObserverKind::Histogram),
                            second = make(ObserverKind::Histogram);
  observe(*first, narrow);
  observe(*first, wide);
  observe(*second, wide);
  observe(*second, narrow);
  EXPECT_EQ(first->statistics().minValues, second->statistics().minValues);
  EXPECT_NE(first->statistics().histogram, second->statistics().histogram);
}

TEST(TorchHistogram, CountsOverTruncatedBounds) {
  std::unique_ptr<Observer> observer = make(ObserverKind::HistogramTorch113, 4);
  observe(*observer, {0, 0.5f, 1, 1.7f, 2, 2.5f, nan});
  // Over [0, 2]; what lies above is dropped, but the range is the whole.
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 1, 1, 2}));
  EXPECT_EQ(observer->statistics().minValues[0], 0);
  EXPECT_EQ(observer->statistics().maxValues[0], 2.5f);

  // Bounds of one integer: the values' own.
  observer = make(ObserverKind::HistogramTorch113, 4);
  observe(*observer, {0.125f, 0.875f, 0.5f, 0.25f});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{2, 0, 1, 1}));

  // Negative bounds are truncated towards 0, too. Here nothing is left, and nothing clipped.
  observer = make(ObserverKind::HistogramTorch113, 4);
  observe(*observer, {-1.5f, 1.75f});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{0, 0, 0, 0}));
  EXPECT_EQ(observer->chosenRange()[0], (FloatRange{-1.5f, 1.75f}));
  EXPECT_FALSE(checkStatistics(ObserverKind::HistogramTorch113, observer->statistics()));
  EXPECT_NE(toString(checkStatistics(ObserverKind::Histogram, observer->statistics())), "");
}

TEST(TorchHistogram, MovesWholeParts) {
  std::unique_ptr<Observer> observer = make(ObserverKind::HistogramTorch113, 4);
  observe(*observer, {0, 1, 2, 4});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 1, 1, 1}));
  observe(*observer, {1, 4});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 2, 1, 2}));
  // Twice as wide: two bins become one.
  observe(*observer, {8});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{3, 3, 0, 1}));
  // 9.01 / 8 of the old range, rounded up to 145 / 128, so that the maximum becomes 9.0625. A bin
  // takes 145 parts of 1/128; the new value lies above 9 and is dropped.
  observe(*observer, {9.01f});
  EXPECT_EQ(observer->statistics().maxValues[0], 9.0625f);
  EXPECT_EQ(observer->statistics().histogram,
            (std::vector<float>{3 + 3 * 17.0f / 128, 3 * 111.0f / 128, 51.0f / 128, 77.0f / 128}));
}

TEST(TorchHistogram, ExtendsDownwards) {
  std::unique_ptr<Observer> observer = make(ObserverKind::HistogramTorch113, 4);
  observe(*observer, {0, 1, 2, 4});
  observe(*observer, {-4});
  EXPECT_EQ(observer->statistics().minValues[0], -4);
  EXPECT_EQ(observer->statistics().maxValues[0], 4);
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 0, 2, 2}));
}

TEST(TorchHistogram, OneValueIsForgotten) {
  std::unique_ptr<Observer> observer = make(ObserverKind::HistogramTorch113, 4);
  observe(*observer, {5, 5, 5});
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{0, 0, 3, 0}));
  observe(*observer, {0, 2});
  EXPECT_EQ(observer->statistics().minValues[0], 0);
  EXPECT_EQ(observer->statistics().maxValues[0], 2);
  EXPECT_EQ(observer->statistics().histogram, (std::vector<float>{1, 0, 0, 1}));
}

/// For integral bounds both versions see the same, as long as the range stays.
TEST(TorchHistogram, EqualsTheCurrentOneForIntegralBounds) {
  std::unique_ptr<Observer> current = make(ObserverKind::Histogram),
                            old = make(ObserverKind::HistogramTorch113);
  std::mt19937 generator(3);
  std::uniform_real_distribution<float> uniform(-3, 7);
  for (int batch = 0; batch < 2; ++batch) {
    std::vector<float> values = {-3, 7};
    for (int i = 0; i < 5000; ++i)
      values.push_back(uniform(generator));
    observe(*current, values);
    observe(*old, values);
    EXPECT_EQ(current->statistics(), old->statistics());
    EXPECT_EQ(current->chosenRange(), old->chosenRange());
  }
}

TEST(TorchHistogram, MovedCountsOfManyValuesCanBeRestored) {
  // So many that PyTorch's float32 subtrahend shows.
  std::unique_ptr<Observer> observer = make(ObserverKind::HistogramTorch113);
  observe(*observer, normalValues(1 << 18, 1, /*relu=*/true, 3));
  observe(*observer, normalValues(1 << 18, 2, /*relu=*/false, 5));
  std::unique_ptr<Observer> other = make(ObserverKind::HistogramTorch113);
  cantFail(other->restore(observer->statistics()));
  EXPECT_EQ(other->chosenRange(), observer->chosenRange());
  cantFail(other->merge(observer->statistics()));
  EXPECT_EQ(other->statistics().batches, 4);
}

TEST(TorchHistogram, ExtremeRangesAreSurvived) {
  std::unique_ptr<Observer> observer = make(ObserverKind::HistogramTorch113);
  observe(*observer, {0, 1e-45f, 3e-45f});
  observe(*observer, {1e-30f, 0});
  observe(*observer, {-3.4e38f, 2});
  observe(*observer, {3.4e38f, 2});
  FloatRange range = observer->chosenRange()[0];
  EXPECT_TRUE(std::isfinite(range.lo) && std::isfinite(range.hi));
  EXPECT_LE(range.lo, range.hi);
}

TEST(Histogram, ExtremeRangesAreSurvived) {
  for (ObserverKind kind :
       {ObserverKind::Histogram, ObserverKind::Percentile, ObserverKind::Entropy}) {
    for (std::vector<float> values : {std::vector<float>{-3.4e38f, 0, 3.4e38f},
                                      {0, 1e-45f, 3e-45f},
                                      {1e-39f, 2e-39f},
                                      {3e38f, 3e38f},
                                      {1e30f, 1.0000001e30f},
                                      {0, 0}}) {
      std::unique_ptr<Observer> observer = make(kind);
      observe(*observer, values);
      observe(*observer, values);
      observe(*observer, {0, 1e-40f});
      observe(*observer, {-1e38f, 2});
      FloatRange range = observer->chosenRange()[0];
      EXPECT_TRUE(std::isfinite(range.lo) && std::isfinite(range.hi));
      EXPECT_LE(range.lo, range.hi);
      double total = std::accumulate(observer->statistics().histogram.begin(),
                                     observer->statistics().histogram.end(), 0.0);
      EXPECT_NEAR(total, 2.0 * values.size() + 4, 1e-3);
    }
  }
}

/// HistogramObserver._non_linear_param_search in float64, as plainly as it can be written.
FloatRange searchPlainly(const ObservedStatistics &statistics) {
  const std::vector<float> &counts = statistics.histogram;
  double lo = statistics.minValues[0], hi = statistics.maxValues[0];
  int bins = static_cast<int>(counts.size());
  double width = (hi - lo) / bins, total = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<double> sums(bins);
  std::partial_sum(counts.begin(), counts.end(), sums.begin(), std::plus<double>());
  auto norm = [](double begin, double end, double density) {
    return density * (end * end * end - begin * begin * begin) / 3;
  };
  auto error = [&](int start, int end) {
    double level = width * (end - start + 1) / 256, sum = 0;
    for (int i = 0; i < bins; ++i) {
      double begin = (i - start) * width, finish = begin + width, density = counts[i] / width;
      double beginLevel = std::clamp(std::floor(begin / level), 0.0, 255.0);
      double endLevel = std::clamp(std::floor(finish / level), 0.0, 255.0);
      sum += norm(begin - (beginLevel + 0.5) * level, level / 2, density);
      sum += (endLevel - beginLevel - 1) * norm(-level / 2, level / 2, density);
      sum += norm(-level / 2, finish - (endLevel + 0.5) * level, density);
    }
    return sum;
  };
  double alpha = 0, beta = 1, least = infinity;
  int start = 0, end = bins - 1;
  while (alpha < beta) {
    int left = start, right = end;
    while (left < end && sums[left] < (alpha + 1e-5) * total)
      ++left;
    while (right > start && sums[right] > (beta - 1e-5) * total)
      --right;
    int nextStart = start, nextEnd = end;
    if (left - start > end - right) {
      nextStart = left;
      alpha += 1e-5;
    } else {
      nextEnd = right;
      beta -= 1e-5;
    }
    if (nextStart == start && nextEnd == end)
      continue;
    double current = error(nextStart, nextEnd);
    if (current > least)
      break;
    least = current;
    start = nextStart;
    end = nextEnd;
  }
  return {static_cast<float>(lo + width * start), static_cast<float>(lo + width * (end + 1))};
}

TEST(Histogram, SearchEqualsThePlainOne) {
  int clipped = 0;
  for (uint32_t seed = 0; seed < 12; ++seed) {
    std::unique_ptr<Observer> observer = make(ObserverKind::Histogram);
    bool relu = seed % 2;
    observe(*observer, normalValues(20000 + 1000 * seed, seed, relu, seed % 3 ? 1.0f : 20.0f));
    observe(*observer, normalValues(30000, seed + 100, relu, 1.2f));
    FloatRange chosen = observer->chosenRange()[0], plain = searchPlainly(observer->statistics());
    float width = observer->statistics().maxValues[0] - observer->statistics().minValues[0];
    EXPECT_NEAR(chosen.lo, plain.lo, width * 1e-6f) << seed;
    EXPECT_NEAR(chosen.hi, plain.hi, width * 1e-6f) << seed;
    clipped += chosen.hi < observer->statistics().maxValues[0];
  }
  EXPECT_GT(clipped, 8);
}

TEST(Histogram, OutliersAreClipped) {
  std::vector<float> values = normalValues(100000, 5, true);
  values.push_back(100);
  for (ObserverKind kind : {ObserverKind::Percentile, ObserverKind::Entropy}) {
    std::unique_ptr<Observer> observer = make(kind);
    observe(*observer, values);
    FloatRange range = observer->chosenRange()[0];
    EXPECT_EQ(range.lo, 0);
    EXPECT_LT(range.hi, 60) << stringifyObserverKind(kind).str();
    EXPECT_GT(range.hi, 2) << stringifyObserverKind(kind).str();
  }
}

TEST(Percentile, KeepsWhatItSays) {
  std::vector<float> values(10001);
  std::iota(values.begin(), values.end(), 0.0f); // 0..10000
  ObserverSpec spec;
  spec.kind = ObserverKind::Percentile;
  spec.bins = 1000;
  spec.percentile = 99;
  std::unique_ptr<Observer> observer = createObserver(spec);
  observe(*observer, values);
  EXPECT_NEAR(observer->chosenRange()[0].lo, 100, 10.1);
  EXPECT_NEAR(observer->chosenRange()[0].hi, 9900, 10.1);
  spec.percentile = 100;
  std::unique_ptr<Observer> whole = createObserver(spec);
  observe(*whole, values);
  EXPECT_EQ(whole->chosenRange()[0], (FloatRange{0, 10000}));
}

TEST(Entropy, KeepsAUniformRangeAndFewBins) {
  std::vector<float> values(65536);
  std::iota(values.begin(), values.end(), 0.0f);
  std::unique_ptr<Observer> observer = make(ObserverKind::Entropy);
  observe(*observer, values);
  EXPECT_EQ(observer->chosenRange()[0], (FloatRange{0, 65535}));
  std::unique_ptr<Observer> few = make(ObserverKind::Entropy, 128);
  observe(*few, normalValues(1000, 1));
  EXPECT_EQ(few->chosenRange()[0].hi, few->statistics().maxValues[0]);
}

//===--------------------------------------------------------------------===//
// Restoring and merging
//===--------------------------------------------------------------------===//

TEST(Statistics, RestoreContinues) {
  for (ObserverKind kind : allObserverKinds()) {
    std::vector<float> first = normalValues(1000, 1), second = normalValues(1000, 2, false, 2);
    std::unique_ptr<Observer> whole = make(kind), resumed = make(kind);
    observe(*whole, first, {10, 100});
    cantFail(resumed->restore(whole->statistics()));
    observe(*whole, second, {10, 100});
    observe(*resumed, second, {10, 100});
    EXPECT_EQ(whole->statistics(), resumed->statistics());
    EXPECT_EQ(whole->chosenRange(), resumed->chosenRange());
  }
}

TEST(Statistics, RestoreChecks) {
  std::unique_ptr<Observer> observer = make(ObserverKind::Histogram, 4);
  ObservedStatistics good = {{0}, {1}, {1, 2, 3, 4}, 1, 0};
  EXPECT_FALSE(bool(observer->restore(good)));
  auto rejects = [&](auto change) {
    ObservedStatistics bad = good;
    change(bad);
    return toString(observer->restore(bad)) != "";
  };
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.histogram.pop_back(); }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.histogram.clear(); }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.histogram.assign(4, 0); }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.histogram[1] = -1; }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.histogram[1] = nan; }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.minValues[0] = 2; }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.minValues[0] = -infinity; }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.maxValues.push_back(1); }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.minValues.clear(), s.maxValues.clear(); }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.batches = 0; }));
  EXPECT_TRUE(rejects([](ObservedStatistics &s) { s.nonFinite = -1; }));
  EXPECT_EQ(observer->statistics(), good);
}

TEST(Statistics, MergeDoesNotDependOnOrder) {
  for (ObserverKind kind : allObserverKinds()) {
    std::vector<std::unique_ptr<Observer>> parts;
    for (uint32_t i = 0; i < 3; ++i) {
      parts.push_back(make(kind));
      observe(*parts.back(), normalValues(3000, i, false, 1.0f + i), {3, 1000});
      if (i == 1)
        observe(*parts.back(), normalValues(3000, 10, false, 0.5f), {3, 1000});
    }
    std::unique_ptr<Observer> unobserved = make(kind);
    auto merge = [&](llvm::ArrayRef<int> order) {
      llvm::SmallVector<const ObservedStatistics *> statistics;
      for (int i : order)
        statistics.push_back(&parts[i]->statistics());
      statistics.push_back(&unobserved->statistics());
      return cantFail(mergeStatistics(kind, statistics));
    };
    ObservedStatistics merged = merge({0, 1, 2});
    EXPECT_EQ(merged, merge({2, 0, 1})) << stringifyObserverKind(kind).str();
    EXPECT_EQ(merged, merge({1, 2, 0})) << stringifyObserverKind(kind).str();
    EXPECT_EQ(merged.batches, 4);
    EXPECT_FALSE(bool(checkStatistics(kind, merged)));
    EXPECT_EQ(merge({1}), parts[1]->statistics());
  }
}

TEST(Statistics, MergeRules) {
  ObservedStatistics first = {{-1}, {1}, {}, 1, 2}, second = {{-4}, {2}, {}, 3, 5};
  ObservedStatistics both = cantFail(mergeStatistics(ObserverKind::MinMax, {&first, &second}));
  EXPECT_EQ(both, (ObservedStatistics{{-4}, {2}, {}, 4, 7}));
  both = cantFail(mergeStatistics(ObserverKind::MovingAverageMinMax, {&first, &second}));
  EXPECT_EQ(both, (ObservedStatistics{{-3.25f}, {1.75f}, {}, 4, 7}));

  ObservedStatistics narrow = {{0}, {4}, {1, 1, 1, 1}, 1, 0}, wide = {{0}, {8}, {5, 0, 0, 5}, 1, 0};
  both = cantFail(mergeStatistics(ObserverKind::Histogram, {&narrow, &wide}));
  EXPECT_EQ(both, (ObservedStatistics{{0}, {8}, {7, 2, 0, 5}, 2, 0}));

  ObservedStatistics other = {{0}, {4}, {1, 1}, 1, 0};
  EXPECT_NE(toString(mergeStatistics(ObserverKind::Histogram, {&narrow, &other}).takeError()), "");
  ObservedStatistics two = {{0, 1}, {4, 5}, {}, 1, 0}, three = {{0, 1, 2}, {4, 5, 6}, {}, 1, 0};
  EXPECT_NE(toString(mergeStatistics(ObserverKind::PerChannelMinMax, {&two, &three}).takeError()),
            "");
}

TEST(Statistics, ObserverMerges) {
  std::unique_ptr<Observer> left = make(ObserverKind::MinMax), right = make(ObserverKind::MinMax);
  observe(*left, {1, 2});
  observe(*right, {-3, 0});
  cantFail(left->merge(right->statistics()));
  EXPECT_EQ(left->chosenRange()[0], (FloatRange{-3, 2}));
}

} // namespace

//===- Observer.h - statistics of values, and the ranges chosen from them -===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// An observer sees one value of a network, batch after batch, keeps bounded statistics of it, and
// chooses the range that its codes shall cover. The arithmetic is that of
// torch/ao/quantization/observer.py, in the same float32 operations, so that scales and zero points
// can be compared with PyTorch's.
//
// Order dependence: MinMax kinds do not depend on the order of batches. Moving averages do by
// definition, and so do the histogram kinds: a batch that widens the range moves the counts so far
// into wider bins.
//
//===--------------------------------------------------------------------===//
#ifndef QCC_QUANTIZATION_OBSERVER_H
#define QCC_QUANTIZATION_OBSERVER_H

#include "qcc/Quantization/QConfig.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace qcc {

/// A closed interval of real values.
struct FloatRange {
  float lo = 0;
  float hi = 0;
  bool operator==(const FloatRange &) const = default;
};

/// What an observer has seen. Everything it will ever answer follows from its spec and this.
struct ObservedStatistics {
  /// One element, or one per channel; empty until something finite was observed. A channel without
  /// finite values has minValues[c] = +inf and maxValues[c] = -inf.
  llvm::SmallVector<float> minValues;
  llvm::SmallVector<float> maxValues;
  /// The histogram kinds' counts, over equal bins of [minValues[0], maxValues[0]]; float, since
  /// re-bucketing splits counts.
  std::vector<float> histogram;
  /// Batches that had at least one finite value.
  int64_t batches = 0;
  /// Values that were dropped because they were not finite.
  int64_t nonFinite = 0;

  bool isObserved() const { return !minValues.empty(); }
  bool operator==(const ObservedStatistics &) const = default;
};

class Observer {
public:
  virtual ~Observer();

  const ObserverSpec &spec() const { return observerSpec; }

  /// Takes in one batch of the value: all of its elements, contiguous, in row-major order.
  /// Per-channel kinds need the shape, whose product must be the number of values and whose
  /// spec().axis dimension is the channel (the same number of channels every time); other kinds
  /// ignore it. Non-finite values are counted and otherwise ignored. An error leaves the observer
  /// as it was.
  llvm::Error observe(llvm::ArrayRef<float> values, llvm::ArrayRef<int64_t> shape = {});

  /// Calibration's step for one batch: observe, and, where the spec says so, replace the values by
  /// their fake-quantized ones under the parameters that include this batch; spec().passes times,
  /// which count as one batch.
  llvm::Error observeAndFakeQuantize(llvm::MutableArrayRef<float> values,
                                     llvm::ArrayRef<int64_t> shape = {});

  /// Replaces the values by what their codes under trainingParams() mean, clamped to
  /// spec().codeRange().
  llvm::Error fakeQuantize(llvm::MutableArrayRef<float> values,
                           llvm::ArrayRef<int64_t> shape = {}) const;

  const ObservedStatistics &statistics() const { return stats; }
  bool isObserved() const { return stats.isObserved(); }

  /// Continues from earlier statistics, which checkStatistics must accept.
  llvm::Error restore(ObservedStatistics statistics);

  /// Takes in what another observer of the same kind has seen (see mergeStatistics).
  llvm::Error merge(const ObservedStatistics &other);

  /// The range that codes shall cover, per tensor or channel; empty while nothing was observed.
  llvm::SmallVector<FloatRange> chosenRange() const;

  /// Converted parameters, per tensor or channel: chosenRange() through spec().chooseParams. One
  /// element that says "not observed" (scale 1, zero point 0) while nothing was.
  llvm::SmallVector<ChosenParams> quantParams() const;

  /// Training-time parameters: the observed minimum and maximum through
  /// spec().chooseTrainingParams.
  llvm::SmallVector<ChosenParams> trainingParams() const;

protected:
  explicit Observer(const ObserverSpec &spec) : observerSpec(spec) {}

  /// The kind's update; the values hold at least one finite one. channelCount is 1 for per-tensor
  /// kinds, innerSize the number of consecutive elements of one channel.
  virtual void update(llvm::ArrayRef<float> values, int64_t channelCount, int64_t innerSize) = 0;

  ObserverSpec observerSpec;
  ObservedStatistics stats;
};

/// The observer of the spec's kind. The spec's numbers (bins, percentile, averaging constant) must
/// be valid: see checkSpec.
std::unique_ptr<Observer> createObserver(const ObserverSpec &spec);

/// Says what is wrong with a spec: bins outside 1..maximumBins, percentile outside 50..100,
/// averaging constant outside 0..1, passes outside 1..2.
llvm::Error checkSpec(const ObserverSpec &spec);

/// Bounds on what statistics may hold, so that a table cannot make a reader allocate without limit.
inline constexpr int64_t maximumBins = 1 << 14;
inline constexpr int64_t maximumChannels = 1 << 20;

/// Says why statistics cannot belong to an observer of this kind: lengths, non-finite or inverted
/// bounds, negative counts.
llvm::Error checkStatistics(ObserverKind kind, const ObservedStatistics &statistics);

/// The range that the kind chooses from the statistics, per tensor or channel: the observed one for
/// the MinMax kinds, a clipped one for the histogram kinds. It does not depend on the codes: the
/// histogram and entropy searches assume 256 levels even under reduceRange, as PyTorch's does.
/// percentile is used by the Percentile kind only.
llvm::SmallVector<FloatRange> chooseRange(ObserverKind kind, const ObservedStatistics &statistics,
                                          double percentile = 99.99);

/// What one observer would know that had seen the batches of all. The result does not depend on the
/// order of the parts.
/// - MinMax kinds: the union; exactly what one run would have given.
/// - Moving averages: the mean of minima and of maxima, weighted by batches. A sequential run would
/// have weighted late
///   batches differently, so this is an approximation.
/// - Histogram kinds: every part is re-bucketed into the union of the ranges by the rule that a
/// single observer applies to
///   its old counts, then all are added.
/// The error says which lengths disagree.
llvm::Expected<ObservedStatistics>
mergeStatistics(ObserverKind kind, llvm::ArrayRef<const ObservedStatistics *> parts);

} // namespace qcc

#endif // QCC_QUANTIZATION_OBSERVER_H

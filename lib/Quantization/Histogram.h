//===- Histogram.h - counts over equal bins -------------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// What the histogram observers share, private to the library. Counts are float32 and the arithmetic
// is that of the PyTorch functions named below, operation by operation, so that the chosen ranges
// agree.
//
//===--------------------------------------------------------------------===//
#ifndef QCC_LIB_QUANTIZATION_HISTOGRAM_H
#define QCC_LIB_QUANTIZATION_HISTOGRAM_H

#include "qcc/Quantization/Observer.h"

namespace qcc::histogram {

/// Counts of the values in `bins` equal bins of [lo, hi], which must hold all of them (torch.histc
/// on CPU: aten/src/ATen/native/cpu/HistogramKernel.cpp, linear interpolation). lo == hi puts all
/// into the middle bin.
std::vector<float> count(llvm::ArrayRef<float> values, float lo, float hi, int64_t bins);

/// Counts over [oldLo, oldHi] moved to as many bins of the wider [newLo, newHi]: each old bin is
/// split into 16, and each part goes where its midpoint lies (torch/ao/quantization/observer.py,
/// HistogramObserver._combine_histograms and _upscale_histogram).
std::vector<float> rebucket(llvm::ArrayRef<float> counts, float oldLo, float oldHi, float newLo,
                            float newHi);

/// The lower edge of bin `index` (the upper edge of the one before) for counts over [lo, hi].
float edge(float lo, float hi, int64_t bins, int64_t index);

/// The clipping ranges of the three kinds, for statistics that checkStatistics accepts.
FloatRange chooseLeastError(const ObservedStatistics &statistics);
FloatRange choosePercentile(const ObservedStatistics &statistics, double percentile);
FloatRange chooseLeastDivergence(const ObservedStatistics &statistics);

} // namespace qcc::histogram

#endif // QCC_LIB_QUANTIZATION_HISTOGRAM_H

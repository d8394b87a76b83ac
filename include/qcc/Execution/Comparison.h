//===- Comparison.h - where a quantized model departs from its float form ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs two forms of one model on the same images and compares what they compute, layer by layer:
// `cnn-expose-layers` has made each named layer's value an additional float result of both. The
// layers that lose most come first, which is where to look when accuracy was lost.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_COMPARISON_H
#define QCC_EXECUTION_COMPARISON_H

#include "qcc/Data/Dataset.h"
#include "qcc/Data/Preprocessing.h"
#include "qcc/Execution/Evaluation.h"
#include "qcc/Execution/Session.h"
#include <string>
#include <vector>

namespace qcc {

/// One layer, over all images.
struct LayerComparison {
  std::string name;
  /// Signal-to-quantization-noise ratio in dB, 10 * log10(sum ref^2 / sum (ref - other)^2); inf if
  /// nothing differs, -inf if the reference is all zero and the other is not, NaN with a NaN.
  double sqnr = 0;
  /// sum ref * other / sqrt(sum ref^2 * sum other^2); 1 if both are all zero, 0 if one is.
  double cosine = 0;
  /// The largest |ref - other|.
  double maxDifference = 0;
  int64_t elements = 0;
};

struct ComparisonResult {
  /// Sorted by sqnr, the worst (NaN, then the smallest) first, equals by the reference's order.
  std::vector<LayerComparison> layers;
  /// Names that only one of the two has.
  std::vector<std::string> onlyInReference, onlyInOther;
  int64_t count = 0;
  /// Images for which the first outputs' largest elements agree.
  int64_t agreeing = 0;
  /// Images classified as labelled; -1 if the data has no labels.
  int64_t referenceCorrect = -1, otherCorrect = -1;
};

/// Compares the f32 outputs of equal name, summing in double; the sums are taken in one order
/// whatever the number of threads. A name's first output counts. Errors: inputs that differ, a
/// common layer whose shapes differ (names it), and those of evaluate.
llvm::Expected<ComparisonResult> compare(const Session &reference, const Session &other,
                                         const Dataset &dataset, const Preprocessing &preprocessing,
                                         const EvaluationOptions &options = {});

} // namespace qcc

#endif // QCC_EXECUTION_COMPARISON_H

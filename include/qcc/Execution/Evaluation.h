//===- Evaluation.h - the accuracy of a classifier ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Top-1 accuracy over labelled images, on all cores. Images are independent of each other and what
// is counted are integers, so the result does not depend on threads or batches.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_EVALUATION_H
#define QCC_EXECUTION_EVALUATION_H

#include "qcc/Data/Dataset.h"
#include "qcc/Data/Preprocessing.h"
#include "qcc/Execution/Session.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace qcc {

struct EvaluationOptions {
  /// Images per run; a model with a static batch takes its own instead.
  int64_t batchSize = 64;
  /// Only the first images.
  std::optional<int64_t> limit;
  /// 0: one for each core.
  unsigned threads = 0;
  /// Called with the number of images done, from one thread at a time.
  std::function<void(uint64_t)> progress;
};

struct EvaluationResult {
  int64_t correct = 0, count = 0;
  /// From the first to the last image, preprocessing included.
  double seconds = 0;
  /// The class chosen for each image.
  std::vector<int32_t> predictions;

  double getAccuracy() const { return count ? double(correct) / double(count) : 0; }
  double getImagesPerSecond() const { return seconds > 0 ? double(count) / seconds : 0; }
};

/// The index of the largest of a row's values, the first of equals; NaN is never the largest, so a
/// row of NaN gives 0. Works on f32 and on codes.
std::vector<int32_t> argmaxRows(const HostTensor &tensor);

/// Classifies the images and compares with the labels. The model must have one float input that the
/// images fit (see BatchFiller), and its first output one row of scores per image. Errors: it does
/// not, no labels, a label that is not a class of the model, and what running reports.
llvm::Expected<EvaluationResult> evaluate(const Session &session, const Dataset &dataset,
                                          const Preprocessing &preprocessing,
                                          const EvaluationOptions &options = {});

} // namespace qcc

#endif // QCC_EXECUTION_EVALUATION_H

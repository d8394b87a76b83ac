//===- ImageBatches.h - a dataset's images, batch by batch, on all cores ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What evaluating a model and comparing two have in common.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_IMAGEBATCHES_H
#define QCC_EXECUTION_IMAGEBATCHES_H

#include "qcc/Data/Batches.h"
#include "qcc/Execution/Evaluation.h"

namespace qcc {

/// A batch in work: the model's input, and which images its first rows are. A model with a static
/// batch gets zeros in the rows behind them.
struct ImageBatch {
  size_t index;
  const HostTensor &input;
  llvm::ArrayRef<int64_t> images;
};

class ImageBatches {
public:
  /// The dataset and the options must outlive it. Errors: the model has not one float input that
  /// the images fit, the options ask for nothing, or there are no images.
  static llvm::Expected<ImageBatches> create(const Session &session, const Dataset &dataset,
                                             const Preprocessing &preprocessing,
                                             const EvaluationOptions &options);

  size_t size() const { return batches.size(); }
  int64_t getNumImages() const { return batches.getNumImages(); }

  /// Calls `work` for every batch, from several threads. After an error no more batches are begun;
  /// the error is that of the first batch which failed, whatever the number of threads.
  llvm::Error forEach(llvm::function_ref<llvm::Error(const ImageBatch &)> work) const;

private:
  ImageBatches(BatchFiller filler, Batches batches, const EvaluationOptions &options)
      : filler(std::move(filler)), batches(std::move(batches)), options(&options) {}

  BatchFiller filler;
  Batches batches;
  const EvaluationOptions *options;
  llvm::SmallVector<int64_t, 4> inputShape;
};

/// Checks that a model's first output holds a row of at least one score for each image, of a type
/// that argmaxRows takes; the number of scores in a row.
llvm::Expected<int64_t> getNumScores(const Session &session);

} // namespace qcc

#endif // QCC_EXECUTION_IMAGEBATCHES_H

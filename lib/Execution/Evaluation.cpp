//===- Evaluation.cpp - the accuracy of a classifier ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Evaluation.h"
#include "ImageBatches.h"
#include "qcc/Support/Diagnostics.h"
#include <chrono>
#include <cmath>
#include <type_traits>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;

template <typename T> static bool isNaN(T value) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(value);
  return false;
}

template <typename T> static std::vector<int32_t> argmaxRowsOf(ArrayRef<T> values, size_t rows) {
  std::vector<int32_t> result(rows, 0);
  size_t width = values.size() / std::max<size_t>(rows, 1);
  for (size_t row = 0; row < rows; ++row) {
    ArrayRef<T> scores = values.slice(row * width, width);
    size_t best = 0;
    for (size_t i = 1; i < width; ++i)
      if (scores[i] > scores[best] || (isNaN(scores[best]) && !isNaN(scores[i])))
        best = i;
    result[row] = static_cast<int32_t>(best);
  }
  return result;
}

std::vector<int32_t> qcc::argmaxRows(const HostTensor &tensor) {
  size_t rows = tensor.getRank() > 0 ? static_cast<size_t>(tensor.getDim(0)) : 0;
  switch (tensor.getElementType()) {
  case ElementType::F32:
    return argmaxRowsOf(tensor.getData<float>(), rows);
  case ElementType::U8:
    return argmaxRowsOf(tensor.getData<uint8_t>(), rows);
  case ElementType::I8:
    return argmaxRowsOf(tensor.getData<int8_t>(), rows);
  case ElementType::I32:
    return argmaxRowsOf(tensor.getData<int32_t>(), rows);
  default:
    return {};
  }
}

/// Checks that the first `count` labels are classes of the model.
static Error checkLabels(const Dataset &dataset, int64_t count, int64_t classes) {
  if (!dataset.hasLabels())
    return makeError("{}: the data has no labels to evaluate with", dataset.imagesFile);
  for (int64_t i = 0; i < count; ++i)
    if (int32_t label = dataset.labels[static_cast<size_t>(i)]; label >= classes)
      return makeError("{}: image {} has the label {}, but the model has only {} classes",
                       dataset.labelsFile, i, label, classes);
  return Error::success();
}

Expected<EvaluationResult> qcc::evaluate(const Session &session, const Dataset &dataset,
                                         const Preprocessing &preprocessing,
                                         const EvaluationOptions &options) {
  auto batches = ImageBatches::create(session, dataset, preprocessing, options);
  if (!batches)
    return batches.takeError();
  auto classes = getNumScores(session);
  if (!classes)
    return classes.takeError();
  if (Error error = checkLabels(dataset, batches->getNumImages(), *classes))
    return error;

  EvaluationResult result;
  result.count = batches->getNumImages();
  result.predictions.resize(static_cast<size_t>(result.count));
  auto start = std::chrono::steady_clock::now();
  // Images are in the dataset's order, so each batch writes to elements of its own.
  Error error = batches->forEach([&](const ImageBatch &batch) -> Error {
    auto outputs = session.run(batch.input);
    if (!outputs)
      return outputs.takeError();
    std::vector<int32_t> best = argmaxRows(outputs->front());
    for (auto [row, image] : llvm::enumerate(batch.images))
      result.predictions[static_cast<size_t>(image)] = best[row];
    return Error::success();
  });
  if (error)
    return error;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (auto [predicted, label] : llvm::zip(result.predictions, dataset.labels))
    result.correct += predicted == label;
  return result;
}

//===- Agreement.cpp - whether two lowerings of one model agree ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Agreement.h"
#include "ImageBatches.h"
#include "qcc/Support/Diagnostics.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;

/// Relative to the largest magnitude of an output.
static constexpr double kTolerance = 1e-5;

bool OutputAgreement::agrees() const {
  return differing == 0 || (type == ElementType::F32 && maxDifference <= kTolerance * maxMagnitude);
}

bool AgreementResult::agree() const {
  return llvm::all_of(outputs, [](const OutputAgreement &output) { return output.agrees(); });
}

static double difference(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) == std::isnan(b) ? 0 : std::numeric_limits<double>::infinity();
  return a == b ? 0 : std::abs(a - b);
}

template <typename T>
static void addElements(OutputAgreement &sum, ArrayRef<T> expected, ArrayRef<T> actual) {
  for (auto [a, b] : llvm::zip_equal(expected, actual)) {
    sum.differing += std::memcmp(&a, &b, sizeof(T)) != 0;
    sum.maxDifference =
        std::max(sum.maxDifference, difference(static_cast<double>(a), static_cast<double>(b)));
    if (std::isfinite(static_cast<double>(a)))
      sum.maxMagnitude = std::max(sum.maxMagnitude, std::abs(static_cast<double>(a)));
  }
}

void OutputAgreement::add(const HostTensor &expected, const HostTensor &actual) {
  elements += expected.getNumElements();
  switch (expected.getElementType()) {
  case ElementType::F32:
    return addElements(*this, expected.getData<float>(), actual.getData<float>());
  case ElementType::I8:
    return addElements(*this, expected.getData<int8_t>(), actual.getData<int8_t>());
  case ElementType::I32:
    return addElements(*this, expected.getData<int32_t>(), actual.getData<int32_t>());
  default:
    return addElements(*this, expected.getBytes(), actual.getBytes());
  }
}

static AgreementResult makeResult(const Session &session) {
  AgreementResult result;
  for (const TensorSpec &spec : session.outputs()) {
    OutputAgreement &output = result.outputs.emplace_back();
    output.name = spec.name;
    output.type = spec.type;
  }
  return result;
}

/// Runs both and adds what they give to `result`; `mutex` guards it.
static Error add(const Session &reference, const Session &other, ArrayRef<HostTensor> inputs,
                 AgreementResult &result, std::mutex &mutex) {
  auto expected = reference.run(inputs);
  if (!expected)
    return expected.takeError();
  auto actual = other.run(inputs);
  if (!actual)
    return actual.takeError();
  if (expected->size() != actual->size())
    return makeError("one lowering gives {} outputs, the other {}", expected->size(),
                     actual->size());
  for (auto [a, b, output] : llvm::zip_equal(*expected, *actual, result.outputs))
    if (a.getElementType() != b.getElementType() || a.getShape() != b.getShape())
      return makeError("output '{}' is {} in one lowering and {} in the other", output.name,
                       formatShape(a.getShape()), formatShape(b.getShape()));
  std::lock_guard lock(mutex);
  for (auto [a, b, output] : llvm::zip_equal(*expected, *actual, result.outputs))
    output.add(a, b);
  return Error::success();
}

Expected<AgreementResult> qcc::checkAgreement(const Session &reference, const Session &other,
                                              ArrayRef<HostTensor> inputs) {
  AgreementResult result = makeResult(reference);
  std::mutex mutex;
  if (Error error = add(reference, other, inputs, result, mutex))
    return error;
  result.count = inputs.empty() || inputs[0].getRank() == 0 ? 1 : inputs[0].getDim(0);
  return result;
}

Expected<AgreementResult> qcc::checkAgreement(const Session &reference, const Session &other,
                                              const Dataset &dataset,
                                              const Preprocessing &preprocessing,
                                              const EvaluationOptions &options) {
  auto batches = ImageBatches::create(reference, dataset, preprocessing, options);
  if (!batches)
    return batches.takeError();
  AgreementResult result = makeResult(reference);
  result.count = batches->getNumImages();
  std::mutex mutex;
  // Counts and maxima do not depend on the order of batches.
  Error error = batches->forEach(
      [&](const ImageBatch &batch) { return add(reference, other, batch.input, result, mutex); });
  if (error)
    return error;
  return result;
}

//===- Comparison.cpp - where a quantized model departs from its float form ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Comparison.h"
#include "ImageBatches.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include <array>
#include <cmath>
#include <limits>
#include <tuple>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;

namespace {
/// An output that both models have.
struct Layer {
  std::string name;
  size_t reference, other;
  /// The first dimension is the batch, so that rows behind the images are left out.
  bool batched;
};

/// Sums over one layer.
struct Sums {
  double reference = 0, other = 0, product = 0, difference = 0, maxDifference = 0;
  int64_t elements = 0;

  void add(ArrayRef<float> a, ArrayRef<float> b) {
    for (auto [x, y] : llvm::zip_equal(a, b)) {
      double r = x, o = y, d = r - o;
      reference += r * r;
      other += o * o;
      product += r * o;
      difference += d * d;
      maxDifference = std::isnan(d) ? d : std::max(maxDifference, std::fabs(d));
    }
    elements += static_cast<int64_t>(a.size());
  }

  void add(const Sums &next) {
    reference += next.reference;
    other += next.other;
    product += next.product;
    difference += next.difference;
    maxDifference = std::isnan(next.maxDifference) ? next.maxDifference
                                                   : std::max(maxDifference, next.maxDifference);
    elements += next.elements;
  }

  double getSqnr() const {
    if (difference == 0)
      return std::numeric_limits<double>::infinity();
    return 10 * std::log10(reference / difference);
  }

  double getCosine() const {
    if (reference == 0 || other == 0)
      return reference == other ? 1 : 0;
    return product / (std::sqrt(reference) * std::sqrt(other));
  }
};
} // namespace

/// The f32 outputs by name, the first of each.
static llvm::StringMap<size_t> getLayers(const Session &session) {
  llvm::StringMap<size_t> layers;
  for (auto [i, spec] : llvm::enumerate(session.outputs()))
    if (spec.type == ElementType::F32)
      layers.try_emplace(spec.name, i);
  return layers;
}

/// The names of `session`'s layers that `others` lacks, in the order of its outputs.
static std::vector<std::string> getMissing(const Session &session,
                                           const llvm::StringMap<size_t> &layers,
                                           const llvm::StringMap<size_t> &others) {
  std::vector<std::string> missing;
  for (auto [i, spec] : llvm::enumerate(session.outputs()))
    if (layers.contains(spec.name) && layers.lookup(spec.name) == i && !others.contains(spec.name))
      missing.push_back(spec.name);
  return missing;
}

static Expected<std::vector<Layer>> matchLayers(const Session &reference, const Session &other,
                                                ComparisonResult &result) {
  if (!llvm::equal(reference.inputs(), other.inputs(),
                   [](const TensorSpec &a, const TensorSpec &b) {
                     return a.type == b.type && a.shape == b.shape;
                   }))
    return makeError("the two models do not take the same input");
  llvm::StringMap<size_t> referenceLayers = getLayers(reference), otherLayers = getLayers(other);
  result.onlyInReference = getMissing(reference, referenceLayers, otherLayers);
  result.onlyInOther = getMissing(other, otherLayers, referenceLayers);

  std::vector<Layer> layers;
  for (auto [i, spec] : llvm::enumerate(reference.outputs())) {
    auto own = referenceLayers.find(spec.name), match = otherLayers.find(spec.name);
    if (own == referenceLayers.end() || own->second != i || match == otherLayers.end())
      continue;
    const TensorSpec &otherSpec = other.outputs()[match->second];
    if (spec.shape != otherSpec.shape)
      return makeError("layer '{}' is {} in one model and {} in the other", spec.name,
                       formatSpec(spec), formatSpec(otherSpec));
    bool batched = !spec.shape.empty() && spec.shape[0] == reference.inputs()[0].shape[0];
    layers.push_back({spec.name, i, match->second, batched});
  }
  return layers;
}

/// The layer's elements that belong to images.
static ArrayRef<float> getValues(const HostTensor &output, const Layer &layer,
                                 const ImageBatch &batch) {
  ArrayRef<float> values = output.getData<float>();
  if (!layer.batched)
    return values;
  size_t row = values.size() / static_cast<size_t>(output.getDim(0));
  return values.take_front(row * batch.images.size());
}

static std::vector<LayerComparison> summarize(ArrayRef<Layer> layers,
                                              ArrayRef<std::vector<Sums>> sumsOfBatches) {
  std::vector<std::pair<LayerComparison, size_t>> ordered;
  for (auto [i, layer] : llvm::enumerate(layers)) {
    Sums sums;
    for (const std::vector<Sums> &batch : sumsOfBatches)
      sums.add(batch[i]);
    ordered.push_back(
        {{layer.name, sums.getSqnr(), sums.getCosine(), sums.maxDifference, sums.elements}, i});
  }
  llvm::sort(ordered, [](const auto &a, const auto &b) {
    bool aNaN = std::isnan(a.first.sqnr), bNaN = std::isnan(b.first.sqnr);
    if (aNaN || bNaN)
      return aNaN && bNaN ? a.second < b.second : aNaN;
    return std::tie(a.first.sqnr, a.second) < std::tie(b.first.sqnr, b.second);
  });
  std::vector<LayerComparison> rows;
  rows.reserve(ordered.size());
  for (auto &[row, index] : ordered)
    rows.push_back(std::move(row));
  return rows;
}

Expected<ComparisonResult> qcc::compare(const Session &reference, const Session &other,
                                        const Dataset &dataset, const Preprocessing &preprocessing,
                                        const EvaluationOptions &options) {
  auto batches = ImageBatches::create(reference, dataset, preprocessing, options);
  if (!batches)
    return batches.takeError();
  ComparisonResult result;
  auto layers = matchLayers(reference, other, result);
  if (!layers)
    return layers.takeError();
  for (const Session *session : {&reference, &other})
    if (auto scores = getNumScores(*session); !scores)
      return scores.takeError();

  // Sums and counts are kept apart by batch and added up in order.
  std::vector<std::vector<Sums>> sums(batches->size());
  std::vector<std::array<int64_t, 3>> counts(batches->size());
  Error error = batches->forEach([&](const ImageBatch &batch) -> Error {
    auto expected = reference.run(batch.input);
    if (!expected)
      return expected.takeError();
    auto actual = other.run(batch.input);
    if (!actual)
      return actual.takeError();
    for (const Layer &layer : *layers)
      sums[batch.index].emplace_back().add(getValues((*expected)[layer.reference], layer, batch),
                                           getValues((*actual)[layer.other], layer, batch));
    std::vector<int32_t> expectedBest = argmaxRows(expected->front());
    std::vector<int32_t> actualBest = argmaxRows(actual->front());
    for (auto [row, image] : llvm::enumerate(batch.images)) {
      counts[batch.index][0] += expectedBest[row] == actualBest[row];
      if (!dataset.hasLabels())
        continue;
      int32_t label = dataset.labels[static_cast<size_t>(image)];
      counts[batch.index][1] += expectedBest[row] == label;
      counts[batch.index][2] += actualBest[row] == label;
    }
    return Error::success();
  });
  if (error)
    return error;

  result.layers = summarize(*layers, sums);
  result.count = batches->getNumImages();
  if (dataset.hasLabels())
    result.referenceCorrect = result.otherCorrect = 0;
  for (const auto &[agreeing, referenceCorrect, otherCorrect] : counts) {
    result.agreeing += agreeing;
    if (!dataset.hasLabels())
      continue;
    result.referenceCorrect += referenceCorrect;
    result.otherCorrect += otherCorrect;
  }
  return result;
}

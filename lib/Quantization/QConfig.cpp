//===- QConfig.cpp - named quantization recipes ---------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/QConfig.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/StringDistance.h"
#include "llvm/ADT/StringExtras.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Expected;
using llvm::StringRef;

//===--------------------------------------------------------------------===//
// Observer kinds
//===--------------------------------------------------------------------===//

namespace {
struct KindName {
  ObserverKind kind;
  StringRef name;
};
} // namespace

static constexpr KindName kindNames[] = {
    {ObserverKind::MinMax, "min-max"},
    {ObserverKind::MovingAverageMinMax, "moving-average-min-max"},
    {ObserverKind::PerChannelMinMax, "per-channel-min-max"},
    {ObserverKind::MovingAveragePerChannelMinMax, "moving-average-per-channel-min-max"},
    {ObserverKind::Histogram, "histogram"},
    {ObserverKind::HistogramTorch113, "histogram-torch-1.13"},
    {ObserverKind::Percentile, "percentile"},
    {ObserverKind::Entropy, "entropy"},
};

StringRef qcc::stringifyObserverKind(ObserverKind kind) {
  for (const KindName &entry : kindNames)
    if (entry.kind == kind)
      return entry.name;
  return "";
}

Expected<ObserverKind> qcc::parseObserverKind(StringRef name) {
  llvm::SmallVector<StringRef> known;
  for (const KindName &entry : kindNames) {
    if (entry.name == name)
      return entry.kind;
    known.push_back(entry.name);
  }
  return makeError("unknown observer '{}'{}; known observers: {}", name, didYouMean(name, known),
                   llvm::join(known, ", "));
}

ArrayRef<ObserverKind> qcc::allObserverKinds() {
  static constexpr std::array<ObserverKind, std::size(kindNames)> kinds = [] {
    std::array<ObserverKind, std::size(kindNames)> result{};
    for (size_t i = 0; i < result.size(); ++i)
      result[i] = kindNames[i].kind;
    return result;
  }();
  return kinds;
}

bool qcc::isPerChannel(ObserverKind kind) {
  return kind == ObserverKind::PerChannelMinMax ||
         kind == ObserverKind::MovingAveragePerChannelMinMax;
}

bool qcc::isMovingAverage(ObserverKind kind) {
  return kind == ObserverKind::MovingAverageMinMax ||
         kind == ObserverKind::MovingAveragePerChannelMinMax;
}

bool qcc::hasHistogram(ObserverKind kind) {
  return kind == ObserverKind::Histogram || kind == ObserverKind::HistogramTorch113 ||
         kind == ObserverKind::Percentile || kind == ObserverKind::Entropy;
}

//===--------------------------------------------------------------------===//
// Specs
//===--------------------------------------------------------------------===//

CodeRange ObserverSpec::storageRange() const {
  if (!isSigned)
    return {0, 255};
  return {restricted ? -127 : -128, 127};
}

CodeRange ObserverSpec::codeRange() const {
  if (!reduceRange)
    return storageRange();
  return isSigned ? CodeRange{restricted ? -63 : -64, 63} : CodeRange{0, 127};
}

ChosenParams ObserverSpec::chooseParams(float minVal, float maxVal) const {
  return symmetric ? quantmath::chooseSymmetric(minVal, maxVal, codeRange())
                   : quantmath::chooseAffine(minVal, maxVal, codeRange());
}

ChosenParams ObserverSpec::chooseTrainingParams(float minVal, float maxVal) const {
  return quantmath::chooseTraining(minVal, maxVal, codeRange(), symmetric);
}

//===--------------------------------------------------------------------===//
// Named configurations
//===--------------------------------------------------------------------===//

namespace {
/// One row of the table of qconfigs.
struct NamedQConfig {
  StringRef name;
  Contract contract;
  bool training;
  bool reduceRange;
  bool perChannelWeights;
};
} // namespace

// x86 and fbgemm differ in PyTorch only by the engine that they are run with. onednn assumes VNNI,
// whose products do not saturate, hence the full range.
static constexpr NamedQConfig torchConfigs[] = {
    // name, contract, training, reduceRange, perChannelWeights
    {"fbgemm", Contract::Fbgemm, false, true, true},
    {"x86", Contract::Fbgemm, false, true, true},
    {"onednn", Contract::Fbgemm, false, false, true},
    {"qnnpack", Contract::Qnnpack, false, false, false},
    {"fbgemm-qat", Contract::Fbgemm, true, true, true},
    {"x86-qat", Contract::Fbgemm, true, true, true},
    {"onednn-qat", Contract::Fbgemm, true, false, true},
    {"qnnpack-qat", Contract::Qnnpack, true, false, false},
};
static constexpr StringRef tfliteName = "tflite";

ArrayRef<StringRef> qcc::qconfigNames() {
  static constexpr std::array<StringRef, std::size(torchConfigs) + 1> names = [] {
    std::array<StringRef, std::size(torchConfigs) + 1> result{};
    for (size_t i = 0; i < std::size(torchConfigs); ++i)
      result[i] = torchConfigs[i].name;
    result.back() = tfliteName;
    return result;
  }();
  return names;
}

static QConfig makeTorchConfig(const NamedQConfig &row) {
  QConfig config;
  config.name = row.name.str();
  config.defaultContract = row.contract;
  config.activation.kind =
      row.training ? ObserverKind::MovingAverageMinMax : ObserverKind::Histogram;
  config.activation.reduceRange = row.reduceRange;
  config.activation.fakeQuantize = row.training;
  config.weight.symmetric = true;
  config.weight.isSigned = true;
  config.weight.fakeQuantize = row.training;
  if (row.training)
    config.weight.kind = row.perChannelWeights ? ObserverKind::MovingAveragePerChannelMinMax
                                               : ObserverKind::MovingAverageMinMax;
  else
    config.weight.kind =
        row.perChannelWeights ? ObserverKind::PerChannelMinMax : ObserverKind::MinMax;
  return config;
}

static QConfig makeTfliteConfig() {
  QConfig config;
  config.name = tfliteName.str();
  config.defaultContract = Contract::Onnx;
  config.activation.isSigned = true;
  config.weight.kind = ObserverKind::PerChannelMinMax;
  config.weight.symmetric = true;
  config.weight.isSigned = true;
  config.weight.restricted = true;
  return config;
}

Expected<QConfig> qcc::lookupQConfig(StringRef name) {
  for (const NamedQConfig &row : torchConfigs)
    if (row.name == name)
      return makeTorchConfig(row);
  if (name == tfliteName)
    return makeTfliteConfig();
  return makeError("unknown qconfig '{}'{}; known qconfigs: {}", name,
                   didYouMean(name, qconfigNames()), llvm::join(qconfigNames(), ", "));
}

Expected<QConfig> qcc::withActivationObserver(QConfig config, ObserverKind kind) {
  if (isPerChannel(kind))
    return makeError("observer '{}' keeps channels apart and cannot observe activations, which "
                     "have one scale per tensor; use '{}'",
                     stringifyObserverKind(kind),
                     stringifyObserverKind(isMovingAverage(kind) ? ObserverKind::MovingAverageMinMax
                                                                 : ObserverKind::MinMax));
  config.activation.kind = kind;
  return config;
}

Expected<QConfig> qcc::withActivationObserver(QConfig config, StringRef observer) {
  auto [name, value] = observer.split('=');
  Expected<ObserverKind> kind = parseObserverKind(name);
  if (!kind)
    return kind.takeError();
  if (observer.contains('=')) {
    double percentile = 0;
    if (*kind != ObserverKind::Percentile)
      return makeError("observer '{}' takes no value, but '{}' gives one", name, observer);
    if (value.getAsDouble(percentile) || !(percentile >= 50 && percentile <= 100))
      return makeError("observer '{}': the percentile must be a number from 50 to 100", observer);
    config.activation.percentile = percentile;
  }
  return withActivationObserver(std::move(config), *kind);
}

//===- QConfig.h - named quantization recipes -----------------*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// A qconfig says how activations and weights are observed and turned into codes. The names and
// their meaning are PyTorch's (torch/ao/quantization/qconfig.py) and TensorFlow Lite's, so that a
// user can ask for what he has today.
//
//===--------------------------------------------------------------------===//
#ifndef QCC_QUANTIZATION_QCONFIG_H
#define QCC_QUANTIZATION_QCONFIG_H

#include "qcc/Quantization/QuantMath.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace qcc {

enum class ObserverKind {
  MinMax,
  MovingAverageMinMax,
  PerChannelMinMax,
  MovingAveragePerChannelMinMax,
  Histogram, ///< Clips where the expected L2 error of 256 levels is least (PyTorch's search).
  /// The same search over the counts that PyTorch 1.x made, to compare with models quantized by it.
  /// From one batch their scales differ from Histogram's by some percent unless the bounds are
  /// integers; TorchHistogramObserver.cpp says why.
  HistogramTorch113,
  Percentile, ///< Clips a percentile of the values on each side.
  Entropy,    ///< Clips where the Kullback-Leibler divergence is least.
};

/// "min-max", "moving-average-min-max", "per-channel-min-max",
/// "moving-average-per-channel-min-max", "histogram", "histogram-torch-1.13", "percentile",
/// "entropy".
llvm::StringRef stringifyObserverKind(ObserverKind kind);
/// The inverse; the error lists the known names.
llvm::Expected<ObserverKind> parseObserverKind(llvm::StringRef name);
llvm::ArrayRef<ObserverKind> allObserverKinds();

bool isPerChannel(ObserverKind kind);
bool isMovingAverage(ObserverKind kind);
/// Whether the observer keeps a histogram (both Histogram kinds, Percentile, Entropy).
bool hasHistogram(ObserverKind kind);

/// How one value is observed, and what codes it becomes.
struct ObserverSpec {
  ObserverKind kind = ObserverKind::MinMax;
  bool symmetric = false;
  /// int8 codes rather than uint8.
  bool isSigned = false;
  /// One bit less for the scale and zero point (AVX2's vpmaddubsw saturates its int16 pair sums at
  /// full range).
  bool reduceRange = false;
  /// -127..127 instead of -128..127 (TensorFlow Lite's weights).
  bool restricted = false;
  /// The channel dimension that per-channel kinds keep apart.
  int64_t axis = 0;
  /// Moving averages: average += averagingConstant * (batch - average).
  double averagingConstant = 0.01;
  /// Histogram bins.
  int64_t bins = 2048;
  /// Percentile kind: the part kept below the upper and above the lower clipping bound, in percent.
  double percentile = 99.99;
  /// Calibrating replaces the observed values by what their codes mean, so that later observers see
  /// quantized inputs. For weights this concerns training only: a calibrated network computes with
  /// its float weights, as PyTorch's does in eval mode.
  bool fakeQuantize = false;
  /// How often calibrating observes and fake-quantizes each batch, the second time what the first
  /// gave. 2 is what PyTorch's eager mode does to a layer with a fused relu: the fused module is an
  /// nn.Sequential, to which preparing adds the observer as a child, which is run, and as a forward
  /// hook, which is run as well. Only moving averages notice: a maximum below the average counts
  /// nearly twice.
  int64_t passes = 1;

  bool isPerChannel() const { return qcc::isPerChannel(kind); }

  /// The codes that scale and zero point are computed for, and that training-time fake quantization
  /// clamps to: 0..255, -128..127 or -127..127; with reduceRange 0..127 or -64..63.
  CodeRange codeRange() const;

  /// The codes that the converted operators clamp to: always the full range of the type. Under
  /// reduceRange a value beyond the observed range becomes a code above 127, as in PyTorch.
  CodeRange storageRange() const;

  /// Scale and zero point for values in [minVal, maxVal] by the spec's scheme over codeRange().
  ChosenParams chooseParams(float minVal, float maxVal) const;

  /// The same by the training-time rule (quantmath::chooseTraining).
  ChosenParams chooseTrainingParams(float minVal, float maxVal) const;

  bool operator==(const ObserverSpec &) const = default;
};

struct QConfig {
  std::string name;
  ObserverSpec activation;
  ObserverSpec weight;
  Contract defaultContract = Contract::Fbgemm;
};

/// "fbgemm", "x86", "onednn", "qnnpack", the same with "-qat", and "tflite".
llvm::ArrayRef<llvm::StringRef> qconfigNames();

/// The qconfig of that name; the error lists the known names.
llvm::Expected<QConfig> lookupQConfig(llvm::StringRef name);

/// The qconfig with its activation observer replaced. Activations are observed per tensor, so a
/// per-channel kind is an error.
llvm::Expected<QConfig> withActivationObserver(QConfig config, ObserverKind kind);

/// The same by observer name; "percentile=99.9" also sets the percentile (50 to 100).
llvm::Expected<QConfig> withActivationObserver(QConfig config, llvm::StringRef observer);

} // namespace qcc

#endif // QCC_QUANTIZATION_QCONFIG_H

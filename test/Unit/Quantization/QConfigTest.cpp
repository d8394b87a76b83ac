//===- QConfigTest.cpp - named qconfigs and observer names ---*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/QConfig.h"
#include "gtest/gtest.h"

using namespace qcc;

namespace {

std::string errorOf(llvm::Expected<QConfig> config) {
  return config ? "" : llvm::toString(config.takeError());
}

QConfig get(llvm::StringRef name) { return llvm::cantFail(lookupQConfig(name)); }

TEST(QConfig, EveryNameIsFound) {
  for (llvm::StringRef name : qconfigNames()) {
    llvm::Expected<QConfig> config = lookupQConfig(name);
    ASSERT_TRUE(bool(config)) << name.str();
    EXPECT_EQ(config->name, name);
    EXPECT_FALSE(config->activation.isPerChannel());
    EXPECT_TRUE(config->weight.symmetric);
    EXPECT_TRUE(config->weight.isSigned);
    EXPECT_FALSE(config->weight.reduceRange);
    EXPECT_EQ(config->activation.fakeQuantize, name.ends_with("-qat"));
  }
}

TEST(QConfig, UnknownNameListsTheKnownOnes) {
  std::string error = errorOf(lookupQConfig("fbgem"));
  EXPECT_NE(error.find("'fbgem'"), std::string::npos) << error;
  for (llvm::StringRef name : qconfigNames())
    EXPECT_NE(error.find(name.str()), std::string::npos) << error;
  EXPECT_NE(errorOf(lookupQConfig("")), "");
}

TEST(QConfig, Ranges) {
  QConfig fbgemm = get("fbgemm");
  EXPECT_EQ(fbgemm.activation.codeRange(), (CodeRange{0, 127}));
  EXPECT_EQ(fbgemm.activation.storageRange(), (CodeRange{0, 255}));
  EXPECT_EQ(fbgemm.weight.codeRange(), (CodeRange{-128, 127}));
  EXPECT_EQ(get("onednn").activation.codeRange(), (CodeRange{0, 255}));
  EXPECT_EQ(get("qnnpack").activation.codeRange(), (CodeRange{0, 255}));
  EXPECT_EQ(get("tflite").activation.codeRange(), (CodeRange{-128, 127}));
  EXPECT_EQ(get("tflite").weight.codeRange(), (CodeRange{-127, 127}));
  ObserverSpec reducedSigned;
  reducedSigned.isSigned = reducedSigned.reduceRange = true;
  EXPECT_EQ(reducedSigned.codeRange(), (CodeRange{-64, 63}));
  EXPECT_EQ(reducedSigned.storageRange(), (CodeRange{-128, 127}));
}

TEST(QConfig, KindsAndContracts) {
  EXPECT_EQ(get("fbgemm").activation.kind, ObserverKind::Histogram);
  EXPECT_EQ(get("fbgemm").weight.kind, ObserverKind::PerChannelMinMax);
  EXPECT_EQ(get("qnnpack").weight.kind, ObserverKind::MinMax);
  EXPECT_EQ(get("fbgemm-qat").activation.kind, ObserverKind::MovingAverageMinMax);
  EXPECT_EQ(get("x86-qat").weight.kind, ObserverKind::MovingAveragePerChannelMinMax);
  EXPECT_EQ(get("qnnpack-qat").weight.kind, ObserverKind::MovingAverageMinMax);
  EXPECT_EQ(get("tflite").activation.kind, ObserverKind::MinMax);
  EXPECT_EQ(get("x86").defaultContract, Contract::Fbgemm);
  EXPECT_EQ(get("onednn-qat").defaultContract, Contract::Fbgemm);
  EXPECT_EQ(get("qnnpack").defaultContract, Contract::Qnnpack);
  EXPECT_EQ(get("tflite").defaultContract, Contract::Onnx);
}

TEST(QConfig, ParamsFollowTheScheme) {
  EXPECT_EQ(get("fbgemm").activation.chooseParams(0, 127).params, (QuantParams{1.0f, 0}));
  EXPECT_EQ(get("tflite").weight.chooseParams(-127, 50).params, (QuantParams{1.0f, 0}));
  EXPECT_EQ(get("fbgemm-qat").weight.chooseTrainingParams(-128, 50).params, (QuantParams{1.0f, 0}));
}

TEST(QConfig, ActivationObserverCanBeReplaced) {
  QConfig config = llvm::cantFail(withActivationObserver(get("fbgemm"), "entropy"));
  EXPECT_EQ(config.activation.kind, ObserverKind::Entropy);
  EXPECT_TRUE(config.activation.reduceRange);
  config = llvm::cantFail(withActivationObserver(get("fbgemm"), "histogram-torch-1.13"));
  EXPECT_EQ(config.activation.kind, ObserverKind::HistogramTorch113);
  EXPECT_TRUE(config.activation.reduceRange);
  config = llvm::cantFail(withActivationObserver(get("fbgemm"), "percentile=99.5"));
  EXPECT_EQ(config.activation.kind, ObserverKind::Percentile);
  EXPECT_EQ(config.activation.percentile, 99.5);
  EXPECT_NE(errorOf(withActivationObserver(get("fbgemm"), "per-channel-min-max")), "");
  EXPECT_NE(errorOf(withActivationObserver(get("fbgemm"), "percentile=101")), "");
  EXPECT_NE(errorOf(withActivationObserver(get("fbgemm"), "percentile=nan")), "");
  EXPECT_NE(errorOf(withActivationObserver(get("fbgemm"), "percentile=")), "");
  EXPECT_NE(errorOf(withActivationObserver(get("fbgemm"), "histogram=3")), "");
  std::string error = errorOf(withActivationObserver(get("fbgemm"), "histogramm"));
  EXPECT_NE(error.find("histogram"), std::string::npos);
}

TEST(QConfig, ObserverNamesRoundTrip) {
  EXPECT_EQ(allObserverKinds().size(), 8u);
  for (ObserverKind kind : allObserverKinds())
    EXPECT_EQ(llvm::cantFail(parseObserverKind(stringifyObserverKind(kind))), kind);
}

} // namespace

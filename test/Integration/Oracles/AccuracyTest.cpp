//===- AccuracyTest.cpp - right answers on MNIST, and sizes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OracleTest.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::oracles;

namespace {

class Accuracy : public OracleTest {
protected:
  /// The right answers of 10,000 after calibrating on one batch of 64 under the qconfig's own
  /// observers and contract.
  void expectCalibrated(StringRef qconfig, int64_t atLeast) {
    CompileOptions options;
    options.qconfig = qconfig.str();
    QCC_ASSERT_OK(module, calibrateMnist(options));
    QCC_ASSERT_OK(session, prepareSession(*module));
    QCC_ASSERT_OK(result, evaluate(*session, getTestData(), getPreprocessing(*module)));
    EXPECT_EQ(result.count, 10000);
    EXPECT_GE(result.correct, atLeast);
    reportMeasured((qconfig + ", right of 10000").str(), static_cast<double>(result.correct));
  }
};

TEST_F(Accuracy, Float) {
  QCC_ASSERT_OK(module, load("mnist_cnn.onnx"));
  QCC_ASSERT_OK(session, prepareSession(*module));
  QCC_ASSERT_OK(logits, runOnTestData(*session, getTestData()));
  int64_t correct = countCorrect(logits, getTestData().labels);
  EXPECT_NEAR(static_cast<double>(correct), 9901, 2);
  reportMeasured("float, right of 10000", static_cast<double>(correct));

  QCC_ASSERT_OK(oracle, readOracle("qnnpack"));
  ArrayRef<float> expected = oracle.at("fp32_logits_10000").getData<float>();
  ASSERT_EQ(expected.size(), logits.size());
  float worst = 0;
  for (auto [actual, wanted] : llvm::zip_equal(logits, expected))
    worst = std::max(worst, std::fabs(actual - wanted));
  EXPECT_LE(worst, 1e-4f);
  reportMeasured("float, largest difference of a logit from PyTorch's", worst);
}

TEST_F(Accuracy, Fbgemm) { expectCalibrated("fbgemm", 9893); }
TEST_F(Accuracy, FbgemmQat) { expectCalibrated("fbgemm-qat", 9893); }
TEST_F(Accuracy, Qnnpack) { expectCalibrated("qnnpack", 9896); }

TEST_F(Accuracy, QuantizedFileIsAQuarter) {
  auto save = [](ModuleOp module, uint64_t &size) {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("qcc-oracle", "mlirbc", path));
    llvm::FileRemover remover(path);
    QCC_ASSERT_SUCCESS(saveModel(module, path, ModelFormat::Bytecode));
    ASSERT_FALSE(llvm::sys::fs::file_size(path, size));
  };
  uint64_t floatSize = 0, quantizedSize = 0;
  QCC_ASSERT_OK(floatModule, load("mnist_cnn.onnx"));
  save(*floatModule, floatSize);
  CompileOptions options;
  QCC_ASSERT_OK(quantized, calibrateMnist(options));
  save(*quantized, quantizedSize);
  ASSERT_GT(quantizedSize, 0u);
  EXPECT_LE(static_cast<double>(quantizedSize), 0.26 * static_cast<double>(floatSize));
  reportMeasured("float .mlirbc, bytes", static_cast<double>(floatSize));
  reportMeasured("int8 .mlirbc, bytes", static_cast<double>(quantizedSize));
}

} // namespace

//===- ObserverParityTest.cpp - scales and zero points are PyTorch's ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calibration on the first training images, in batches of 64, chooses what PyTorch 1.13 chose. Our
// float sums are added in another order than PyTorch's, hence the tolerance of 1e-5.
//
//===----------------------------------------------------------------------===//

#include "OracleTest.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::oracles;

namespace {

constexpr double tolerance = 1e-5;

/// What one value's codes mean, per tensor or channel.
struct Parameters {
  std::vector<double> scales;
  std::vector<int64_t> zeroPoints;
};

/// The parameters of every observe, by name.
std::map<std::string, Parameters> getParameters(ModuleOp module) {
  std::map<std::string, Parameters> parameters;
  module.walk([&](calib::ObserveOp op) {
    Parameters &entry = parameters[op.getName().str()];
    Type type = op.getParams().value_or(Type());
    if (auto perTensor = dyn_cast_or_null<quant::UniformQuantizedType>(type)) {
      entry.scales = {perTensor.getScale()};
      entry.zeroPoints = {perTensor.getZeroPoint()};
    } else if (auto perAxis = dyn_cast_or_null<quant::UniformQuantizedPerAxisType>(type)) {
      entry.scales = perAxis.getScales().vec();
      entry.zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
    }
  });
  return parameters;
}

double relativeDifference(double value, double expected) {
  return std::fabs(value - expected) / std::fabs(expected);
}

class ObserverParity : public OracleTest {
protected:
  /// One batch under `qconfig` with PyTorch 1.13's histograms against the oracle of that name.
  void compareWithOracle(StringRef qconfig) {
    CompileOptions options;
    options.until = Phase::Calibrate;
    options.qconfig = qconfig.str();
    options.activationObserver = "histogram-torch-1.13";
    QCC_ASSERT_OK(module, calibrateMnist(options));
    QCC_ASSERT_OK(oracle, readOracle(qconfig));
    std::map<std::string, Parameters> parameters = getParameters(*module);
    double worst = 0;
    auto compare = [&](const std::string &name, const std::string &scaleKey,
                       const std::string &zeroPointKey) {
      SCOPED_TRACE(name);
      const Parameters &chosen = parameters[name];
      std::vector<double> scales = getNumbers(oracle.at(scaleKey)),
                          zeroPoints = getNumbers(oracle.at(zeroPointKey));
      ASSERT_FALSE(chosen.scales.empty());
      ASSERT_TRUE(chosen.scales.size() == scales.size() || chosen.scales.size() == 1);
      for (size_t i = 0; i < scales.size(); ++i) {
        size_t channel = std::min(i, chosen.scales.size() - 1);
        double difference = relativeDifference(chosen.scales[channel], scales[i]);
        EXPECT_LE(difference, tolerance) << chosen.scales[channel] << " against " << scales[i];
        EXPECT_EQ(static_cast<double>(chosen.zeroPoints[channel]), zeroPoints[i]);
        worst = std::max(worst, difference);
      }
    };
    compare("x", "in_scale", "in_zp");
    for (std::string layer : weightedLayers) {
      compare(layer, layer + "_os", layer + "_oz");
      compare(layer + ".weight", layer + "_ws", layer + "_wz");
    }
    reportMeasured((qconfig + ", largest relative difference of a scale").str(), worst);
  }

  /// A row of mnist_qat_qparams.json, "fbgemm-qat, 3 batches".
  void compareWithRow(StringRef qconfig, int64_t batches) {
    llvm::SmallString<128> tablePath;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("qcc-oracle", "yaml", tablePath));
    llvm::FileRemover remover(tablePath);
    CompileOptions options;
    options.until = Phase::Calibrate;
    options.qconfig = qconfig.str();
    options.calibrationBatches = batches;
    options.saveTable = tablePath.str().str();
    QCC_ASSERT_OK(module, calibrateMnist(options));
    QCC_ASSERT_OK(table, CalibrationTable::load(tablePath));
    std::map<std::string, Parameters> parameters = getParameters(*module);

    auto text = llvm::MemoryBuffer::getFile(getModelPath("mnist_qat_qparams.json"));
    ASSERT_TRUE(!!text);
    QCC_ASSERT_OK(json, llvm::json::parse((*text)->getBuffer()));
    std::string key =
        (qconfig + ", " + Twine(batches) + (batches == 1 ? " batch" : " batches")).str();
    const llvm::json::Object *row = json.getAsObject()->getObject(key);
    ASSERT_TRUE(row) << key;
    const llvm::json::Object &observed = *row->getObject("observed");
    EXPECT_EQ(observed.size(), 5u);

    ObserverSpec spec = llvm::cantFail(lookupQConfig(qconfig)).activation;
    double worst = 0;
    for (const auto &[layer, value] : observed) {
      std::string name = layer == "quant" ? "x" : layer.str();
      SCOPED_TRACE(name);
      const llvm::json::Object &expected = *value.getAsObject();
      auto compare = [&](double actual, StringRef field) {
        double wanted = *expected.getNumber(field);
        double difference = wanted == 0 ? std::fabs(actual) : relativeDifference(actual, wanted);
        EXPECT_LE(difference, tolerance) << field.str() << ": " << actual << " against " << wanted;
        worst = std::max(worst, difference);
      };
      const CalibrationEntry *entry = table.find(name);
      ASSERT_TRUE(entry);
      compare(entry->statistics.minValues[0], "min");
      compare(entry->statistics.maxValues[0], "max");
      ASSERT_EQ(parameters[name].scales.size(), 1u);
      compare(parameters[name].scales[0], "converted_scale");
      EXPECT_EQ(parameters[name].zeroPoints[0], *expected.getInteger("converted_zero_point"));
      QuantParams training =
          spec.chooseTrainingParams(entry->statistics.minValues[0], entry->statistics.maxValues[0])
              .params;
      compare(training.scale, "training_scale");
      EXPECT_EQ(training.zeroPoint, *expected.getInteger("training_zero_point"));
    }
    reportMeasured(key + ", largest relative difference", worst);
  }
};

TEST_F(ObserverParity, Fbgemm) { compareWithOracle("fbgemm"); }
TEST_F(ObserverParity, Qnnpack) { compareWithOracle("qnnpack"); }
TEST_F(ObserverParity, FbgemmQatOneBatch) { compareWithRow("fbgemm-qat", 1); }
TEST_F(ObserverParity, FbgemmQatThreeBatches) { compareWithRow("fbgemm-qat", 3); }
TEST_F(ObserverParity, QnnpackQatOneBatch) { compareWithRow("qnnpack-qat", 1); }

/// The comparison can fail: the current histogram chooses other scales.
TEST_F(ObserverParity, CurrentHistogramDiffers) {
  CompileOptions options;
  options.until = Phase::Calibrate;
  QCC_ASSERT_OK(module, calibrateMnist(options));
  QCC_ASSERT_OK(oracle, readOracle("fbgemm"));
  double conv1 = getParameters(*module)["conv1"].scales.at(0);
  double difference = relativeDifference(conv1, getScalar(oracle.at("conv1_os")));
  EXPECT_GT(difference, tolerance);
  reportMeasured("conv1's scale by the current histogram, relative difference", difference);
}

} // namespace

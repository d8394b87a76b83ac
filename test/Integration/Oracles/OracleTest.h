//===- OracleTest.h - what comparisons with other systems' outputs share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An oracle is what PyTorch or ONNX Runtime computed for the same network and images. Models,
// outputs and MNIST lie in the folder that the environment variable QCC_REFERENCE_DIR names
// (models/ and data/); without it every test is skipped and says so. The tests go the way that the
// tools go: load, compile, run.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_ORACLES_ORACLETEST_H
#define QCC_TEST_INTEGRATION_ORACLES_ORACLETEST_H

#include "qcc/Data/Dataset.h"
#include "qcc/Data/Npz.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Tools/Compile.h"
#include "qcc/Tools/ModelFile.h"
#include "qcc/Tools/Run.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "gtest/gtest.h"

/// `variable` becomes the value of an llvm::Expected; the test ends if it is an error.
#define QCC_ASSERT_OK(variable, expression)                                                        \
  auto variable##Expected = (expression);                                                          \
  ASSERT_TRUE(!!variable##Expected) << llvm::toString(variable##Expected.takeError());             \
  auto &variable = *variable##Expected

/// The test ends if an llvm::Error is one.
#define QCC_ASSERT_SUCCESS(expression)                                                             \
  do {                                                                                             \
    llvm::Error error = (expression);                                                              \
    bool failed = static_cast<bool>(error);                                                        \
    ASSERT_FALSE(failed) << llvm::toString(std::move(error));                                      \
  } while (false)

namespace qcc::oracles {

/// The layers that have parameters, and so entries in a calibration table, in order.
inline constexpr const char *weightedLayers[] = {"conv1", "conv2", "fc1", "fc2"};

class OracleTest : public ::testing::Test {
protected:
  OracleTest();
  void SetUp() override;

  /// The path of a file of the reference folder's models/.
  static std::string getModelPath(llvm::StringRef file);
  /// The folder with MNIST.
  static std::string getDataPath();
  /// The test split, read once.
  static const Dataset &getTestData();
  /// The first test images as the networks take them: f32 [count, 1, 28, 28], pixels / 255.
  static llvm::Expected<HostTensor> getTestImages(int64_t first, int64_t count);

  /// "fbgemm" or "qnnpack": what PyTorch 1.13 chose and computed for mnist_cnn.onnx.
  static llvm::Expected<NamedTensors> readOracle(llvm::StringRef name);

  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> load(llvm::StringRef file);

  /// mnist_cnn.onnx, calibrated as `options` say (the data are filled in).
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> calibrateMnist(CompileOptions options);

  mlir::MLIRContext context;
};

/// The value of an array without dimensions.
double getScalar(const HostTensor &tensor);
/// The elements of an f64 or i64 array.
std::vector<double> getNumbers(const HostTensor &tensor);

/// [n, h, w, c] as [n, c, h, w]; other ranks as they are.
std::vector<uint8_t> toChannelsFirst(const HostTensor &codes);

/// The named result of a run; null without one.
const HostTensor *findOutput(const Session &session, llvm::ArrayRef<HostTensor> results,
                             llvm::StringRef name);

/// The float results of the first output for all test images, in order; on two threads.
llvm::Expected<std::vector<float>> runOnTestData(const Session &session, const Dataset &data);

/// How many of the rows of ten have their largest value at the label.
int64_t countCorrect(llvm::ArrayRef<float> logits, llvm::ArrayRef<int32_t> labels);

/// Prints and records a number for the reader of the test's log.
void reportMeasured(llvm::StringRef what, double value);

} // namespace qcc::oracles

#endif // QCC_TEST_INTEGRATION_ORACLES_ORACLETEST_H

//===- OracleTest.cpp - what comparisons with other systems' outputs share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OracleTest.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include <cstdlib>
#include <future>
#include <numeric>

using namespace mlir;
using namespace qcc;
using namespace qcc::oracles;

using llvm::Expected;

static const char *getReferenceDir() { return std::getenv("QCC_REFERENCE_DIR"); }

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerAllDialects(registry);
  return registry;
}

OracleTest::OracleTest() : context(makeRegistry()) {}

void OracleTest::SetUp() {
  if (!getReferenceDir())
    GTEST_SKIP() << "QCC_REFERENCE_DIR is not set: it names the folder with models/ and data/";
}

std::string OracleTest::getModelPath(StringRef file) {
  return (Twine(getReferenceDir()) + "/models/" + file).str();
}

std::string OracleTest::getDataPath() { return std::string(getReferenceDir()) + "/data/mnist"; }

const Dataset &OracleTest::getTestData() {
  static const Dataset data = [] {
    Expected<Dataset> opened = openDataset(getDataPath(), Split::Test);
    if (opened)
      return std::move(*opened);
    ADD_FAILURE() << toString(opened.takeError());
    return Dataset();
  }();
  return data;
}

static Expected<HostTensor> getImages(const Dataset &data, int64_t first, int64_t count) {
  std::vector<int64_t> indices(static_cast<size_t>(count));
  std::iota(indices.begin(), indices.end(), first);
  HostTensor images(ElementType::F32, {count, 1, 28, 28});
  if (llvm::Error error = fillBatch(data, indices, Preprocessing(), images.getShape(),
                                    images.getMutableData<float>()))
    return error;
  return images;
}

Expected<HostTensor> OracleTest::getTestImages(int64_t first, int64_t count) {
  return getImages(getTestData(), first, count);
}

Expected<NamedTensors> OracleTest::readOracle(StringRef name) {
  return readNpz(getModelPath(("mnist_" + name + "_oracle.npz").str()));
}

Expected<OwningOpRef<ModuleOp>> OracleTest::load(StringRef file) {
  return loadModel(getModelPath(file), context);
}

Expected<OwningOpRef<ModuleOp>> OracleTest::calibrateMnist(CompileOptions options) {
  auto module = load("mnist_cnn.onnx");
  if (!module)
    return module.takeError();
  options.calibrationData = getDataPath();
  if (llvm::Error error = compileModel(**module, options))
    return error;
  return module;
}

double qcc::oracles::getScalar(const HostTensor &tensor) { return getNumbers(tensor).front(); }

std::vector<double> qcc::oracles::getNumbers(const HostTensor &tensor) {
  if (tensor.getElementType() == ElementType::I64) {
    auto data = tensor.getData<int64_t>();
    return std::vector<double>(data.begin(), data.end());
  }
  return tensor.getData<double>().vec();
}

std::vector<uint8_t> qcc::oracles::toChannelsFirst(const HostTensor &codes) {
  ArrayRef<uint8_t> data = codes.getData<uint8_t>();
  if (codes.getRank() != 4)
    return data.vec();
  int64_t images = codes.getDim(0), pixels = codes.getDim(1) * codes.getDim(2),
          channels = codes.getDim(3);
  std::vector<uint8_t> result(data.size());
  for (int64_t n = 0; n < images; ++n)
    for (int64_t p = 0; p < pixels; ++p)
      for (int64_t c = 0; c < channels; ++c)
        result[(n * channels + c) * pixels + p] = data[(n * pixels + p) * channels + c];
  return result;
}

const HostTensor *qcc::oracles::findOutput(const Session &session, ArrayRef<HostTensor> results,
                                           StringRef name) {
  for (auto [spec, result] : llvm::zip_equal(session.outputs(), results))
    if (spec.name == name)
      return &result;
  return nullptr;
}

Expected<std::vector<float>> qcc::oracles::runOnTestData(const Session &session,
                                                         const Dataset &data) {
  constexpr int64_t batchSize = 100;
  int64_t half = data.getNumImages() / 2;
  auto run = [&](int64_t begin, int64_t end) -> Expected<std::vector<float>> {
    std::vector<float> logits;
    for (int64_t first = begin; first < end; first += batchSize) {
      auto images = getImages(data, first, std::min(batchSize, end - first));
      if (!images)
        return images.takeError();
      auto results = session.run(*images);
      if (!results)
        return results.takeError();
      llvm::append_range(logits, results->front().getData<float>());
    }
    return logits;
  };
  auto second = std::async(std::launch::async, run, half, data.getNumImages());
  Expected<std::vector<float>> logits = run(0, half), rest = second.get();
  if (!logits || !rest)
    return llvm::joinErrors(logits.takeError(), rest.takeError());
  llvm::append_range(*logits, *rest);
  return logits;
}

int64_t qcc::oracles::countCorrect(ArrayRef<float> logits, ArrayRef<int32_t> labels) {
  int64_t correct = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    ArrayRef<float> row = logits.slice(i * 10, 10);
    correct += std::max_element(row.begin(), row.end()) - row.begin() == labels[i];
  }
  return correct;
}

void qcc::oracles::reportMeasured(StringRef what, double value) {
  llvm::outs() << fmt::format("[ MEASURED ] {}: {}\n", what, value);
  llvm::outs().flush();
}

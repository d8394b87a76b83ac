//===- CalibrationTest.cpp - observing values of compiled code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Calibration.h"
#include "TestModules.h"
#include "mlir/IR/Verifier.h"
#include "qcc/Conversion/CalibToRuntime/CalibToRuntime.h"
#include "qcc/Dialect/Calib/IR/ObserverSpecs.h"
#include <limits>

using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

struct CalibrationTest : ExecutionTest {
  /// Calibrates with these batches, in order.
  llvm::Expected<CalibrationTable> run(llvm::StringRef text, std::vector<HostTensor> batches) {
    auto module = parse(text);
    if (!module)
      return llvm::createStringError("the module does not parse");
    size_t next = 0;
    CalibrationOptions options;
    options.session = getOptions();
    options.progress = [&](uint64_t done) { progress.push_back(done); };
    return calibrate(
        *module,
        [&]() -> llvm::Expected<std::optional<HostTensor>> {
          if (next == batches.size())
            return std::nullopt;
          return batches[next++];
        },
        options);
  }

  std::vector<uint64_t> progress;
};

/// What tests say when nothing is wrong, so that an error's text is seen.
#define ASSERT_TABLE(table) ASSERT_TRUE(bool(table)) << toString(table.takeError())

TEST_F(CalibrationTest, TakesMinimumAndMaximumOverBatches) {
  auto table = run(R"(
    module attributes {cnn.qconfig = "fbgemm"} {
      func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
        %0 = calib.observe %x {name = "input", observer = #calib.observer<min_max>, storage = ui8,
                               min = 0 : i64, max = 255 : i64} : tensor<?x2xf32>
        %1 = arith.negf %0 : tensor<?x2xf32>
        %2 = calib.observe %1 {name = "negated", observer = #calib.observer<min_max>,
                               storage = si8, min = -128 : i64, max = 127 : i64, symmetric}
            : tensor<?x2xf32>
        return %2 : tensor<?x2xf32>
      }
    })",
                   {floats({1, 2}, {0.5, 2}), floats({2, 2}, {-1, 0, 0, 1})});
  ASSERT_TABLE(table);
  EXPECT_EQ(table->qconfig(), "fbgemm");
  ASSERT_EQ(table->entries().size(), 2u);
  const CalibrationEntry *input = table->find("input"), *negated = table->find("negated");
  ASSERT_TRUE(input && negated);
  EXPECT_EQ(input->statistics.minValues, (llvm::SmallVector<float>{-1}));
  EXPECT_EQ(input->statistics.maxValues, (llvm::SmallVector<float>{2}));
  EXPECT_EQ(input->statistics.batches, 2);
  ASSERT_EQ(input->range.size(), 1u);
  EXPECT_EQ(input->range[0], (FloatRange{-1, 2}));
  EXPECT_EQ(negated->range[0], (FloatRange{-2, 1}));
  EXPECT_THAT(progress, ElementsAre(1, 3));
}

TEST_F(CalibrationTest, GivesHistogramsEveryValue) {
  ObserverSpec spec;
  spec.kind = ObserverKind::Histogram;
  spec.reduceRange = true;
  auto expected = createObserver(spec);
  std::vector<HostTensor> batches;
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<float> values;
    for (int i = 0; i < 60; ++i)
      values.push_back(static_cast<float>((i * 37 + batch * 11) % 101) / 7 -
                       static_cast<float>(batch));
    batches.push_back(floats({3, 4, 5}, values));
    ASSERT_FALSE(expected->observe(values));
  }
  auto table = run(R"(
    func.func @main(%x: tensor<?x4x5xf32>) -> tensor<?x4x5xf32> {
      %0 = calib.observe %x {name = "x", observer = #calib.observer<histogram>, storage = ui8,
                             min = 0 : i64, max = 127 : i64} : tensor<?x4x5xf32>
      return %0 : tensor<?x4x5xf32>
    })",
                   batches);
  ASSERT_TABLE(table);
  EXPECT_EQ(table->find("x")->statistics, expected->statistics());
}

constexpr llvm::StringLiteral kFakeQuantized = R"(
  func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
    %0 = calib.observe %x {name = "x", observer = #calib.observer<moving_average_min_max>,
                           storage = ui8, min = 0 : i64, max = 127 : i64, fake_quantize}
        : tensor<?x3xf32>
    %1 = arith.addf %0, %0 : tensor<?x3xf32>
    %2 = calib.observe %1 {name = "sum", observer = #calib.observer<min_max>, storage = ui8,
                           min = 0 : i64, max = 255 : i64} : tensor<?x3xf32>
    %3 = calib.observe %x {name = "raw", observer = #calib.observer<min_max>, storage = ui8,
                           min = 0 : i64, max = 255 : i64} : tensor<?x3xf32>
    %4 = arith.addf %2, %3 : tensor<?x3xf32>
    return %4 : tensor<?x3xf32>
  })";

TEST_F(CalibrationTest, LaterObserversSeeFakeQuantizedValues) {
  ObserverSpec first, second;
  first.kind = ObserverKind::MovingAverageMinMax;
  first.reduceRange = first.fakeQuantize = true;
  second.kind = ObserverKind::MinMax;
  auto x = createObserver(first), sum = createObserver(second), raw = createObserver(second);
  std::vector<HostTensor> batches;
  for (float scale : {1.0f, 3.0f, 0.5f}) {
    std::vector<float> values = {0.337f * scale, -1.01f * scale, 2.99f * scale};
    batches.push_back(floats({1, 3}, values));
    ASSERT_FALSE(raw->observe(values));
    ASSERT_FALSE(x->observeAndFakeQuantize(values));
    for (float &value : values)
      value += value;
    ASSERT_FALSE(sum->observe(values));
  }
  auto table = run(kFakeQuantized, batches);
  ASSERT_TABLE(table);
  EXPECT_EQ(table->find("x")->statistics, x->statistics());
  EXPECT_EQ(table->find("sum")->statistics, sum->statistics());
  EXPECT_EQ(table->find("raw")->statistics, raw->statistics());
  // Or the test says nothing.
  EXPECT_NE(table->find("sum")->statistics.maxValues[0],
            2 * table->find("raw")->statistics.maxValues[0]);
}

TEST_F(CalibrationTest, ResultsAreFakeQuantizedAndInputsAreNot) {
  auto module = parse(kFakeQuantized);
  auto points = collectObservePoints(*module);
  ASSERT_TRUE(bool(points)) << toString(points.takeError());
  ASSERT_EQ(points->size(), 3u);
  EXPECT_EQ((*points)[0].name, "x");
  EXPECT_TRUE((*points)[0].spec.reduceRange);
  EXPECT_TRUE((*points)[0].spec.fakeQuantize);
  EXPECT_EQ((*points)[2].name, "raw");

  // Two calibrations of one module at a time.
  std::vector<std::unique_ptr<CalibrationSession>> calibrations;
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 2; ++i) {
    auto calibration = CalibrationSession::create(*points);
    ASSERT_TRUE(bool(calibration)) << toString(calibration.takeError());
    SessionOptions options = getOptions();
    options.jit.symbols = (*calibration)->getSymbols();
    options.lowering = [](mlir::OpPassManager &manager) {
      manager.addPass(createConvertCalibToRuntime());
      buildLowering(manager);
    };
    auto session = Session::compile(*module, options);
    ASSERT_TRUE(bool(session)) << toString(session.takeError());
    calibrations.push_back(std::move(*calibration));
    sessions.push_back(std::move(*session));
  }
  HostTensor input = floats({1, 3}, {0.337f, -1.01f, 2.99f});
  HostTensor larger = floats({1, 3}, {0.337f, -1.01f, 29.9f});
  auto outputs = sessions[0]->run({input});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  ASSERT_TRUE(bool(sessions[1]->run({larger})));
  EXPECT_FALSE(calibrations[0]->takeError());

  std::vector<float> expected = valuesOf(input);
  ASSERT_FALSE(calibrations[0]->getObserver(0).fakeQuantize(expected));
  for (auto [value, original] : llvm::zip(expected, input.getData<float>()))
    value = (value + value) + original;
  EXPECT_EQ(valuesOf(outputs->front()), expected);
  EXPECT_THAT(valuesOf(input), ElementsAre(0.337f, -1.01f, 2.99f));
  EXPECT_EQ(calibrations[0]->getObserver(2).statistics().maxValues[0], 2.99f);
  EXPECT_EQ(calibrations[1]->getObserver(2).statistics().maxValues[0], 29.9f);
}

TEST_F(CalibrationTest, ObservesStridedValuesAndScalars) {
  auto table = run(R"(
    func.func @main(%x: tensor<4x3xf32>) -> (tensor<2x2xf32>, tensor<f32>) {
      %slice = tensor.extract_slice %x[1, 1] [2, 2] [2, 1] : tensor<4x3xf32> to tensor<2x2xf32>
      %0 = calib.observe %slice {name = "slice", observer = #calib.observer<min_max>,
          storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
      %1 = calib.observe %slice {name = "quantized", observer = #calib.observer<min_max>,
          storage = ui8, min = 0 : i64, max = 255 : i64, fake_quantize} : tensor<2x2xf32>
      %c = arith.constant dense<2.5> : tensor<f32>
      %2 = calib.observe %c {name = "scalar", observer = #calib.observer<min_max>,
          storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<f32>
      return %1, %2 : tensor<2x2xf32>, tensor<f32>
    })",
                   {floats({4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})});
  ASSERT_TABLE(table);
  EXPECT_EQ(table->find("slice")->range[0], (FloatRange{4, 11}));
  EXPECT_EQ(table->find("quantized")->range[0], (FloatRange{4, 11}));
  EXPECT_EQ(table->find("scalar")->range[0], (FloatRange{2.5, 2.5}));
}

TEST_F(CalibrationTest, ObservesWeightsPerChannel) {
  auto table = run(R"(
    func.func @main(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
      %w = cnn.constant dense<[[1.0, 2.0], [-4.0, 3.0], [0.0, 0.0]]> : tensor<3x2xf32>
      %0 = calib.observe %w {name = "fc.weight", observer = #calib.observer<per_channel_min_max>,
          storage = si8, min = -128 : i64, max = 127 : i64, symmetric, axis = 0 : i64,
          fake_quantize} : tensor<3x2xf32>
      %1 = cnn.linear %x, %0 : (tensor<?x2xf32>, tensor<3x2xf32>) -> tensor<?x3xf32>
      %2 = calib.observe %1 {name = "fc", observer = #calib.observer<min_max>, storage = ui8,
          min = 0 : i64, max = 255 : i64} : tensor<?x3xf32>
      return %2 : tensor<?x3xf32>
    })",
                   {floats({1, 2}, {1, 0}), floats({1, 2}, {0, 1})});
  ASSERT_TABLE(table);
  const CalibrationEntry *weight = table->find("fc.weight");
  ASSERT_TRUE(weight);
  EXPECT_EQ(weight->statistics.minValues, (llvm::SmallVector<float>{1, -4, 0}));
  EXPECT_EQ(weight->statistics.maxValues, (llvm::SmallVector<float>{2, 3, 0}));
  EXPECT_EQ(weight->statistics.batches, 2);
}

TEST_F(CalibrationTest, OneNameIsOneObserver) {
  constexpr llvm::StringLiteral text = R"(
    func.func @main(%x: tensor<?x1xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>) {
      %0 = calib.observe %x {name = "shared", observer = #calib.observer<min_max>, storage = ui8,
                             min = 0 : i64, max = 255 : i64} : tensor<?x1xf32>
      %1 = arith.negf %x : tensor<?x1xf32>
      %2 = calib.observe %1 {name = "shared", observer = #calib.observer<min_max>, storage = ui8,
                             min = 0 : i64, max = %s : i64} : tensor<?x1xf32>
      return %0, %2 : tensor<?x1xf32>, tensor<?x1xf32>
    })";
  auto withMax = [&](llvm::StringRef max) {
    std::string result = text.str();
    result.replace(result.find("%s"), 2, max);
    return result;
  };
  auto table = run(withMax("255"), {floats({1, 1}, {3})});
  ASSERT_TABLE(table);
  ASSERT_EQ(table->entries().size(), 1u);
  EXPECT_EQ(table->find("shared")->range[0], (FloatRange{-3, 3}));
  EXPECT_THAT(errorOf(run(withMax("127"), {})),
              HasSubstr("observed value 'shared': two observes share the name"));
}

TEST_F(CalibrationTest, CountsValuesThatAreNotFinite) {
  float inf = std::numeric_limits<float>::infinity();
  auto table = run(R"(
    func.func @main(%x: tensor<?x1xf32>) -> tensor<?x1xf32> {
      %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8,
                             min = 0 : i64, max = 255 : i64} : tensor<?x1xf32>
      return %0 : tensor<?x1xf32>
    })",
                   {floats({2, 1}, {inf, std::nanf("")})});
  ASSERT_TABLE(table);
  EXPECT_EQ(table->find("x")->statistics.nonFinite, 2);
  EXPECT_TRUE(table->find("x")->range.empty());
}

constexpr llvm::StringLiteral kPlain = R"(
  func.func @main(%x: tensor<?x1xf32>) -> tensor<?x1xf32> {
    %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8,
                           min = 0 : i64, max = 255 : i64} : tensor<?x1xf32>
    return %0 : tensor<?x1xf32>
  })";

TEST_F(CalibrationTest, ReportsWhatIsMissing) {
  EXPECT_THAT(errorOf(run("func.func @main(%x: tensor<1xf32>) { return }", {})),
              HasSubstr("observes nothing"));
  EXPECT_EQ(errorOf(run(kPlain, {})), "there are no samples to calibrate with");
  EXPECT_EQ(errorOf(run(kPlain, {floats({1, 1}, {1}), floats({1, 2}, {1, 2})})),
            "calibration batch 1: input 'input0' must be f32[?, 1], not f32[1, 2]");
  auto module = parse(kPlain);
  CalibrationOptions options;
  options.session = getOptions();
  EXPECT_EQ(errorOf(calibrate(
                *module,
                []() -> llvm::Expected<std::optional<HostTensor>> {
                  return llvm::createStringError("the disk is gone");
                },
                options)),
            "calibration batch 0: the disk is gone");
}

TEST_F(CalibrationTest, ReportsObserversErrors) {
  // One per-channel observer, fed with values that differ in the number of channels.
  std::string error = errorOf(run(R"(
    func.func @main(%x: tensor<?x2xf32>, %y: tensor<?x3xf32>) {
      %0 = calib.observe %x {name = "w", observer = #calib.observer<per_channel_min_max>,
          storage = si8, min = -128 : i64, max = 127 : i64, axis = 1 : i64} : tensor<?x2xf32>
      return
    })",
                                  {}));
  EXPECT_EQ(error, "calibration feeds one input, and the model has 2");
  error = errorOf(run(R"(
    func.func @main(%x: tensor<?x2xf32>) {
      %0 = calib.observe %x {name = "w", observer = #calib.observer<per_channel_min_max>,
          storage = si8, min = -128 : i64, max = 127 : i64, axis = 1 : i64} : tensor<?x2xf32>
      %c = arith.constant dense<1.0> : tensor<1x3xf32>
      %1 = calib.observe %c {name = "w", observer = #calib.observer<per_channel_min_max>,
          storage = si8, min = -128 : i64, max = 127 : i64, axis = 1 : i64} : tensor<1x3xf32>
      return
    })",
                      {floats({1, 2}, {1, 2})}));
  EXPECT_THAT(error, HasSubstr("calibration batch 0: observing 'w': "));
}

TEST_F(CalibrationTest, SpecsSurviveTheOperation) {
  std::vector<ObserverSpec> specs;
  for (llvm::StringRef name : qconfigNames()) {
    auto config = lookupQConfig(name);
    ASSERT_TRUE(bool(config)) << toString(config.takeError());
    specs.push_back(config->activation);
    specs.push_back(config->weight);
    specs.back().axis = specs.back().isPerChannel() ? 1 : 0;
  }
  ObserverSpec other;
  other.kind = ObserverKind::Percentile;
  other.percentile = 99.5;
  other.bins = 512;
  other.averagingConstant = 0.25;
  specs.push_back(other);

  context.loadDialect<calib::CalibDialect>();
  auto module = parse("func.func @main(%x: tensor<2x3xf32>) { return }");
  auto function = module->lookupSymbol<mlir::func::FuncOp>("main");
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockBegin(&function.getBody().front());
  for (const ObserverSpec &spec : specs) {
    auto op = calib::buildObserve(builder, function.getLoc(), function.getArgument(0), "x", spec);
    EXPECT_TRUE(succeeded(mlir::verify(op)));
    EXPECT_TRUE(calib::getObserverSpec(op) == spec);
    EXPECT_EQ(toString(calib::checkObserve(op)), "");
    op->setAttr("max", builder.getI64IntegerAttr(100));
    EXPECT_THAT(toString(calib::checkObserve(op)), HasSubstr("no observer has the code range"));
  }
}

TEST_F(CalibrationTest, ConvertingTwiceIsAnError) {
  auto module =
      parse(std::string("llvm.mlir.global external @qcc_calib_session() : i8\n") + kPlain.str());
  CalibrationOptions options;
  options.session = getOptions();
  EXPECT_THAT(
      errorOf(calibrate(
          *module, []() -> llvm::Expected<std::optional<HostTensor>> { return std::nullopt; },
          options)),
      HasSubstr("the name 'qcc_calib_session' is taken"));
}

} // namespace

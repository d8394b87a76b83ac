//===- EvaluationTest.cpp - accuracy, and comparing models ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Evaluation.h"
#include "TestModules.h"
#include "qcc/Execution/Comparison.h"
#include <cmath>
#include <limits>

using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

/// Images of 1 x 3 pixels, of which the brightest is the class.
struct EvaluationTest : ExecutionTest {
  static constexpr int64_t count = 10;

  EvaluationTest() {
    std::vector<uint8_t> pixels;
    std::vector<int32_t> labels;
    for (int i = 0; i < count; ++i) {
      int bright = i % 3;
      for (int j = 0; j < 3; ++j)
        pixels.push_back(static_cast<uint8_t>(j == bright ? 255 : 10 * i));
      // Images 3 and 7 are labelled as something else.
      labels.push_back(i == 3 || i == 7 ? (bright + 1) % 3 : bright);
    }
    auto made = makeDataset(HostTensor::fromValues<uint8_t>({count, 1, 3}, pixels),
                            HostTensor::fromValues<int32_t>({count}, labels), "images", "labels");
    EXPECT_TRUE(bool(made));
    if (made)
      dataset = std::move(*made);
    else
      consumeError(made.takeError());
  }

  /// The scores are the pixels.
  static std::string identity(llvm::StringRef batch = "?") {
    std::string type = ("tensor<" + batch + "x3xf32>").str();
    return "func.func @main(%x: " + type + ") -> " + type + " { return %x : " + type + " }";
  }

  Dataset dataset;
};

TEST_F(EvaluationTest, CountsWhatIsRight) {
  auto session = compile(identity());
  ASSERT_TRUE(session);
  for (unsigned threads : {0u, 1u, 3u})
    for (int64_t batchSize : {1, 3, 64}) {
      uint64_t last = 0;
      EvaluationOptions options;
      options.threads = threads;
      options.batchSize = batchSize;
      options.progress = [&](uint64_t done) { last = done; };
      auto result = evaluate(*session, dataset, Preprocessing(), options);
      ASSERT_TRUE(bool(result)) << toString(result.takeError());
      EXPECT_EQ(result->count, 10);
      EXPECT_EQ(result->correct, 8);
      EXPECT_DOUBLE_EQ(result->getAccuracy(), 0.8);
      EXPECT_THAT(result->predictions, ElementsAre(0, 1, 2, 0, 1, 2, 0, 1, 2, 0));
      EXPECT_GT(result->getImagesPerSecond(), 0);
      EXPECT_EQ(last, 10u);
    }
}

TEST_F(EvaluationTest, RespectsALimitAndAStaticBatch) {
  auto session = compile(identity("4"));
  ASSERT_TRUE(session);
  EvaluationOptions options;
  options.limit = 7;
  auto result = evaluate(*session, dataset, Preprocessing(), options);
  ASSERT_TRUE(bool(result)) << toString(result.takeError());
  EXPECT_EQ(result->count, 7);
  EXPECT_EQ(result->correct, 6);
}

TEST_F(EvaluationTest, RefusesWhatItCannotEvaluate) {
  auto fails = [&](llvm::StringRef text, EvaluationOptions options = {}) {
    auto session = compile(text);
    return session ? errorOf(evaluate(*session, dataset, Preprocessing(), options)) : "";
  };
  EXPECT_THAT(fails("func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> "
                    "{ return %x : tensor<?x4xf32> }"),
              HasSubstr("4"));
  EXPECT_THAT(fails("func.func @main(%x: tensor<?x3xui8>) -> tensor<?x3xui8> "
                    "{ return %x : tensor<?x3xui8> }"),
              HasSubstr("one f32 input"));
  EXPECT_THAT(fails("func.func @main(%x: tensor<?x3xf32>) { return }"), HasSubstr("no outputs"));
  EXPECT_THAT(fails("func.func @main(%x: tensor<?x3xf32>) -> tensor<2xf32> "
                    "{ %c = arith.constant dense<0.0> : tensor<2xf32> return %c : tensor<2xf32> }"),
              HasSubstr("output 'output0' is f32[2], which is not a row of scores"));
  EvaluationOptions options;
  options.batchSize = 0;
  EXPECT_THAT(fails(identity(), options), HasSubstr("at least 1"));

  dataset.labels[5] = 3;
  EXPECT_EQ(fails(identity()), "labels: image 5 has the label 3, but the model has only 3 classes");
  dataset.labels.clear();
  EXPECT_EQ(fails(identity()), "images: the data has no labels to evaluate with");
}

TEST_F(EvaluationTest, ArgmaxTakesTheFirstOfEqualsAndIgnoresNaN) {
  float nan = std::nanf("");
  EXPECT_THAT(argmaxRows(floats({4, 3}, {1, 2, 2, nan, 1, 0, nan, nan, nan, 3, nan, 4})),
              ElementsAre(1, 1, 0, 2));
  EXPECT_THAT(argmaxRows(HostTensor::fromValues<int8_t>({1, 3}, {-5, -3, -4})), ElementsAre(1));
  EXPECT_THAT(argmaxRows(HostTensor::fromValues<uint8_t>({1, 2}, {3, 200})), ElementsAre(1));
}

/// A model whose layers "same", "scaled" and "shifted" are the image times `scale` plus `shift`.
std::string layers(double scale, double shift, llvm::StringRef batch, llvm::StringRef last) {
  std::string text = R"(
    #map = affine_map<(i, j) -> (i, j)>
    func.func @main(%x: $T {cnn.name = "image"})
        -> ($T {cnn.name = "score"}, $T {cnn.name = "same"}, $T {cnn.name = "scaled"},
            $T {cnn.name = "shifted"}, tensor<1xf32> {cnn.name = "$LAST"}) {
      %init = bufferization.alloc_tensor() copy(%x) : $T
      %scaled = linalg.generic {indexing_maps = [#map, #map],
                                iterator_types = ["parallel", "parallel"]}
          ins(%x : $T) outs(%init : $T) {
        ^bb0(%a: f32, %b: f32):
          %c = arith.constant $SCALE : f32
          %0 = arith.mulf %a, %c : f32
          linalg.yield %0 : f32
      } -> $T
      %shifted = linalg.generic {indexing_maps = [#map, #map],
                                 iterator_types = ["parallel", "parallel"]}
          ins(%x : $T) outs(%init : $T) {
        ^bb0(%a: f32, %b: f32):
          %c = arith.constant $SHIFT : f32
          %0 = arith.addf %a, %c : f32
          linalg.yield %0 : f32
      } -> $T
      %one = arith.constant dense<1.0> : tensor<1xf32>
      return %x, %x, %scaled, %shifted, %one : $T, $T, $T, $T, tensor<1xf32>
    })";
  auto replace = [&](llvm::StringRef from, std::string to) {
    for (size_t at; (at = text.find(from.str())) != std::string::npos;)
      text.replace(at, from.size(), to);
  };
  replace("$T", ("tensor<" + batch + "x3xf32>").str());
  replace("$SCALE", std::to_string(scale));
  replace("$SHIFT", std::to_string(shift));
  replace("$LAST", last.str());
  return text;
}

TEST_F(EvaluationTest, ComparesLayers) {
  // With a static batch of 4 there are rows behind the last images, in which only `shifted` would
  // be seen to differ.
  for (llvm::StringRef batch : {"?", "4"}) {
    auto reference = compile(layers(2, 1, batch, "first only"));
    auto other = compile(layers(2.5, 1.25, batch, "second only"));
    ASSERT_TRUE(reference && other);
    // Sums of the images, as float32 made them.
    double squares = 0, shiftedSquares = 0;
    for (uint8_t pixel : dataset.images.getData<uint8_t>()) {
      double value = static_cast<float>(pixel) / 255.0f;
      squares += value * value;
      shiftedSquares += (value + 1) * (value + 1);
    }
    for (unsigned threads : {1u, 3u}) {
      EvaluationOptions options;
      options.threads = threads;
      options.batchSize = 3;
      auto result = compare(*reference, *other, dataset, Preprocessing(), options);
      ASSERT_TRUE(bool(result)) << toString(result.takeError());
      ASSERT_EQ(result->layers.size(), 4u);
      const LayerComparison &scaled = result->layers[0], &shifted = result->layers[1];
      EXPECT_EQ(scaled.name, "scaled");
      EXPECT_NEAR(scaled.sqnr, 10 * std::log10(4 / 0.25), 1e-4);
      EXPECT_NEAR(scaled.cosine, 1, 1e-6);
      EXPECT_NEAR(scaled.maxDifference, 0.5, 1e-6);
      EXPECT_EQ(scaled.elements, 30);
      EXPECT_EQ(shifted.name, "shifted");
      EXPECT_NEAR(shifted.sqnr, 10 * std::log10(shiftedSquares / (30 * 0.0625)), 1e-4);
      EXPECT_LT(shifted.cosine, 1);
      EXPECT_EQ(result->layers[2].name, "score");
      EXPECT_EQ(result->layers[3].name, "same");
      EXPECT_TRUE(std::isinf(result->layers[3].sqnr));
      EXPECT_NEAR(result->layers[3].cosine, 1, 1e-12);
      EXPECT_THAT(result->onlyInReference, ElementsAre("first only"));
      EXPECT_THAT(result->onlyInOther, ElementsAre("second only"));
      EXPECT_EQ(result->count, 10);
      EXPECT_EQ(result->agreeing, 10);
      EXPECT_EQ(result->referenceCorrect, 8);
      EXPECT_EQ(result->otherCorrect, 8);
    }
    EXPECT_GT(squares, 0);
  }
}

TEST_F(EvaluationTest, ComparesPredictionsWithoutLabels) {
  auto reference = compile(identity());
  auto other = compile(R"(
    func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
      %0 = arith.negf %x : tensor<?x3xf32>
      return %0 : tensor<?x3xf32>
    })");
  ASSERT_TRUE(reference && other);
  dataset.labels.clear();
  auto result = compare(*reference, *other, dataset, Preprocessing());
  ASSERT_TRUE(bool(result)) << toString(result.takeError());
  EXPECT_EQ(result->agreeing, 0);
  EXPECT_EQ(result->referenceCorrect, -1);
  EXPECT_EQ(result->otherCorrect, -1);
  ASSERT_EQ(result->layers.size(), 1u);
  EXPECT_NEAR(result->layers[0].cosine, -1, 1e-12);
  EXPECT_NEAR(result->layers[0].sqnr, 10 * std::log10(0.25), 1e-9);
}

TEST_F(EvaluationTest, SortsNaNFirst) {
  auto text = [](llvm::StringRef a, llvm::StringRef b) {
    return ("func.func @main(%x: tensor<?x3xf32>) -> (tensor<?x3xf32> {cnn.name = \"s\"}, "
            "tensor<1xf32> {cnn.name = \"bad\"}, tensor<1xf32> {cnn.name = \"zero\"}) {\n"
            "%a = arith.constant dense<" +
            a +
            "> : tensor<1xf32>\n"
            "%b = arith.constant dense<" +
            b +
            "> : tensor<1xf32>\n"
            "return %x, %a, %b : tensor<?x3xf32>, tensor<1xf32>, tensor<1xf32> }")
        .str();
  };
  auto reference = compile(text("1.0", "0.0")), other = compile(text("0x7FC00000", "1.0"));
  ASSERT_TRUE(reference && other);
  auto result = compare(*reference, *other, dataset, Preprocessing());
  ASSERT_TRUE(bool(result)) << toString(result.takeError());
  ASSERT_EQ(result->layers.size(), 3u);
  EXPECT_EQ(result->layers[0].name, "bad");
  EXPECT_TRUE(std::isnan(result->layers[0].sqnr));
  EXPECT_EQ(result->layers[1].name, "zero");
  EXPECT_EQ(result->layers[1].sqnr, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(result->layers[1].cosine, 0);
  EXPECT_EQ(result->layers[2].name, "s");
}

TEST_F(EvaluationTest, RefusesModelsThatDoNotMatch) {
  auto reference = compile(identity()), other = compile(identity("4"));
  ASSERT_TRUE(reference && other);
  EXPECT_THAT(errorOf(compare(*reference, *other, dataset, Preprocessing())),
              HasSubstr("same input"));
  other = compile(R"(
    func.func @main(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
      %0 = tensor.extract_slice %x[0, 0] [2, 1] [1, 1] : tensor<?x3xf32> to tensor<2x1xf32>
      %1 = tensor.cast %0 : tensor<2x1xf32> to tensor<?x1xf32>
      return %1 : tensor<?x1xf32>
    })");
  ASSERT_TRUE(other);
  EXPECT_EQ(errorOf(compare(*reference, *other, dataset, Preprocessing())),
            "layer 'output0' is f32[?, 3] in one model and f32[?, 1] in the other");
}

} // namespace

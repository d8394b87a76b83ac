//===- ElementwiseLoweringTest.cpp - Functions of single elements and softmax ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTest.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

class ElementwiseLoweringTest : public LoweringTest {
protected:
  std::vector<float> apply(llvm::StringRef op, std::vector<float> values) {
    HostTensor x = tensorOf<float>({1, static_cast<int64_t>(values.size())}, values);
    std::string type = "tensor<1x" + std::to_string(values.size()) + "xf32>";
    return valuesOf<float>(run(wrap(op, {type}, type), {x}));
  }
};

/// How many floats lie between `actual` and the exact value.
double ulps(float actual, double exact) {
  if (std::isnan(exact) || std::isinf(static_cast<float>(exact)) || std::isinf(actual))
    return (std::isnan(actual) && std::isnan(exact)) || actual == static_cast<float>(exact) ? 0
                                                                                            : 1e9;
  double magnitude = std::max(std::fabs(exact), double{std::numeric_limits<float>::min()});
  double ulp = std::ldexp(1.0, std::ilogb(magnitude) - 23);
  return std::fabs(actual - exact) / ulp;
}

TEST_F(ElementwiseLoweringTest, Relu) {
  std::vector<float> y = apply("cnn.relu %0", {-1, 0, 2, inf, -inf, nan, -1e-40F});
  EXPECT_THAT(llvm::ArrayRef(y).take_front(5), ElementsAre(0, 0, 2, inf, 0));
  EXPECT_TRUE(std::isnan(y[5]));
  EXPECT_EQ(y[6], 0);
}

TEST_F(ElementwiseLoweringTest, ReluOfAccumulators) {
  HostTensor x = tensorOf<int32_t>({3}, {-5, 0, std::numeric_limits<int32_t>::max()});
  EXPECT_THAT(valuesOf<int32_t>(run(wrap("cnn.relu %0", {"tensor<3xi32>"}, "tensor<3xi32>"), {x})),
              ElementsAre(0, 0, std::numeric_limits<int32_t>::max()));
}

TEST_F(ElementwiseLoweringTest, Clamp) {
  std::vector<float> y =
      apply("cnn.clamp %0 {min = -1.0 : f32, max = 6.0 : f32}", {-2, -1, 0.5F, 7, inf, -inf, nan});
  EXPECT_THAT(llvm::ArrayRef(y).take_front(6), ElementsAre(-1, -1, 0.5F, 6, 6, -1));
  EXPECT_TRUE(std::isnan(y[6]));
}

TEST_F(ElementwiseLoweringTest, ClampOfCodes) {
  HostTensor u = tensorOf<uint8_t>({4}, {0, 100, 200, 255});
  EXPECT_THAT(valuesOf<uint8_t>(run(wrap("cnn.clamp %0 {min = 3 : i32, max = 201 : i32}",
                                         {"tensor<4xui8>"}, "tensor<4xui8>"),
                                    {u})),
              ElementsAre(3, 100, 200, 201));
  HostTensor s = tensorOf<int8_t>({4}, {-128, -3, 5, 127});
  EXPECT_THAT(valuesOf<int8_t>(run(wrap("cnn.clamp %0 {min = -5 : i32, max = 100 : i32}",
                                        {"tensor<4xi8>"}, "tensor<4xi8>"),
                                   {s})),
              ElementsAre(-5, -3, 5, 100));
}

TEST_F(ElementwiseLoweringTest, LeakyRelu) {
  std::vector<float> y = apply("cnn.leaky_relu %0 {alpha = 0.1 : f32}", {-2, -0.0F, 3, -inf, nan});
  EXPECT_THAT(llvm::ArrayRef(y).take_front(4), ElementsAre(-2 * 0.1F, 0, 3, -inf));
  EXPECT_TRUE(std::isnan(y[4]));
}

TEST_F(ElementwiseLoweringTest, HardSwish) {
  EXPECT_THAT(apply("cnn.hard_swish %0", {-4, -3, 0, 3, 5}), ElementsAre(-0.0F, 0, 0, 3, 5));
  float x = 1.3F;
  EXPECT_THAT(apply("cnn.hard_swish %0", {x}), ElementsAre(x * (x / 6 + 0.5F)));
}

TEST_F(ElementwiseLoweringTest, Sigmoid) {
  std::vector<float> x = {0, inf, -inf, nan, 100, -87, -100, 1e-10F};
  for (int i = -400; i <= 400; ++i)
    x.push_back(static_cast<float>(i) * 0.1F);
  std::vector<float> y = apply("cnn.sigmoid %0", x);
  for (auto [value, result] : llvm::zip(x, y))
    EXPECT_LE(ulps(result, 1 / (1 + std::exp(-double{value}))), value < -88 ? 1e8 : 4) << value;
  EXPECT_EQ(y[0], 0.5F);
  EXPECT_EQ(y[1], 1);
  EXPECT_EQ(y[2], 0);
  EXPECT_TRUE(std::isnan(y[3]));
}

TEST_F(ElementwiseLoweringTest, Exp) {
  auto module = parseSourceString<ModuleOp>(R"(
    func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?xf32>
      %init = tensor.empty(%n) : tensor<?xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                           iterator_types = ["parallel"]}
          ins(%x : tensor<?xf32>) outs(%init : tensor<?xf32>) {
        ^bb0(%a: f32, %b: f32):
          linalg.yield %a : f32
      } -> tensor<?xf32>
      return %y : tensor<?xf32>
    })",
                                            &context);
  ASSERT_TRUE(module);
  module->walk([](linalg::YieldOp yield) {
    OpBuilder b(yield);
    yield->setOperand(0, emitExp(b, yield.getLoc(), yield->getOperand(0)));
  });
  auto session = compile(*module);
  // Every 997th of all floats, special values among them, and the places where the result leaves
  // the range of normal numbers or of all.
  std::vector<float> x = {0.0F, -0.0F, inf, -inf, nan, 1.0F, 88.72283F, 88.72284F, 89.0F, 200.0F};
  for (float value : {-87.3F, -87.4F, -100.0F, -103.97F, -103.98F, -104.5F, -1e30F})
    x.push_back(value);
  for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 997)
    x.push_back(llvm::bit_cast<float>(static_cast<uint32_t>(bits)));
  HostTensor y = run(session.get(), {tensorOf<float>({static_cast<int64_t>(x.size())}, x)});
  double worst = 0;
  float worstAt = 0;
  for (auto [value, result] : llvm::zip(x, y.getData<float>())) {
    double error = ulps(result, std::exp(double{value}));
    if (error > worst) {
      worst = error;
      worstAt = value;
    }
  }
  EXPECT_LE(worst, 2.0) << "at " << worstAt;
}

TEST_F(ElementwiseLoweringTest, Softmax) {
  auto session =
      compile(wrap("cnn.softmax %0 {axis = 1 : i64}", {"tensor<?x4x3xf32>"}, "tensor<?x4x3xf32>"));
  for (int64_t batch : {1, 3}) {
    HostTensor x = random<float>({batch, 4, 3}, -30, 100), y = run(session.get(), {x});
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t c = 0; c < 3; ++c) {
        double largest = -inf, sum = 0;
        for (int64_t i = 0; i < 4; ++i)
          largest = std::max<double>(largest, at<float>(x, {n, i, c}));
        for (int64_t i = 0; i < 4; ++i)
          sum += std::exp(at<float>(x, {n, i, c}) - largest);
        for (int64_t i = 0; i < 4; ++i) {
          double exact = std::exp(at<float>(x, {n, i, c}) - largest) / sum;
          EXPECT_NEAR(at<float>(y, {n, i, c}), exact, 1e-6);
        }
      }
  }
}

TEST_F(ElementwiseLoweringTest, AddAndMulRepeat) {
  std::vector<std::string> types = {"tensor<?x2x3x4xf32>", "tensor<1x1x3x1xf32>"};
  HostTensor a = random<float>({3, 2, 3, 4}, -1, 1), b = random<float>({1, 1, 3, 1}, -1, 1);
  HostTensor sum = run(wrap("cnn.add %0, %1", types, types[0]), {a, b});
  HostTensor product =
      run(wrap("cnn.mul %0, %1 {activation = #cnn.activation<relu>}", types, types[0]), {a, b});
  for (int64_t n = 0; n < 3; ++n)
    for (int64_t h = 0; h < 2; ++h)
      for (int64_t w = 0; w < 3; ++w)
        for (int64_t c = 0; c < 4; ++c) {
          float l = at<float>(a, {n, h, w, c}), r = at<float>(b, {0, 0, w, 0});
          EXPECT_EQ(at<float>(sum, {n, h, w, c}), l + r);
          EXPECT_EQ(at<float>(product, {n, h, w, c}), std::max(l * r, 0.0F));
        }
}

TEST_F(ElementwiseLoweringTest, BothSidesRepeat) {
  HostTensor a = tensorOf<float>({2, 1}, {1, 2}), b = tensorOf<float>({1, 3}, {10, 20, 30});
  HostTensor y = run(
      wrap("cnn.add %0, %1", {"tensor<?x1xf32>", "tensor<1x3xf32>"}, "tensor<?x3xf32>"), {a, b});
  EXPECT_THAT(valuesOf<float>(y), ElementsAre(11, 21, 31, 12, 22, 32));
}

TEST_F(ElementwiseLoweringTest, BatchNorm) {
  std::string c = "tensor<5xf32>", x = "tensor<?x2x3x5xf32>";
  HostTensor input = random<float>({3, 2, 3, 5}, -1, 1), scale = random<float>({5}, -1, 1),
             offset = random<float>({5}, -1, 1), mean = random<float>({5}, -1, 1),
             variance = random<float>({5}, 0, 2);
  HostTensor y =
      run(wrap("cnn.batch_norm %0, %1, %2, %3, %4 {epsilon = 0.001 : f32}", {x, c, c, c, c}, x),
          {input, scale, offset, mean, variance});
  for (int64_t i = 0; i < 90; ++i) {
    int64_t k = i % 5;
    float deviation = std::sqrt(at<float>(variance, {k}) + 0.001F);
    float normal = (input.getData<float>()[i] - at<float>(mean, {k})) / deviation;
    float scaled = normal * at<float>(scale, {k});
    EXPECT_EQ(y.getData<float>()[i], scaled + at<float>(offset, {k}));
  }
}

} // namespace

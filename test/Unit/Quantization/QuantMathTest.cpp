//===- QuantMathTest.cpp - the rounding rule and its edges ---*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//

#include "qcc/Quantization/QuantMath.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"
#include <random>

using namespace qcc;
using namespace qcc::quantmath;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr CodeRange uint8Range = {0, 255};
constexpr CodeRange reducedRange = {0, 127};
constexpr CodeRange int8Range = {-128, 127};

TEST(RoundHalfEven, Ties) {
  EXPECT_EQ(roundHalfEven(0.5f), 0.0f);
  EXPECT_EQ(roundHalfEven(1.5f), 2.0f);
  EXPECT_EQ(roundHalfEven(2.5f), 2.0f);
  EXPECT_EQ(roundHalfEven(-0.5f), 0.0f);
  EXPECT_EQ(roundHalfEven(-1.5f), -2.0f);
  EXPECT_EQ(roundHalfEven(-2.5f), -2.0f);
  EXPECT_EQ(roundHalfEven(0.49999997f), 0.0f);
  EXPECT_EQ(roundHalfEven(4194303.5f), 4194304.0f);
  EXPECT_EQ(roundHalfEven(8388607.5f), 8388608.0f);
  EXPECT_EQ(roundHalfEven(8388609.0f), 8388609.0f);
  EXPECT_EQ(roundHalfEven(2.5), 2.0);
  EXPECT_EQ(roundHalfEven(4503599627370495.5), 4503599627370496.0);
}

TEST(RoundHalfEven, EqualsNearbyintForAnyBits) {
  std::mt19937 generator(7);
  for (int i = 0; i < 1000000; ++i) {
    float x = llvm::bit_cast<float>(static_cast<uint32_t>(generator()));
    if (std::isnan(x)) {
      EXPECT_TRUE(std::isnan(roundHalfEven(x)));
      continue;
    }
    float expected = std::nearbyint(x);
    ASSERT_EQ(llvm::bit_cast<uint32_t>(roundHalfEven(x)), llvm::bit_cast<uint32_t>(expected)) << x;
  }
}

TEST(Contracts, NamesRoundTrip) {
  for (Contract contract : allContracts)
    EXPECT_EQ(parseContract(stringifyContract(contract)), contract);
  EXPECT_FALSE(parseContract("tflite"));
  EXPECT_FALSE(parseContract(""));
}

TEST(Quantize, ReciprocalAndDivisionDiffer) {
  // The example in FBGEMM's QuantUtils.h: 127.5 by the reciprocal, 127.499992 by division.
  float x = 0.273939937f, scale = 0.00214854861f;
  EXPECT_EQ(quantize(x, scale, 0, uint8Range, Contract::Fbgemm), 128);
  EXPECT_EQ(quantize(x, scale, 0, uint8Range, Contract::Qnnpack), 128);
  EXPECT_EQ(quantize(x, scale, 0, uint8Range, Contract::Onnx), 127);
}

TEST(Quantize, RoundsBeforeAddingTheZeroPoint) {
  // 2.5 + 3 rounded together would be 6 (5.5 to even); rounding first gives 2 + 3.
  for (Contract contract : allContracts) {
    EXPECT_EQ(quantize(2.5f, 1.0f, 3, uint8Range, contract), 5);
    EXPECT_EQ(quantize(-2.5f, 1.0f, 3, uint8Range, contract), 1);
  }
}

TEST(Quantize, NeverUndefined) {
  for (Contract contract : allContracts) {
    EXPECT_EQ(quantize(nan, 0.1f, 7, uint8Range, contract), 7);
    EXPECT_EQ(quantize(infinity, 0.1f, 7, uint8Range, contract), 255);
    EXPECT_EQ(quantize(-infinity, 0.1f, 7, uint8Range, contract), 0);
    EXPECT_EQ(quantize(3e38f, 1e-38f, 0, int8Range, contract), 127);
    EXPECT_EQ(quantize(-3e38f, 1e-38f, 0, int8Range, contract), -128);
    EXPECT_EQ(quantize(1.0f, 0.0f, 0, int8Range, contract), 127);
    EXPECT_EQ(quantize(0.0f, 0.0f, 5, int8Range, contract), 5);
    EXPECT_EQ(quantize(1.0f, 1e-45f, 0, int8Range, contract), 127);
    EXPECT_EQ(quantize(nan, 1.0f, 1000, int8Range, contract), 127);
  }
}

TEST(Quantize, FakeQuantizeIsTheRoundTrip) {
  QuantParams params = {0.1f, 10};
  EXPECT_EQ(fakeQuantize(0.26f, params, uint8Range), 3 * 0.1f);
  EXPECT_EQ(fakeQuantize(-5.0f, params, uint8Range), -10 * 0.1f);
  EXPECT_EQ(fakeQuantize(100.0f, params, reducedRange), 117 * 0.1f);
  EXPECT_EQ(fakeQuantize(nan, params, uint8Range), 0.0f);
}

TEST(Params, Affine) {
  EXPECT_EQ(chooseAffine(0, 1, uint8Range).params, (QuantParams{1.0f / 255.0f, 0}));
  // The range is widened to hold 0.
  EXPECT_EQ(chooseAffine(2, 4, uint8Range).params, (QuantParams{4.0f / 255.0f, 0}));
  EXPECT_EQ(chooseAffine(-4, -2, uint8Range).params, (QuantParams{4.0f / 255.0f, 255}));
  EXPECT_EQ(chooseAffine(-128, 127, int8Range).params, (QuantParams{1.0f, 0}));
  EXPECT_EQ(chooseAffine(0, 0, uint8Range).params, (QuantParams{0x1p-23f, 0}));
  EXPECT_EQ(chooseAffine(0, 1e-8f, uint8Range).params.scale, 0x1p-23f);
}

TEST(Params, Symmetric) {
  EXPECT_EQ(chooseSymmetric(-2, 1, int8Range).params, (QuantParams{2.0f / 127.5f, 0}));
  EXPECT_EQ(chooseSymmetric(-1, 2, {-127, 127}).params, (QuantParams{2.0f / 127.0f, 0}));
  EXPECT_EQ(chooseSymmetric(-1, 2, {-64, 63}).params, (QuantParams{2.0f / 63.5f, 0}));
  EXPECT_EQ(chooseSymmetric(-1, 2, uint8Range).params, (QuantParams{2.0f / 127.5f, 128}));
  EXPECT_EQ(chooseSymmetric(0, 0, int8Range).params.scale, 0x1p-23f);
}

TEST(Params, NothingObserved) {
  for (ChosenParams chosen :
       {chooseAffine(infinity, -infinity, uint8Range), chooseAffine(nan, 1, uint8Range),
        chooseSymmetric(infinity, -infinity, int8Range),
        chooseTraining(infinity, -infinity, uint8Range, false)}) {
    EXPECT_FALSE(chosen.observed);
    EXPECT_EQ(chosen.params, (QuantParams{1.0f, 0}));
  }
  EXPECT_TRUE(chooseAffine(0, 0, uint8Range).observed);
}

TEST(Params, HugeRangesStayFinite) {
  for (float bound : {3.4e38f, infinity}) {
    for (ChosenParams chosen :
         {chooseAffine(-bound, bound, uint8Range), chooseSymmetric(-bound, bound, int8Range),
          chooseTraining(-bound, bound, uint8Range, false),
          chooseTraining(-bound, bound, int8Range, true)}) {
      EXPECT_TRUE(std::isfinite(chosen.params.scale));
      EXPECT_GT(chosen.params.scale, 1e36f);
    }
    EXPECT_NEAR(chooseAffine(-bound, bound, uint8Range).params.zeroPoint, 128, 1);
  }
}

struct QatRow {
  float min, max;
  CodeRange range;
  float trainingScale;
  int64_t trainingZeroPoint;
  float convertedScale;
  int64_t convertedZeroPoint;
};

// What PyTorch 1.13's FusedMovingAvgObsFakeQuantize saw and chose for a small MNIST network, with
// fbgemm's reduced range (after one and after three batches) and qnnpack's full one.
const QatRow qatRows[] = {
    {0.0f, 1.1637554168701172f, reducedRange, 0.009163428097963333f, 0, 0.009163428097963333f, 0},
    {0.0f, 3.6542158126831055f, reducedRange, 0.02877335250377655f, 0, 0.02877335250377655f, 0},
    {0.0f, 24.83805274963379f, reducedRange, 0.19557522237300873f, 0, 0.19557522237300873f, 0},
    {-22.002582550048828f, 24.061769485473633f, reducedRange, 0.36271142959594727f, 61,
     0.36271145939826965f, 61},
    {0.0f, 1.0f, reducedRange, 0.007874015718698502f, 0, 0.007874015718698502f, 0},
    {0.0f, 1.1643513441085815f, reducedRange, 0.00916812103241682f, 0, 0.00916812103241682f, 0},
    {0.0f, 3.652028799057007f, reducedRange, 0.02875613234937191f, 0, 0.02875613234937191f, 0},
    {0.0f, 24.89572525024414f, reducedRange, 0.19602933526039124f, 0, 0.19602933526039124f, 0},
    {-21.993703842163086f, 24.021163940429688f, reducedRange, 0.36232179403305054f, 61,
     0.36232179403305054f, 61},
    {0.0f, 1.1637078523635864f, uint8Range, 0.004563560243695974f, 0, 0.004563560243695974f, 0},
    {0.0f, 3.646177291870117f, uint8Range, 0.01429873425513506f, 0, 0.01429873425513506f, 0},
    {0.0f, 24.83021354675293f, uint8Range, 0.09737338870763779f, 0, 0.09737338870763779f, 0},
    {-21.90966796875f, 23.96434211730957f, uint8Range, 0.17989808320999146f, 122,
     0.17989806830883026f, 122},
    {0.0f, 1.0f, uint8Range, 0.003921568859368563f, 0, 0.003921568859368563f, 0},
};

TEST(Params, EqualPyTorchsFusedFakeQuantize) {
  for (const QatRow &row : qatRows) {
    EXPECT_EQ(chooseTraining(row.min, row.max, row.range, false).params,
              (QuantParams{row.trainingScale, row.trainingZeroPoint}))
        << row.max;
    EXPECT_EQ(chooseAffine(row.min, row.max, row.range).params,
              (QuantParams{row.convertedScale, row.convertedZeroPoint}))
        << row.max;
  }
}

TEST(Params, TrainingSymmetric) {
  EXPECT_EQ(chooseTraining(-2, 1, int8Range, true).params, (QuantParams{2.0f / 128.0f, 0}));
  EXPECT_EQ(chooseTraining(-1, 2, int8Range, true).params, (QuantParams{2.0f / 127.0f, 0}));
  // On one side of 0, FBGEMM's symmetric choice is affine.
  EXPECT_EQ(chooseTraining(0, 2, int8Range, true).params, (QuantParams{2.0f / 255.0f, -128}));
  EXPECT_EQ(chooseTraining(-2, 0, int8Range, true).params, (QuantParams{2.0f / 255.0f, 127}));
}

TEST(Params, TrainingCutsSmallScalesOff) {
  EXPECT_EQ(chooseTraining(0, 0, uint8Range, false).params, (QuantParams{0.1f, 0}));
  EXPECT_EQ(chooseTraining(0, 1e-3f, uint8Range, false).params, (QuantParams{6.1e-5f, 0}));
  EXPECT_EQ(chooseTraining(-1e-3f, 0, uint8Range, false).params, (QuantParams{6.1e-5f, 255}));
  // Both bounds grow by the same factor, so the zero point stays.
  EXPECT_EQ(chooseTraining(-1e-3f, 1e-3f, uint8Range, false).params.scale, 6.1e-5f);
  EXPECT_NEAR(chooseTraining(-1e-3f, 1e-3f, uint8Range, false).params.zeroPoint, 128, 1);
}

TEST(Requantize, RoundsAndSaturates) {
  EXPECT_EQ(requantize(5, 0.5f, 10, uint8Range), 12);
  EXPECT_EQ(requantize(7, 0.5f, 10, uint8Range), 14);
  EXPECT_EQ(requantize(-5, 0.5f, 10, uint8Range), 8);
  EXPECT_EQ(requantize(-1000, 0.5f, 10, {10, 255}), 10); // a fused relu
  EXPECT_EQ(requantize(1000, 0.5f, 10, {10, 60}), 60);   // a fused relu6
  EXPECT_EQ(requantize(std::numeric_limits<int64_t>::max(), 1e30f, 0, int8Range), 127);
  EXPECT_EQ(requantize(std::numeric_limits<int64_t>::min(), 1e30f, 0, int8Range), -128);
  EXPECT_EQ(requantize(1, nan, 3, int8Range), 3);
  EXPECT_EQ(requantize(0, infinity, 3, int8Range), 3);
}

TEST(Requantize, FloatBias) {
  EXPECT_EQ(requantize(5, 0.4f, 1.0f, 0, uint8Range), 5);
  EXPECT_EQ(requantize(5, 0.6f, 1.0f, 0, uint8Range), 6);
  // The bias is added in float32: beyond 2^24 it disappears in the accumulator.
  EXPECT_EQ(requantize(1 << 24, 1.0f, 1.0f, 0, {0, 1 << 25}), 1 << 24);
  EXPECT_EQ(biasOverScale(1.0f, 0.5f, 0.25f), 8.0f);
}

TEST(Requantize, MultipliersDifferBetweenContracts) {
  std::mt19937 generator(3);
  std::uniform_real_distribution<float> scales(1e-3f, 1.0f);
  int different = 0;
  for (int i = 0; i < 1000; ++i) {
    float input = scales(generator), weight = scales(generator), output = scales(generator);
    float fbgemm = requantMultiplier(input, weight, output, Contract::Fbgemm);
    float qnnpack = requantMultiplier(input, weight, output, Contract::Qnnpack);
    EXPECT_EQ(fbgemm, requantMultiplier(input, weight, output, Contract::Onnx));
    EXPECT_NEAR(fbgemm, qnnpack, fbgemm * 2.4e-7f);
    different += fbgemm != qnnpack;
  }
  EXPECT_GT(different, 100);
  EXPECT_LT(different, 900);
}

TEST(Requantize, Bias) {
  EXPECT_EQ(quantizeBias(2.5f, 1, 1, Contract::Onnx), 2);
  EXPECT_EQ(quantizeBias(-3.5f, 1, 1, Contract::Onnx), -4);
  for (Contract contract : allContracts) {
    EXPECT_EQ(quantizeBias(1e30f, 1e-3f, 1e-3f, contract), std::numeric_limits<int32_t>::max());
    EXPECT_EQ(quantizeBias(-1e30f, 1e-3f, 1e-3f, contract), std::numeric_limits<int32_t>::min());
    EXPECT_EQ(quantizeBias(nan, 1, 1, contract), 0);
  }
  EXPECT_EQ(quantizeBias(0.273939937f, 0.00214854861f, 1, Contract::Qnnpack), 128);
  EXPECT_EQ(quantizeBias(0.273939937f, 0.00214854861f, 1, Contract::Onnx), 127);
}

TEST(Requantize, AveragePoolAndAdd) {
  EXPECT_EQ(averagePoolMultiplier(0.5f, 0.25f, 4), 0.5f);
  EXPECT_EQ(addCodes(3, {0.5f, 1}, 7, {0.25f, 3}, {1.0f, 0}, uint8Range, Contract::Onnx), 2);
  EXPECT_EQ(addCodes(255, {1.0f, 0}, 255, {1.0f, 0}, {1.0f, 0}, uint8Range, Contract::Fbgemm), 255);
}

} // namespace

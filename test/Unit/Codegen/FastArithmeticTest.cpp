//===- FastArithmeticTest.cpp - Quantization in few instructions, against QuantMath.h ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelTest.h"

#include "qcc/Quantization/QuantMath.h"

#include "llvm/ADT/bit.h"

using namespace qcc;
using namespace qcc::test;

namespace {

class FastArithmeticTest : public KernelTest {
protected:
  /// Codes of `x`, [1, size], by a kernel that is the one operation `op`.
  template <typename T>
  HostTensor runOn(llvm::StringRef constants, llvm::StringRef op, llvm::StringRef types,
                   const HostTensor &x, llvm::StringRef from, llvm::StringRef to) {
    std::string in = tensor({-1, x.getDim(1)}, from), out = tensor({-1, x.getDim(1)}, to);
    std::string text =
        ("func.func @main(%x: " + in + ") -> " + out + " {\n" + constants + "  %q = " + op +
         " : (" + in + types + ") -> " + out + "\n  return %q : " + out + "\n}")
            .str();
    return run(compileOptimized(text).get(), {x});
  }

  static std::string bounds(int64_t zeroPoint, CodeRange range) {
    return llvm::formatv("zero_point = {0} : i32, min = {1} : i32, max = {2} : i32", zeroPoint,
                         range.min, range.max)
        .str();
  }

  template <typename T>
  void checkQuantize(llvm::StringRef code, const HostTensor &x, float scale, int64_t zeroPoint,
                     CodeRange range) {
    for (Contract contract : allContracts) {
      char number[32];
      std::snprintf(number, sizeof number, "%.9e", static_cast<double>(scale));
      HostTensor y = runOn<T>("",
                              "cnn.quantize %x {scale = " + std::string(number) + " : f32, " +
                                  bounds(zeroPoint, range) + ", contract = #cnn.contract<" +
                                  stringifyContract(contract).str() + ">}",
                              "", x, "f32", code);
      ASSERT_EQ(y.getNumElements(), x.getNumElements());
      for (auto [value, result] : llvm::zip(x.getData<float>(), y.getData<T>()))
        ASSERT_EQ(int64_t{result}, quantmath::quantize(value, scale, zeroPoint, range, contract))
            << value;
    }
  }
};

/// Floats from all over, one of every few thousand bit patterns: NaN, infinities and subnormals
/// among them.
HostTensor floatsFromAllOver() {
  std::vector<float> values;
  for (uint64_t bits = 0; bits < uint64_t{1} << 32; bits += 16381)
    values.push_back(llvm::bit_cast<float>(static_cast<uint32_t>(bits)));
  auto size = static_cast<int64_t>(values.size());
  return tensorOf<float>({1, size}, values);
}

/// Every half of a code, and its neighbours.
HostTensor ties(float scale) {
  std::vector<float> values;
  constexpr float inf = std::numeric_limits<float>::infinity();
  for (int i = -1100; i <= 1100; ++i) {
    float tie = static_cast<float>(i) * 0.5F * scale;
    values.insert(values.end(), {tie, std::nextafter(tie, inf), std::nextafter(tie, -inf)});
  }
  auto size = static_cast<int64_t>(values.size());
  return tensorOf<float>({1, size}, values);
}

TEST_P(FastArithmeticTest, Quantize) {
  HostTensor all = floatsFromAllOver();
  checkQuantize<uint8_t>("ui8", all, 0.1F, 3, {0, 255});
  checkQuantize<int8_t>("i8", all, 0.25F, -128, {-128, 127});
  for (int64_t zeroPoint : {0, 1, 128, 255}) {
    checkQuantize<uint8_t>("ui8", ties(0.5F), 0.5F, zeroPoint, {0, 255});
    checkQuantize<uint8_t>("ui8", ties(0.0231F), 0.0231F, zeroPoint, {10, 200});
  }
  // Scales without a reciprocal, codes of more bits.
  checkQuantize<uint8_t>("ui8", ties(1e-40F), 1e-40F, 7, {0, 255});
  checkQuantize<int16_t>("i16", all, 0.001F, 7, {-32768, 32767});
}

TEST_P(FastArithmeticTest, Requantize) {
  // All small accumulators, then some from all over.
  std::vector<int32_t> values;
  for (int32_t i = -70000; i <= 70000; ++i)
    values.push_back(i);
  for (int64_t i = -2147483648LL; i < 2147483648LL; i += 60013)
    values.push_back(static_cast<int32_t>(i));
  auto size = static_cast<int64_t>(values.size());
  HostTensor x = tensorOf<int32_t>({1, size}, values);
  std::string bias = tensor({size}, "f32");
  for (float multiplier : {0.5F, 0.00390625F, 0.0123F, 1.0F, 3.1e-9F, 1e-40F, 1e9F, 3e38F})
    for (int64_t zeroPoint : {0, 3, 255}) {
      char number[32];
      std::snprintf(number, sizeof number, "%.9e", static_cast<double>(multiplier));
      std::string m = "  %m = cnn.constant dense<" + std::string(number) + "> : tensor<1xf32>\n";
      CodeRange range = {0, 255};
      HostTensor y = runOn<uint8_t>(m, "cnn.requantize %x, %m {" + bounds(zeroPoint, range) + "}",
                                    ", tensor<1xf32>", x, "i32", "ui8");
      HostTensor z = runOn<uint8_t>(m + "  %b = cnn.constant dense<-0.75> : " + bias + "\n",
                                    "cnn.requantize %x, %m, %b {" + bounds(zeroPoint, range) + "}",
                                    ", tensor<1xf32>, " + bias, x, "i32", "ui8");
      for (auto [value, plain, biased] :
           llvm::zip(values, y.getData<uint8_t>(), z.getData<uint8_t>())) {
        ASSERT_EQ(int64_t{plain}, quantmath::requantize(value, multiplier, zeroPoint, range))
            << value;
        ASSERT_EQ(int64_t{biased},
                  quantmath::requantize(value, -0.75F, multiplier, zeroPoint, range))
            << value;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(All, FastArithmeticTest, allISAs(), getISAName);

} // namespace

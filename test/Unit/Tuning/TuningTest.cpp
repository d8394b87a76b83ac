//===- TuningTest.cpp - Strategies by measurement ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tuning compares the results of a kernel's candidates, so that every level of the instruction set
// that it passes for here has candidates that compute the same.
//
//===----------------------------------------------------------------------===//

#include "qcc/Tuning/Tuning.h"
#include "../../../lib/Tuning/KernelAlone.h"
#include "../Codegen/KernelTest.h"
#include "qcc/Codegen/TunedStrategies.h"

#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::test;

namespace {

/// Nothing is learned of time in a test: one call in each round.
TuningOptions quick() {
  TuningOptions options;
  options.secondsPerKernel = 0;
  options.leastGain = 0;
  return options;
}

class TuningTest : public KernelTest {
protected:
  /// The layers of `body`, %x to %y, on codes or floats.
  std::string network(StringRef x, StringRef y, StringRef body) {
    return llvm::formatv("func.func @main(%x: {0}) -> {1} {{\n{2}  return %y : {1}\n}", x, y, body);
  }

  /// A convolution of `inputs` to 32 channels of 3x3 positions, on images of 10 x 12, with a bias.
  std::string conv(int64_t inputs, int64_t groups = 1) {
    return constant<int8_t>("w", {32, 3, 3, inputs / groups}, "i8", -128, 127) +
           constant<int32_t>("b", {32}, "i32", -1000, 1000) +
           llvm::formatv(
               "  %a = cnn.conv2d %x, %w, %b {{padding = array<i64: 1, 1, 1, 1>, pad_value "
               "= 5 : i64, groups = {0} : i64} : (tensor<?x10x12x{1}xui8>, "
               "tensor<32x3x3x{2}xi8>, tensor<32xi32>) -> tensor<?x10x12x32xi32>\n",
               groups, inputs, inputs / groups)
               .str();
  }

  std::string requantize(StringRef from, StringRef sums, StringRef codes) {
    return multipliers("m", 32, 0.001) +
           llvm::formatv(
               "  %y = cnn.requantize %{0}, %m {{zero_point = 3 : i32, min = 0 : i32, max "
               "= 255 : i32} : ({1}, tensor<32xf32>) -> {2}\n",
               from, sums, codes)
               .str();
  }

  OwningOpRef<ModuleOp> parse(const std::string &text) {
    auto module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    return module;
  }

  /// Tunes a network, once and again, and compares what it computes then with the reference.
  void checkTuning(const std::string &text, ArrayRef<HostTensor> inputs, double tolerance = 0) {
    auto module = parse(text);
    ASSERT_TRUE(module);
    auto level = tune(*module, target, quick());
    ASSERT_TRUE(bool(level)) << toString(level.takeError());
    EXPECT_EQ(level->isa, GetParam());
    ASSERT_FALSE(level->kernels.empty());
    for (const TunedKernel &kernel : level->kernels) {
      ASSERT_GT(kernel.candidates.size(), 1U);
      EXPECT_EQ(codegen::getTunedStrategy(*module, level->isa, kernel.key),
                kernel.candidates[kernel.winner].strategy);
    }
    auto again = tune(*module, target, quick());
    ASSERT_TRUE(bool(again)) << toString(again.takeError());
    EXPECT_TRUE(again->kernels.empty());
    EXPECT_EQ(again->known, level->kernels.size());

    std::string tuned;
    llvm::raw_string_ostream os(tuned);
    module->print(os);
    compare(tuned, inputs, tolerance);
  }
};

TEST_P(TuningTest, Convolution) {
  for (int64_t inputs : {3, 32})
    checkTuning(
        network(tensor({-1, 10, 12, inputs}, "ui8"), "tensor<?x10x12x32xui8>",
                conv(inputs) + requantize("a", "tensor<?x10x12x32xi32>", "tensor<?x10x12x32xui8>")),
        {random<uint8_t>({3, 10, 12, inputs}, 0, 255)});
}

TEST_P(TuningTest, Groups) {
  for (int64_t groups : {4, 32})
    checkTuning(network("tensor<?x10x12x32xui8>", "tensor<?x10x12x32xui8>",
                        conv(32, groups) +
                            requantize("a", "tensor<?x10x12x32xi32>", "tensor<?x10x12x32xui8>")),
                {random<uint8_t>({3, 10, 12, 32}, 0, 255)});
}

TEST_P(TuningTest, Pool) {
  checkTuning(network("tensor<?x10x12x32xui8>", "tensor<?x5x6x32xui8>",
                      conv(32) +
                          "  %p = cnn.max_pool2d %a {kernel = array<i64: 2, 2>, strides = "
                          "array<i64: 2, 2>} : (tensor<?x10x12x32xi32>) -> tensor<?x5x6x32xi32>\n" +
                          requantize("p", "tensor<?x5x6x32xi32>", "tensor<?x5x6x32xui8>")),
              {random<uint8_t>({3, 10, 12, 32}, 0, 255)});
}

TEST_P(TuningTest, Linear) {
  checkTuning(network("tensor<?x75xui8>", "tensor<?x32xui8>",
                      constant<int8_t>("w", {32, 75}, "i8", -128, 127) +
                          "  %a = cnn.linear %x, %w : (tensor<?x75xui8>, tensor<32x75xi8>) -> "
                          "tensor<?x32xi32>\n" +
                          requantize("a", "tensor<?x32xi32>", "tensor<?x32xui8>")),
              {random<uint8_t>({3, 75}, 0, 255)});
}

TEST_P(TuningTest, Floats) {
  checkTuning(network("tensor<?x8x9x5xf32>", "tensor<?x6x7x24xf32>",
                      constant<float>("w", {24, 3, 3, 5}, "f32", -1, 1) +
                          "  %y = cnn.conv2d %x, %w : (tensor<?x8x9x5xf32>, tensor<24x3x3x5xf32>) "
                          "-> tensor<?x6x7x24xf32>\n"),
              {random<float>({3, 8, 9, 5}, -1, 1)}, /*tolerance=*/1e-5);
}

INSTANTIATE_TEST_SUITE_P(, TuningTest, allISAs(), getISAName);

//===----------------------------------------------------------------------===//
// What does not depend on a level
//===----------------------------------------------------------------------===//

class TuningToolTest : public LoweringTest {
protected:
  OwningOpRef<ModuleOp> parseRelu() {
    return parseSourceString<ModuleOp>(
        "func.func @main(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {\n"
        "%0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>\n"
        "return %0 : tensor<?x64xf32>\n}",
        &context);
  }
};

TEST_F(TuningToolTest, TellsHowFarItIs) {
  auto module = parseRelu();
  auto target = llvm::cantFail(resolveTarget("", "generic"));
  TuningOptions options = quick();
  std::vector<std::pair<uint64_t, uint64_t>> told;
  options.progress = [&](uint64_t done, uint64_t total) { told.emplace_back(done, total); };
  auto level = tune(*module, target, options);
  ASSERT_TRUE(bool(level)) << toString(level.takeError());
  EXPECT_EQ(told, (std::vector<std::pair<uint64_t, uint64_t>>{{1, 1}}));
}

TEST_F(TuningToolTest, SmallGainsChangeNothing) {
  auto module = parseRelu();
  auto target = llvm::cantFail(resolveTarget("", "generic"));
  TuningOptions options = quick();
  options.leastGain = 1;
  auto level = tune(*module, target, options);
  ASSERT_TRUE(bool(level)) << toString(level.takeError());
  ASSERT_EQ(level->kernels.size(), 1U);
  EXPECT_EQ(level->kernels.front().winner, 0U);
}

TEST_F(TuningToolTest, MeasuresOnlyWhatThisMachineHas) {
  auto module = parseRelu();
  bool isArm = llvm::Triple(llvm::sys::getProcessTriple()).isAArch64();
  llvm::StringRef other = isArm ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
  // The generic level is one that every architecture has, but not its code.
  for (llvm::StringRef isa : {isArm ? "avx2" : "dotprod", "generic"}) {
    auto level = tune(*module, llvm::cantFail(resolveTarget(other, isa)), quick());
    ASSERT_FALSE(bool(level)) << isa.str();
    EXPECT_THAT(toString(level.takeError()), ::testing::HasSubstr("cannot execute code for"));
  }
  EXPECT_FALSE((*module)->hasAttr(codegen::kTunedAttr));
}

TEST_F(TuningToolTest, ResultsMustBeTheSame) {
  auto codes = [](std::initializer_list<uint8_t> values) {
    return HostTensor::fromValues<uint8_t>({2}, llvm::ArrayRef(values.begin(), values.end()));
  };
  auto floats = [](std::initializer_list<float> values) {
    return HostTensor::fromValues<float>({2}, llvm::ArrayRef(values.begin(), values.end()));
  };
  auto differ = [](const HostTensor &a, const HostTensor &b, bool readsFloats) {
    return toString(checkSameResult(a, b, readsFloats));
  };
  EXPECT_EQ(differ(codes({1, 2}), codes({1, 2}), false), "");
  EXPECT_EQ(differ(codes({1, 2}), codes({1, 3}), false),
            "1 of 2 elements of the result differ, by up to 1");
  EXPECT_EQ(differ(codes({1, 2}), codes({1, 3}), true), "");
  EXPECT_NE(differ(codes({1, 2}), codes({1, 4}), true), "");
  EXPECT_NE(differ(floats({1, 2}), floats({1, 2.000001F}), false), "");
  EXPECT_EQ(differ(floats({1, 2}), floats({1, 2.000001F}), true), "");
  EXPECT_NE(differ(floats({1, 2}), floats({1, 2.1F}), true), "");
}

TEST_F(TuningToolTest, Report) {
  context.loadDialect<codegen::CodegenDialect>();
  TunedKernel kernel{.name = "relu_0", .key = "relu-1", .candidates = {}, .winner = 1};
  kernel.candidates = {{codegen::PointwiseAttr::get(&context, 8), 120, 2e-6, 1},
                       {codegen::PointwiseAttr::get(&context, 16), 0, 1e-6, 0.5}};
  EXPECT_EQ(toText(kernel), "relu_0 (relu-1)\n"
                            "         model  ns per image   ratio  strategy\n"
                            "           120        2000.0   1.000  #codegen.pointwise<lanes = 8>\n"
                            "*            -        1000.0   0.500  #codegen.pointwise<lanes = 16>");
  TunedLevel level{.isa = "avx2", .kernels = {kernel}, .known = 2};
  EXPECT_EQ(toText(level), "avx2: 1 kernels measured, 1 of them are faster with another strategy "
                           "than the cost model's choice; 2 were measured before");
}

} // namespace

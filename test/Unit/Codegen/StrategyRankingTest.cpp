//===- StrategyRankingTest.cpp - Strategies that are worth a measurement ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Strategy.h"
#include "qcc/Codegen/TunedStrategies.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

std::string kernel(StringRef arguments, StringRef result, StringRef body) {
  return llvm::formatv("func.func private @k({0}) -> {1} attributes {{codegen.kernel} {{\n{2}"
                       "return %0 : {1}\n}",
                       arguments, result, body);
}

std::string conv(StringRef x, StringRef w, StringRef y, StringRef attributes = "") {
  std::string body =
      llvm::formatv("%0 = cnn.conv2d %x, %w {{{3}} : ({0}, {1}) -> {2}\n", x, w, y, attributes);
  return kernel(llvm::formatv("%x: {0}, %w: {1} {{codegen.constant}", x, w).str(), y, body);
}

/// Kernels of all families.
std::vector<std::pair<const char *, std::string>> allKernels() {
  return {
      {"taps", conv("tensor<?x16x30x32xui8>", "tensor<64x3x3x32xi8>", "tensor<?x14x28x64xi32>")},
      {"few inputs", conv("tensor<?x30x30x3xui8>", "tensor<32x3x3x3xi8>", "tensor<?x14x14x32xi32>",
                          "strides = array<i64: 2, 2>")},
      {"no taps",
       conv("tensor<?x14x14x256xui8>", "tensor<128x1x1x256xi8>", "tensor<?x14x14x128xi32>")},
      {"groups", conv("tensor<?x9x9x32xui8>", "tensor<32x3x3x8xi8>", "tensor<?x7x7x32xi32>",
                      "groups = 4 : i64")},
      {"floats", conv("tensor<?x9x9x8xf32>", "tensor<24x3x3x8xf32>", "tensor<?x7x7x24xf32>")},
      {"pool", kernel("%x: tensor<?x10x10x16xui8>, %w: tensor<32x3x3x16xi8> {codegen.constant}",
                      "tensor<?x4x4x32xi32>",
                      "%1 = cnn.conv2d %x, %w : (tensor<?x10x10x16xui8>, tensor<32x3x3x16xi8>) -> "
                      "tensor<?x8x8x32xi32>\n%0 = cnn.max_pool2d %1 {kernel = array<i64: 2, 2>, "
                      "strides = array<i64: 2, 2>} : (tensor<?x8x8x32xi32>) -> "
                      "tensor<?x4x4x32xi32>\n")},
      {"linear", kernel("%x: tensor<?x512xui8>, %w: tensor<100x512xi8> {codegen.constant}",
                        "tensor<?x100xi32>",
                        "%0 = cnn.linear %x, %w : (tensor<?x512xui8>, tensor<100x512xi8>) -> "
                        "tensor<?x100xi32>\n")},
      {"depthwise", conv("tensor<?x9x9x32xui8>", "tensor<32x3x3x1xi8>", "tensor<?x7x7x32xi32>",
                         "groups = 32 : i64")},
      {"dilated depthwise",
       conv("tensor<?x9x9x32xui8>", "tensor<32x3x3x1xi8>", "tensor<?x5x5x32xi32>",
            "groups = 32 : i64, dilations = array<i64: 2, 2>")},
      {"window", kernel("%x: tensor<?x8x8x32xui8>", "tensor<?x7x7x32xui8>",
                        "%0 = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : "
                        "(tensor<?x8x8x32xui8>) -> tensor<?x7x7x32xui8>\n")},
      {"elementwise", kernel("%x: tensor<?x64xf32>", "tensor<?x64xf32>",
                             "%0 = cnn.relu %x : (tensor<?x64xf32>) -> tensor<?x64xf32>\n")},
      {"pad",
       kernel("%x: tensor<?x4x4x8xui8>", "tensor<?x6x6x8xui8>",
              "%0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, "
              "value = 3 : i32} : (tensor<?x4x4x8xui8>) -> tensor<?x6x6x8xui8>\n")},
  };
}

class StrategyRankingTest : public ::testing::Test {
protected:
  StrategyRankingTest() {
    context.loadDialect<cnn::CNNDialect, CodegenDialect, func::FuncDialect>();
  }

  func::FuncOp parse(const std::string &text) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    return module ? *module->getOps<func::FuncOp>().begin() : func::FuncOp();
  }

  /// `body` for each kernel and each level.
  void forAll(llvm::function_ref<void(func::FuncOp, const TargetDescription &)> body) {
    for (const auto &[name, text] : allKernels())
      for (const TargetDescription &target : allTargetDescriptions()) {
        SCOPED_TRACE(std::string(name) + " on " + target.isa.str());
        if (func::FuncOp kernel = parse(text))
          body(kernel, target);
      }
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

TEST_F(StrategyRankingTest, TheFirstIsTheChoice) {
  forAll([&](func::FuncOp kernel, const TargetDescription &target) {
    Attribute choice = chooseStrategy(kernel, target);
    EXPECT_FALSE(isa<ReferenceAttr>(choice));
    for (unsigned count = 1; count <= 8; ++count) {
      StrategyRanking ranking = rankStrategies(kernel, target, count);
      ASSERT_FALSE(ranking.empty());
      EXPECT_LE(ranking.size(), count);
      EXPECT_EQ(ranking.front().strategy, choice);
    }
  });
}

TEST_F(StrategyRankingTest, CandidatesDiffer) {
  forAll([&](func::FuncOp kernel, const TargetDescription &target) {
    StrategyRanking ranking = rankStrategies(kernel, target, 8);
    for (size_t i = 0; i < ranking.size(); ++i)
      for (size_t j = 0; j < i; ++j)
        EXPECT_NE(ranking[i].strategy, ranking[j].strategy) << i << " and " << j;
  });
}

TEST_F(StrategyRankingTest, CandidatesAreLegal) {
  forAll([&](func::FuncOp kernel, const TargetDescription &target) {
    for (const StrategyCandidate &candidate : rankStrategies(kernel, target, 8))
      EXPECT_TRUE(succeeded(verifyStrategy(kernel, candidate.strategy, target)));
  });
}

TEST_F(StrategyRankingTest, ThereIsSomethingToMeasure) {
  forAll([&](func::FuncOp kernel, const TargetDescription &target) {
    bool isCopy = isa<CopyAttr>(chooseStrategy(kernel, target));
    if (isCopy)
      EXPECT_EQ(rankStrategies(kernel, target, 8).size(), 1U);
    else
      EXPECT_GT(rankStrategies(kernel, target, 8).size(), 1U);
  });
}

TEST_F(StrategyRankingTest, OfOneKindTheCheapestComesFirst) {
  forAll([&](func::FuncOp kernel, const TargetDescription &target) {
    StrategyRanking ranking = rankStrategies(kernel, target, 8);
    for (StrategyCandidate candidate : ranking)
      if (candidate.strategy.getTypeID() == ranking.front().strategy.getTypeID())
        EXPECT_GE(candidate.cost, ranking.front().cost);
  });
}

TEST_F(StrategyRankingTest, EveryFamilyIsACandidate) {
  auto has = [&](size_t index, StringRef isa, llvm::function_ref<bool(Attribute)> is) {
    func::FuncOp kernel = parse(allKernels()[index].second);
    for (const TargetDescription &target : allTargetDescriptions())
      if (target.isa == isa)
        return llvm::any_of(rankStrategies(kernel, target, 6),
                            [&](auto &candidate) { return is(candidate.strategy); });
    return false;
  };
  EXPECT_TRUE(has(0, "amx", llvm::IsaPred<MatrixAttr>));
  EXPECT_TRUE(has(0, "amx", llvm::IsaPred<ContractionAttr>));
  EXPECT_TRUE(has(0, "avx2", llvm::IsaPred<WinogradAttr>));
  EXPECT_TRUE(has(0, "avx2", llvm::IsaPred<ContractionAttr>));
  EXPECT_FALSE(has(0, "avx512-vnni", llvm::IsaPred<MatrixAttr>));
}

TEST_F(StrategyRankingTest, AKeyStandsForWhatIsComputed) {
  llvm::StringMap<std::string> known;
  for (const auto &[name, text] : allKernels()) {
    func::FuncOp kernel = parse(text);
    ASSERT_TRUE(kernel);
    std::string key = getKernelKey(kernel);
    EXPECT_TRUE(known.try_emplace(key, name).second) << name << " and " << known[key];
    kernel.setName("other");
    kernel->setAttr(kStrategyAttr, CopyAttr::get(&context, false));
    EXPECT_EQ(getKernelKey(kernel), key);
  }
}

TEST_F(StrategyRankingTest, TunedStrategiesOfLevelsAndKernels) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  Attribute one = PointwiseAttr::get(&context, 16), two = PointwiseAttr::get(&context, 32);
  EXPECT_FALSE(getTunedStrategy(*module, "avx2", "k"));
  setTunedStrategy(*module, "avx2", "k", one);
  setTunedStrategy(*module, "amx", "k", two);
  setTunedStrategy(*module, "avx2", "l", two);
  EXPECT_EQ(getTunedStrategy(*module, "avx2", "k"), one);
  EXPECT_EQ(getTunedStrategy(*module, "amx", "k"), two);
  EXPECT_FALSE(getTunedStrategy(*module, "amx", "l"));
  setTunedStrategy(*module, "avx2", "k", two);
  EXPECT_EQ(getTunedStrategy(*module, "avx2", "k"), two);
  EXPECT_EQ(getTunedStrategy(*module, "avx2", "l"), two);
}

} // namespace

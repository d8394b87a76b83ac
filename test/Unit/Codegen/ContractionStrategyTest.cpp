//===- ContractionStrategyTest.cpp - Choosing #codegen.contraction ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/ContractionShape.h"
#include "qcc/Codegen/Strategy.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

/// A convolution on padded input, with the pool behind it unless that is 1.
struct Conv {
  int64_t height, width, inputs, outputs, kernel;
  int64_t stride = 1, dilation = 1, groups = 1, pool = 1;
  bool isFloat = false;

  std::string text() const {
    auto size = [&](int64_t n) { return (n - (kernel - 1) * dilation - 1) / stride + 1; };
    StringRef x = isFloat ? "f32" : "ui8", w = isFloat ? "f32" : "i8", y = isFloat ? "f32" : "i32";
    std::string input = llvm::formatv("tensor<?x{0}x{1}x{2}x{3}>", height, width, inputs, x);
    std::string weights =
        llvm::formatv("tensor<{0}x{1}x{1}x{2}x{3}>", outputs, kernel, inputs / groups, w);
    std::string sums =
        llvm::formatv("tensor<?x{0}x{1}x{2}x{3}>", size(height), size(width), outputs, y);
    std::string result = llvm::formatv("tensor<?x{0}x{1}x{2}x{3}>", size(height) / pool,
                                       size(width) / pool, outputs, y);
    std::string body = llvm::formatv("%0 = cnn.conv2d %x, %w {{strides = array<i64: {0}, {0}>, "
                                     "dilations = array<i64: {1}, {1}>, "
                                     "groups = {2} : i64} : ({3}, {4}) -> {5}\n",
                                     stride, dilation, groups, input, weights, sums);
    if (pool > 1)
      body += llvm::formatv("%1 = cnn.max_pool2d %0 {{kernel = array<i64: {0}, {0}>, strides = "
                            "array<i64: {0}, {0}>} : ({1}) -> {2}\n",
                            pool, sums, result);
    return llvm::formatv("func.func private @k(%x: {0}, %w: {1} {{codegen.constant}) -> {2} "
                         "attributes {{codegen.kernel} {{\n{3}return %{4} : {2}\n}",
                         input, weights, result, body, pool > 1 ? 1 : 0);
  }
};

class ContractionStrategyTest : public ::testing::Test {
protected:
  ContractionStrategyTest() {
    context.loadDialect<cnn::CNNDialect, CodegenDialect, func::FuncDialect>();
  }

  /// The strategy of the kernel @k in `text`; null, and `reason` set, if there is none.
  ContractionAttr choose(StringRef text, StringRef isa) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text.str();
    if (!module)
      return {};
    kernel = module->lookupSymbol<func::FuncOp>("k");
    description = nullptr;
    for (const TargetDescription &candidate : allTargetDescriptions())
      if (candidate.isa == isa)
        description = &candidate;
    EXPECT_NE(description, nullptr) << isa.str();
    StrategyRanking ranking = rankContraction(kernel, *description, /*count=*/1, reason);
    chosen = ranking.empty() ? Attribute() : ranking.front().strategy;
    return dyn_cast_or_null<ContractionAttr>(chosen);
  }
  ContractionAttr choose(const Conv &conv, StringRef isa) { return choose(conv.text(), isa); }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp kernel;
  const TargetDescription *description = nullptr;
  std::string reason;
  Attribute chosen;
};

/// A linear layer as the kernel @k.
std::string linear(int64_t inputs, int64_t outputs, StringRef x = "ui8") {
  StringRef w = x == "f32" ? "f32" : "i8", y = x == "f32" ? "f32" : "i32";
  return llvm::formatv("func.func private @k(%x: tensor<?x{0}x{2}>, %w: tensor<{1}x{0}x{3}> "
                       "{{codegen.constant}) -> tensor<?x{1}x{4}> attributes {{codegen.kernel} {{\n"
                       "%0 = cnn.linear %x, %w : (tensor<?x{0}x{2}>, tensor<{1}x{0}x{3}>) -> "
                       "tensor<?x{1}x{4}>\nreturn %0 : tensor<?x{1}x{4}>\n}",
                       inputs, outputs, x, w, y);
}

TEST_F(ContractionStrategyTest, PoolsAreComputedOnWholeWindows) {
  for (StringRef isa : {"generic", "avx2", "avx512-vnni", "neon", "dotprod", "i8mm"}) {
    ContractionAttr strategy = choose(
        {.height = 32, .width = 32, .inputs = 32, .outputs = 64, .kernel = 5, .pool = 2}, isa);
    ASSERT_TRUE(strategy) << reason;
    EXPECT_EQ(strategy.getRows() % 2, 0) << isa.str();
    EXPECT_EQ(strategy.getColumns() % 2, 0) << isa.str();
    EXPECT_EQ(strategy.getLanes(), description->lanes());
    EXPECT_EQ(strategy.getDepth(), 4);
  }
}

TEST_F(ContractionStrategyTest, TilesFitRegisters) {
  for (StringRef isa : {"generic", "avx2", "avx512-vnni", "neon", "dotprod", "i8mm"})
    for (int64_t outputs : {1, 10, 16, 24, 64, 100, 512})
      for (int64_t width : {3, 7, 8, 14, 28, 56})
        for (bool isFloat : {false, true}) {
          Conv conv = {
              .height = 8, .width = width + 2, .inputs = 20, .outputs = outputs, .kernel = 3};
          conv.isFloat = isFloat;
          ContractionAttr strategy = choose(conv, isa);
          ASSERT_TRUE(strategy) << reason;
          int64_t sums = strategy.getRows() * strategy.getColumns() * strategy.getVectors();
          EXPECT_LT(sums + strategy.getVectors(), description->vectorRegisters);
          EXPECT_LE(strategy.getColumns(), width);
          // More vectors than there are channels would compute nothing.
          EXPECT_LT((strategy.getVectors() - 1) * strategy.getLanes(), outputs);
        }
}

TEST_F(ContractionStrategyTest, TilesBeginWhereBlocksOfWeightsDo) {
  for (StringRef isa : {"generic", "avx2", "avx512-vnni"})
    for (int64_t outputs : {8, 24, 40, 64, 100}) {
      ContractionAttr strategy =
          choose({.height = 9, .width = 9, .inputs = 8, .outputs = outputs, .kernel = 3}, isa);
      int64_t channels = strategy.getVectors() * strategy.getLanes();
      EXPECT_TRUE(channels % kChannelBlock == 0 || kChannelBlock % channels == 0 ||
                  channels >= outputs)
          << isa.str() << " " << outputs;
    }
}

TEST_F(ContractionStrategyTest, TilesDivideTheWidth) {
  // 28, 14 and 7 columns in tiles without a rest.
  for (int64_t width : {28, 14, 7}) {
    ContractionAttr strategy = choose(
        {.height = 9, .width = width + 2, .inputs = 3, .outputs = 32, .kernel = 3}, "avx512-vnni");
    EXPECT_EQ(width % strategy.getColumns(), 0) << width << " in " << strategy.getColumns();
  }
}

TEST_F(ContractionStrategyTest, TapsAreFoldedWhereThatSavesSteps) {
  auto folds = [&](const Conv &conv) { return choose(conv, "avx512-vnni").getFoldTaps(); };
  Conv conv = {.height = 9, .width = 9, .inputs = 1, .outputs = 32, .kernel = 3};
  EXPECT_TRUE(folds(conv));
  conv.inputs = 6;
  EXPECT_TRUE(folds(conv));
  // Nothing is filled up.
  conv.inputs = 8;
  EXPECT_FALSE(folds(conv));
  // Nine steps either way.
  conv.inputs = 3;
  EXPECT_FALSE(folds(conv));
  // Taps that are not adjacent.
  conv = {.height = 9, .width = 9, .inputs = 3, .outputs = 32, .kernel = 3, .dilation = 2};
  EXPECT_FALSE(folds(conv));
  conv = {.height = 9, .width = 9, .inputs = 6, .outputs = 32, .kernel = 3, .groups = 2};
  EXPECT_FALSE(folds(conv));
  // A step of floats is one of them.
  conv = {.height = 9, .width = 9, .inputs = 3, .outputs = 32, .kernel = 3};
  conv.isFloat = true;
  EXPECT_FALSE(folds(conv));
}

TEST_F(ContractionStrategyTest, LargeWeightsAreKeptBlockByBlock) {
  Conv conv = {.height = 16, .width = 16, .inputs = 64, .outputs = 64, .kernel = 3};
  EXPECT_EQ(choose(conv, "avx512-vnni").getOrder(), LoopOrder::RowsOuter);
  conv.inputs = conv.outputs = 512;
  EXPECT_EQ(choose(conv, "avx512-vnni").getOrder(), LoopOrder::ChannelsOuter);
}

TEST_F(ContractionStrategyTest, LinearLayersTakeSeveralImages) {
  ContractionAttr strategy = choose(linear(784, 128), "avx512-vnni");
  ASSERT_TRUE(strategy) << reason;
  EXPECT_EQ(strategy.getRows(), 1);
  EXPECT_GT(strategy.getColumns(), 1);
  EXPECT_FALSE(strategy.getFoldTaps());
}

TEST_F(ContractionStrategyTest, MeasurementsTryLargeLinearLayersWithoutPrefetch) {
  auto withAll = [](const StrategyCandidate &candidate) {
    auto contraction = dyn_cast<ContractionAttr>(candidate.strategy);
    return contraction && !contraction.getPrefetch() && contraction.getDepthBlock() == 0;
  };
  ContractionAttr best = choose(linear(2048, 1000), "avx512-vnni");
  ASSERT_TRUE(best.getPrefetch());
  StrategyRanking ranking = rankContraction(kernel, *description, /*count=*/6, reason);
  EXPECT_EQ(ranking.front().strategy, best);
  EXPECT_EQ(llvm::count_if(ranking, withAll), 1);
  // Not one more of the same where nothing is prefetched.
  choose(linear(256, 64), "avx512-vnni");
  SmallVector<Attribute> strategies;
  for (const StrategyCandidate &candidate :
       rankContraction(kernel, *description, /*count=*/6, reason)) {
    EXPECT_FALSE(llvm::is_contained(strategies, candidate.strategy));
    strategies.push_back(candidate.strategy);
  }
}

TEST_F(ContractionStrategyTest, LargeLinearLayersGoDepthByDepth) {
  // What the second cache keeps from call to call is not prefetched.
  EXPECT_EQ(choose(linear(4096, 128), "avx512-vnni").getDepthBlock(), 0);
  EXPECT_FALSE(choose(linear(4096, 128), "avx512-vnni").getPrefetch());
  ContractionAttr strategy = choose(linear(12544, 128, "f32"), "avx512-vnni");
  ASSERT_GT(strategy.getDepthBlock(), 0);
  EXPECT_LT(strategy.getDepthBlock(), 12544);
  EXPECT_LE(strategy.getDepthBlock() * strategy.getVectors() * description->vectorBytes,
            description->l1Bytes * 6 / 10);
  EXPECT_TRUE(strategy.getPrefetch());
  EXPECT_EQ(strategy.getOrder(), LoopOrder::DepthOuter);
  // One tile of channels has no others to wait for; the sums of many channels would take a lot of
  // stack.
  strategy = choose(linear(200000, 16, "f32"), "avx2");
  ASSERT_TRUE(strategy.getPrefetch());
  EXPECT_EQ(strategy.getOrder(), LoopOrder::ChannelsOuter);
  strategy = choose(linear(4096, 4096, "f32"), "avx2");
  ASSERT_TRUE(strategy.getPrefetch());
  EXPECT_EQ(strategy.getOrder(), LoopOrder::ChannelsOuter);
}

/// Two rows of pool windows at once leave 8 sums in 16 registers.
TEST_F(ContractionStrategyTest, WindowsOfFloatsMayBeReducedRowByRow) {
  Conv conv = {.height = 30, .width = 30, .inputs = 32, .outputs = 64, .kernel = 3, .pool = 2};
  conv.isFloat = true;
  ContractionAttr strategy = choose(conv, "avx2");
  EXPECT_EQ(strategy.getRows(), 1);
  EXPECT_EQ(strategy.getColumns() * strategy.getVectors(), 12);
  EXPECT_EQ(choose(conv, "avx512-vnni").getRows(), 2);
}

/// Activations that neighbours share wait in registers.
TEST_F(ContractionStrategyTest, OneChannelLeavesRegistersForSharedActivations) {
  Conv conv = {.height = 30, .width = 30, .inputs = 1, .outputs = 32, .kernel = 3};
  conv.isFloat = true;
  ContractionAttr strategy = choose(conv, "avx2");
  EXPECT_LE(strategy.getRows() * strategy.getColumns() * strategy.getVectors(), 10);
}

/// Weights that the first cache does not hold are worth more positions and fewer vectors.
TEST_F(ContractionStrategyTest, TilesKnowOfTheFirstCache) {
  Conv conv = {.height = 30, .width = 30, .inputs = 32, .outputs = 64, .kernel = 3, .pool = 2};
  ContractionAttr codes = choose(conv, "avx512-vnni");
  conv.isFloat = true;
  ContractionAttr floats = choose(conv, "avx512-vnni");
  EXPECT_EQ(codes.getVectors(), 4);
  EXPECT_LT(floats.getVectors(), 4);
  EXPECT_GT(floats.getRows() * floats.getColumns(), codes.getRows() * codes.getColumns());
}

TEST_F(ContractionStrategyTest, BlocksOfSumsTakePairsOfPositions) {
  Conv conv = {.height = 30, .width = 30, .inputs = 32, .outputs = 64, .kernel = 3, .pool = 2};
  ContractionAttr strategy = choose(conv, "i8mm");
  ASSERT_TRUE(strategy);
  EXPECT_TRUE(strategy.getPaired());
  int64_t positions = strategy.getRows() * strategy.getColumns();
  EXPECT_EQ(positions % 2, 0);
  // Besides the sums, the weights of four steps and the codes of two positions.
  EXPECT_LE(positions * strategy.getVectors() + 4 * strategy.getVectors() + 3, 32);
  // One load for two products of blocks, or less.
  EXPECT_LE(positions + 4 * strategy.getVectors(), positions * strategy.getVectors());
  EXPECT_FALSE(choose(conv, "dotprod").getPaired());
  EXPECT_TRUE(choose(linear(12544, 128), "i8mm").getPaired());
  // A kernel row that is one step would fill half of a block.
  conv.inputs = 1;
  EXPECT_FALSE(choose(conv, "i8mm").getPaired());
  conv.isFloat = true;
  EXPECT_FALSE(choose(conv, "i8mm").getPaired());
}

/// Codes of four steps are loaded at once where an instruction reads a quarter of a register.
TEST_F(ContractionStrategyTest, QuartersSaveLoads) {
  Conv conv = {.height = 30, .width = 30, .inputs = 32, .outputs = 64, .kernel = 3};
  ContractionAttr strategy = choose(conv, "dotprod");
  int64_t positions = strategy.getRows() * strategy.getColumns();
  EXPECT_LE(positions * strategy.getVectors() + strategy.getVectors() + positions, 32);
  EXPECT_LE(2 * (positions + 4 * strategy.getVectors()), 4 * positions * strategy.getVectors());
}

TEST_F(ContractionStrategyTest, FarActivationsAreReadForMoreChannels) {
  auto matrix = [&](int64_t size) {
    choose({.height = size, .width = size, .inputs = 64, .outputs = 64, .kernel = 1}, "amx");
    return dyn_cast_or_null<MatrixAttr>(chosen);
  };
  // An image that the first cache does not hold is passed over once, for all channels.
  MatrixAttr large = matrix(56);
  ASSERT_TRUE(large);
  EXPECT_EQ(large.getColumns(), 1);
  EXPECT_EQ(large.getBlocks(), 4);
  // For one that it holds, both loads of a step serve two products.
  MatrixAttr small = matrix(16);
  ASSERT_TRUE(small);
  EXPECT_EQ(small.getColumns(), 2);
  EXPECT_EQ(small.getBlocks(), 2);
}

TEST_F(ContractionStrategyTest, MatrixUnitsTakeManyChannels) {
  auto matrix = [&](const Conv &conv) {
    choose(conv, "amx");
    return dyn_cast_or_null<MatrixAttr>(chosen);
  };
  // Whole pool windows of 14 columns; both loads of a step serve two products.
  MatrixAttr strategy =
      matrix({.height = 30, .width = 30, .inputs = 32, .outputs = 64, .kernel = 3, .pool = 2});
  ASSERT_TRUE(strategy);
  EXPECT_EQ(strategy.getTileRows(), 14);
  EXPECT_EQ(strategy.getRows() * strategy.getColumns(), 2);
  EXPECT_EQ(strategy.getRows() % 2, 0);
  EXPECT_EQ(strategy.getBlocks(), 2);
  EXPECT_TRUE(strategy.getFoldTaps());
  EXPECT_FALSE(strategy.getFlat());

  // Images without taps are one row of positions.
  strategy = matrix({.height = 7, .width = 7, .inputs = 512, .outputs = 512, .kernel = 1});
  ASSERT_TRUE(strategy);
  EXPECT_TRUE(strategy.getFlat());
  EXPECT_FALSE(strategy.getFoldTaps());
  EXPECT_EQ(strategy.getTileRows(), 13);
  strategy =
      matrix({.height = 7, .width = 7, .inputs = 512, .outputs = 512, .kernel = 1, .stride = 2});
  ASSERT_TRUE(strategy);
  EXPECT_FALSE(strategy.getFlat());

  // A tile would be filled up with zeros, or have one column.
  EXPECT_FALSE(matrix({.height = 30, .width = 30, .inputs = 1, .outputs = 32, .kernel = 3}));
  Conv conv = {.height = 9, .width = 9, .inputs = 64, .outputs = 64, .kernel = 3, .groups = 2};
  EXPECT_FALSE(matrix(conv));
  conv.groups = 1;
  conv.isFloat = true;
  EXPECT_FALSE(matrix(conv));
}

TEST_F(ContractionStrategyTest, MatrixStrategiesFitTheUnit) {
  for (int64_t outputs : {8, 16, 48, 64, 100, 512})
    for (int64_t width : {1, 3, 7, 14, 17, 28, 56})
      for (int64_t size : {1, 3}) {
        choose({.height = 9, .width = width + 2, .inputs = 128, .outputs = outputs, .kernel = size},
               "amx");
        auto strategy = dyn_cast<MatrixAttr>(chosen);
        if (!strategy)
          continue;
        int64_t tiles = strategy.getRows() * strategy.getColumns();
        EXPECT_LE(tiles * strategy.getBlocks() + std::min(tiles, strategy.getBlocks()) + 1,
                  description->matrix.tiles);
        EXPECT_LE(strategy.getTileRows(), description->matrix.rows);
        ContractionShape shape = ContractionShape::get(this->kernel);
        int64_t columns =
            strategy.getFlat() ? shape.positions[0] * shape.positions[1] : shape.positions[1];
        EXPECT_LE(strategy.getColumns() * strategy.getTileRows(), columns);
        EXPECT_LT((strategy.getBlocks() - 1) * kChannelBlock, outputs);
      }
}

TEST_F(ContractionStrategyTest, MatrixUnitsTakeManyImages) {
  choose(linear(12544, 128), "amx");
  auto strategy = dyn_cast<MatrixAttr>(chosen);
  ASSERT_TRUE(strategy);
  EXPECT_EQ(strategy.getTileRows(), 16);
  EXPECT_EQ(strategy.getColumns(), 2);
  // Few images take vectors, whose bias would be another one if codes were signed.
  EXPECT_TRUE(strategy.getRest());
  choose(linear(12544, 128, "i8"), "amx");
  EXPECT_TRUE(isa<ContractionAttr>(chosen));
}

TEST_F(ContractionStrategyTest, WinogradTakesThreeByThree) {
  auto winograd = [&](const Conv &conv, StringRef isa = "avx2") {
    choose(conv, isa);
    return dyn_cast_or_null<WinogradAttr>(chosen);
  };
  Conv conv = {.height = 30, .width = 30, .inputs = 32, .outputs = 64, .kernel = 3, .pool = 2};
  WinogradAttr strategy = winograd(conv);
  ASSERT_TRUE(strategy);
  EXPECT_EQ(strategy.getLanes() * strategy.getVectors(), kChannelBlock);
  EXPECT_EQ(strategy.getPositions(), 6);
  // Where an instruction adds four products, they are not worth transforming.
  for (StringRef isa : {"generic", "avx-vnni", "avx512-vnni", "amx", "neon", "dotprod", "i8mm"})
    EXPECT_FALSE(winograd(conv, isa)) << isa.str();

  auto but = [&](auto member, auto value) {
    Conv other = conv;
    other.pool = 1;
    other.*member = value;
    return other;
  };
  EXPECT_TRUE(winograd(but(&Conv::inputs, 48)));
  EXPECT_FALSE(winograd(but(&Conv::inputs, 40)));
  EXPECT_TRUE(winograd(but(&Conv::outputs, 3)));
  EXPECT_FALSE(winograd(but(&Conv::kernel, 5)));
  EXPECT_FALSE(winograd(but(&Conv::stride, 2)));
  EXPECT_FALSE(winograd(but(&Conv::dilation, 2)));
  EXPECT_FALSE(winograd(but(&Conv::groups, 2)));
  EXPECT_FALSE(winograd(but(&Conv::isFloat, true)));
  EXPECT_FALSE(winograd(but(&Conv::pool, 4)));
  // Less than a tile.
  EXPECT_TRUE(winograd(but(&Conv::height, 4)));
  EXPECT_FALSE(winograd(but(&Conv::height, 3)));
  // Transformed weights of 2 MiB are the most. Sums might overflow, however few weights there are.
  conv.inputs = 256;
  EXPECT_TRUE(winograd(but(&Conv::outputs, 256)));
  EXPECT_FALSE(winograd(but(&Conv::outputs, 257)));
  conv.outputs = 1;
  EXPECT_TRUE(winograd(but(&Conv::inputs, 1824)));
  EXPECT_FALSE(winograd(but(&Conv::inputs, 1840)));
}

TEST_F(ContractionStrategyTest, WinogradFitsRegistersAndStack) {
  for (int64_t inputs : {16, 64, 128, 256, 512, 1824})
    for (int64_t outputs : {1, 16, 64, 100, 512})
      for (int64_t size : {2, 7, 14, 15, 28, 56, 224}) {
        choose({.height = size + 2,
                .width = size + 2,
                .inputs = inputs,
                .outputs = outputs,
                .kernel = 3},
               "avx2");
        auto strategy = dyn_cast_or_null<WinogradAttr>(chosen);
        if (!strategy)
          continue;
        int64_t sums = strategy.getPositions() * strategy.getVectors();
        EXPECT_LE(sums + strategy.getVectors() + 2, description->vectorRegisters);
        int64_t tiles = strategy.getRows() * strategy.getColumns();
        EXPECT_LE(strategy.getRows(), llvm::divideCeil(size, 2));
        EXPECT_LE(strategy.getColumns(), llvm::divideCeil(size, 2));
        EXPECT_LE(tiles * kWinogradPoints * (2 * inputs + 4 * kChannelBlock), 96 << 10);
      }
}

TEST_F(ContractionStrategyTest, SaysWhatItDoesNotCover) {
  StringRef wide = "func.func private @k(%x: tensor<?x4xui8>, %w: tensor<2x4xi16> "
                   "{codegen.constant}) -> tensor<?x2xi32> attributes {codegen.kernel} {\n"
                   "%0 = cnn.linear %x, %w : (tensor<?x4xui8>, tensor<2x4xi16>) -> "
                   "tensor<?x2xi32>\nreturn %0 : tensor<?x2xi32>\n}";
  EXPECT_FALSE(choose(wide, "avx2"));
  EXPECT_THAT(reason, ::testing::HasSubstr("weights of more than 8 bits"));

  StringRef sums = "func.func private @k(%x: tensor<?x4xui8>, %w: tensor<2x4xi8> "
                   "{codegen.constant}) -> tensor<?x2xi64> attributes {codegen.kernel} {\n"
                   "%0 = cnn.linear %x, %w : (tensor<?x4xui8>, tensor<2x4xi8>) -> "
                   "tensor<?x2xi64>\nreturn %0 : tensor<?x2xi64>\n}";
  EXPECT_FALSE(choose(sums, "avx2"));
  EXPECT_THAT(reason, ::testing::HasSubstr("accumulators of more than 32 bits"));

  StringRef computed = "func.func private @k(%x: tensor<?x4xui8>, %w: tensor<2x4xi8>) -> "
                       "tensor<?x2xi32> attributes {codegen.kernel} {\n"
                       "%0 = cnn.linear %x, %w : (tensor<?x4xui8>, tensor<2x4xi8>) -> "
                       "tensor<?x2xi32>\nreturn %0 : tensor<?x2xi32>\n}";
  EXPECT_FALSE(choose(computed, "avx2"));
  EXPECT_THAT(reason, ::testing::HasSubstr("not constants"));

  std::string padded = Conv{.height = 8, .width = 8, .inputs = 4, .outputs = 4, .kernel = 3}.text();
  size_t at = padded.find("{strides");
  padded.insert(at + 1, "padding = array<i64: 0, 1, 0, 0>, ");
  padded = std::string(padded);
  for (size_t p; (p = padded.find("tensor<?x6x6x4xi32>")) != std::string::npos;)
    padded.replace(p, 19, "tensor<?x7x6x4xi32>");
  EXPECT_FALSE(choose(padded, "avx2"));
  EXPECT_THAT(reason, ::testing::HasSubstr("qcc-materialize-padding"));
}

TEST_F(ContractionStrategyTest, ShapesAreReadOnce) {
  choose(
      {.height = 11, .width = 12, .inputs = 8, .outputs = 24, .kernel = 3, .groups = 2, .pool = 2},
      "avx2");
  ContractionShape shape = ContractionShape::get(kernel);
  EXPECT_EQ(shape.groups, 2);
  EXPECT_EQ(shape.inputs, 4);
  EXPECT_EQ(shape.outputs, 12);
  EXPECT_TRUE(shape.pool);
  EXPECT_THAT(shape.poolKernel, ::testing::ElementsAre(2, 2));
  // Nine rows, of which the pool leaves one.
  EXPECT_THAT(shape.positions, ::testing::ElementsAre(8, 10));
  EXPECT_EQ(shape.segment(false), 4);
  EXPECT_EQ(shape.segments(false), 9);
  EXPECT_EQ(shape.segment(true), 12);
  EXPECT_EQ(shape.segments(true), 3);
  EXPECT_EQ(shape.stepsOfSegment(true), 3);
  EXPECT_TRUE(shape.isUnsigned());
  EXPECT_FALSE(shape.flipsSign());
}

} // namespace

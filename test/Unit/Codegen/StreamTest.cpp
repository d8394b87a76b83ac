//===- StreamTest.cpp - Which linear layers are computed beside convolutions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Stream.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

class StreamTest : public ::testing::Test {
protected:
  StreamTest() {
    context.loadDialect<cnn::CNNDialect, CodegenDialect, func::FuncDialect>();
    vnni.vectorBytes = 64;
    vnni.vectorRegisters = 32;
    vnni.dot = DotInstruction::Vpdpbusd;
    vnni.fma = true;
    strategies = {contraction(2, 4, LoopOrder::RowsOuter),
                  contraction(1, 3, LoopOrder::ChannelsOuter)};
  }

  ContractionAttr contraction(int64_t rows, int64_t vectors, LoopOrder order,
                              int64_t depthBlock = 0, int64_t depth = 4) {
    return ContractionAttr::get(&context, 16, rows, 2, vectors, depth, false, order, depthBlock,
                                false, false);
  }

  /// A convolution to 14 x 14 x 64 and a linear layer to `outputs`, with the strategies.
  ContractionAttr choose(bool isFloat = false, int64_t outputs = 128, int64_t leastBytes = 0) {
    llvm::StringRef x = isFloat ? "f32" : "ui8", w = isFloat ? "f32" : "i8";
    llvm::StringRef y = isFloat ? "f32" : "i32", step = isFloat ? "1x" : "4x";
    int64_t blocks = (outputs + 15) / 16, steps = isFloat ? 12544 : 3136;
    std::string packed = llvm::Twine(std::to_string(blocks) + "x" + std::to_string(steps) + "x16x")
                             .concat(step)
                             .concat(w)
                             .str();
    std::string outs = std::to_string(outputs);
    std::string text =
        ("func.func private @conv(%x: tensor<?x16x16x32x" + x + ">, %w: tensor<64x3x3x32x" + w +
         "> {codegen.constant}) -> tensor<?x14x14x64x" + y +
         "> attributes {codegen.kernel} {\n%0 = cnn.conv2d %x, %w : (tensor<?x16x16x32x" + x +
         ">, tensor<64x3x3x32x" + w + ">) -> tensor<?x14x14x64x" + y +
         ">\nreturn %0 : tensor<?x14x14x64x" + y +
         ">\n}\nfunc.func private @linear(%x: tensor<?x12544x" + x + ">, %p: tensor<" + packed +
         "> {codegen.constant}) -> tensor<?x" + outs + "x" + y +
         "> attributes {codegen.kernel} {\n%w = codegen.unpack %p <dot> : tensor<" + packed +
         "> -> tensor<" + outs + "x12544x" + w + ">\n%0 = cnn.linear %x, %w : (tensor<?x12544x" +
         x + ">, tensor<" + outs + "x12544x" + w + ">) -> tensor<?x" + outs + "x" + y +
         ">\nreturn %0 : tensor<?x" + outs + "x" + y + ">\n}")
            .str();
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    auto kernels = llvm::to_vector(module->getOps<func::FuncOp>());
    for (auto [kernel, strategy] : llvm::zip_equal(kernels, strategies))
      kernel->setAttr(kStrategyAttr, strategy);
    return chooseStream(kernels[0], kernels[1], vnni, leastBytes);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  TargetDescription vnni;
  /// Of the convolution and of the linear layer.
  llvm::SmallVector<Attribute> strategies;
};

TEST_F(StreamTest, PartsOfCodesHaveSumsEnough) {
  ContractionAttr parts = choose();
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts.getVectors(), 8); // 128 channels
  EXPECT_EQ(parts.getColumns(), 1);
  EXPECT_EQ(parts.getOrder(), LoopOrder::DepthOuter);
  EXPECT_EQ(parts.getDepthBlock() % 16, 0);
  EXPECT_FALSE(parts.getPrefetch());
  EXPECT_EQ(choose(/*isFloat=*/false, /*outputs=*/40).getVectors(), 3);
  EXPECT_EQ(choose(/*isFloat=*/false, /*outputs=*/1000).getVectors(), 8);
}

TEST_F(StreamTest, SumsOfFloatsKeepTheirOrder) {
  strategies[0] = contraction(2, 4, LoopOrder::RowsOuter, 0, 1);
  strategies[1] = contraction(1, 2, LoopOrder::DepthOuter, 64, 1);
  ContractionAttr parts = choose(/*isFloat=*/true);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts.getVectors(), 2);
  EXPECT_EQ(parts.getDepthBlock(), 64);
  strategies[1] = contraction(1, 2, LoopOrder::ChannelsOuter, 64, 1);
  EXPECT_FALSE(choose(/*isFloat=*/true));
}

TEST_F(StreamTest, FewWeightsAndSlowProductsAreNotWorthIt) {
  EXPECT_TRUE(choose(/*isFloat=*/false, 128, /*leastBytes=*/128 * 12544));
  EXPECT_FALSE(choose(/*isFloat=*/false, 128, /*leastBytes=*/128 * 12544 + 1));
  vnni.dot = DotInstruction::Vpmaddwd;
  EXPECT_FALSE(choose());
}

TEST_F(StreamTest, RowsMustEndOneAfterTheOther) {
  strategies[0] = contraction(2, 4, LoopOrder::ChannelsOuter);
  EXPECT_FALSE(choose());
  // All rows at once.
  strategies[0] = contraction(14, 1, LoopOrder::RowsOuter);
  EXPECT_FALSE(choose());
  strategies[0] = WinogradAttr::get(&context, 16, 7, 2, 6, 2);
  EXPECT_FALSE(choose());
  strategies[0] = MatrixAttr::get(&context, 14, 2, 1, 2, false, false, LoopOrder::RowsOuter, {});
  EXPECT_TRUE(choose());
  strategies[0] = MatrixAttr::get(&context, 14, 1, 1, 2, false, true, LoopOrder::RowsOuter, {});
  EXPECT_FALSE(choose());
}

} // namespace

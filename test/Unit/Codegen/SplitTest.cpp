//===- SplitTest.cpp - Which kernels threads share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Split.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

class SplitTest : public ::testing::Test {
protected:
  SplitTest() {
    context.loadDialect<cnn::CNNDialect, CodegenDialect, func::FuncDialect>();
    avx2.vectorBytes = 32;
    avx2.dot = DotInstruction::Vpmaddwd;
    avx2.fma = true;
  }

  /// The kernel of a convolution or linear layer `y = op(x, w)`, which is kept.
  func::FuncOp kernel(llvm::StringRef op, llvm::StringRef x, llvm::StringRef w, llvm::StringRef y,
                      llvm::StringRef attributes = "") {
    std::string text =
        ("func.func private @k(%x: " + x + ", %w: " + w + " {codegen.constant}) -> " + y +
         " attributes {codegen.kernel} {\n%0 = cnn." + op + " %x, %w {" + attributes + "} : (" + x +
         ", " + w + ") -> " + y + "\nreturn %0 : " + y + "\n}")
            .str();
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    return *module->getOps<func::FuncOp>().begin();
  }
  func::FuncOp conv() {
    return kernel("conv2d", "tensor<?x16x30x32xui8>", "tensor<64x3x3x32xi8>",
                  "tensor<?x14x28x64xi32>");
  }

  ContractionAttr contraction(int64_t rows, int64_t vectors, LoopOrder order) {
    return ContractionAttr::get(&context, 8, rows, 4, vectors, 4, false, order, 0, false, false);
  }

  std::optional<SplitDimension> choose(func::FuncOp kernel, Attribute strategy) {
    return chooseSplit(kernel, strategy, avx2, /*leastCycles=*/10000);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  TargetDescription avx2;
};

TEST_F(SplitTest, BlocksAreThoseOfTheStrategy) {
  SplitBlocks blocks = SplitBlocks::get(conv(), contraction(4, 3, LoopOrder::RowsOuter));
  EXPECT_EQ(blocks.positions, 4); // 4, 4, 4, 2 rows
  EXPECT_EQ(blocks.channels, 3);  // 24, 24, 16 channels
  blocks = SplitBlocks::get(conv(), WinogradAttr::get(&context, 8, 7, 2, 6, 2));
  EXPECT_EQ(blocks.positions, 7); // one block of 7 rows of tiles, 7 of two columns each
  EXPECT_EQ(blocks.channels, 4);
  auto groups = kernel("conv2d", "tensor<?x9x9x32xui8>", "tensor<32x3x3x8xi8>",
                       "tensor<?x7x7x32xi32>", "groups = 4 : i64");
  EXPECT_EQ(SplitBlocks::get(groups, contraction(1, 1, LoopOrder::RowsOuter)).channels, 4);
  auto linear = kernel("linear", "tensor<?x512xui8>", "tensor<100x512xi8>", "tensor<?x100xi32>");
  blocks = SplitBlocks::get(linear, contraction(1, 2, LoopOrder::ChannelsOuter));
  EXPECT_EQ(blocks.positions, 1);
  EXPECT_EQ(blocks.channels, 7);
  EXPECT_EQ(SplitBlocks::get(linear, CopyAttr::get(&context, false)).channels, 1);
}

TEST_F(SplitTest, CyclesAreProductsOrBytes) {
  Attribute strategy = contraction(1, 2, LoopOrder::ChannelsOuter);
  // 14 x 28 x 64 x 9 x 32 products, 16 in a cycle.
  EXPECT_EQ(estimateCycles(conv(), strategy, avx2), 14.0 * 28 * 64 * 9 * 32 / 16);
  auto linear = kernel("linear", "tensor<?x4096xui8>", "tensor<100x4096xi8>", "tensor<?x100xi32>");
  EXPECT_EQ(estimateCycles(linear, strategy, avx2), 409600.0 / 16);
  auto floats = kernel("linear", "tensor<?x4096xf32>", "tensor<100x4096xf32>", "tensor<?x100xf32>");
  EXPECT_EQ(estimateCycles(floats, strategy, avx2), 4 * 409600.0 / 16);
  EXPECT_EQ(
      estimateCycles(conv(), ReferenceAttr::get(&context, StringAttr::get(&context, "")), avx2), 0);
}

TEST_F(SplitTest, TheOuterLoopIsSharedUnlessItIsShort) {
  EXPECT_EQ(choose(conv(), contraction(1, 2, LoopOrder::RowsOuter)), SplitDimension::Positions);
  EXPECT_EQ(choose(conv(), contraction(1, 1, LoopOrder::ChannelsOuter)), SplitDimension::Channels);
  // Four blocks of channels, but seven of rows.
  EXPECT_EQ(choose(conv(), contraction(2, 2, LoopOrder::ChannelsOuter)), SplitDimension::Positions);
  auto linear = kernel("linear", "tensor<?x4096xui8>", "tensor<100x4096xi8>", "tensor<?x100xi32>");
  EXPECT_EQ(choose(linear, contraction(1, 2, LoopOrder::RowsOuter)), SplitDimension::Channels);
}

TEST_F(SplitTest, ShortKernelsAndSingleBlocksAreNotShared) {
  Attribute strategy = contraction(1, 2, LoopOrder::ChannelsOuter);
  auto few = kernel("linear", "tensor<?x512xui8>", "tensor<100x512xi8>", "tensor<?x100xi32>");
  EXPECT_EQ(choose(few, strategy), std::nullopt);
  EXPECT_EQ(chooseSplit(few, strategy, avx2, 0), SplitDimension::Channels);
  auto single = kernel("linear", "tensor<?x65536xui8>", "tensor<16x65536xi8>", "tensor<?x16xi32>");
  EXPECT_EQ(choose(single, strategy), std::nullopt);
}

} // namespace

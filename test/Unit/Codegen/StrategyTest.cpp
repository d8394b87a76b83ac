//===- StrategyTest.cpp - How kernels without contractions are vectorized ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Strategy.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

/// Registers of `bytes` bytes.
TargetDescription makeTarget(int64_t bytes, int64_t registers) {
  TargetDescription target;
  target.vectorBytes = bytes;
  target.vectorRegisters = registers;
  return target;
}

const TargetDescription sse = makeTarget(16, 16), avx2 = makeTarget(32, 16),
                        avx512 = makeTarget(64, 32), neon = makeTarget(16, 32);

class StrategyTest : public ::testing::Test {
protected:
  StrategyTest() { context.loadDialect<cnn::CNNDialect, CodegenDialect, func::FuncDialect>(); }

  /// What is chosen for a kernel with these arguments, body and result, as text.
  std::string choose(llvm::StringRef arguments, llvm::StringRef body, llvm::StringRef result,
                     const TargetDescription &target) {
    std::string text = ("func.func private @k(" + arguments + ") -> " + result +
                        " attributes {codegen.kernel} {\n" + body + "\n}")
                           .str();
    auto module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    if (!module)
      return "";
    std::string chosen;
    llvm::raw_string_ostream os(chosen);
    os << chooseStrategy(*module->getOps<func::FuncOp>().begin(), target);
    return chosen;
  }

  MLIRContext context;
};

constexpr const char *kQuantize =
    "%q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : "
    "i32, contract = #cnn.contract<onnx>} : (tensor<?x8xf32>) -> tensor<?x8xui8>\n"
    "return %q : tensor<?x8xui8>";

TEST_F(StrategyTest, PointwiseCodesFillARegister) {
  auto chosen = [&](const TargetDescription &target) {
    return choose("%x: tensor<?x8xf32>", kQuantize, "tensor<?x8xui8>", target);
  };
  EXPECT_EQ(chosen(sse), "#codegen.pointwise<lanes = 16>");
  EXPECT_EQ(chosen(avx2), "#codegen.pointwise<lanes = 32>");
  EXPECT_EQ(chosen(avx512), "#codegen.pointwise<lanes = 64>");
}

TEST_F(StrategyTest, PointwiseFloats) {
  auto chosen = [&](llvm::StringRef op) {
    return choose("%x: tensor<?x8xf32>",
                  ("%y = " + op +
                   " : (tensor<?x8xf32>) -> tensor<?x8xf32>\n"
                   "return %y : tensor<?x8xf32>")
                      .str(),
                  "tensor<?x8xf32>", avx512);
  };
  EXPECT_EQ(chosen("cnn.relu %x"), "#codegen.pointwise<lanes = 32>");
  EXPECT_EQ(chosen("cnn.sigmoid %x"), "#codegen.pointwise<lanes = 16>");
}

TEST_F(StrategyTest, PointwiseLookup) {
  EXPECT_EQ(choose("%x: tensor<?x8xui8>, %t: tensor<256xui8> {codegen.constant}",
                   "%y = cnn.lookup %x, %t : (tensor<?x8xui8>, tensor<256xui8>) -> "
                   "tensor<?x8xui8>\nreturn %y : tensor<?x8xui8>",
                   "tensor<?x8xui8>", avx512),
            "#codegen.pointwise<lanes = 16>");
}

TEST_F(StrategyTest, NothingToVectorizeAlong) {
  EXPECT_EQ(choose("%x: tensor<?xf32>",
                   "%y = cnn.relu %x : (tensor<?xf32>) -> tensor<?xf32>\nreturn %y : tensor<?xf32>",
                   "tensor<?xf32>", avx2),
            "#codegen.reference<\"the result has no dimension besides the batch\">");
}

TEST_F(StrategyTest, Window) {
  std::string codes = "%y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<?x4x4x8xi8>) "
                      "-> tensor<?x3x3x8xi8>\nreturn %y : tensor<?x3x3x8xi8>";
  std::string floats = "%y = cnn.global_avg_pool %x : (tensor<?x4x4x8xf32>) -> "
                       "tensor<?x1x1x8xf32>\nreturn %y : tensor<?x1x1x8xf32>";
  EXPECT_EQ(choose("%x: tensor<?x4x4x8xi8>", codes, "tensor<?x3x3x8xi8>", avx2),
            "#codegen.window<lanes = 32>");
  EXPECT_EQ(choose("%x: tensor<?x4x4x8xf32>", floats, "tensor<?x1x1x8xf32>", avx2),
            "#codegen.window<lanes = 16>");
}

std::string depthwise(llvm::StringRef weights, llvm::StringRef sum, llvm::StringRef attributes) {
  return ("%y = cnn.conv2d %x, %w {groups = 8 : i64" + attributes +
          "} : (tensor<?x5x5x8xui8>, tensor<8x3x3x1x" + weights + ">) -> tensor<?x3x3x8x" + sum +
          ">\nreturn %y : tensor<?x3x3x8x" + sum + ">")
      .str();
}

TEST_F(StrategyTest, DepthwiseSumsTakeHalfOfTheRegisters) {
  auto chosen = [&](const TargetDescription &target) {
    return choose("%x: tensor<?x5x5x8xui8>, %w: tensor<8x3x3x1xi8> {codegen.constant}",
                  depthwise("i8", "i32", ""), "tensor<?x3x3x8xi32>", target);
  };
  EXPECT_EQ(chosen(sse), "#codegen.depthwise<lanes = 16, columns = 2>");
  EXPECT_EQ(chosen(avx2), "#codegen.depthwise<lanes = 16, columns = 4>");
  EXPECT_EQ(chosen(neon), "#codegen.depthwise<lanes = 16, columns = 4>");
  EXPECT_EQ(chosen(avx512), "#codegen.depthwise<lanes = 16, columns = 4>");
}

TEST_F(StrategyTest, DepthwiseDotProducts) {
  TargetDescription vnni512 = avx512, vnni256 = avx2;
  vnni512.dot = vnni256.dot = DotInstruction::Vpdpbusd;
  auto chosen = [&](const TargetDescription &target, int64_t size, int64_t kernel, int64_t stride,
                    int64_t dilation) {
    std::string input = "tensor<?x" + llvm::formatv("{0}x{0}x96xui8>", size).str();
    std::string weights = llvm::formatv("tensor<96x{0}x{0}x1xi8>", kernel).str();
    int64_t outputs = (size - (kernel - 1) * dilation - 1) / stride + 1;
    std::string result = "tensor<?x" + llvm::formatv("{0}x{0}x96xi32>", outputs).str();
    std::string attributes = llvm::formatv("groups = 96 : i64, strides = array<i64: {0}, {0}>, "
                                           "dilations = array<i64: {1}, {1}>",
                                           stride, dilation)
                                 .str();
    return choose("%x: " + input + ", %w: " + weights + " {codegen.constant}",
                  "%y = cnn.conv2d %x, %w {" + attributes + "} : (" + input + ", " + weights +
                      ") -> " + result + "\nreturn %y : " + result,
                  result, target);
  };
  // Four rows of the input have two rows of taps in them, and registers for what slides.
  EXPECT_EQ(chosen(vnni512, 20, 3, 1, 1),
            "#codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true, order = "
            "channels_outer>");
  EXPECT_EQ(chosen(vnni512, 130, 3, 1, 1),
            "#codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true>");
  EXPECT_EQ(chosen(vnni512, 130, 3, 2, 1),
            "#codegen.depthwise<lanes = 64, columns = 2, taps = 4, slide = true>");
  EXPECT_EQ(chosen(vnni512, 130, 3, 1, 2), "#codegen.depthwise<lanes = 64, columns = 4, taps = 4>");
  EXPECT_EQ(chosen(vnni512, 130, 5, 1, 1),
            "#codegen.depthwise<lanes = 64, columns = 1, rows = 4, taps = 4>");
  // One row of the result.
  EXPECT_EQ(chosen(vnni512, 3, 3, 1, 1),
            "#codegen.depthwise<lanes = 64, columns = 2, taps = 4, slide = true, order = "
            "channels_outer>");
  // Half of the registers.
  EXPECT_EQ(chosen(vnni256, 130, 3, 1, 1),
            "#codegen.depthwise<lanes = 32, columns = 1, rows = 2, taps = 4>");
  EXPECT_EQ(chosen(vnni256, 130, 3, 2, 1),
            "#codegen.depthwise<lanes = 32, columns = 2, taps = 4, slide = true>");
  // So many taps are loops.
  EXPECT_EQ(chosen(vnni512, 130, 9, 1, 1), "#codegen.depthwise<lanes = 16, columns = 4>");
}

TEST_F(StrategyTest, DepthwiseNotCovered) {
  EXPECT_EQ(choose("%x: tensor<?x5x5x8xui8>, %w: tensor<8x3x3x1xi16> {codegen.constant}",
                   depthwise("i16", "i64", ""), "tensor<?x3x3x8xi64>", avx2),
            "#codegen.reference<\"a depthwise convolution with weights or sums of more bits\">");
  EXPECT_EQ(choose("%x: tensor<?x5x5x8xui8>, %w: tensor<8x3x3x1xi8>", depthwise("i8", "i32", ""),
                   "tensor<?x3x3x8xi32>", avx2),
            "#codegen.reference<\"weights are not constants\">");
  EXPECT_EQ(choose("%x: tensor<?x5x5x8xui8>, %w: tensor<8x5x5x1xi8> {codegen.constant}",
                   "%y = cnn.conv2d %x, %w {groups = 8 : i64, padding = array<i64: 1, 1, 1, 1>} : "
                   "(tensor<?x5x5x8xui8>, tensor<8x5x5x1xi8>) -> tensor<?x3x3x8xi32>\nreturn %y : "
                   "tensor<?x3x3x8xi32>",
                   "tensor<?x3x3x8xi32>", avx2),
            "#codegen.reference<\"a depthwise convolution with padding of its own\">");
}

TEST_F(StrategyTest, Copy) {
  std::string arguments = "%a: tensor<?x4xi8>, %b: tensor<?x4xi8>";
  EXPECT_EQ(choose(arguments,
                   "%y = cnn.concat %a, %b {axis = 1 : i64} : (tensor<?x4xi8>, tensor<?x4xi8>) -> "
                   "tensor<?x8xi8>\nreturn %y : tensor<?x8xi8>",
                   "tensor<?x8xi8>", avx2),
            "#codegen.copy");
  EXPECT_EQ(choose(arguments,
                   "%y = cnn.concat %a, %b {axis = 0 : i64} : (tensor<?x4xi8>, tensor<?x4xi8>) -> "
                   "tensor<?x4xi8>\nreturn %y : tensor<?x4xi8>",
                   "tensor<?x4xi8>", avx2),
            "#codegen.reference<\"cnn.concat changes the batch\">");
  EXPECT_EQ(choose("%a: tensor<?x4x2xi8>",
                   "%y = cnn.transpose %a {permutation = array<i64: 0, 2, 1>} : (tensor<?x4x2xi8>) "
                   "-> tensor<?x2x4xi8>\nreturn %y : tensor<?x2x4xi8>",
                   "tensor<?x2x4xi8>", avx2),
            "#codegen.copy");
  EXPECT_EQ(choose("%a: tensor<?x4xi8>", "return %a : tensor<?x4xi8>", "tensor<?x4xi8>", avx2),
            "#codegen.copy");
}

} // namespace

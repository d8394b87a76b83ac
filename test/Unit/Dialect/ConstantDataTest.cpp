//===- ConstantDataTest.cpp - What goes into a constant comes out of it ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/OwningOpRef.h"
#include "gtest/gtest.h"
#include <limits>
#include <numeric>

using namespace qcc::cnn;
using mlir::RankedTensorType;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class ConstantData : public testing::Test {
protected:
  ConstantData() : builder(&context) {
    context.loadDialect<CNNDialect>();
    module = mlir::ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToEnd(module->getBody());
  }

  RankedTensorType typeOf(llvm::ArrayRef<int64_t> shape, mlir::Type element) {
    return RankedTensorType::get(shape, element);
  }
  mlir::Value constant(mlir::ElementsAttr attr) {
    return ConstantOp::create(builder, builder.getUnknownLoc(), attr.getType(), attr);
  }
  mlir::Value floats(llvm::ArrayRef<float> values) {
    auto size = static_cast<int64_t>(values.size());
    return constant(makeFloats(typeOf({size}, builder.getF32Type()), values, "weights"));
  }

  mlir::MLIRContext context;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_F(ConstantData, IntegersOfAnyWidthComeBack) {
  llvm::SmallVector<int64_t> small = {0, 1, 127, -128, -1};
  llvm::SmallVector<int64_t> codes = {0, 1, 127, 128, 255};
  for (unsigned width : {8U, 16U, 32U, 64U}) {
    auto type = typeOf({5}, builder.getIntegerType(width));
    auto read = readIntegers(makeIntegers(type, small, "a"));
    ASSERT_TRUE(succeeded(read));
    EXPECT_EQ(llvm::ArrayRef<int64_t>(*read), llvm::ArrayRef<int64_t>(small)) << width;
    auto asUnsigned = typeOf({5}, builder.getIntegerType(width, /*isSigned=*/false));
    read = readIntegers(makeIntegers(asUnsigned, codes, "b"));
    ASSERT_TRUE(succeeded(read));
    EXPECT_EQ(llvm::ArrayRef<int64_t>(*read), llvm::ArrayRef<int64_t>(codes)) << width;
  }
}

TEST_F(ConstantData, LargeOnesAreResources) {
  std::vector<float> values(17);
  std::iota(values.begin(), values.end(), -3.0F);
  auto large = makeFloats(typeOf({17}, builder.getF32Type()), values, "weights");
  EXPECT_TRUE(llvm::isa<mlir::DenseResourceElementsAttr>(large));
  EXPECT_EQ(getResourceName(large, "none"), "weights");
  auto again = makeFloats(typeOf({17}, builder.getF32Type()), values, "weights");
  EXPECT_NE(getResourceName(again, "none"), "weights") << "names are unique";
  auto read = readFloats(large);
  ASSERT_TRUE(succeeded(read));
  EXPECT_EQ(std::vector<float>(read->begin(), read->end()), values);

  auto few = makeFloats(typeOf({2}, builder.getF32Type()), {1.0F, 2.0F}, "bias");
  EXPECT_TRUE(llvm::isa<mlir::DenseElementsAttr>(few));
  EXPECT_EQ(getResourceName(few, "none"), "none");
}

TEST_F(ConstantData, SplatsAreRepeated) {
  auto splat = mlir::DenseElementsAttr::get(typeOf({2, 3}, builder.getF32Type()), 1.5F);
  auto read = readFloats(splat);
  ASSERT_TRUE(succeeded(read));
  EXPECT_EQ(std::vector<float>(read->begin(), read->end()), std::vector<float>(6, 1.5F));
}

TEST_F(ConstantData, SizesThatNoMemoryHasFail) {
  int64_t large = int64_t{1} << 40;
  auto type = typeOf({large, large}, builder.getF32Type());
  EXPECT_TRUE(failed(readFloats(mlir::DenseElementsAttr::get(type, 1.0F))));
}

TEST_F(ConstantData, OtherTypesFail) {
  auto f32 = typeOf({1}, builder.getF32Type()), i8 = typeOf({1}, builder.getI8Type());
  EXPECT_TRUE(failed(readFloats(makeIntegers(i8, {1}, "a"))));
  EXPECT_TRUE(failed(readIntegers(makeFloats(f32, {1.0F}, "a"))));
  auto half = typeOf({1}, builder.getF64Type());
  EXPECT_TRUE(failed(readFloats(mlir::DenseElementsAttr::get(half, 1.0))));
  EXPECT_TRUE(failed(readFloats(mlir::ElementsAttr())));
  auto bits = typeOf({2}, builder.getI1Type());
  EXPECT_TRUE(failed(readIntegers(mlir::DenseElementsAttr::get(bits, {true, false}))));
}

TEST_F(ConstantData, LargestMagnitude) {
  EXPECT_EQ(*findLargestMagnitude(floats({1.0F, -3.5F, 2.0F})), 3.5);
  EXPECT_EQ(*findLargestMagnitude(floats({-0.0F})), 0.0);
  EXPECT_EQ(*findLargestMagnitude(floats({})), 0.0);
  // What is not finite counts wherever it stands.
  for (float special : {kInfinity, -kInfinity, kNaN}) {
    EXPECT_EQ(*findLargestMagnitude(floats({special, 1.0F})), double{kInfinity});
    EXPECT_EQ(*findLargestMagnitude(floats({1.0F, special})), double{kInfinity});
  }
  auto integer = constant(makeIntegers(typeOf({1}, builder.getI8Type()), {1}, "a"));
  EXPECT_TRUE(failed(findLargestMagnitude(integer)));
  EXPECT_TRUE(failed(findLargestMagnitude(mlir::Value())));
}

TEST(TransposeBytes, MovesElements) {
  // [2, 3] to [3, 2], in elements of two bytes.
  std::vector<char> data = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  auto moved = transposeBytes(data, {2, 3}, {1, 0}, 2);
  EXPECT_EQ(std::vector<char>(moved.begin(), moved.end()),
            (std::vector<char>{0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11}));
  auto back = transposeBytes(moved, {3, 2}, {1, 0}, 2);
  EXPECT_EQ(std::vector<char>(back.begin(), back.end()), data);
  // A scalar, and three dimensions in turn.
  EXPECT_EQ(transposeBytes({5}, {}, {}, 1).front(), 5);
  auto turned = transposeBytes({0, 1, 2, 3, 4, 5, 6, 7}, {2, 2, 2}, {2, 0, 1}, 1);
  EXPECT_EQ(std::vector<char>(turned.begin(), turned.end()),
            (std::vector<char>{0, 2, 4, 6, 1, 3, 5, 7}));
}

} // namespace

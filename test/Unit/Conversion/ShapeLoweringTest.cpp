//===- ShapeLoweringTest.cpp - Operations that only move elements, and constants ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoweringTest.h"

using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;

namespace {

using ShapeLoweringTest = LoweringTest;

TEST_F(ShapeLoweringTest, FlattenAndReshapeKeepTheOrder) {
  HostTensor x = random<uint8_t>({3, 2, 4, 5}, 0, 255);
  HostTensor flat = run(wrap("cnn.flatten %0", {"tensor<?x2x4x5xui8>"}, "tensor<?x40xui8>"), {x});
  EXPECT_EQ(flat.getShape(), llvm::ArrayRef<int64_t>({3, 40}));
  EXPECT_EQ(flat.getData<uint8_t>(), x.getData<uint8_t>());
  HostTensor shaped =
      run(wrap("cnn.reshape %0", {"tensor<?x2x4x5xui8>"}, "tensor<?x5x8x1xui8>"), {x});
  EXPECT_EQ(shaped.getShape(), llvm::ArrayRef<int64_t>({3, 5, 8, 1}));
  EXPECT_EQ(shaped.getData<uint8_t>(), x.getData<uint8_t>());
  HostTensor fixed = run(wrap("cnn.reshape %0", {"tensor<3x2x4x5xui8>"}, "tensor<8x15xui8>"), {x});
  EXPECT_EQ(fixed.getShape(), llvm::ArrayRef<int64_t>({8, 15}));
  EXPECT_EQ(fixed.getData<uint8_t>(), x.getData<uint8_t>());
}

TEST_F(ShapeLoweringTest, ReshapeToAndFromAScalar) {
  HostTensor x = tensorOf<float>({1, 1}, {7.5F});
  HostTensor scalar = run(wrap("cnn.reshape %0", {"tensor<1x1xf32>"}, "tensor<f32>"), {x});
  EXPECT_EQ(scalar.getRank(), 0);
  EXPECT_THAT(valuesOf<float>(scalar), ElementsAre(7.5F));
  HostTensor y = run(wrap("cnn.reshape %0", {"tensor<f32>"}, "tensor<1x1x1xf32>"), {scalar});
  EXPECT_THAT(valuesOf<float>(y), ElementsAre(7.5F));
}

TEST_F(ShapeLoweringTest, Transpose) {
  HostTensor x = random<float>({3, 2, 4, 5}, -1, 1);
  HostTensor y = run(wrap("cnn.transpose %0 {permutation = array<i64: 0, 2, 3, 1>}",
                          {"tensor<?x2x4x5xf32>"}, "tensor<?x4x5x2xf32>"),
                     {x});
  HostTensor z = run(wrap("cnn.transpose %0 {permutation = array<i64: 3, 0, 1, 2>}",
                          {"tensor<?x2x4x5xf32>"}, "tensor<5x?x2x4xf32>"),
                     {x});
  ASSERT_EQ(z.getShape(), llvm::ArrayRef<int64_t>({5, 3, 2, 4}));
  for (int64_t n = 0; n < 3; ++n)
    for (int64_t c = 0; c < 2; ++c)
      for (int64_t h = 0; h < 4; ++h)
        for (int64_t w = 0; w < 5; ++w) {
          EXPECT_EQ(at<float>(y, {n, h, w, c}), at<float>(x, {n, c, h, w}));
          EXPECT_EQ(at<float>(z, {w, n, c, h}), at<float>(x, {n, c, h, w}));
        }
}

TEST_F(ShapeLoweringTest, Pad) {
  HostTensor x = random<uint8_t>({2, 2, 3}, 0, 99);
  HostTensor y = run(wrap("cnn.pad %0 {low = array<i64: 0, 1, 2>, high = array<i64: 0, 0, 1>, "
                          "value = 200 : i32}",
                          {"tensor<?x2x3xui8>"}, "tensor<?x3x6xui8>"),
                     {x});
  for (int64_t n = 0; n < 2; ++n)
    for (int64_t h = 0; h < 3; ++h)
      for (int64_t w = 0; w < 6; ++w) {
        bool inside = h >= 1 && w >= 2 && w < 5;
        EXPECT_EQ(at<uint8_t>(y, {n, h, w}), inside ? at<uint8_t>(x, {n, h - 1, w - 2}) : 200);
      }
  HostTensor f =
      run(wrap("cnn.pad %0 {low = array<i64: 1>, high = array<i64: 2>, value = -1.5 : f32}",
               {"tensor<2xf32>"}, "tensor<5xf32>"),
          {tensorOf<float>({2}, {3, 4})});
  EXPECT_THAT(valuesOf<float>(f), ElementsAre(-1.5F, 3, 4, -1.5F, -1.5F));
}

TEST_F(ShapeLoweringTest, Concat) {
  HostTensor a = random<int8_t>({3, 2, 3}, -128, 127), b = random<int8_t>({3, 2, 1}, -128, 127),
             c = random<int8_t>({3, 2, 4}, -128, 127);
  HostTensor y =
      run(wrap("cnn.concat %0, %1, %2 {axis = 2 : i64}",
               {"tensor<?x2x3xi8>", "tensor<?x2x1xi8>", "tensor<?x2x4xi8>"}, "tensor<?x2x8xi8>"),
          {a, b, c});
  for (int64_t n = 0; n < 3; ++n)
    for (int64_t h = 0; h < 2; ++h)
      for (int64_t w = 0; w < 8; ++w)
        EXPECT_EQ(at<int8_t>(y, {n, h, w}), w < 3   ? at<int8_t>(a, {n, h, w})
                                            : w < 4 ? at<int8_t>(b, {n, h, w - 3})
                                                    : at<int8_t>(c, {n, h, w - 4}));
}

TEST_F(ShapeLoweringTest, ConcatOfBatches) {
  HostTensor y = run(wrap("cnn.concat %0, %1 {axis = 0 : i64}",
                          {"tensor<?x2xf32>", "tensor<1x2xf32>"}, "tensor<?x2xf32>"),
                     {tensorOf<float>({2, 2}, {1, 2, 3, 4}), tensorOf<float>({1, 2}, {5, 6})});
  EXPECT_THAT(valuesOf<float>(y), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(ShapeLoweringTest, Constants) {
  auto session = compile(R"(
    func.func @main() -> (tensor<3xui8>, tensor<4xi8>, tensor<2x2xf32>, tensor<2xui8>) {
      %a = cnn.constant dense<[1, 200, 255]> : tensor<3xui8>
      %b = cnn.constant dense<-3> : tensor<4xi8>
      %c = cnn.constant dense_resource<floats> : tensor<2x2xf32>
      %d = cnn.constant dense_resource<codes> : tensor<2xui8>
      return %a, %b, %c, %d : tensor<3xui8>, tensor<4xi8>, tensor<2x2xf32>, tensor<2xui8>
    }
    {-# dialect_resources: { builtin: {
      floats: "0x040000000000803F000000400000404000008040",
      codes: "0x0100000007FE"
    } } #-})");
  ASSERT_TRUE(session);
  auto outputs = session->run(llvm::ArrayRef<HostTensor>());
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf<uint8_t>((*outputs)[0]), ElementsAre(1, 200, 255));
  EXPECT_THAT(valuesOf<int8_t>((*outputs)[1]), ElementsAre(-3, -3, -3, -3));
  EXPECT_THAT(valuesOf<float>((*outputs)[2]), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(valuesOf<uint8_t>((*outputs)[3]), ElementsAre(7, 254));
}

TEST_F(ShapeLoweringTest, ResultsAreDistinctBuffers) {
  auto session = compile(R"(
    func.func @main(%x: tensor<?x2x2xf32>)
        -> (tensor<?x2x2xf32>, tensor<?x4xf32>, tensor<?x2x2xf32>, tensor<?x2x2xf32>) {
      %y = cnn.relu %x : (tensor<?x2x2xf32>) -> tensor<?x2x2xf32>
      %z = cnn.flatten %y : (tensor<?x2x2xf32>) -> tensor<?x4xf32>
      return %y, %z, %y, %x : tensor<?x2x2xf32>, tensor<?x4xf32>, tensor<?x2x2xf32>, tensor<?x2x2xf32>
    })");
  ASSERT_TRUE(session);
  auto outputs = session->run({tensorOf<float>({1, 2, 2}, {-1, 2, -3, 4})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  for (int i : {0, 1, 2})
    EXPECT_THAT(valuesOf<float>((*outputs)[i]), ElementsAre(0, 2, 0, 4));
  EXPECT_THAT(valuesOf<float>((*outputs)[3]), ElementsAre(-1, 2, -3, 4));
}

} // namespace

//===- TensorTest.cpp - tests of the host tensor ----------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Tensor.h"
#include "TestFiles.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::test;

namespace {

TEST(TensorTest, DefaultIsEmpty) {
  HostTensor tensor;
  EXPECT_TRUE(tensor.empty());
  EXPECT_EQ(tensor.getShape(), ArrayRef<int64_t>({0}));
  EXPECT_EQ(tensor.getBytes().size(), 0u);
  EXPECT_EQ(tensor, HostTensor(ElementType::F32, {0}));
}

TEST(TensorTest, ZerosAlignedAndPadded) {
  HostTensor tensor(ElementType::F32, {3, 5});
  EXPECT_EQ(tensor.getNumElements(), 15);
  EXPECT_EQ(tensor.getSizeInBytes(), 60u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.getBytes().data()) % 64, 0u);
  for (float value : tensor.getData<float>())
    EXPECT_EQ(value, 0.0f);
  EXPECT_EQ(tensor.getBytes().data()[63], 0);
}

TEST(TensorTest, Scalar) {
  auto tensor = HostTensor::fromValues<int64_t>({}, {42});
  EXPECT_EQ(tensor.getRank(), 0);
  EXPECT_EQ(tensor.getData<int64_t>()[0], 42);
}

TEST(TensorTest, CopyAndMove) {
  auto tensor = HostTensor::fromValues<int32_t>({2, 2}, {1, 2, 3, 4});
  HostTensor copy = tensor;
  copy.getMutableData<int32_t>()[0] = 9;
  EXPECT_EQ(tensor.getData<int32_t>()[0], 1);
  EXPECT_FALSE(copy == tensor);
  HostTensor moved = std::move(tensor);
  EXPECT_EQ(moved.getData<int32_t>(), ArrayRef<int32_t>({1, 2, 3, 4}));
  EXPECT_EQ(tensor, HostTensor()); // NOLINT: what a moved-from tensor is, is documented.
  copy = moved;
  EXPECT_EQ(copy, moved);
}

TEST(TensorTest, Counts) {
  EXPECT_EQ(getNumElements({}), 1);
  EXPECT_EQ(getNumElements({2, 3}), 6);
  EXPECT_EQ(getNumElements({2, -1}), std::nullopt);
  EXPECT_EQ(getNumElements({INT64_MAX, INT64_MAX, 0}), 0);
  EXPECT_EQ(getNumElements({int64_t(1) << 32, int64_t(1) << 32}), std::nullopt);
}

TEST(TensorTest, BadShapes) {
  EXPECT_EQ(message(HostTensor::create(ElementType::U8, {2, -1})), "[2, ?] is no valid shape");
  EXPECT_CONTAINS(message(HostTensor::create(ElementType::F64, {INT64_MAX / 8})),
                  "is no valid shape");
  EXPECT_EQ(message(HostTensor::create(ElementType::F32, {10}, 39)),
            "[10] of f32 takes 40 bytes, the limit is 39");
  EXPECT_EQ(message(HostTensor::create(ElementType::F32, {10}, 40)), "");
}

TEST(TensorTest, Reshape) {
  HostTensor tensor(ElementType::U8, {2, 6});
  EXPECT_EQ(message(tensor.reshape({3, 4})), "");
  EXPECT_EQ(tensor.getShape(), ArrayRef<int64_t>({3, 4}));
  EXPECT_CONTAINS(message(tensor.reshape({5})), "cannot reshape [3, 4] to [5]");
  EXPECT_CONTAINS(message(tensor.reshape({-3, -4})), "cannot reshape");
}

} // namespace

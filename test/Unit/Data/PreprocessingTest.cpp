//===- PreprocessingTest.cpp - tests of preprocessing and batch filling ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Preprocessing.h"
#include "TestFiles.h"
#include "qcc/Support/Diagnostics.h"
#include <bit>
#include <limits>
#include <numeric>

using namespace llvm;
using namespace qcc;
using namespace qcc::test;

namespace {

/// `count` images with pixels (or, for floats, values) 0, 1, 2, ...
template <typename T>
Dataset counting(ArrayRef<int64_t> shape, std::optional<ImageLayout> layout = std::nullopt) {
  HostTensor images(elementTypeOf<T>(), shape);
  MutableArrayRef<T> data = images.getMutableData<T>();
  std::iota(data.begin(), data.end(), T(0));
  DatasetOptions options;
  options.requireLabels = false;
  options.layout = layout;
  return cantFail(makeDataset(std::move(images), {}, "images", "labels", options));
}

/// Fills one batch with image 0; the divisor is 1, so that the values are the pixels.
std::vector<float> fillFirst(const Dataset &dataset, ArrayRef<int64_t> target,
                             std::optional<ChannelOrder> order = std::nullopt) {
  Preprocessing raw;
  raw.divisor = 1;
  std::vector<float> out(static_cast<size_t>(dataset.getImageElements()));
  EXPECT_EQ(message(fillBatch(dataset, {0}, raw, target, out, order)), "");
  return out;
}

std::string mismatchText(const Dataset &dataset, ArrayRef<int64_t> target,
                         std::optional<ChannelOrder> order = std::nullopt) {
  return message(BatchFiller::create(dataset, target, {}, order));
}

const std::vector<float> counted = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

TEST(PreprocessingTest, DefaultIsDivisionBy255) {
  HostTensor images(ElementType::U8, {1, 16, 16});
  std::iota(images.getMutableBytes().begin(), images.getMutableBytes().end(), 0);
  Dataset dataset =
      cantFail(makeDataset(std::move(images), {}, "i", "l", {.requireLabels = false}));
  std::vector<float> out(256);
  ASSERT_EQ(message(fillBatch(dataset, {0}, {}, {1, 1, 16, 16}, out)), "");
  int differFromProduct = 0;
  for (int pixel = 0; pixel < 256; ++pixel) {
    volatile float divisor = 255.0f;
    EXPECT_EQ(std::bit_cast<uint32_t>(out[pixel]),
              std::bit_cast<uint32_t>(static_cast<float>(pixel) / divisor));
    differFromProduct += out[pixel] != static_cast<float>(pixel) * (1.0f / 255.0f);
  }
  // The reason for the divisor: with a scale, these would be other floats.
  EXPECT_GT(differFromProduct, 0);
  EXPECT_EQ(std::bit_cast<uint32_t>(out[1]), 0x3b808081u);
}

TEST(PreprocessingTest, MeanAndStd) {
  Preprocessing mnist;
  mnist.mean = {0.1307f};
  mnist.std = {0.3081f};
  volatile float scaled = 200.0f / 255.0f;
  volatile float centred = scaled - 0.1307f;
  EXPECT_EQ(mnist.apply(200, 0), centred / 0.3081f);
  EXPECT_EQ(mnist.apply(200, 2), mnist.apply(200, 0));
  Preprocessing imagenet;
  imagenet.mean = {0.5f, 0.25f, 0.125f};
  imagenet.std = {1, 2, 4};
  EXPECT_EQ(imagenet.apply(255, 0), 0.5f);
  EXPECT_EQ(imagenet.apply(255, 1), 0.375f);
  EXPECT_EQ(imagenet.apply(255, 2), 0.21875f);
}

TEST(PreprocessingTest, Verify) {
  Preprocessing p;
  EXPECT_EQ(message(p.verify(3)), "");
  p.mean = {0, 0};
  EXPECT_EQ(message(p.verify(3)), "preprocessing: 2 values of mean for images with 3 channels");
  p.mean = {0};
  p.std = {1, 0, 1};
  EXPECT_EQ(message(p.verify(3)), "preprocessing: 0 is not possible as std");
  p.std = {std::numeric_limits<float>::quiet_NaN()};
  EXPECT_CONTAINS(message(p.verify(3)), "nan is not possible as std");
  p.std = {};
  p.divisor = 0;
  EXPECT_CONTAINS(message(p.verify(3)), "the divisor is 0");
}

TEST(PreprocessingTest, OneChannelFitsEveryOrder) {
  Dataset dataset = counting<uint8_t>({2, 3, 4});
  for (SmallVector<int64_t> target : {SmallVector<int64_t>{1, 1, 3, 4},
                                      {1, 3, 4, 1},
                                      {1, 3, 4},
                                      {1, 12},
                                      {INT64_MIN, 1, 3, 4},
                                      {64, 1, 3, 4}})
    for (auto order : {std::optional<ChannelOrder>(), std::optional(ChannelOrder::First),
                       std::optional(ChannelOrder::Last)})
      EXPECT_EQ(fillFirst(dataset, target, order), counted) << formatShape(target);
}

TEST(PreprocessingTest, ChannelOrders) {
  // 3 channels of 2 x 2. Channels last to first: every third value.
  std::vector<float> planes = {0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11};
  std::vector<float> pixels = {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11};
  Dataset last = counting<uint8_t>({1, 2, 2, 3}), first = counting<uint8_t>({1, 3, 2, 2});
  EXPECT_EQ(last.layout, ImageLayout::NHWC);
  EXPECT_EQ(first.layout, ImageLayout::NCHW);
  EXPECT_EQ(fillFirst(last, {1, 2, 2, 3}), counted);
  EXPECT_EQ(fillFirst(last, {1, 3, 2, 2}), planes);
  EXPECT_EQ(fillFirst(first, {1, 3, 2, 2}), counted);
  EXPECT_EQ(fillFirst(first, {1, 2, 2, 3}), pixels);
  // Flat: CHW, unless told otherwise.
  EXPECT_EQ(fillFirst(last, {1, 12}), planes);
  EXPECT_EQ(fillFirst(last, {1, 12}, ChannelOrder::Last), counted);
  Dataset flat = counting<uint8_t>({1, 12});
  EXPECT_EQ(fillFirst(flat, {1, 12}), counted);
  EXPECT_EQ(fillFirst(flat, {1, 3, 2, 2}), counted);
  EXPECT_EQ(fillFirst(flat, {1, 2, 2, 3}, ChannelOrder::Last), pixels);
}

TEST(PreprocessingTest, AmbiguousOrder) {
  Dataset dataset = counting<uint8_t>({1, 3, 3, 3}, ImageLayout::NHWC);
  std::vector<float> same(27);
  std::iota(same.begin(), same.end(), 0.0f);
  EXPECT_NE(fillFirst(dataset, {1, 3, 3, 3}), same);
  EXPECT_EQ(fillFirst(dataset, {1, 3, 3, 3}, ChannelOrder::Last), same);
}

TEST(PreprocessingTest, PerChannelAfterReordering) {
  Dataset dataset = counting<uint8_t>({1, 1, 1, 3}, ImageLayout::NHWC);
  Preprocessing p;
  p.divisor = 1;
  p.mean = {0, 10, 20};
  for (SmallVector<int64_t> target : {SmallVector<int64_t>{1, 1, 1, 3}, {1, 3, 1, 1}}) {
    std::vector<float> out(3);
    ASSERT_EQ(message(fillBatch(dataset, {0}, p, target, out)), "");
    EXPECT_EQ(out, (std::vector<float>{0, -9, -18}));
  }
}

TEST(PreprocessingTest, FloatsAreTakenAsTheyAre) {
  Dataset dataset = counting<float>({2, 3, 2, 2});
  std::vector<float> out(12);
  ASSERT_EQ(message(fillBatch(dataset, {1}, {}, {1, 3, 2, 2}, out)), "");
  EXPECT_EQ(out[0], 12.0f);
  EXPECT_EQ(out[11], 23.0f);
}

TEST(PreprocessingTest, Mismatch) {
  Dataset dataset = counting<uint8_t>({2, 28, 28});
  EXPECT_EQ(mismatchText(dataset, {1, 3, 32, 32}),
            "images of 'images' have the shape [2, 28, 28], which does not fit the network's input "
            "[1, 3, 32, 32]");
  for (SmallVector<int64_t> target : {SmallVector<int64_t>{},
                                      {1},
                                      {1, 783},
                                      {1, 28, 27},
                                      {1, 14, 56},
                                      {1, 1, 14, 56},
                                      {1, 4, 14, 14},
                                      {1, INT64_MIN, 28, 28},
                                      {1, 1, 1, 28, 28}})
    EXPECT_CONTAINS(mismatchText(dataset, target), "does not fit") << formatShape(target);
  Dataset rgb = counting<uint8_t>({1, 6, 5, 3});
  EXPECT_EQ(mismatchText(rgb, {1, 6, 5, 3}), "");
  EXPECT_CONTAINS(mismatchText(rgb, {1, 6, 5, 3}, ChannelOrder::First),
                  "[1, 6, 5, 3] (channels first)");
  EXPECT_CONTAINS(mismatchText(rgb, {1, 90, 1, 1}), "does not fit");
}

TEST(PreprocessingTest, FillChecksItsArguments) {
  Dataset dataset = counting<uint8_t>({2, 3, 4});
  BatchFiller filler = cantFail(BatchFiller::create(dataset, {1, 1, 3, 4}));
  std::vector<float> out(24);
  EXPECT_EQ(message(filler.fill({1, 0}, out)), "");
  EXPECT_EQ(out[0], 12.0f / 255.0f);
  EXPECT_EQ(out[12], 0.0f);
  EXPECT_CONTAINS(message(filler.fill({0}, out)),
                  "1 images of 12 values do not fill a batch of 24 values");
  EXPECT_CONTAINS(message(filler.fill({0, 2}, out)),
                  "image 2 of 'images' does not exist: it has 2");
  EXPECT_CONTAINS(message(filler.fill({-1, 0}, out)), "image -1 of");
  EXPECT_EQ(message(filler.fill({}, {})), "");
}

} // namespace

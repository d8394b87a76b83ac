//===- DepthwisePackingTest.cpp - Every weight has a place of its own ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

#include "gtest/gtest.h"
#include <set>

using namespace qcc::codegen;

namespace {

int64_t sizeOf(const DepthwisePacking &packing) {
  int64_t size = 1;
  for (int64_t dim : packing.shape())
    size *= dim;
  return size;
}

TEST(DepthwisePacking, EveryWeightHasAPlaceOfItsOwn) {
  for (int64_t channels : {1, 4, 15, 16, 17, 24, 32, 40, 48, 63, 64, 65, 96, 129})
    for (int64_t block : {16, 32, 64})
      for (int64_t height : {1, 3, 5})
        for (int64_t rows : {1, 2}) {
          DepthwisePacking packing = {channels, height, 3, rows, block};
          std::set<int64_t> taken;
          for (int64_t channel = 0; channel < channels; ++channel)
            for (int64_t row = 0; row < rows; ++row)
              for (int64_t y = 0; y < height; ++y)
                for (int64_t x = 0; x < 3; ++x) {
                  int64_t index = packing.indexOf(channel, row, y, x);
                  EXPECT_GE(index, 0);
                  EXPECT_LT(index, sizeOf(packing));
                  EXPECT_TRUE(taken.insert(index).second)
                      << channels << " channels, block " << block << ", " << channel;
                }
        }
}

TEST(DepthwisePacking, ChannelsLeftFillTheLeastBlock) {
  auto lastBlock = [](int64_t channels, int64_t block) {
    return DepthwisePacking{channels, 3, 3, 1, block}.lastBlock();
  };
  EXPECT_EQ(lastBlock(64, 64), 0);
  EXPECT_EQ(lastBlock(65, 64), 16);
  EXPECT_EQ(lastBlock(80, 64), 16);
  EXPECT_EQ(lastBlock(81, 64), 32);
  EXPECT_EQ(lastBlock(97, 64), 64);
  EXPECT_EQ(lastBlock(24, 32), 32);
}

TEST(DepthwisePacking, GroupsWithoutTapsAreKnown) {
  // Three taps in two rows of the result read four rows of the input: one group. Five read six.
  DepthwisePacking three = {16, 3, 3, 2, 16}, five = {16, 5, 5, 2, 16};
  EXPECT_EQ(three.groups(2), 1);
  EXPECT_EQ(five.groups(2), 2);
  for (const DepthwisePacking &packing : {three, five})
    for (int64_t row = 0; row < packing.rows; ++row)
      for (int64_t group = 0; group < packing.groups(packing.rows); ++group) {
        bool expected = false;
        for (int64_t y = 0; y < packing.height; ++y)
          expected |= (row + y) / kDepthwiseTaps == group;
        EXPECT_EQ(packing.hasTaps(row, group), expected) << row << " " << group;
      }
}

TEST(DepthwisePacking, QuartersHoldEveryChannelOnce) {
  for (int64_t lanes : {4, 8, 16}) {
    std::set<int64_t> channels;
    for (int64_t quarter = 0; quarter < 4; ++quarter)
      for (int64_t i = 0; i < lanes; ++i)
        channels.insert(DepthwisePacking::channelOf(quarter, i));
    EXPECT_EQ(static_cast<int64_t>(channels.size()), 4 * lanes);
    EXPECT_EQ(*channels.rbegin(), 4 * lanes - 1);
  }
}

} // namespace

//===- BatchesTest.cpp - tests of the order of batches ----------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Batches.h"
#include <algorithm>
#include <gtest/gtest.h>

using namespace llvm;
using namespace qcc;

namespace {

std::vector<std::vector<int64_t>> collect(const Batches &batches) {
  std::vector<std::vector<int64_t>> result;
  for (ArrayRef<int64_t> indices : batches)
    result.push_back(indices.vec());
  return result;
}

TEST(BatchesTest, InOrderWithPartialBatch) {
  Batches batches(7, {.batchSize = 3});
  EXPECT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches.getNumImages(), 7);
  EXPECT_EQ(collect(batches), (std::vector<std::vector<int64_t>>{{0, 1, 2}, {3, 4, 5}, {6}}));
  EXPECT_EQ(collect(Batches(6, {.batchSize = 3})),
            (std::vector<std::vector<int64_t>>{{0, 1, 2}, {3, 4, 5}}));
}

TEST(BatchesTest, Limit) {
  EXPECT_EQ(collect(Batches(7, {.batchSize = 3, .limit = 4})),
            (std::vector<std::vector<int64_t>>{{0, 1, 2}, {3}}));
  EXPECT_EQ(Batches(7, {.limit = 100}).getNumImages(), 7);
  EXPECT_EQ(Batches(7, {.limit = -1}).getNumImages(), 0);
}

TEST(BatchesTest, Empty) {
  EXPECT_TRUE(Batches(0).empty());
  EXPECT_EQ(Batches(0).size(), 0u);
  EXPECT_TRUE(Batches(7, {.limit = 0}).empty());
  EXPECT_TRUE(collect(Batches(0, {.shuffle = true})).empty());
}

TEST(BatchesTest, BatchLargerThanData) {
  EXPECT_EQ(collect(Batches(2, {.batchSize = INT64_MAX})),
            (std::vector<std::vector<int64_t>>{{0, 1}}));
}

TEST(BatchesTest, ShuffleIsTheSameEverywhere) {
  // Computed by another implementation of MT19937-64 and of the rule in Batches.h.
  EXPECT_EQ(shuffledIndices(10, 0), (std::vector<int64_t>{7, 2, 0, 8, 3, 9, 6, 1, 5, 4}));
  EXPECT_EQ(shuffledIndices(10, 1), (std::vector<int64_t>{1, 7, 3, 9, 4, 0, 5, 2, 6, 8}));
  EXPECT_EQ(shuffledIndices(16, 42),
            (std::vector<int64_t>{7, 10, 11, 0, 2, 1, 3, 8, 9, 13, 4, 5, 15, 12, 14, 6}));
}

TEST(BatchesTest, ShuffleIsAPermutation) {
  std::vector<int64_t> indices = shuffledIndices(60000, 3);
  EXPECT_FALSE(std::is_sorted(indices.begin(), indices.end()));
  std::sort(indices.begin(), indices.end());
  for (size_t i = 0; i < indices.size(); ++i)
    ASSERT_EQ(indices[i], static_cast<int64_t>(i));
}

TEST(BatchesTest, ShuffledBatches) {
  EXPECT_EQ(collect(Batches(10, {.batchSize = 4, .shuffle = true, .seed = 1, .limit = 6})),
            (std::vector<std::vector<int64_t>>{{1, 7, 3, 9}, {4, 0}}));
}

} // namespace

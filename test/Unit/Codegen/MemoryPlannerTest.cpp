//===- MemoryPlannerTest.cpp - Offsets in an arena by liveness ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Codegen/Plan/MemoryPlanner.h"

#include "gtest/gtest.h"

#include <random>

using namespace qcc::codegen;

namespace {

/// No two buffers that are live at the same step overlap, all are aligned, and size and bound are
/// what they say.
void check(llvm::ArrayRef<LiveBuffer> buffers, int64_t alignment) {
  MemoryPlan plan = planMemory(buffers, alignment);
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  int64_t end = 0;
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_GE(plan.offsets[i], 0);
    EXPECT_EQ(plan.offsets[i] % alignment, 0);
    end = std::max(end, plan.offsets[i] + buffers[i].bytes);
    for (size_t j = 0; j < i; ++j) {
      bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
      bool apart = plan.offsets[i] + buffers[i].bytes <= plan.offsets[j] ||
                   plan.offsets[j] + buffers[j].bytes <= plan.offsets[i];
      EXPECT_TRUE(!together || apart) << i << " overlaps " << j;
    }
  }
  EXPECT_EQ(plan.size, (end + alignment - 1) / alignment * alignment);
  EXPECT_LE(plan.bound, plan.size);
}

TEST(MemoryPlanner, NothingNeedsNothing) {
  MemoryPlan plan = planMemory({}, 64);
  EXPECT_EQ(plan.size, 0);
  EXPECT_EQ(plan.bound, 0);
}

TEST(MemoryPlanner, ChainNeedsItsLargestNeighbours) {
  // Each buffer lives from its step to the next one: at most two at a time.
  LiveBuffer chain[] = {{100, 0, 1}, {300, 1, 2}, {200, 2, 3}, {50, 3, 4}};
  MemoryPlan plan = planMemory(chain, 64);
  EXPECT_EQ(plan.bound, 320 + 256);
  EXPECT_EQ(plan.size, plan.bound);
  check(chain, 64);
}

TEST(MemoryPlanner, ReadAndWriteOfOneStepDoNotShare) {
  LiveBuffer touching[] = {{64, 0, 1}, {64, 1, 1}};
  EXPECT_EQ(planMemory(touching, 64).size, 128);
  LiveBuffer apart[] = {{64, 0, 0}, {64, 1, 1}};
  EXPECT_EQ(planMemory(apart, 64).size, 64);
}

TEST(MemoryPlanner, BoundIsTheLargestLiveSet) {
  LiveBuffer skip[] = {{10, 0, 5}, {10, 1, 1}, {10, 2, 3}, {10, 3, 3}};
  EXPECT_EQ(planMemory(skip, 1).bound, 30);
}

TEST(MemoryPlanner, TakesTheBetterOfTwoOrders) {
  // By size, the middle buffer is placed high and leaves a hole; by time nothing is wasted.
  LiveBuffer buffers[] = {{2, 0, 1}, {3, 1, 2}, {4, 2, 3}, {3, 3, 4}, {2, 4, 5}};
  MemoryPlan plan = planMemory(buffers, 1);
  EXPECT_EQ(plan.bound, 7);
  EXPECT_LE(plan.size, 7);
  check(buffers, 1);
}

TEST(MemoryPlanner, RandomPlansAreSound) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    llvm::SmallVector<LiveBuffer> buffers(random() % 30);
    for (LiveBuffer &buffer : buffers) {
      buffer.bytes = 1 + random() % 1000;
      buffer.first = random() % 20;
      buffer.last = buffer.first + random() % 6;
    }
    check(buffers, round % 2 ? 64 : 1);
  }
}

} // namespace

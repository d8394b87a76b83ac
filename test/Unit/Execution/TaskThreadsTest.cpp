//===- TaskThreadsTest.cpp - Threads that run the tasks of a network ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/TaskThreads.h"
#include "gtest/gtest.h"
#include <chrono>

using namespace qcc;

namespace {

struct Counters {
  std::vector<std::atomic<int>> calls;
};

void count(void *argument, size_t index) { ++static_cast<Counters *>(argument)->calls[index]; }

TEST(TaskThreads, RunEachTaskOnce) {
  for (unsigned threads : {1, 2, 5}) {
    TaskThreads pool(threads);
    // Again and again: workers of one run must not take tasks of the next.
    for (size_t round = 0; round < 2000; ++round) {
      size_t tasks = round % 7;
      Counters counters{std::vector<std::atomic<int>>(tasks)};
      pool.run(count, &counters, tasks);
      for (size_t i = 0; i < tasks; ++i)
        ASSERT_EQ(counters.calls[i], 1) << "task " << i << " of " << tasks << " on " << threads;
    }
  }
}

TEST(TaskThreads, WakeUpAfterAPause) {
  TaskThreads pool(3);
  for (int round = 0; round < 3; ++round) {
    // Long enough for all of them to sleep.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    Counters counters{std::vector<std::atomic<int>>(8)};
    TaskThreads::parallelFor(&pool, count, &counters, 8);
    for (const std::atomic<int> &calls : counters.calls)
      ASSERT_EQ(calls, 1);
  }
}

/// A task waits for another one: some other thread runs that.
TEST(TaskThreads, RunAtTheSameTime) {
  TaskThreads pool(2);
  std::atomic<int> arrived = 0;
  auto meet = [](void *argument, size_t) {
    auto &arrived = *static_cast<std::atomic<int> *>(argument);
    ++arrived;
    while (arrived < 2)
      std::this_thread::yield();
  };
  pool.run(meet, &arrived, 2);
  EXPECT_EQ(arrived, 2);
}

TEST(TaskThreads, EndWithoutEverRunning) { TaskThreads pool(3); }

} // namespace

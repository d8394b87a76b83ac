//===- TaskThreads.cpp - Threads that run the tasks of a network ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/TaskThreads.h"

using namespace qcc;

/// How often a thread looks for what it waits for before it sleeps: some ten microseconds, as long
/// as what lies between two kernels of a network takes. Waking a thread up takes longer than many
/// kernels.
static constexpr int kLooks = 2000;

static void pauseProcessor() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Waits until `value` is not `old`.
static void waitWhile(const std::atomic<unsigned> &value, unsigned old) {
  for (int i = 0; i < kLooks; ++i) {
    if (value != old)
      return;
    pauseProcessor();
  }
  value.wait(old);
}

TaskThreads::TaskThreads(unsigned count) {
  for (unsigned i = 1; i < count; ++i)
    workers.emplace_back([this] { work(); });
}

TaskThreads::~TaskThreads() {
  task = nullptr;
  ++generation;
  generation.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void TaskThreads::run(Task newTask, void *newArgument, size_t count) {
  task = newTask;
  argument = newArgument;
  tasks = count;
  next = 0;
  busy = static_cast<unsigned>(workers.size());
  // Publishes what was written above.
  ++generation;
  generation.notify_all();
  runSome();
  for (unsigned left = busy; left != 0; left = busy)
    waitWhile(busy, left);
}

void TaskThreads::runSome() {
  for (size_t i = next++; i < tasks; i = next++)
    task(argument, i);
}

void TaskThreads::work() {
  for (unsigned seen = 0;; ++seen) {
    waitWhile(generation, seen);
    if (!task)
      return;
    runSome();
    if (--busy == 0)
      busy.notify_one();
  }
}

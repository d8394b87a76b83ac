//===- TaskThreads.cpp - Threads that run the tasks of a network ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/TaskThreads.h"

#include <cassert>
#include <limits>

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

/// A ticket whose next task is none.
static constexpr uint32_t kClosed = std::numeric_limits<uint32_t>::max();

static uint64_t makeTicket(uint64_t run, uint32_t next) { return run << 32 | next; }

TaskThreads::TaskThreads(unsigned count) : ticket(makeTicket(0, kClosed)) {
  for (unsigned i = 1; i < count; ++i)
    workers.emplace_back([this] { work(); });
}

TaskThreads::~TaskThreads() {
  ending = true;
  ++generation;
  generation.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void TaskThreads::run(Task newTask, void *newArgument, size_t count) {
  assert(count < kClosed && "too many tasks");
  uint64_t run = (ticket >> 32) + 1;
  task = newTask;
  argument = newArgument;
  tasks = static_cast<uint32_t>(count);
  unfinished = static_cast<unsigned>(count);
  ticket = makeTicket(run, 0);
  ++generation;
  generation.notify_all();
  runSome();
  for (unsigned left = unfinished; left != 0; left = unfinished)
    waitWhile(unfinished, left);
  ticket = makeTicket(run, kClosed);
}

void TaskThreads::runSome() {
  for (uint64_t current = ticket;;) {
    auto index = static_cast<uint32_t>(current);
    if (index >= tasks)
      return;
    Task chosen = task;
    void *itsArgument = argument;
    if (!ticket.compare_exchange_weak(current, current + 1))
      continue;
    chosen(itsArgument, index);
    if (--unfinished == 0)
      unfinished.notify_one();
    current = ticket;
  }
}

void TaskThreads::work() {
  for (unsigned seen = 0;;) {
    waitWhile(generation, seen);
    seen = generation;
    if (ending)
      return;
    runSome();
  }
}

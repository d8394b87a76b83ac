//===- TaskThreads.cpp - Threads that run the tasks of a network ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/TaskThreads.h"

using namespace qcc;

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
    busy.wait(left);
}

void TaskThreads::runSome() {
  for (size_t i = next++; i < tasks; i = next++)
    task(argument, i);
}

void TaskThreads::work() {
  for (unsigned seen = 0;; ++seen) {
    generation.wait(seen);
    if (!task)
      return;
    runSome();
    if (--busy == 0)
      busy.notify_one();
  }
}

//===- TaskThreads.h - Threads that run the tasks of a network ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program with threads of its own gives to an emitted network (qcc_parallel_for in its
// header), for networks that the JIT runs.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_TASKTHREADS_H
#define QCC_EXECUTION_TASKTHREADS_H

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace qcc {

class TaskThreads {
public:
  using Task = void (*)(void *argument, size_t index);

  /// `count` threads, one of which is the caller's.
  explicit TaskThreads(unsigned count);
  TaskThreads(const TaskThreads &) = delete;
  TaskThreads &operator=(const TaskThreads &) = delete;
  ~TaskThreads();

  unsigned size() const { return static_cast<unsigned>(workers.size()) + 1; }

  /// Calls task(argument, i) once for each i < tasks, and returns when all calls have. Not for
  /// several callers at one time.
  void run(Task task, void *argument, size_t tasks);

  /// The same as a function of C, with the threads as `context`.
  static void parallelFor(void *context, Task task, void *argument, size_t tasks) {
    static_cast<TaskThreads *>(context)->run(task, argument, tasks);
  }

private:
  void work();
  /// Runs tasks until none is left to begin.
  void runSome();

  std::vector<std::thread> workers;
  Task task = nullptr;
  void *argument = nullptr;
  size_t tasks = 0;
  /// The next task to begin, and the workers that may still begin one.
  std::atomic<size_t> next = 0;
  std::atomic<unsigned> busy = 0;
  /// Counts runs; a change wakes the workers. Without a task it ends them.
  std::atomic<unsigned> generation = 0;
};

} // namespace qcc

#endif // QCC_EXECUTION_TASKTHREADS_H

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
#include <cstdint>
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

  /// Calls task(argument, i) once for each i < tasks (less than 2^32 - 1), and returns when all
  /// calls have. It waits for no thread that has not begun a task: what others are late for, the
  /// caller does. Not for several callers at one time.
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
  /// What is run. Changes only while the ticket is closed.
  std::atomic<Task> task = nullptr;
  std::atomic<void *> argument = nullptr;
  std::atomic<uint32_t> tasks = 0;
  /// The number of the run above, the next task to begin below; closed between two runs. Who moves
  /// it on from what he has read has read the run that it belongs to.
  std::atomic<uint64_t> ticket;
  /// Tasks of the run that have not ended.
  std::atomic<unsigned> unfinished = 0;
  /// Counts runs; a change wakes the workers.
  std::atomic<unsigned> generation = 0;
  std::atomic<bool> ending = false;
};

} // namespace qcc

#endif // QCC_EXECUTION_TASKTHREADS_H

//===- Turns.cpp - Two programs measured in turns ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Turns.h"
#include "qcc/Support/Diagnostics.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <sched.h>

using namespace qcc;
using llvm::Error;
using llvm::Expected;

Error peers::keepToOneCore() {
  int core = sched_getcpu();
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<size_t>(core), &cores);
  if (core < 0 || sched_setaffinity(/*pid=*/0, sizeof(cores), &cores))
    return makeError("cannot stay on core {}", core);
  return Error::success();
}

double peers::median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Seconds that this thread had a core.
static double getThreadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Expected<double> peers::takeTurn(double seconds, llvm::function_ref<Error()> call) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
  double before = getThreadSeconds();
  for (int calls = 1;; ++calls) {
    if (Error error = call())
      return std::move(error);
    // This clock is cheap; that of the thread is a system call.
    if (std::chrono::duration<double>(Clock::now() - start).count() >= seconds)
      return (getThreadSeconds() - before) / calls;
  }
}

Expected<peers::Turns> peers::takeTurns(const TurnOptions &options,
                                        llvm::function_ref<Error()> ours,
                                        llvm::function_ref<Error()> theirs) {
  std::vector<double> ourTimes, theirTimes, ratios;
  for (int round = -2; round < options.rounds; ++round) {
    auto a = takeTurn(options.seconds, ours);
    if (!a)
      return a.takeError();
    auto b = takeTurn(options.seconds, theirs);
    if (!b)
      return b.takeError();
    if (round < 0) // warming up
      continue;
    ourTimes.push_back(*a);
    theirTimes.push_back(*b);
    ratios.push_back(*b / *a);
  }
  auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  return Turns{median(ourTimes), median(theirTimes), median(ratios), *least, *most};
}

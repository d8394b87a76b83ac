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
#include <thread>

using namespace qcc;
using llvm::Error;
using llvm::Expected;

static constexpr std::chrono::milliseconds kSilence(20);

Error peers::keepToCores(unsigned threads) {
  cpu_set_t allowed, chosen;
  if (sched_getaffinity(/*pid=*/0, sizeof(allowed), &allowed))
    return makeError("the cores that this process may use are not known");
  CPU_ZERO(&chosen);
  int current = sched_getcpu();
  unsigned found = 0;
  auto choose = [&](size_t core) {
    if (found == threads || !CPU_ISSET(core, &allowed) || CPU_ISSET(core, &chosen))
      return;
    CPU_SET(core, &chosen);
    ++found;
  };
  if (current >= 0)
    choose(static_cast<size_t>(current));
  for (size_t core = 0; core < CPU_SETSIZE; ++core)
    choose(core);
  if (found < threads)
    return makeError("{} threads need as many cores; this process may use {}", threads, found);
  if (sched_setaffinity(/*pid=*/0, sizeof(chosen), &chosen))
    return makeError("cannot stay on {} of its cores", threads);
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

Expected<double> peers::takeTurn(const TurnOptions &options, llvm::function_ref<Error()> call) {
  using Clock = std::chrono::steady_clock;
  if (options.threads > 1) {
    // The other side's threads may look for work for a while yet, where ours would run.
    std::this_thread::sleep_for(kSilence);
    if (Error error = call())
      return std::move(error);
  }
  Clock::time_point start = Clock::now();
  double before = getThreadSeconds();
  for (int calls = 1;; ++calls) {
    if (Error error = call())
      return std::move(error);
    // This clock is cheap; that of the thread is a system call.
    double passed = std::chrono::duration<double>(Clock::now() - start).count();
    if (passed >= options.seconds)
      return (options.threads > 1 ? passed : getThreadSeconds() - before) / calls;
  }
}

Expected<peers::Turns> peers::alternate(int rounds, llvm::function_ref<Expected<double>()> takeOurs,
                                        llvm::function_ref<Expected<double>()> takeTheirs) {
  std::vector<double> ourTimes, theirTimes, ratios;
  for (int round = -2; round < rounds; ++round) {
    auto a = takeOurs();
    if (!a)
      return a.takeError();
    auto b = takeTheirs();
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

Expected<peers::Turns> peers::takeTurns(const TurnOptions &options,
                                        llvm::function_ref<Error()> ours,
                                        llvm::function_ref<Error()> theirs) {
  return alternate(
      options.rounds, [&] { return takeTurn(options, ours); },
      [&] { return takeTurn(options, theirs); });
}

//===- Benchmark.h - How long a model takes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_BENCHMARK_H
#define QCC_EXECUTION_BENCHMARK_H

#include "qcc/Execution/Session.h"

namespace qcc {

struct BenchmarkOptions {
  /// Images per call.
  int64_t batch = 1;
  /// Calls go on for at least so long, after warming up for a tenth of it, and so many times.
  double seconds = 1.0;
  int64_t minimumRuns = 10;
  /// Threads that a network's batch is split between.
  unsigned threads = 1;
};

/// Of one call, in seconds of wall-clock time.
struct BenchmarkResult {
  int64_t batch = 0, runs = 0;
  double median = 0, minimum = 0;
  unsigned threads = 1;

  double getImagesPerSecond() const { return median > 0 ? double(batch) / median : 0; }
};

/// Calls the session's main function again and again on the same input, which is random: pixels
/// (floats from 0 to 1), codes of all values. A network (see Session::getNetwork) is called with
/// input, output and workspace in memory, so that nothing but its code is measured; any other
/// session's results are allocated in each call. Errors: a batch that the model does not take or
/// that memory does not hold, and several threads for a session that is not a network.
llvm::Expected<BenchmarkResult> benchmark(const Session &session, const BenchmarkOptions &options);

} // namespace qcc

#endif // QCC_EXECUTION_BENCHMARK_H

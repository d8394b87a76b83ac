//===- Turns.h - Two programs measured in turns ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both run warm, one after the other, in turns of some milliseconds. The ratio is taken turn by
// turn, so that it holds on a machine whose speed drifts. Of one thread, what is counted is the
// time that it had the core: what other programs take in between is no time of theirs. Of several,
// it is the time that passes.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_TURNS_H
#define QCC_BENCHMARKS_PEERS_TURNS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace qcc::peers {

struct TurnOptions {
  /// Turns of each that count; two before them warm up.
  int rounds = 60;
  /// Length of a turn, at least.
  double seconds = 0.02;
  unsigned threads = 1;
};

/// Medians of all turns, in seconds of one call. A ratio is the other's time by ours.
struct Turns {
  double ours = 0, theirs = 0;
  double ratio = 0, leastRatio = 0, mostRatio = 0;
};

/// Keeps this thread, and those that it makes, to as many cores of those that it may run on as
/// there are threads; one thread to the one that it runs on. An error if there are not so many.
llvm::Error keepToCores(unsigned threads);

double median(std::vector<double> values);

/// Seconds of one call, in one turn.
llvm::Expected<double> takeTurn(const TurnOptions &options, llvm::function_ref<llvm::Error()> call);

/// Takes turns of both sides; each function takes one and returns the seconds of one call.
llvm::Expected<Turns> alternate(int rounds, llvm::function_ref<llvm::Expected<double>()> takeOurs,
                                llvm::function_ref<llvm::Expected<double>()> takeTheirs);

/// Calls `ours` and `theirs` in turns.
llvm::Expected<Turns> takeTurns(const TurnOptions &options, llvm::function_ref<llvm::Error()> ours,
                                llvm::function_ref<llvm::Error()> theirs);

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_TURNS_H

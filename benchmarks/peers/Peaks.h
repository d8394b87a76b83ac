//===- Peaks.h - What one core can do at most ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Multiplications per second of the units that layers run on, from registers alone, and how fast
// the core reads. No layer can be faster; a measurement that says so is wrong. (Winograd's form is
// counted with the products of the direct one, of which it makes less than half.)
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_PEAKS_H
#define QCC_BENCHMARKS_PEERS_PEAKS_H

#include "Turns.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <string>

namespace qcc::peers {

/// Instructions that multiply, one after the other, on registers.
struct ArithmeticPeak {
  llvm::StringRef name;
  /// The level of the instruction set that they are the best of.
  llvm::StringRef isa;
  bool isFloat;
  /// Returns how many products it makes, always as many.
  int64_t (*run)();
};

/// Those that this machine can execute, best first.
std::vector<ArithmeticPeak> getArithmeticPeaks();

/// Reading memory of one size over and over.
struct ReadingPeak {
  llvm::StringRef name;
  /// What is read, and what fits there.
  size_t bytes, capacity;
  /// 1e9 bytes per second, as measured by measureReading().
  double rate = 0;
};

/// Half of the first cache, half of the second, some of the third, and more than that.
std::array<ReadingPeak, 4> getReadingPeaks();

/// 1e9 products, or bytes, per second: the median and the best of all turns.
struct Rate {
  double median = 0, best = 0;
};
Rate measureArithmetic(const ArithmeticPeak &peak, const TurnOptions &options);
Rate measureReading(const ReadingPeak &peak, const TurnOptions &options);

/// The limits of one level of the instruction set.
class Limits {
public:
  /// Measures them; products of a level that is not measured have no limit.
  static Limits measure(llvm::StringRef isa, bool isFloat);

  /// The least seconds for so many products, and for reading weights once from where they stay
  /// between two calls, whichever takes longer.
  double getLeastSeconds(double products, double weightBytes) const;

private:
  double products = 0;
  std::array<ReadingPeak, 4> reading;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_PEAKS_H

//===- Random.h - random numbers that are the same everywhere ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The distributions of the standard library differ between its implementations; a seed must make
// the same graph on every machine.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_RANDOM_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_RANDOM_H

#include "llvm/ADT/ArrayRef.h"
#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace qcc::random {

class Random {
public:
  /// Streams of one seed are independent of each other.
  Random(uint64_t seed, uint64_t stream) : state(mix(seed) ^ mix(~stream)) {}

  uint64_t bits() { return mix(state += 0x9e3779b97f4a7c15); }
  /// From `low` to `high`, both included.
  int64_t integer(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(bits() % static_cast<uint64_t>(high - low + 1));
  }
  /// From 0 to 1.
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double real(double low, double high) { return low + (high - low) * unit(); }
  /// Evenly on a logarithmic scale.
  double logarithmic(double low, double high) {
    return low * std::exp(unit() * std::log(high / low));
  }
  /// About normal, of mean 0 and deviation 1.
  double normal() {
    double sum = 0;
    for (int i = 0; i < 12; ++i)
      sum += unit();
    return sum - 6;
  }
  bool chance(double probability) { return unit() < probability; }
  template <typename T> T pick(llvm::ArrayRef<T> values) {
    return values[static_cast<size_t>(integer(0, static_cast<int64_t>(values.size()) - 1))];
  }
  template <typename T> T pick(std::initializer_list<T> values) {
    return pick(llvm::ArrayRef<T>(values));
  }

private:
  static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  uint64_t state;
};

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_RANDOM_H

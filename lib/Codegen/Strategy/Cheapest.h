//===- Cheapest.h - The few cheapest of many ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_CHEAPEST_H
#define QCC_LIB_CODEGEN_STRATEGY_CHEAPEST_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace qcc::codegen {

/// Keeps the `count` cheapest values it is told of, cheapest first; of equally cheap ones, those
/// that came first.
template <typename T> class Cheapest {
public:
  struct Entry {
    T value;
    double cost;
  };

  explicit Cheapest(unsigned count) : count(count) {}

  void add(const T &value, double cost) {
    auto *place = llvm::upper_bound(
        entries, cost, [](double cost, const Entry &entry) { return cost < entry.cost; });
    if (place == entries.end() && entries.size() == count)
      return;
    entries.insert(place, {value, cost});
    if (entries.size() > count)
      entries.pop_back();
  }

  bool empty() const { return entries.empty(); }
  llvm::ArrayRef<Entry> get() const { return entries; }

private:
  unsigned count;
  llvm::SmallVector<Entry> entries;
};

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_CHEAPEST_H

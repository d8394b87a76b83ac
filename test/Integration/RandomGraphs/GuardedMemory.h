//===- GuardedMemory.h - memory with pages around it that nobody may touch ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_GUARDEDMEMORY_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_GUARDEDMEMORY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace qcc::random {

/// Bytes at one end of pages of their own: the first byte beyond that end is in a page that can
/// neither be read nor written. What the other end leaves of its page holds a pattern.
class GuardedMemory {
public:
  enum class End { First, Last };

  static llvm::Expected<GuardedMemory> create(size_t bytes, size_t alignment, End end);
  GuardedMemory(GuardedMemory &&other) noexcept;
  GuardedMemory &operator=(GuardedMemory &&other) = delete;
  ~GuardedMemory();

  llvm::MutableArrayRef<uint8_t> bytes() const { return {begin, size}; }

  /// False if somebody wrote beside the bytes.
  bool isIntact() const;

private:
  GuardedMemory() = default;

  /// The accessible pages.
  uint8_t *pages = nullptr;
  size_t pageBytes = 0;
  uint8_t *begin = nullptr;
  size_t size = 0;
};

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_GUARDEDMEMORY_H

//===- MemRef.h - memref descriptors as compiled code lays them out ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's C interface: a ranked memref is a pointer to {allocated, aligned, offset, sizes[rank],
// strides[rank]}, an unranked one to {rank, pointer to the ranked one}. All fields are 64 bits wide
// on the machines that code is compiled for here.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_MEMREF_H
#define QCC_EXECUTION_MEMREF_H

#include "llvm/ADT/ArrayRef.h"
#include <bit>
#include <cstdint>

namespace qcc {

static_assert(sizeof(void *) == sizeof(int64_t), "memref descriptors are read as 64-bit words");

/// What MLIR puts in place of the allocated pointer of a global constant.
inline constexpr int64_t kNotAllocated = 0xdeadbeef;

/// Number of words of a ranked descriptor.
inline constexpr size_t getDescriptorSize(size_t rank) { return 3 + 2 * rank; }

/// A ranked descriptor that lies in somebody else's words.
class RankedMemRef {
public:
  RankedMemRef(int64_t *words, size_t rank) : words(words), rank(rank) {}

  /// Describes contiguous memory that starts at `data`.
  void setContiguous(const void *data, llvm::ArrayRef<int64_t> shape);

  void *getAllocated() const { return std::bit_cast<void *>(words[0]); }
  llvm::ArrayRef<int64_t> getSizes() const { return {words + 3, rank}; }
  llvm::ArrayRef<int64_t> getStrides() const { return {words + 3 + rank, rank}; }
  /// The first element, given the bytes of one.
  char *getData(size_t elementSize) const {
    return std::bit_cast<char *>(words[1]) + words[2] * static_cast<int64_t>(elementSize);
  }

private:
  int64_t *words;
  size_t rank;
};

struct UnrankedMemRef {
  int64_t rank;
  int64_t *descriptor;

  RankedMemRef get() const { return {descriptor, static_cast<size_t>(rank)}; }
};

/// Strides of row-major contiguous memory, in elements, written to `strides`.
void setContiguousStrides(llvm::ArrayRef<int64_t> shape, llvm::MutableArrayRef<int64_t> strides);

/// Copies a block of elements; the strides are in elements and may differ. The two must not
/// overlap.
void copyStrided(size_t elementSize, llvm::ArrayRef<int64_t> shape, char *target,
                 llvm::ArrayRef<int64_t> targetStrides, const char *source,
                 llvm::ArrayRef<int64_t> sourceStrides);

/// copyStrided to contiguous memory.
void copyToContiguous(size_t elementSize, const RankedMemRef &source, void *target);

/// What MLIR lowers a memref.copy between different layouts to.
void memrefCopy(int64_t elementSize, UnrankedMemRef *source, UnrankedMemRef *target);

} // namespace qcc

#endif // QCC_EXECUTION_MEMREF_H

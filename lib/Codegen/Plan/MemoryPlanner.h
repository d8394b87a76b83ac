//===- MemoryPlanner.h - Offsets in an arena by liveness ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_PLAN_MEMORYPLANNER_H
#define QCC_LIB_CODEGEN_PLAN_MEMORYPLANNER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace qcc::codegen {

/// A buffer, and the steps of a program from the one that writes it first to the one that reads it
/// last, both included.
struct LiveBuffer {
  int64_t bytes = 0;
  int64_t first = 0, last = 0;
};

struct MemoryPlan {
  /// Where each buffer begins, a multiple of the alignment.
  llvm::SmallVector<int64_t> offsets;
  /// Bytes from 0 to the end of the last buffer.
  int64_t size = 0;
  /// The most bytes that are live at one step (each buffer rounded up to the alignment): no plan
  /// can be smaller.
  int64_t bound = 0;
};

/// Places buffers such that no two which are live at the same step overlap. The largest buffers
/// first, each at the lowest free place (greedy by size; Pisarchyk and Lee, "Efficient Memory
/// Management for Deep Neural Net Inference", 2020), or in the order of their first steps,
/// whichever needs less. Deterministic.
MemoryPlan planMemory(llvm::ArrayRef<LiveBuffer> buffers, int64_t alignment);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_PLAN_MEMORYPLANNER_H

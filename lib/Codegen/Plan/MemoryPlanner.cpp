//===- MemoryPlanner.cpp - Offsets in an arena by liveness ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryPlanner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <tuple>

using namespace qcc::codegen;
using llvm::ArrayRef;
using llvm::SmallVector;

static bool liveTogether(const LiveBuffer &a, const LiveBuffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

/// Each buffer, in the given order, goes to the lowest place that no buffer placed before, and live
/// with it, takes.
static MemoryPlan place(ArrayRef<LiveBuffer> buffers, ArrayRef<size_t> order, int64_t alignment) {
  MemoryPlan plan;
  plan.offsets.assign(buffers.size(), 0);
  SmallVector<size_t> placed;
  for (size_t index : order) {
    SmallVector<std::pair<int64_t, int64_t>> taken;
    for (size_t other : placed)
      if (liveTogether(buffers[index], buffers[other]))
        taken.emplace_back(plan.offsets[other], plan.offsets[other] + buffers[other].bytes);
    llvm::sort(taken);
    int64_t offset = 0;
    for (auto [begin, end] : taken) {
      if (offset + buffers[index].bytes <= begin)
        break;
      offset = std::max(offset, static_cast<int64_t>(llvm::alignTo(end, alignment)));
    }
    plan.offsets[index] = offset;
    plan.size = std::max(plan.size, offset + buffers[index].bytes);
    placed.push_back(index);
  }
  return plan;
}

static int64_t largestLiveSet(ArrayRef<LiveBuffer> buffers, int64_t alignment) {
  int64_t bound = 0;
  for (const LiveBuffer &at : buffers) {
    int64_t live = 0;
    for (const LiveBuffer &buffer : buffers)
      if (buffer.first <= at.first && at.first <= buffer.last)
        live += static_cast<int64_t>(llvm::alignTo(buffer.bytes, alignment));
    bound = std::max(bound, live);
  }
  return bound;
}

MemoryPlan qcc::codegen::planMemory(ArrayRef<LiveBuffer> buffers, int64_t alignment) {
  SmallVector<size_t> order = llvm::to_vector(llvm::seq<size_t>(0, buffers.size()));
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::tie(buffers[a].first, a) < std::tie(buffers[b].first, b);
  });
  MemoryPlan byTime = place(buffers, order, alignment);
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::tie(buffers[b].bytes, a) < std::tie(buffers[a].bytes, b);
  });
  MemoryPlan bySize = place(buffers, order, alignment);
  MemoryPlan best = bySize.size <= byTime.size ? std::move(bySize) : std::move(byTime);
  best.size = static_cast<int64_t>(llvm::alignTo(best.size, alignment));
  best.bound = largestLiveSet(buffers, alignment);
  return best;
}

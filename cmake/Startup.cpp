//===- Startup.cpp - Huge pages for what begins as zeros --------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <sys/mman.h>

// Of startup.ld.
extern "C" char qcc_zeros_begin[], qcc_zeros_end[]; // NOLINT(readability-identifier-naming)

/// Runs before LLVM's initializers write to 180 pages: one fault then instead of one for each,
/// where the system has huge pages. Where it has none, nothing changes.
__attribute__((constructor(101))) static void useHugePages() {
#ifdef MADV_HUGEPAGE
  (void)madvise(qcc_zeros_begin, static_cast<size_t>(qcc_zeros_end - qcc_zeros_begin),
                MADV_HUGEPAGE);
#endif
}

//===- GuardedMemory.cpp - memory with pages around it that nobody may touch ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuardedMemory.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::random;

/// As floats, a NaN: reading it by mistake shows.
static constexpr uint8_t kPattern = 0xff;

static size_t getPageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

llvm::Expected<GuardedMemory> GuardedMemory::create(size_t bytes, size_t alignment, End end) {
  size_t page = getPageSize();
  size_t accessible = llvm::alignTo(std::max<size_t>(bytes, 1), page);
  void *all = mmap(nullptr, accessible + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED)
    return makeError("no memory for {} bytes", bytes);
  GuardedMemory memory;
  memory.pages = static_cast<uint8_t *>(all) + page;
  memory.pageBytes = accessible;
  if (mprotect(memory.pages, accessible, PROT_READ | PROT_WRITE) != 0)
    return makeError("pages cannot be made accessible");
  memory.begin = memory.pages;
  if (end == End::Last)
    memory.begin += (accessible - bytes) / alignment * alignment;
  memory.size = bytes;
  std::memset(memory.pages, kPattern, accessible);
  return memory;
}

GuardedMemory::GuardedMemory(GuardedMemory &&other) noexcept
    : pages(std::exchange(other.pages, nullptr)), pageBytes(other.pageBytes), begin(other.begin),
      size(other.size) {}

GuardedMemory::~GuardedMemory() {
  size_t page = getPageSize();
  if (pages)
    munmap(pages - page, pageBytes + 2 * page);
}

bool GuardedMemory::isIntact() const {
  auto untouched = [](uint8_t byte) { return byte == kPattern; };
  return std::all_of(pages, begin, untouched) &&
         std::all_of(begin + size, pages + pageBytes, untouched);
}

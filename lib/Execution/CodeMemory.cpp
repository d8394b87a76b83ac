//===- CodeMemory.cpp - The memory of just-in-time compiled code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeMemory.h"

#include "llvm/Support/Process.h"

#include <algorithm>

#ifdef __linux__
#include <sys/mman.h>
#endif

using namespace qcc;
using llvm::StringRef;

namespace {
/// Memory that is there: an object's sections are written from end to end, and a system call for
/// all of their pages takes less time than a fault for each.
class PresentMemory : public llvm::SectionMemoryManager::MemoryMapper {
public:
  llvm::sys::MemoryBlock allocateMappedMemory(llvm::SectionMemoryManager::AllocationPurpose,
                                              size_t bytes,
                                              const llvm::sys::MemoryBlock *const near,
                                              unsigned flags, std::error_code &code) override {
    llvm::sys::MemoryBlock block =
        llvm::sys::Memory::allocateMappedMemory(bytes, near, flags, code);
#ifdef MADV_POPULATE_WRITE
    // Kernels before 5.14 refuse; then the pages come one by one.
    if (!code && (flags & llvm::sys::Memory::MF_WRITE))
      (void)madvise(block.base(), block.allocatedSize(), MADV_POPULATE_WRITE);
#endif
    return block;
  }
  std::error_code protectMappedMemory(const llvm::sys::MemoryBlock &block,
                                      unsigned flags) override {
    return llvm::sys::Memory::protectMappedMemory(block, flags);
  }
  std::error_code releaseMappedMemory(llvm::sys::MemoryBlock &block) override {
    return llvm::sys::Memory::releaseMappedMemory(block);
  }
};
} // namespace

static PresentMemory &getPresentMemory() {
  static PresentMemory memory;
  return memory;
}

CodeMemory::CodeMemory(std::function<void(StringRef)> reportFar)
    : SectionMemoryManager(&getPresentMemory(), /*ReserveAlloc=*/true),
      reportFar(std::move(reportFar)) {}

void CodeMemory::reserveAllocationSpace(uintptr_t codeSize, llvm::Align codeAlign,
                                        uintptr_t constantSize, llvm::Align constantAlign,
                                        uintptr_t dataSize, llvm::Align dataAlign) {
  // Sections are few. The table has 8 bytes for each symbol outside of the object, which are few,
  // too (RuntimeSymbols.h).
  constexpr uintptr_t sections = 64, tableSize = 16 << 10;
  codeSize += sections * codeAlign.value();
  constantSize += sections * constantAlign.value();
  dataSize += sections * dataAlign.value() + tableSize;
  SectionMemoryManager::reserveAllocationSpace(codeSize, codeAlign, constantSize, constantAlign,
                                               dataSize, dataAlign);
  uintptr_t page = llvm::sys::Process::getPageSizeEstimate();
  reserved = llvm::alignTo(codeSize, page) + llvm::alignTo(constantSize, page) +
             llvm::alignTo(dataSize, page);
}

uint8_t *CodeMemory::check(uint8_t *section, uintptr_t size, StringRef name) {
  auto address = reinterpret_cast<uintptr_t>(section);
  lowest = std::min(lowest, address);
  end = std::max(end, address + size);
  if (section && end - lowest > reserved)
    reportFar(name);
  return section;
}

uint8_t *CodeMemory::allocateCodeSection(uintptr_t size, unsigned alignment, unsigned id,
                                         StringRef name) {
  return check(SectionMemoryManager::allocateCodeSection(size, alignment, id, name), size, name);
}

uint8_t *CodeMemory::allocateDataSection(uintptr_t size, unsigned alignment, unsigned id,
                                         StringRef name, bool isReadOnly) {
  return check(SectionMemoryManager::allocateDataSection(size, alignment, id, name, isReadOnly),
               size, name);
}

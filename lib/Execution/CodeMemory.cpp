//===- CodeMemory.cpp - The memory of just-in-time compiled code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeMemory.h"

#include "llvm/Support/Process.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#ifdef __linux__
#include <sys/mman.h>
#endif

using namespace qcc;
using llvm::StringRef;

#ifdef MADV_POPULATE_WRITE
/// Of x86-64, and of AArch64 with pages of 4 KB.
static constexpr size_t kHugePage = size_t(2) << 20;

/// A block of whole huge pages; one with an error if there is no address space for it.
static llvm::sys::MemoryBlock mapHugePages(size_t bytes, std::error_code &code) {
  size_t size = llvm::alignTo(bytes, kHugePage), all = size + kHugePage;
  void *mapped = mmap(nullptr, all, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    code = std::error_code(errno, std::generic_category());
    return {};
  }
  code.clear();
  // Any multiple of the size of a huge page in it will do; what is around is given back.
  auto *start = static_cast<char *>(mapped);
  size_t before = llvm::offsetToAlignedAddr(start, llvm::Align(kHugePage));
  if (before > 0)
    (void)munmap(start, before);
  (void)munmap(start + before + size, kHugePage - before);
  (void)madvise(start + before, size, MADV_HUGEPAGE);
  return {start + before, size};
}
#endif

namespace {
/// Memory that is there: an object's sections are written from end to end, and a fault for each
/// page takes longer than linking. Large blocks are huge pages where the system has them: one fault
/// for 512 pages, and in a virtual machine the hypervisor's tables are filled once, too. Small ones
/// are populated by one call.
class PresentMemory : public llvm::SectionMemoryManager::MemoryMapper {
public:
  llvm::sys::MemoryBlock allocateMappedMemory(llvm::SectionMemoryManager::AllocationPurpose,
                                              size_t bytes,
                                              const llvm::sys::MemoryBlock *const near,
                                              unsigned flags, std::error_code &code) override {
#ifdef MADV_POPULATE_WRITE
    constexpr unsigned readWrite = llvm::sys::Memory::MF_READ | llvm::sys::Memory::MF_WRITE;
    // Half a huge page may be wasted, or an eighth of all.
    size_t waste = llvm::alignTo(bytes, kHugePage) - bytes;
    bool large = bytes > 0 && waste <= std::max(kHugePage / 2, bytes / 8);
    llvm::sys::MemoryBlock block =
        large && flags == readWrite && !near
            ? mapHugePages(bytes, code)
            : llvm::sys::Memory::allocateMappedMemory(bytes, near, flags, code);
    // Kernels before 5.14 refuse; then the pages come one by one.
    if (!code && (flags & llvm::sys::Memory::MF_WRITE))
      (void)madvise(block.base(), bytes, MADV_POPULATE_WRITE);
    return block;
#else
    return llvm::sys::Memory::allocateMappedMemory(bytes, near, flags, code);
#endif
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

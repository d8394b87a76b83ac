//===- CodeMemory.h - The memory of just-in-time compiled code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_EXECUTION_CODEMEMORY_H
#define QCC_LIB_EXECUTION_CODEMEMORY_H

#include "llvm/ExecutionEngine/SectionMemoryManager.h"

#include <functional>

namespace qcc {

/// All sections of an object in one block, so that code reaches its constants and its table of
/// addresses (.got) with 32-bit displacements, on AArch64 shorter ones.
///
/// What RuntimeDyld asks to reserve leaves out that table, and what SectionMemoryManager takes for
/// a section can exceed by its alignment what was reserved for it. Either then gets a block of its
/// own, anywhere in the process, and RuntimeDyld cuts off the distance to it without a word. So
/// more is reserved here, and a section that lies farther away than the block is long is reported.
class CodeMemory : public llvm::SectionMemoryManager {
public:
  /// `reportFar` is called with the name of a section that is too far away: the code must not run.
  explicit CodeMemory(std::function<void(llvm::StringRef)> reportFar);

  void reserveAllocationSpace(uintptr_t codeSize, llvm::Align codeAlign, uintptr_t constantSize,
                              llvm::Align constantAlign, uintptr_t dataSize,
                              llvm::Align dataAlign) override;
  uint8_t *allocateCodeSection(uintptr_t size, unsigned alignment, unsigned id,
                               llvm::StringRef name) override;
  uint8_t *allocateDataSection(uintptr_t size, unsigned alignment, unsigned id,
                               llvm::StringRef name, bool isReadOnly) override;

private:
  uint8_t *check(uint8_t *section, uintptr_t size, llvm::StringRef name);

  std::function<void(llvm::StringRef)> reportFar;
  uintptr_t reserved = 0;
  /// Of the sections so far.
  uintptr_t lowest = UINTPTR_MAX, end = 0;
};

} // namespace qcc

#endif // QCC_LIB_EXECUTION_CODEMEMORY_H

//===- ObjectFile.h - What an emitted object asks of its program ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object is read back after it was written: what its header promises of symbols and stack is
// what is in it.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_OBJECTFILE_H
#define QCC_TARGET_OBJECTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>
#include <string>
#include <vector>

namespace qcc {

/// The symbols that an object needs from elsewhere, sorted. What a linker makes by itself (the
/// global offset table, WebAssembly's table of functions) does not count.
llvm::Expected<std::vector<std::string>> getUndefinedSymbols(llvm::MemoryBufferRef object);

/// Bytes of stack that each function of an ELF object takes, from the section that
/// MachineOptions::stackSizes asks for. A function of unknown size is not in it, and no function is
/// for other formats.
llvm::Expected<llvm::StringMap<uint64_t>> getStackSizes(llvm::MemoryBufferRef object);

/// The most stack that a call of `function` takes, itself included: the deepest chain of calls in
/// `modules`, which the object was made from. Nothing if that cannot be known: a function of
/// unknown size, a recursion, an indirect call or one that leaves the modules.
std::optional<uint64_t> getStackBound(llvm::ArrayRef<const llvm::Module *> modules,
                                      llvm::StringRef function,
                                      const llvm::StringMap<uint64_t> &sizes);

/// A static library with one member. The same object and name give the same bytes.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> makeStaticLibrary(llvm::MemoryBufferRef object,
                                                                      llvm::StringRef member);

} // namespace qcc

#endif // QCC_TARGET_OBJECTFILE_H

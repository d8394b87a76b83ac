//===- MergeObjects.h - Several objects into one ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_MERGEOBJECTS_H
#define QCC_TARGET_MERGEOBJECTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>

namespace qcc {

/// True if mergeObjects takes the objects of a triple: ELF for x86-64 and AArch64.
bool canMergeObjects(const llvm::Triple &triple);

/// One relocatable object of several that `machine` made, as `ld -r` would make it: sections of one
/// name and kind are behind each other, and relocations stay relocations. What is hidden in the
/// objects, they find in each other, and nobody finds it in the result: it is local there. The same
/// objects in the same order give the same bytes. Errors: a symbol that is defined twice, a hidden
/// one that is defined nowhere, and what qcc's code does not have (groups of sections, tables of
/// unwinding, thread-local variables, weak, common and absolute symbols).
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
mergeObjects(llvm::ArrayRef<llvm::MemoryBufferRef> objects, const llvm::TargetMachine &machine);

} // namespace qcc

#endif // QCC_TARGET_MERGEOBJECTS_H

//===- PartialLink.h - Several objects into one ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_PARTIALLINK_H
#define QCC_TARGET_PARTIALLINK_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>

namespace qcc {

/// True if the objects of a triple are of the format (ELF) that linkPartially takes.
bool canLinkPartially(const llvm::Triple &triple);

/// One relocatable object of several, as `ld -r` makes it, by LLVM's linker. What is hidden in the
/// objects, they find in each other, and nobody finds it in the result: it is local there. The same
/// objects in the same order give the same bytes. Safe to call from several threads, which wait for
/// each other. The linker reads and writes files in the system's folder for temporary ones. Errors:
/// what the linker reports (symbols that are defined twice, objects of different machines), and
/// files that cannot be written.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
linkPartially(llvm::ArrayRef<llvm::MemoryBufferRef> objects);

} // namespace qcc

#endif // QCC_TARGET_PARTIALLINK_H

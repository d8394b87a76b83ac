//===- InputFile.h - map a whole file into memory ---------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Readers of binary formats work on a file's bytes and compare every size that the file claims with
// the number of bytes there are. This is the one way they open it.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_INPUTFILE_H
#define QCC_SUPPORT_INPUTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace qcc {

/// The contents of a regular file (mapped if it is large). An error that names `path` if it is
/// missing, unreadable, a directory, or a pipe or device, whose size nobody knows.
[[nodiscard]] llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
openInputFile(llvm::StringRef path);

/// Calls `use` with the contents of a regular file from front to back, in parts that fit into the
/// first caches: for who needs them once. Errors as of openInputFile.
[[nodiscard]] llvm::Error readInputFile(llvm::StringRef path,
                                        llvm::function_ref<void(llvm::StringRef)> use);

/// Brings all pages of a mapped file into memory in one call, for who reads all of them anyway: a
/// fault for each few takes longer. Does nothing where the system has no such call.
void populate(const llvm::MemoryBuffer &buffer);

/// The bytes of a buffer.
inline llvm::ArrayRef<uint8_t> getBytes(const llvm::MemoryBuffer &buffer) {
  return {reinterpret_cast<const uint8_t *>(buffer.getBufferStart()), buffer.getBufferSize()};
}

} // namespace qcc

#endif // QCC_SUPPORT_INPUTFILE_H

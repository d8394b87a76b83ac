//===- AtomicFile.h - write a whole file or leave the old one alone ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every output of the project is written here: into a temporary file in the target's folder, which
// takes the target's name only once every byte has been written without an error. A full disk, a
// failing writer or an interrupt leaves the old file (or none) behind, never half a new one.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_ATOMICFILE_H
#define QCC_SUPPORT_ATOMICFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <type_traits>

namespace qcc {

/// Calls `write` with a stream and gives what it wrote the name `path`. On any failure (of `write`,
/// of the file system) an error that names `path` is returned, the previous file at `path` is
/// untouched and the temporary is removed; it is removed on a fatal signal, too.
/// - "-" is standard output, which is written directly and checked.
/// - A device, pipe or socket (/dev/null, /dev/stdout) is written directly.
/// - A symbolic link to a file stays, and the file that it names is replaced.
/// - A new file's permissions follow the umask. There is no fsync: this guards against failures of
///   the program, not of the machine.
[[nodiscard]] llvm::Error
writeFileAtomically(llvm::StringRef path,
                    llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write);

/// The same for a writer that cannot fail itself.
template <typename Writer, typename = std::enable_if_t<
                               std::is_void_v<std::invoke_result_t<Writer &, llvm::raw_ostream &>>>>
[[nodiscard]] llvm::Error writeFileAtomically(llvm::StringRef path, Writer &&write) {
  return writeFileAtomically(path, [&](llvm::raw_ostream &os) -> llvm::Error {
    write(os);
    return llvm::Error::success();
  });
}

/// The same for contents that are in memory already.
[[nodiscard]] llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef contents);

} // namespace qcc

#endif // QCC_SUPPORT_ATOMICFILE_H

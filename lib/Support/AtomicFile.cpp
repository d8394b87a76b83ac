//===- AtomicFile.cpp - write a whole file or leave the old one alone ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include <atomic>
#include <cstdio>

using namespace llvm;
using namespace qcc;

/// Runs `write` on `os`, and makes an error of whatever the stream reports about the writing.
static Error writeAndCheck(raw_fd_ostream &os, StringRef path, bool close,
                           function_ref<Error(raw_ostream &)> write) {
  Error result = write(os);
  // Closing reports what some file systems find out only then (a quota on NFS).
  if (close)
    os.close();
  else
    os.flush();
  std::error_code code = os.error();
  // The stream's destructor aborts the program over an error that nobody has looked at.
  os.clear_error();
  // The writer's own error says more than the stream's.
  if (result)
    return addContext(std::move(result), fmt::format("cannot write '{}'", path));
  if (code)
    return makeError("cannot write '{}': {}", path, code.message());
  return Error::success();
}

/// Writes to something that has no contents to protect.
static Error writeDirectly(StringRef path, function_ref<Error(raw_ostream &)> write) {
  if (path == "-") {
    // What was printed before must come out before.
    outs().flush();
    std::fflush(stdout);
    if (std::error_code code = sys::ChangeStdoutToBinary())
      return makeError("cannot write to standard output: {}", code.message());
    raw_fd_ostream os(1, /*shouldClose=*/false);
    return writeAndCheck(os, "standard output", /*close=*/false, write);
  }
  std::error_code code;
  raw_fd_ostream os(path, code, sys::fs::CD_OpenExisting, sys::fs::FA_Write, sys::fs::OF_None);
  if (code)
    return makeError("cannot write '{}': {}", path, code.message());
  return writeAndCheck(os, path, /*close=*/true, write);
}

/// Creates a new file in `folder`. (llvm::sys::fs::createUniqueFile replaces every % in the
/// folder's name, too.)
static std::error_code createTemporary(StringRef folder, SmallVectorImpl<char> &path, int &fd) {
  static std::atomic<unsigned> counter = 0;
  std::error_code code;
  for (int attempt = 0; attempt < 100; ++attempt) {
    path.assign(folder.begin(), folder.end());
    // Short and independent of the target's name, which may be as long as the file system allows.
    sys::path::append(path, fmt::format(".qcc-{}-{}-{:08x}.tmp", sys::Process::getProcessId(),
                                        counter++, sys::Process::GetRandomNumber()));
    code = sys::fs::openFileForWrite(Twine(StringRef(path.data(), path.size())), fd,
                                     sys::fs::CD_CreateNew, sys::fs::OF_None, /*Mode=*/0666);
    if (code != std::errc::file_exists)
      return code;
  }
  return code;
}

Error qcc::writeFileAtomically(StringRef path, function_ref<Error(raw_ostream &)> write) {
  if (path.empty())
    return makeError("cannot write a file without a name");
  if (path == "-")
    return writeDirectly(path, write);

  SmallString<256> target(path);
  sys::fs::file_status status;
  // An error here means that there is no such file yet; a missing folder is reported below.
  if (!sys::fs::status(path, status)) {
    switch (status.type()) {
    case sys::fs::file_type::directory_file:
      return makeError("cannot write '{}': it is a directory", path);
    case sys::fs::file_type::regular_file:
      // Replace what a symbolic link names, not the link.
      if (std::error_code code = sys::fs::real_path(path, target))
        return makeError("cannot write '{}': {}", path, code.message());
      break;
    default:
      return writeDirectly(path, write);
    }
  }

  StringRef folder = sys::path::parent_path(target);
  if (folder.empty())
    folder = ".";
  SmallString<256> temporary;
  int fd = -1;
  if (std::error_code code = createTemporary(folder, temporary, fd))
    return makeError("cannot write '{}': cannot create a file in folder '{}': {}", path, folder,
                     code.message());
  sys::RemoveFileOnSignal(temporary);
  scope_exit removeTemporary([&] {
    // A failure to remove it must not hide the error that led here.
    consumeError(errorCodeToError(sys::fs::remove(temporary)));
    sys::DontRemoveFileOnSignal(temporary);
  });

  {
    raw_fd_ostream os(fd, /*shouldClose=*/true);
    if (Error error = writeAndCheck(os, path, /*close=*/true, write))
      return error;
  }
  if (std::error_code code = sys::fs::rename(temporary, target))
    return makeError("cannot write '{}': cannot replace it: {}", path, code.message());
  removeTemporary.release();
  sys::DontRemoveFileOnSignal(temporary);
  return Error::success();
}

Error qcc::writeFileAtomically(StringRef path, StringRef contents) {
  return writeFileAtomically(path, [&](raw_ostream &os) { os << contents; });
}

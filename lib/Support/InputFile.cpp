//===- InputFile.cpp - map a whole file into memory -------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/InputFile.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include <tuple>

#ifdef __linux__
#include <sys/mman.h>
#endif

using namespace llvm;
using namespace qcc;

static Error checkRegular(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return makeError("cannot read '{}': {}", path, code.message());
  if (status.type() == sys::fs::file_type::directory_file)
    return makeError("cannot read '{}': it is a directory", path);
  if (status.type() != sys::fs::file_type::regular_file)
    return makeError("cannot read '{}': it is not a regular file", path);
  return Error::success();
}

Expected<std::unique_ptr<MemoryBuffer>> qcc::openInputFile(StringRef path) {
  if (Error error = checkRegular(path))
    return std::move(error);
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot read '{}': {}", path, buffer.getError().message());
  return std::move(*buffer);
}

Error qcc::readInputFile(StringRef path, function_ref<void(StringRef)> use) {
  if (Error error = checkRegular(path))
    return error;
  auto file = sys::fs::openNativeFileForRead(path);
  if (!file)
    return makeError("cannot read '{}': {}", path, toString(file.takeError()));
  scope_exit close([&] { std::ignore = sys::fs::closeFile(*file); });
  SmallVector<char, 0> part;
  part.resize_for_overwrite(64 << 10);
  while (true) {
    auto size = sys::fs::readNativeFile(*file, part);
    if (!size)
      return makeError("cannot read '{}': {}", path, toString(size.takeError()));
    if (*size == 0)
      return Error::success();
    use({part.data(), *size});
  }
}

void qcc::populate(const MemoryBuffer &buffer) {
#ifdef MADV_POPULATE_READ
  if (buffer.getBufferKind() != MemoryBuffer::MemoryBuffer_MMap)
    return;
  uintptr_t page = sys::Process::getPageSizeEstimate();
  auto address = reinterpret_cast<uintptr_t>(buffer.getBufferStart());
  uintptr_t before = address % page;
  // Kernels before 5.14 refuse; then the pages come one by one.
  (void)madvise(const_cast<char *>(buffer.getBufferStart()) - before,
                buffer.getBufferSize() + before, MADV_POPULATE_READ);
#endif
}

//===- InputFile.cpp - map a whole file into memory -------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/InputFile.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace qcc;

Expected<std::unique_ptr<MemoryBuffer>> qcc::openInputFile(StringRef path) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return makeError("cannot read '{}': {}", path, code.message());
  if (status.type() == sys::fs::file_type::directory_file)
    return makeError("cannot read '{}': it is a directory", path);
  if (status.type() != sys::fs::file_type::regular_file)
    return makeError("cannot read '{}': it is not a regular file", path);
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("cannot read '{}': {}", path, buffer.getError().message());
  return std::move(*buffer);
}

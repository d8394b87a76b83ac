//===- ExternalData.cpp - Tensors' bytes outside of the model's file ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalData.h"
#include "HostTensor.h"

#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::onnx;

Expected<MemoryBuffer *> ExternalData::open(StringRef location) {
  auto known = files.find(location);
  if (known != files.end())
    return known->second.get();

  if (folder.empty())
    return makeError(
        "the model was not read from a file, so its external data '{}' cannot be found",
        printable(location));
  bool climbs = std::any_of(sys::path::begin(location), sys::path::end(location),
                            [](StringRef component) { return component == ".."; });
  if (location.empty() || location.contains('\0') || location.contains('\\') ||
      sys::path::is_absolute(location) || climbs)
    return makeError("external data '{}' must be a path inside of the model's folder, without '..'",
                     printable(location));

  SmallString<256> path(folder), root, real;
  sys::path::append(path, location);
  if (std::error_code error = sys::fs::real_path(folder, root))
    return makeError("{}: {}", printable(folder), error.message());
  if (std::error_code error = sys::fs::real_path(path, real))
    return makeError("external data '{}': {}", printable(path), error.message());
  // Component by component, because "/models-private" begins with "/models".
  auto [rootEnd, realEnd] = std::mismatch(sys::path::begin(root), sys::path::end(root),
                                          sys::path::begin(real), sys::path::end(real));
  if (rootEnd != sys::path::end(root))
    return makeError("external data '{}' is a link to outside of the model's folder",
                     printable(location));

  Expected<std::unique_ptr<MemoryBuffer>> buffer = openInputFile(real);
  if (!buffer)
    return buffer.takeError();
  return (files[location] = std::move(*buffer)).get();
}

Expected<ArrayRef<char>> ExternalData::read(const ::onnx::TensorProto &tensor) {
  StringRef location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
  for (const ::onnx::StringStringEntryProto &entry : tensor.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    if (key == "location") {
      location = value;
    } else if (key == "offset") {
      if (value.getAsInteger(10, offset))
        return makeError("external data has offset '{}', which is no number", printable(value));
    } else if (key == "length") {
      uint64_t number;
      if (value.getAsInteger(10, number))
        return makeError("external data has length '{}', which is no number", printable(value));
      length = number;
    }
  }
  Expected<MemoryBuffer *> file = open(location);
  if (!file)
    return file.takeError();
  uint64_t size = (*file)->getBufferSize();
  if (offset > size || (length && *length > size - offset))
    return makeError("external data '{}' has {} bytes, too few for {} bytes at offset {}",
                     printable(location), size, length.value_or(0), offset);
  return ArrayRef((*file)->getBufferStart() + offset, length.value_or(size - offset));
}

uint64_t ExternalData::getTotalSize() const {
  uint64_t total = 0;
  for (const auto &file : files)
    total += file.second->getBufferSize();
  return total;
}

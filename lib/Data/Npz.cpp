//===- Npz.cpp - NumPy's .npz archives of named arrays ----------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Npz.h"
#include "qcc/Data/Npy.h"
#include "qcc/Data/Zip.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"

using namespace llvm;
using namespace qcc;

Expected<NamedTensors> qcc::readNpz(StringRef path, uint64_t maxBytes) {
  Expected<ZipArchive> archive = ZipArchive::open(path);
  if (!archive)
    return archive.takeError();
  // Members may share compressed bytes (a zip bomb), so it is their sum that counts.
  uint64_t budget = maxBytes;
  for (const ZipMember &member : archive->getMembers()) {
    if (member.size > budget)
      return makeError("{}: the arrays take more than the limit of {} bytes", path, maxBytes);
    budget -= member.size;
  }
  NamedTensors tensors;
  for (const ZipMember &member : archive->getMembers()) {
    StringRef name = member.name;
    // Folders, which other zip programs list as members.
    if (name.ends_with("/"))
      continue;
    if (!name.consume_back(".npy"))
      return makeError("{}: member '{}' is not an .npy array", path, member.name);
    Expected<std::vector<uint8_t>> contents = archive->read(member, maxBytes);
    if (!contents)
      return contents.takeError();
    Expected<HostTensor> tensor =
        parseNpy(*contents, fmt::format("{}: member '{}'", path, member.name));
    if (!tensor)
      return tensor.takeError();
    if (!tensors.emplace(name.str(), std::move(*tensor)).second)
      return makeError("{}: member '{}' occurs twice", path, member.name);
  }
  return tensors;
}

Error qcc::writeNpz(StringRef path, const NamedTensors &tensors) {
  std::vector<std::string> contents;
  std::vector<std::pair<std::string, ArrayRef<uint8_t>>> members;
  // The members point into `contents`, whose strings must not move.
  contents.reserve(tensors.size());
  for (const auto &[name, tensor] : tensors) {
    raw_string_ostream os(contents.emplace_back());
    if (Error error = writeNpy(os, tensor))
      return addContext(std::move(error), fmt::format("{}: array '{}'", path, name));
    os.flush();
    members.emplace_back(name + ".npy",
                         ArrayRef(reinterpret_cast<const uint8_t *>(contents.back().data()),
                                  contents.back().size()));
  }
  return writeFileAtomically(path, [&](raw_ostream &os) { return writeZip(os, members); });
}

//===- Zip.h - read the members of a zip archive ----------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Container of .npz files and of PyTorch's .pt files. Reads what the central directory lists:
// stored and deflated members, zip64 sizes and offsets included; no encryption, no archives in
// several parts. Format: PKWARE's APPNOTE.TXT 6.3.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_ZIP_H
#define QCC_DATA_ZIP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace qcc {

/// A member as the central directory lists it. Sizes are in bytes and are claims until the member
/// has been read.
struct ZipMember {
  std::string name;
  uint64_t size = 0;
  uint64_t compressedSize = 0;
  uint64_t headerOffset = 0;
  uint32_t crc = 0;
  uint16_t method = 0;
  uint16_t flags = 0;
};

class ZipArchive {
public:
  /// Maps the file and reads its directory. Errors name the file and the byte offset of what is
  /// wrong.
  static llvm::Expected<ZipArchive> open(llvm::StringRef path);

  /// The same for an archive in memory, which must outlive the object; `name` stands for it in
  /// errors.
  static llvm::Expected<ZipArchive> parse(llvm::ArrayRef<uint8_t> contents, llvm::StringRef name);

  llvm::ArrayRef<ZipMember> getMembers() const { return members; }

  /// The member called `name`, or null. (The last one, if several share a name.)
  const ZipMember *find(llvm::StringRef name) const;

  /// Decompresses a member of this archive and checks its length and CRC-32. An error for more than
  /// `maxBytes`, and for a size which its compressed bytes cannot possibly expand to; both before
  /// anything is allocated.
  llvm::Expected<std::vector<uint8_t>> read(const ZipMember &member,
                                            uint64_t maxBytes = uint64_t(1) << 32) const;

private:
  ZipArchive() = default;
  llvm::Error readDirectory();

  std::unique_ptr<llvm::MemoryBuffer> buffer;
  llvm::ArrayRef<uint8_t> contents;
  std::string name;
  std::vector<ZipMember> members;
};

/// Writes an archive of stored members, in the given order, without time stamps (equal members give
/// equal bytes). An error if the archive would need zip64 (4 GiB or 65,535 members).
llvm::Error writeZip(llvm::raw_ostream &os,
                     llvm::ArrayRef<std::pair<std::string, llvm::ArrayRef<uint8_t>>> members);

} // namespace qcc

#endif // QCC_DATA_ZIP_H

//===- Zip.cpp - read the members of a zip archive --------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Zip.h"
#include "Inflate.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include <cstring>
#include <zlib.h>

using namespace llvm;
using namespace qcc;
using namespace llvm::support::endian;

// Section numbers are APPNOTE.TXT's. Sizes are those of the fixed parts.
static constexpr uint32_t localSignature = 0x04034b50;     // 4.3.7
static constexpr uint32_t directorySignature = 0x02014b50; // 4.3.12
static constexpr uint32_t endSignature = 0x06054b50;       // 4.3.16
static constexpr uint32_t end64Signature = 0x06064b50;     // 4.3.14
static constexpr uint32_t locator64Signature = 0x07064b50; // 4.3.15
static constexpr size_t localSize = 30, directorySize = 46, endSize = 22, end64Size = 56,
                        locator64Size = 20;
static constexpr uint16_t zip64Field = 1; // 4.5.3
static constexpr uint16_t methodStored = 0, methodDeflated = 8;
static constexpr uint16_t flagEncrypted = 1, flagUtf8 = 1 << 11;
/// 1 January 1980, the first day that the format knows.
static constexpr uint16_t noDate = 0x21;

/// crc32 of zlib for any length.
static uint32_t computeCrc(ArrayRef<uint8_t> bytes) {
  return static_cast<uint32_t>(crc32_z(0, bytes.data(), bytes.size()));
}

Expected<ZipArchive> ZipArchive::open(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  Expected<ZipArchive> archive = parse(getBytes(**buffer), path);
  if (archive)
    archive->buffer = std::move(*buffer);
  return archive;
}

Expected<ZipArchive> ZipArchive::parse(ArrayRef<uint8_t> contents, StringRef name) {
  ZipArchive archive;
  archive.contents = contents;
  archive.name = name.str();
  if (Error error = archive.readDirectory())
    return addContext(std::move(error), name);
  return archive;
}

const ZipMember *ZipArchive::find(StringRef name) const {
  for (const ZipMember &member : reverse(members))
    if (member.name == name)
      return &member;
  return nullptr;
}

/// Position of the record at the end of the archive, which a comment of at most 65,535 bytes may
/// follow.
static std::optional<size_t> findEnd(ArrayRef<uint8_t> contents) {
  if (contents.size() < endSize)
    return std::nullopt;
  size_t last = contents.size() - endSize;
  size_t first = last > UINT16_MAX ? last - UINT16_MAX : 0;
  for (size_t at = last + 1; at-- > first;)
    if (read32le(&contents[at]) == endSignature &&
        read16le(&contents[at + 20]) == contents.size() - endSize - at)
      return at;
  return std::nullopt;
}

/// Replaces what did not fit into a directory entry by the entry's zip64 field, which holds just
/// those values.
static Error readZip64Field(ArrayRef<uint8_t> extra, ZipMember &member) {
  uint64_t *wide[] = {&member.size, &member.compressedSize, &member.headerOffset};
  if (none_of(wide, [](const uint64_t *value) { return *value == UINT32_MAX; }))
    return Error::success();
  while (extra.size() >= 4) {
    uint16_t id = read16le(&extra[0]), size = read16le(&extra[2]);
    extra = extra.drop_front(4);
    if (size > extra.size())
      break;
    ArrayRef<uint8_t> field = extra.take_front(size);
    extra = extra.drop_front(size);
    if (id != zip64Field)
      continue;
    for (uint64_t *value : wide) {
      if (*value != UINT32_MAX)
        continue;
      if (field.size() < 8)
        return makeError("member '{}' has a malformed zip64 field", member.name);
      *value = read64le(field.data());
      field = field.drop_front(8);
    }
    return Error::success();
  }
  // Without the field, the value is meant as it is.
  return Error::success();
}

Error ZipArchive::readDirectory() {
  std::optional<size_t> end = findEnd(contents);
  if (!end)
    return makeError("not a zip archive, or truncated: no end-of-directory record in {} bytes",
                     contents.size());
  uint64_t count = read16le(&contents[*end + 10]);
  uint64_t size = read32le(&contents[*end + 12]);
  uint64_t offset = read32le(&contents[*end + 16]);
  if (*end >= locator64Size && read32le(&contents[*end - locator64Size]) == locator64Signature) {
    uint64_t at = read64le(&contents[*end - locator64Size + 8]);
    if (at > *end || *end - at < end64Size || read32le(&contents[at]) != end64Signature)
      return makeError("the zip64 end-of-directory record is not at byte {}, where it should be",
                       at);
    count = read64le(&contents[at + 32]);
    size = read64le(&contents[at + 40]);
    offset = read64le(&contents[at + 48]);
  }
  if (offset > *end || size > *end - offset)
    return makeError("damaged: the directory claims bytes {} to {} + {} of {}", offset, offset,
                     size, contents.size());
  // An entry takes 46 bytes at least, so the count is bounded before anything is reserved.
  if (count > size / directorySize)
    return makeError("damaged: the directory claims {} members in {} bytes", count, size);

  size_t at = offset, limit = offset + size;
  members.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    if (limit - at < directorySize || read32le(&contents[at]) != directorySignature)
      return makeError("damaged: no directory entry at byte {}", at);
    const uint8_t *entry = &contents[at];
    size_t nameSize = read16le(entry + 28), extraSize = read16le(entry + 30),
           commentSize = read16le(entry + 32);
    if (limit - at - directorySize < nameSize + extraSize + commentSize)
      return makeError("damaged: the directory entry at byte {} passes the directory's end", at);
    ZipMember member;
    member.name.assign(reinterpret_cast<const char *>(entry + directorySize), nameSize);
    member.flags = read16le(entry + 8);
    member.method = read16le(entry + 10);
    member.crc = read32le(entry + 16);
    member.compressedSize = read32le(entry + 20);
    member.size = read32le(entry + 24);
    member.headerOffset = read32le(entry + 42);
    if (Error error =
            readZip64Field(contents.slice(at + directorySize + nameSize, extraSize), member))
      return error;
    members.push_back(std::move(member));
    at += directorySize + nameSize + extraSize + commentSize;
  }
  return Error::success();
}

Expected<std::vector<uint8_t>> ZipArchive::read(const ZipMember &member, uint64_t maxBytes) const {
  auto fail = [&](Error error) {
    return addContext(std::move(error), fmt::format("{}: member '{}'", name, member.name));
  };
  if (member.flags & flagEncrypted)
    return fail(makeError("encrypted members are not supported"));
  if (member.method != methodStored && member.method != methodDeflated)
    return fail(makeError("compression method {} is not supported (0, stored, and 8, deflated, "
                          "are)",
                          member.method));
  uint64_t at = member.headerOffset;
  if (at > contents.size() || contents.size() - at < localSize ||
      read32le(&contents[at]) != localSignature)
    return fail(makeError("damaged: its header is not at byte {}", at));
  uint64_t dataAt = at + localSize + read16le(&contents[at + 26]) + read16le(&contents[at + 28]);
  if (dataAt > contents.size() || contents.size() - dataAt < member.compressedSize)
    return fail(makeError("truncated: takes {} bytes from byte {} on, the archive has {}",
                          member.compressedSize, dataAt, contents.size()));
  if (member.size > maxBytes)
    return fail(makeError("takes {} bytes, the limit is {}", member.size, maxBytes));
  ArrayRef<uint8_t> data = contents.slice(dataAt, member.compressedSize);

  std::vector<uint8_t> result;
  if (member.method == methodStored) {
    if (member.size != member.compressedSize)
      return fail(makeError("damaged: stored, but with two sizes, {} and {}", member.size,
                            member.compressedSize));
    result.assign(data.begin(), data.end());
  } else {
    if (member.size > maxInflatedSize(data.size()))
      return fail(makeError("damaged: {} bytes cannot expand to {}", data.size(), member.size));
    result.resize(member.size);
    InflateStream stream(Compression::Deflate, data);
    uint8_t extra;
    Expected<size_t> got = stream.read(result);
    if (!got)
      return fail(got.takeError());
    if (*got < member.size)
      return fail(makeError("truncated: expected {} bytes, found {}", member.size, *got));
    got = stream.read(MutableArrayRef<uint8_t>(extra));
    if (!got)
      return fail(got.takeError());
    if (*got)
      return fail(makeError("damaged: holds more than the {} bytes listed", member.size));
  }
  if (uint32_t crc = computeCrc(result); crc != member.crc)
    return fail(makeError("damaged: CRC-32 is {:08x}, expected {:08x}", crc, member.crc));
  return result;
}

Error qcc::writeZip(raw_ostream &os, ArrayRef<std::pair<std::string, ArrayRef<uint8_t>>> members) {
  auto put = [](std::string &to, auto value) {
    for (size_t i = 0; i < sizeof(value); ++i)
      to += static_cast<char>(value >> (8 * i));
  };
  // What a local header and a directory entry have in common, from "version needed" to the lengths
  // of the names.
  auto putCommon = [&](std::string &to, StringRef name, ArrayRef<uint8_t> contents, uint32_t crc) {
    put(to, uint16_t(20));
    put(to, flagUtf8);
    put(to, methodStored);
    put(to, uint16_t(0));
    put(to, noDate);
    put(to, crc);
    put(to, static_cast<uint32_t>(contents.size()));
    put(to, static_cast<uint32_t>(contents.size()));
    put(to, static_cast<uint16_t>(name.size()));
    put(to, uint16_t(0));
  };
  std::string directory;
  uint64_t offset = 0;
  for (const auto &[name, contents] : members) {
    uint64_t next = offset + localSize + name.size() + contents.size();
    if (next + directory.size() + directorySize + name.size() >= UINT32_MAX ||
        name.size() > UINT16_MAX || members.size() >= UINT16_MAX)
      return makeError("too large for a zip archive without zip64 (4 GiB, 65535 members)");
    uint32_t crc = computeCrc(contents);
    std::string header;
    put(header, localSignature);
    putCommon(header, name, contents, crc);
    os << header << name;
    os.write(reinterpret_cast<const char *>(contents.data()), contents.size());
    put(directory, directorySignature);
    put(directory, uint16_t(20));
    putCommon(directory, name, contents, crc);
    // Comment, disk, internal and external attributes.
    directory.append(2 + 2 + 2 + 4, '\0');
    put(directory, static_cast<uint32_t>(offset));
    directory += name;
    offset = next;
  }
  std::string end;
  put(end, endSignature);
  put(end, uint32_t(0));
  put(end, static_cast<uint16_t>(members.size()));
  put(end, static_cast<uint16_t>(members.size()));
  put(end, static_cast<uint32_t>(directory.size()));
  put(end, static_cast<uint32_t>(offset));
  put(end, uint16_t(0));
  os << directory << end;
  return Error::success();
}

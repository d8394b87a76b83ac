//===- Idx.cpp - IDX files, the format of MNIST -----------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Idx.h"
#include "ByteOrder.h"
#include "Inflate.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"
#include "llvm/Support/Endian.h"
#include <cstring>

using namespace llvm;
using namespace qcc;

namespace {
struct IdxType {
  uint8_t code;
  ElementType type;
};
} // namespace

static constexpr IdxType idxTypes[] = {
    {0x08, ElementType::U8},  {0x09, ElementType::I8},  {0x0b, ElementType::I16},
    {0x0c, ElementType::I32}, {0x0d, ElementType::F32}, {0x0e, ElementType::F64},
};

/// Where the bytes come from: fills the array, or as much of it as there is.
using ByteSource = function_ref<Expected<size_t>(MutableArrayRef<uint8_t>)>;

/// `maxData` is the most bytes that can follow the header, given the size of the file.
static Expected<HostTensor> parseFrom(ByteSource read, uint64_t maxBytes, uint64_t maxData) {
  uint8_t magic[4];
  Expected<size_t> got = read(magic);
  if (!got)
    return got.takeError();
  if (*got < sizeof(magic))
    return makeError("truncated: an IDX file has at least 4 bytes, found {}", *got);
  const IdxType *type =
      find_if(idxTypes, [&](const IdxType &candidate) { return candidate.code == magic[2]; });
  if (magic[0] != 0 || magic[1] != 0 || type == std::end(idxTypes))
    return makeError("not an IDX file: begins with {:02x} {:02x} {:02x} {:02x}, expected 00 00, a "
                     "type (08, 09, 0b to 0e) and a rank",
                     magic[0], magic[1], magic[2], magic[3]);

  SmallVector<uint8_t, 64> sizes(4 * magic[3]);
  got = read(sizes);
  if (!got)
    return got.takeError();
  if (*got < sizes.size())
    return makeError("truncated: the header has {} bytes, found {}", 4 + sizes.size(), 4 + *got);
  SmallVector<int64_t, 4> shape;
  for (size_t i = 0; i < sizes.size(); i += 4)
    shape.push_back(support::endian::read32be(&sizes[i]));

  // Nothing is allocated before the claim has passed these two tests.
  size_t elementSize = getElementSize(type->type);
  std::optional<int64_t> count = getNumElements(shape);
  if (!count || static_cast<uint64_t>(*count) > maxBytes / elementSize)
    return makeError("the header claims {} of {}, more than the limit of {} bytes",
                     formatShape(shape), getElementTypeName(type->type), maxBytes);
  uint64_t expected = static_cast<uint64_t>(*count) * elementSize;
  if (expected > maxData)
    return makeError("truncated: the header claims {} bytes of data ({} of {}), but there are at "
                     "most {}",
                     expected, formatShape(shape), getElementTypeName(type->type), maxData);

  Expected<HostTensor> tensor = HostTensor::create(type->type, shape);
  if (!tensor)
    return tensor.takeError();
  got = read(tensor->getMutableBytes());
  if (!got)
    return got.takeError();
  if (*got < expected)
    return makeError("truncated: the header claims {} bytes of data ({} of {}), found {}", expected,
                     formatShape(shape), getElementTypeName(type->type), *got);
  uint8_t extra;
  got = read(MutableArrayRef<uint8_t>(extra));
  if (!got)
    return got.takeError();
  if (*got)
    return makeError("data after the end: the header claims {} bytes of data ({} of {})", expected,
                     formatShape(shape), getElementTypeName(type->type));
  reverseElementBytes(tensor->getMutableBytes(), elementSize);
  return tensor;
}

Expected<HostTensor> qcc::parseIdx(ArrayRef<uint8_t> contents, StringRef name, uint64_t maxBytes) {
  auto inFile = [&](Expected<HostTensor> tensor) -> Expected<HostTensor> {
    if (!tensor)
      return addContext(tensor.takeError(), name);
    return tensor;
  };
  if (contents.size() >= 2 && contents[0] == 0x1f && contents[1] == 0x8b) {
    InflateStream stream(Compression::Gzip, contents);
    return inFile(parseFrom([&](MutableArrayRef<uint8_t> out) { return stream.read(out); },
                            maxBytes, maxInflatedSize(contents.size())));
  }
  ArrayRef<uint8_t> rest = contents;
  auto read = [&](MutableArrayRef<uint8_t> out) -> Expected<size_t> {
    size_t size = std::min(out.size(), rest.size());
    if (size)
      std::memcpy(out.data(), rest.data(), size);
    rest = rest.drop_front(size);
    return size;
  };
  return inFile(parseFrom(read, maxBytes, contents.size()));
}

Expected<HostTensor> qcc::readIdx(StringRef path, uint64_t maxBytes) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseIdx(getBytes(**buffer), path, maxBytes);
}

Error qcc::writeIdx(raw_ostream &os, const HostTensor &tensor) {
  const IdxType *type = find_if(idxTypes, [&](const IdxType &candidate) {
    return candidate.type == tensor.getElementType();
  });
  if (type == std::end(idxTypes))
    return makeError("IDX files cannot hold {}", getElementTypeName(tensor.getElementType()));
  if (tensor.getRank() > UINT8_MAX ||
      any_of(tensor.getShape(), [](int64_t size) { return size > UINT32_MAX; }))
    return makeError("IDX files cannot hold the shape {}", formatShape(tensor.getShape()));
  os << '\0' << '\0' << static_cast<char>(type->code) << static_cast<char>(tensor.getRank());
  for (int64_t size : tensor.getShape()) {
    char bytes[4];
    support::endian::write32be(bytes, static_cast<uint32_t>(size));
    os.write(bytes, sizeof(bytes));
  }
  HostTensor swapped = tensor; // IDX is big-endian.
  reverseElementBytes(swapped.getMutableBytes(), getElementSize(type->type));
  os.write(reinterpret_cast<const char *>(swapped.getBytes().data()), swapped.getSizeInBytes());
  return Error::success();
}

Error qcc::writeIdx(StringRef path, const HostTensor &tensor) {
  return writeFileAtomically(path, [&](raw_ostream &os) { return writeIdx(os, tensor); });
}

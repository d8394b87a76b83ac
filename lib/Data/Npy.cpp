//===- Npy.cpp - NumPy's .npy arrays ----------------------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Npy.h"
#include "ByteOrder.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace llvm;
using namespace qcc;

static constexpr StringLiteral npyMagic("\x93NUMPY");
/// NumPy's own limit (NPY_MAXDIMS).
static constexpr size_t npyMaxRank = 64;

namespace {
struct NpyType {
  StringLiteral code;
  ElementType type;
};

/// What the dictionary in the header says.
struct NpyHeader {
  std::string descr;
  bool fortranOrder = false;
  SmallVector<int64_t, 4> shape;
};
} // namespace

static constexpr NpyType npyTypes[] = {
    {"b1", ElementType::Bool}, {"u1", ElementType::U8},  {"i1", ElementType::I8},
    {"u2", ElementType::U16},  {"i2", ElementType::I16}, {"u4", ElementType::U32},
    {"i4", ElementType::I32},  {"u8", ElementType::U64}, {"i8", ElementType::I64},
    {"f2", ElementType::F16},  {"f4", ElementType::F32}, {"f8", ElementType::F64},
};

namespace {
/// Reads the header's Python literal, e.g. {'descr': '<f4', 'fortran_order': False, 'shape': (3,
/// 4), }.
class HeaderParser {
public:
  HeaderParser(StringRef text) : rest(text), size(text.size()) {}

  Expected<NpyHeader> parse() {
    NpyHeader header;
    bool hasDescr = false, hasOrder = false, hasShape = false;
    if (!consume("{"))
      return makeHeaderError("'{'");
    while (!consume("}")) {
      Expected<std::string> key = parseString();
      if (!key)
        return key.takeError();
      if (!consume(":"))
        return makeHeaderError("':'");
      bool *seen = *key == "descr"           ? &hasDescr
                   : *key == "fortran_order" ? &hasOrder
                   : *key == "shape"         ? &hasShape
                                             : nullptr;
      if (!seen)
        return makeError("the header has an unknown key '{}'", *key);
      if (*seen)
        return makeError("the header has the key '{}' twice", *key);
      *seen = true;
      if (Error error = parseValue(*key, header))
        return std::move(error);
      if (!consume(",") && !peek("}"))
        return makeHeaderError("',' or '}'");
    }
    if (!rest.trim(" \n\t\r").trim('\0').empty())
      return makeHeaderError("only white space after '}'");
    if (!hasDescr || !hasOrder || !hasShape)
      return makeError("the header lacks the key '{}'", !hasDescr   ? "descr"
                                                        : !hasOrder ? "fortran_order"
                                                                    : "shape");
    return header;
  }

private:
  Error parseValue(StringRef key, NpyHeader &header) {
    if (key == "shape")
      return parseShape(header.shape);
    if (key == "fortran_order") {
      header.fortranOrder = consume("True");
      return header.fortranOrder || consume("False") ? Error::success()
                                                     : makeHeaderError("True or False");
    }
    if (peek("["))
      return makeError("the elements are records (a structured dtype); store one array for each "
                       "field");
    Expected<std::string> descr = parseString();
    if (!descr)
      return descr.takeError();
    header.descr = std::move(*descr);
    return Error::success();
  }

  Error parseShape(SmallVectorImpl<int64_t> &shape) {
    if (!consume("("))
      return makeHeaderError("'('");
    while (!consume(")")) {
      int64_t value;
      rest = rest.ltrim();
      if (rest.consumeInteger(10, value) || value < 0)
        return makeHeaderError("a size");
      // Python 2 marked long integers so.
      rest.consume_front("L");
      if (shape.size() == npyMaxRank)
        return makeError("the header claims more than {} dimensions", npyMaxRank);
      shape.push_back(value);
      if (!consume(",") && !peek(")"))
        return makeHeaderError("',' or ')'");
    }
    return Error::success();
  }

  Expected<std::string> parseString() {
    rest = rest.ltrim();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return makeHeaderError("a string");
    size_t end = rest.find(rest[0], 1);
    if (end == StringRef::npos)
      return makeHeaderError("the end of a string");
    std::string text = rest.slice(1, end).str();
    rest = rest.drop_front(end + 1);
    return text;
  }

  bool peek(StringRef token) {
    rest = rest.ltrim();
    return rest.starts_with(token);
  }

  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }

  Error makeHeaderError(StringRef expected) const {
    return makeError("malformed header: expected {} at its byte {}", expected, size - rest.size());
  }

  StringRef rest;
  size_t size;
};
} // namespace

/// Copies column-major elements of `size` bytes into row-major order.
static void copyFromFortranOrder(ArrayRef<int64_t> shape, size_t size, const uint8_t *from,
                                 MutableArrayRef<uint8_t> to) {
  size_t rank = shape.size();
  SmallVector<size_t> stride(rank), index(rank, 0);
  size_t product = size;
  for (size_t i = 0; i < rank; ++i) {
    stride[i] = product;
    product *= static_cast<size_t>(shape[i]);
  }
  for (size_t written = 0; written < to.size(); written += size) {
    std::memcpy(&to[written], from, size);
    // Count up the row-major index, and move `from` along.
    for (size_t i = rank; i-- > 0;) {
      from += stride[i];
      if (++index[i] < static_cast<size_t>(shape[i]))
        break;
      from -= stride[i] * index[i];
      index[i] = 0;
    }
  }
}

static Expected<HostTensor> parseContents(ArrayRef<uint8_t> contents) {
  StringRef text(reinterpret_cast<const char *>(contents.data()), contents.size());
  if (!text.starts_with(npyMagic))
    return makeError("not an .npy file: does not begin with \\x93NUMPY");
  size_t lengthAt = npyMagic.size() + 2;
  if (text.size() < lengthAt)
    return makeError("truncated: the file ends in its header, after {} bytes", text.size());
  unsigned major = contents[npyMagic.size()], minor = contents[npyMagic.size() + 1];
  if (major < 1 || major > 3 || minor != 0)
    return makeError("unknown version {}.{} of the .npy format (1.0, 2.0 and 3.0 are known)", major,
                     minor);
  size_t headerAt = lengthAt + (major == 1 ? 2 : 4);
  if (text.size() < headerAt)
    return makeError("truncated: the file ends in its header, after {} bytes", text.size());
  size_t headerSize = major == 1 ? support::endian::read16le(&contents[lengthAt])
                                 : support::endian::read32le(&contents[lengthAt]);
  if (text.size() - headerAt < headerSize)
    return makeError("truncated: the header takes {} bytes, found {}", headerSize,
                     text.size() - headerAt);
  Expected<NpyHeader> header = HeaderParser(text.substr(headerAt, headerSize)).parse();
  if (!header)
    return header.takeError();

  StringRef code = header->descr;
  bool bigEndian = code.consume_front(">");
  if (!bigEndian && !code.consume_front("<") && !code.consume_front("|"))
    code.consume_front("=");
  const NpyType *type =
      find_if(npyTypes, [&](const NpyType &candidate) { return candidate.code == code; });
  if (type == std::end(npyTypes))
    return makeError("elements of dtype '{}' are not supported (b1, u1-u8, i1-i8, f2-f8 are)",
                     header->descr);

  // The claim is compared with what there is before anything is allocated.
  size_t elementSize = getElementSize(type->type);
  ArrayRef<uint8_t> data = contents.drop_front(headerAt + headerSize);
  std::optional<int64_t> count = getNumElements(header->shape);
  if (!count || static_cast<uint64_t>(*count) > UINT64_MAX / elementSize)
    return makeError("the header claims an impossible shape, {}", formatShape(header->shape));
  uint64_t expected = static_cast<uint64_t>(*count) * elementSize;
  if (expected != data.size())
    return makeError("{}: {} of {} takes {} bytes after the header, found {}",
                     expected > data.size() ? "truncated" : "data after the end of the array",
                     formatShape(header->shape), getElementTypeName(type->type), expected,
                     data.size());

  Expected<HostTensor> tensor = HostTensor::create(type->type, header->shape);
  if (!tensor || expected == 0)
    return tensor;
  MutableArrayRef<uint8_t> bytes = tensor->getMutableBytes();
  if (header->fortranOrder && header->shape.size() > 1)
    copyFromFortranOrder(header->shape, elementSize, data.data(), bytes);
  else
    std::memcpy(bytes.data(), data.data(), bytes.size());
  if (bigEndian)
    reverseElementBytes(bytes, elementSize);
  if (type->type == ElementType::Bool)
    for (uint8_t &byte : bytes)
      byte = byte != 0;
  return tensor;
}

Expected<HostTensor> qcc::parseNpy(ArrayRef<uint8_t> contents, StringRef name) {
  Expected<HostTensor> tensor = parseContents(contents);
  if (!tensor)
    return addContext(tensor.takeError(), name);
  return tensor;
}

Expected<HostTensor> qcc::readNpy(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  return parseNpy(getBytes(**buffer), path);
}

Error qcc::writeNpy(raw_ostream &os, const HostTensor &tensor) {
  const NpyType *type = find_if(npyTypes, [&](const NpyType &candidate) {
    return candidate.type == tensor.getElementType();
  });
  if (type == std::end(npyTypes))
    return makeError(".npy files cannot hold {}", getElementTypeName(tensor.getElementType()));
  if (tensor.getShape().size() > npyMaxRank)
    return makeError(".npy files cannot hold {} dimensions (at most {})", tensor.getRank(),
                     npyMaxRank);
  std::string shape = "(";
  for (int64_t size : tensor.getShape())
    shape += fmt::format("{}, ", size);
  // Python writes (), (1,) and (1, 2).
  if (tensor.getRank() > 0)
    shape.resize(shape.size() - (tensor.getRank() == 1 ? 1 : 2));
  shape += ")";
  bool oneByte = getElementSize(tensor.getElementType()) == 1;
  std::string header = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}",
                                   oneByte ? '|' : '<', type->code, shape);
  // Spaces and a newline, so that the data begins at a multiple of 64 bytes.
  size_t prefix = npyMagic.size() + 4;
  size_t total = alignTo(prefix + header.size() + 1, 64);
  header.resize(total - prefix - 1, ' ');
  header += '\n';
  char length[2];
  support::endian::write16le(length, static_cast<uint16_t>(header.size()));
  os << npyMagic << '\x01' << '\0' << StringRef(length, 2) << header;
  os.write(reinterpret_cast<const char *>(tensor.getBytes().data()), tensor.getSizeInBytes());
  return Error::success();
}

Error qcc::writeNpy(StringRef path, const HostTensor &tensor) {
  return writeFileAtomically(path, [&](raw_ostream &os) { return writeNpy(os, tensor); });
}

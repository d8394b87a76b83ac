//===- Inflate.cpp - decompress deflate and gzip data piece by piece ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inflate.h"
#include "qcc/Support/Diagnostics.h"

using namespace llvm;
using namespace qcc;

/// zlib counts in unsigned int; larger buffers are passed in pieces.
static constexpr size_t maxPiece = size_t(1) << 30;

InflateStream::InflateStream(Compression compression, ArrayRef<uint8_t> input)
    : compression(compression), input(input),
      // 16 asks for a gzip header and trailer, a negative number for neither.
      status(
          inflateInit2(&stream, compression == Compression::Gzip ? 16 + MAX_WBITS : -MAX_WBITS)) {}

InflateStream::~InflateStream() { inflateEnd(&stream); }

Error InflateStream::makeStreamError(StringRef what) const {
  return makeError("{} (at byte {} of {} bytes of compressed data)", what, consumed, input.size());
}

Expected<size_t> InflateStream::read(MutableArrayRef<uint8_t> out) {
  size_t produced = 0;
  while (produced < out.size() && status != Z_STREAM_END) {
    if (status != Z_OK)
      return makeStreamError(stream.msg ? stream.msg : zError(status));
    size_t available = std::min(input.size() - consumed, maxPiece);
    size_t wanted = std::min(out.size() - produced, maxPiece);
    stream.next_in = const_cast<Bytef *>(input.data() + consumed);
    stream.avail_in = static_cast<uInt>(available);
    stream.next_out = out.data() + produced;
    stream.avail_out = static_cast<uInt>(wanted);
    status = inflate(&stream, Z_NO_FLUSH);
    consumed += available - stream.avail_in;
    produced += wanted - stream.avail_out;
    // No progress is possible: with room left in `out`, that means no more input.
    if (status == Z_BUF_ERROR || (status == Z_OK && consumed == input.size() && stream.avail_out))
      return makeStreamError("truncated: the compressed data has no end");
    if (status != Z_STREAM_END || consumed == input.size())
      continue;
    ArrayRef<uint8_t> rest = input.drop_front(consumed);
    if (compression != Compression::Gzip || rest.size() < 2 || rest[0] != 0x1f || rest[1] != 0x8b)
      return makeStreamError("data after the end of the compressed data");
    status = inflateReset(&stream);
  }
  return produced;
}

//===- Inflate.h - decompress deflate and gzip data piece by piece ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A reader asks for as many bytes as it expects, so that a small file cannot make it fill the
// memory.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_DATA_INFLATE_H
#define QCC_LIB_DATA_INFLATE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <zlib.h>

namespace qcc {

enum class Compression {
  Deflate, ///< RFC 1951, as in zip archives.
  Gzip,    ///< RFC 1952; several streams, one after the other, are one.
};

/// The most that `compressed` bytes of deflate data can expand to: a match of 258 bytes takes two
/// bits at least, so 1032 to 1, and a little for the last block.
inline uint64_t maxInflatedSize(uint64_t compressed) { return (compressed + 1) * 1032; }

class InflateStream {
public:
  /// `input` must outlive the stream.
  InflateStream(Compression compression, llvm::ArrayRef<uint8_t> input);
  InflateStream(const InflateStream &) = delete;
  InflateStream &operator=(const InflateStream &) = delete;
  ~InflateStream();

  /// Fills `out`; fewer bytes are returned only at the end of the data, which has then been
  /// verified (checksum, nothing behind it). Errors: corrupt or truncated data, with the offset in
  /// the compressed data.
  llvm::Expected<size_t> read(llvm::MutableArrayRef<uint8_t> out);

private:
  llvm::Error makeStreamError(llvm::StringRef what) const;

  Compression compression;
  llvm::ArrayRef<uint8_t> input;
  size_t consumed = 0;
  z_stream stream = {};
  int status;
};

} // namespace qcc

#endif // QCC_LIB_DATA_INFLATE_H

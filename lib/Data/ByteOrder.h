//===- ByteOrder.h - from a file's byte order to the host's -----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_DATA_BYTEORDER_H
#define QCC_LIB_DATA_BYTEORDER_H

#include "llvm/ADT/ArrayRef.h"
#include <algorithm>
#include <bit>
#include <cstdint>

namespace qcc {

static_assert(std::endian::native == std::endian::little,
              "the readers copy little-endian data as it is");

/// Reverses the bytes of each element of `size` bytes, in place: big-endian data becomes
/// little-endian.
inline void reverseElementBytes(llvm::MutableArrayRef<uint8_t> bytes, size_t size) {
  if (size < 2)
    return;
  for (size_t i = 0; i + size <= bytes.size(); i += size)
    std::reverse(bytes.data() + i, bytes.data() + i + size);
}

} // namespace qcc

#endif // QCC_LIB_DATA_BYTEORDER_H

//===- Idx.h - IDX files, the format of MNIST -------------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two zero bytes, an element type, a rank, big-endian sizes, and the elements; often gzipped.
// MNIST, Fashion-MNIST, KMNIST and EMNIST come like this. Format: http://yann.lecun.com/exdb/mnist.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_IDX_H
#define QCC_DATA_IDX_H

#include "qcc/Data/Tensor.h"
#include "llvm/Support/raw_ostream.h"

namespace qcc {

/// The most that an IDX file may claim to hold, unless the caller says otherwise: 4 GiB.
inline constexpr uint64_t idxDefaultMaxBytes = uint64_t(1) << 32;

/// Reads an IDX file, plain or gzipped (told apart by the first bytes, whatever the name). The
/// sizes in the header bound what is decompressed and are themselves bounded by `maxBytes` and by
/// the size of the file, so neither a forged header nor a decompression bomb costs more than the
/// file could truly hold. Truncated data, data after the end, and a damaged gzip stream are errors
/// that name the file and the sizes expected and found.
llvm::Expected<HostTensor> readIdx(llvm::StringRef path, uint64_t maxBytes = idxDefaultMaxBytes);

/// The same for a file in memory; `name` stands for it in errors.
llvm::Expected<HostTensor> parseIdx(llvm::ArrayRef<uint8_t> contents, llvm::StringRef name,
                                    uint64_t maxBytes = idxDefaultMaxBytes);

/// Writes `tensor` as plain IDX. Errors: an element type other than u8, i8, i16, i32, f32, f64; a
/// rank above 255; a size above 2^32 - 1.
llvm::Error writeIdx(llvm::raw_ostream &os, const HostTensor &tensor);
llvm::Error writeIdx(llvm::StringRef path, const HostTensor &tensor);

} // namespace qcc

#endif // QCC_DATA_IDX_H

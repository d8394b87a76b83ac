//===- Npy.h - NumPy's .npy arrays ------------------------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The simplest exchange format for tensors: a magic, a Python dictionary literal with type, order
// and shape, and the bytes. Versions 1.0 to 3.0 are read, 1.0 is written. Format:
// numpy/lib/format.py.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_NPY_H
#define QCC_DATA_NPY_H

#include "qcc/Data/Tensor.h"
#include "llvm/Support/raw_ostream.h"

namespace qcc {

/// Reads an array of any numeric type that ElementType has (b1, u1-u8, i1-i8, f2, f4, f8), of
/// either byte order; a Fortran-ordered array is rearranged into row-major order. Nothing is
/// allocated before the header's claim has been compared with the size of the file. Errors name the
/// file and, where sizes disagree, both sizes.
llvm::Expected<HostTensor> readNpy(llvm::StringRef path);

/// The same for a file in memory; `name` stands for it in errors. Bytes after the array are an
/// error.
llvm::Expected<HostTensor> parseNpy(llvm::ArrayRef<uint8_t> contents, llvm::StringRef name);

/// Writes `tensor` (little-endian, row-major) and replaces `path` only if all went well. An error
/// for BF16, which NumPy does not have.
llvm::Error writeNpy(llvm::StringRef path, const HostTensor &tensor);
llvm::Error writeNpy(llvm::raw_ostream &os, const HostTensor &tensor);

} // namespace qcc

#endif // QCC_DATA_NPY_H

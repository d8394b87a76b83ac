//===- Npz.h - NumPy's .npz archives of named arrays ------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reference weights and outputs of other systems come as .npz: a zip archive with one .npy member
// for each array.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_NPZ_H
#define QCC_DATA_NPZ_H

#include "qcc/Data/Tensor.h"
#include <functional>
#include <map>
#include <string>

namespace qcc {

/// Arrays by name (without ".npy"), in the order of their names.
using NamedTensors = std::map<std::string, HostTensor, std::less<>>;

/// Reads every array of the archive (np.savez and np.savez_compressed). An error for a damaged
/// archive, a member that is no array, or more than `maxBytes` of arrays in all, found before they
/// are decompressed.
llvm::Expected<NamedTensors> readNpz(llvm::StringRef path, uint64_t maxBytes = uint64_t(1) << 32);

/// Writes an archive as np.savez does (members are stored; limit 4 GiB), and replaces `path` only
/// if all went well.
llvm::Error writeNpz(llvm::StringRef path, const NamedTensors &tensors);

} // namespace qcc

#endif // QCC_DATA_NPZ_H

//===- MemoryNeed.h - Whether the tensors of a module fit into this machine ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code cannot report that an allocation failed. Shapes are known before it runs, so a
// model that asks for impossible amounts, by mistake or by malice, is refused instead.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_MEMORYNEED_H
#define QCC_EXECUTION_MEMORYNEED_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace qcc {

/// The largest tensor of a module.
class MemoryNeed {
public:
  /// Looks at the results and block arguments of all operations. A dimension that is dynamic is
  /// taken to be the batch.
  static MemoryNeed of(mlir::ModuleOp module);

  /// An error if the largest tensor, for `batch` samples, exceeds the machine's memory; names its
  /// type.
  llvm::Error check(int64_t batch) const;

private:
  void add(mlir::Type type);

  /// Bytes of the largest static tensor, and of one sample of the largest dynamic one; saturated.
  uint64_t fixedBytes = 0, sampleBytes = 0;
  std::string fixedType, sampleType;
};

} // namespace qcc

#endif // QCC_EXECUTION_MEMORYNEED_H

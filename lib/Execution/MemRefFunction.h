//===- MemRefFunction.h - functions of memref descriptors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the reference lowering makes: MLIR's C interface, which passes descriptors and returns
// buffers that the caller releases.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_MEMREFFUNCTION_H
#define QCC_EXECUTION_MEMREFFUNCTION_H

#include "qcc/Execution/Callable.h"
#include "qcc/Execution/JIT.h"
#include <memory>

namespace qcc {

class MemRefFunction : public Callable {
public:
  /// The name that JITOptions::packed must list for `function` to become callable: MLIR's C
  /// interface wrapper of it.
  static std::string getInterfaceName(llvm::StringRef function);

  /// `jit` must outlive the function.
  static llvm::Expected<std::unique_ptr<Callable>> create(const JIT &jit,
                                                          FunctionSignature signature);

private:
  MemRefFunction(FunctionSignature signature, JIT::PackedFunction entry)
      : Callable(std::move(signature)), entry(entry) {}

  llvm::Expected<llvm::SmallVector<HostTensor>> call(llvm::ArrayRef<TensorView> inputs,
                                                     std::optional<int64_t> batch) const override;

  JIT::PackedFunction entry;
};

} // namespace qcc

#endif // QCC_EXECUTION_MEMREFFUNCTION_H

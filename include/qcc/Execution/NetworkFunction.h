//===- NetworkFunction.h - a compiled network that is given all memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the optimized lowering makes: a function of plain pointers that is reentrant and allocates
// nothing. Here it is as bare as it is in an object file, for whoever measures it or has memory of
// their own; a Session wraps it for everybody else.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_NETWORKFUNCTION_H
#define QCC_EXECUTION_NETWORKFUNCTION_H

#include "qcc/Execution/Callable.h"
#include "qcc/Execution/JIT.h"

namespace qcc {

/// The memory that one call of a network works in.
struct WorkspaceSpec {
  /// Without bytes a call still wants a pointer that is not null and aligned.
  size_t bytes = 0, alignment = 1;
  /// Images that are worked on at one time.
  int64_t images = 1;
  /// The batch must be a multiple of `images`: the model's batch is fixed.
  bool fixed = false;
};

class NetworkFunction {
public:
  /// The name of the machine function that `function` becomes: "main_run".
  static std::string getEntryName(llvm::StringRef function);
  /// Of the function that splits a batch: "main_parallel_run".
  static std::string getParallelEntryName(llvm::StringRef function);

  /// The workspace of a network of a lowered module; none if `function` was not lowered to a
  /// network.
  static std::optional<WorkspaceSpec> findWorkspace(mlir::ModuleOp module,
                                                    llvm::StringRef function);

  /// `jit` must outlive the function.
  static llvm::Expected<NetworkFunction> create(const JIT &jit, FunctionSignature signature,
                                                WorkspaceSpec workspace);

  const FunctionSignature &getSignature() const { return signature; }
  const WorkspaceSpec &getWorkspace() const { return workspace; }

  /// The batch for which a model without dynamic sizes is called.
  int64_t getFixedBatch() const { return workspace.images; }

  /// Runs it on `batch` images. `inputs` and `outputs` point to contiguous row-major elements,
  /// `workspace` to memory as getWorkspace() says. Nothing is checked, and nothing allocated (up to
  /// sixteen inputs and outputs). The result is the compiled function's: 0, or not 0 for a batch
  /// that the network cannot have been called with. Safe from several threads with a workspace
  /// each.
  int32_t call(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs, int64_t batch,
               void *workspace) const;

  /// The same on threads of the caller's: `workspaces` points to `threads.size()` workspaces, one
  /// behind the other, each as large as getWorkspace() says. The results are the same bytes.
  int32_t callParallel(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs,
                       int64_t batch, void *workspaces, class TaskThreads &threads) const;

private:
  NetworkFunction() = default;

  FunctionSignature signature;
  WorkspaceSpec workspace;
  JIT::PackedFunction entry = nullptr, parallelEntry = nullptr;
};

} // namespace qcc

#endif // QCC_EXECUTION_NETWORKFUNCTION_H

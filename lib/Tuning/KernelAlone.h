//===- KernelAlone.h - One kernel of a network, compiled to be measured ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_TUNING_KERNELALONE_H
#define QCC_LIB_TUNING_KERNELALONE_H

#include "qcc/Execution/Session.h"
#include "qcc/Target/TargetDescription.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace qcc {

struct KernelAloneOptions {
  /// Of a block, as the network's plan has them.
  int64_t images = 1;
  /// In a call; at most `images`.
  int64_t batch = 1;
  std::function<void(mlir::PassManager &)> configure;
};

/// The memory that all candidates of a kernel run in, one after the other. Where it lies can make
/// more of a difference than a strategy (loads that wait for stores with the same last bits of the
/// address), so that it can be moved.
class KernelMemory {
public:
  /// For a network of `images` in a block and calls of `batch` images.
  static llvm::Expected<KernelMemory> create(const Session &session, int64_t batch);

  /// Another place for each `round`, the first one for 0.
  void move(int64_t round);

  llvm::ArrayRef<const void *> getInputs() const { return inputPointers; }
  void *getOutput();
  void *getWorkspace();
  size_t getWorkspaceBytes() const { return workspaceBytes; }
  /// A copy of what the last call wrote.
  HostTensor copyOutput();

private:
  /// Nothing reads the inputs: they are where a caller's would be.
  std::vector<HostTensor> inputs;
  llvm::SmallVector<const void *> inputPointers;
  /// With room to be moved in.
  HostTensor output, workspace;
  ElementType outputType = ElementType::F32;
  llvm::SmallVector<int64_t> outputShape;
  size_t workspaceBytes = 0, outputOffset = 0, workspaceOffset = 0;
};

/// A network that is one kernel with one strategy. What it reads lies in the workspace, as where
/// other kernels had written it, and its constants are the network's.
class KernelAlone {
public:
  /// `call` is a call of the kernel in a module that has kernels without strategies.
  static llvm::Expected<KernelAlone> create(mlir::func::CallOp call, mlir::Attribute strategy,
                                            const Target &target,
                                            const KernelAloneOptions &options);

  const Session &getSession() const { return *session; }
  /// Images of a call.
  int64_t getBatch() const { return batch; }

  /// `memory` is that of a kernel with the same inputs, result and plan.
  llvm::Error run(KernelMemory &memory) const;

private:
  std::unique_ptr<Session> session;
  int64_t batch = 1;
};

/// An error that counts the elements in which two results of a kernel differ. With `floats`, of a
/// kernel that reads floats, another rounding is none: within 1e-5 of the largest magnitude, or the
/// next code.
llvm::Error checkSameResult(const HostTensor &expected, const HostTensor &actual, bool floats);

} // namespace qcc

#endif // QCC_LIB_TUNING_KERNELALONE_H

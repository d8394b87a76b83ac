//===- NetworkCallable.h - networks on tensors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives a network what it is called with: outputs for the batch, and a workspace that is kept for
// the next call.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_NETWORKCALLABLE_H
#define QCC_EXECUTION_NETWORKCALLABLE_H

#include "qcc/Execution/NetworkFunction.h"
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

namespace qcc {

/// Workspaces of one size: as many as there ever were calls at one time.
class WorkspacePool {
public:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  using Memory = std::unique_ptr<void, Free>;

  explicit WorkspacePool(WorkspaceSpec spec) : spec(spec) {}

  /// One that nobody uses, or a new one; an error if there is no memory for it.
  llvm::Expected<Memory> take();
  void giveBack(Memory memory);

private:
  WorkspaceSpec spec;
  std::mutex mutex;
  std::vector<Memory> unused;
};

class NetworkCallable : public Callable {
public:
  explicit NetworkCallable(NetworkFunction network)
      : Callable(network.getSignature()), network(std::move(network)),
        workspaces(this->network.getWorkspace()) {}

  const NetworkFunction &getNetwork() const { return network; }

private:
  llvm::Expected<llvm::SmallVector<HostTensor>> call(llvm::ArrayRef<TensorView> inputs,
                                                     std::optional<int64_t> batch) const override;

  NetworkFunction network;
  mutable WorkspacePool workspaces;
};

} // namespace qcc

#endif // QCC_EXECUTION_NETWORKCALLABLE_H

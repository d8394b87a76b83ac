//===- NetworkCallable.cpp - networks on tensors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkCallable.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Expected;
using llvm::SmallVector;

Expected<WorkspacePool::Memory> WorkspacePool::take() {
  {
    std::lock_guard lock(mutex);
    if (!unused.empty()) {
      Memory memory = std::move(unused.back());
      unused.pop_back();
      return memory;
    }
  }
  size_t alignment = std::max(spec.alignment, sizeof(void *));
  Memory memory(
      std::aligned_alloc(alignment, llvm::alignTo(std::max<size_t>(spec.bytes, 1), alignment)));
  if (!memory)
    return makeError("no memory for a workspace of {} bytes", spec.bytes);
  return memory;
}

void WorkspacePool::giveBack(Memory memory) {
  std::lock_guard lock(mutex);
  unused.push_back(std::move(memory));
}

Expected<SmallVector<HostTensor>> NetworkCallable::call(ArrayRef<TensorView> inputs,
                                                        std::optional<int64_t> batch) const {
  SmallVector<HostTensor> results;
  SmallVector<void *> outputs;
  int64_t images = batch.value_or(network.getFixedBatch());
  for (const TensorSpec &spec : getSignature().outputs) {
    SmallVector<int64_t, 4> shape = spec.shape;
    for (int64_t &size : shape)
      if (size < 0)
        size = images;
    auto tensor = HostTensor::create(spec.type, shape);
    if (!tensor)
      return addContext(tensor.takeError(), fmt::format("output '{}'", spec.name));
    results.push_back(std::move(*tensor));
  }
  for (HostTensor &result : results)
    outputs.push_back(result.getMutableBytes().data());

  auto workspace = workspaces.take();
  if (!workspace)
    return workspace.takeError();
  auto pointers = llvm::map_to_vector(
      inputs, [](const TensorView &input) -> const void * { return input.data; });
  int32_t status = network.call(pointers, outputs, images, workspace->get());
  workspaces.giveBack(std::move(*workspace));
  if (status != 0)
    return makeError("function '{}' cannot run on a batch of {} (status {})",
                     getSignature().function, images, status);
  return results;
}

//===- NetworkFunction.cpp - a compiled network that is given all memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/NetworkFunction.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Execution/TaskThreads.h"
#include "qcc/Support/Diagnostics.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Expected;
using llvm::StringRef;

std::string NetworkFunction::getEntryName(StringRef function) { return function.str() + "_run"; }

std::string NetworkFunction::getParallelEntryName(StringRef function) {
  return (function + "_parallel_run").str();
}

std::optional<WorkspaceSpec> NetworkFunction::findWorkspace(mlir::ModuleOp module,
                                                            StringRef function) {
  auto entry = module.lookupSymbol<mlir::LLVM::LLVMFuncOp>(getEntryName(function));
  if (!entry)
    return std::nullopt;
  auto arena = entry->getAttrOfType<codegen::ArenaAttr>(codegen::kArenaAttr);
  if (!arena)
    return std::nullopt;
  return WorkspaceSpec{static_cast<size_t>(arena.getSize()),
                       static_cast<size_t>(arena.getAlignment()), arena.getImages(),
                       arena.getFixed()};
}

Expected<NetworkFunction> NetworkFunction::create(const JIT &jit, FunctionSignature signature,
                                                  WorkspaceSpec workspace) {
  auto entry = jit.getPacked(getEntryName(signature.function));
  if (!entry)
    return entry.takeError();
  auto parallelEntry = jit.getPacked(getParallelEntryName(signature.function));
  if (!parallelEntry)
    return parallelEntry.takeError();
  NetworkFunction network;
  network.parallelEntry = *parallelEntry;
  network.signature = std::move(signature);
  network.workspace = workspace;
  network.entry = *entry;
  return network;
}

using Arguments = llvm::SmallVector<void *, 24>;

static Arguments getBuffers(ArrayRef<const void *> inputs, ArrayRef<void *> outputs) {
  Arguments arguments;
  for (const void *input : inputs)
    arguments.push_back(const_cast<void *>(input));
  arguments.append(outputs.begin(), outputs.end());
  return arguments;
}

int32_t NetworkFunction::call(ArrayRef<const void *> inputs, ArrayRef<void *> outputs,
                              int64_t batch, void *workspace) const {
  int32_t result = 0;
  Arguments arguments = getBuffers(inputs, outputs);
  llvm::append_values(arguments, &batch, workspace, &result);
  entry(arguments.data());
  return result;
}

int32_t NetworkFunction::callParallel(ArrayRef<const void *> inputs, ArrayRef<void *> outputs,
                                      int64_t batch, void *workspaces, TaskThreads &threads) const {
  int32_t result = 0;
  auto count = static_cast<int64_t>(threads.size());
  Arguments arguments = getBuffers(inputs, outputs);
  llvm::append_values(arguments, &batch, workspaces, &count,
                      reinterpret_cast<void *>(&TaskThreads::parallelFor), &threads, &result);
  parallelEntry(arguments.data());
  return result;
}

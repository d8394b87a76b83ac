//===- NetworkFunction.cpp - a compiled network that is given all memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/NetworkFunction.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Support/Diagnostics.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Expected;
using llvm::StringRef;

std::string NetworkFunction::getEntryName(StringRef function) { return function.str() + "_run"; }

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
  NetworkFunction network;
  network.signature = std::move(signature);
  network.workspace = workspace;
  network.entry = *entry;
  return network;
}

int32_t NetworkFunction::call(ArrayRef<const void *> inputs, ArrayRef<void *> outputs,
                              int64_t batch, void *workspace) const {
  int32_t result = 0;
  llvm::SmallVector<void *, 20> arguments;
  for (const void *input : inputs)
    arguments.push_back(const_cast<void *>(input));
  arguments.append(outputs.begin(), outputs.end());
  arguments.push_back(&batch);
  arguments.push_back(workspace);
  arguments.push_back(&result);
  entry(arguments.data());
  return result;
}

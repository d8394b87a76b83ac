//===- Session.cpp - a model, ready to run ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Session.h"
#include "MemRefFunction.h"
#include "NetworkCallable.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OwningOpRef.h"
#include "qcc/Execution/MemoryNeed.h"
#include "qcc/Support/DiagnosticCollector.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/Verification.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;

/// Says that what is passed to a function from outside is only read.
static void protectInputs(mlir::func::FuncOp function) {
  mlir::Builder builder(function.getContext());
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    function.setArgAttr(i, mlir::bufferization::BufferizationDialect::kWritableAttrName,
                        builder.getBoolAttr(false));
}

static Error lower(mlir::ModuleOp module, const SessionOptions &options) {
  DiagnosticCollector diagnostics(module.getContext());
  mlir::PassManager manager(module.getContext(), mlir::ModuleOp::getOperationName());
  omitVerification(manager);
  if (options.configure)
    options.configure(manager);
  options.lowering(manager);
  if (failed(manager.run(module)))
    return diagnostics.takeError("a pass failed without saying why");
  return Error::success();
}

Expected<std::unique_ptr<Session>> Session::compile(mlir::ModuleOp module,
                                                    const SessionOptions &options) {
  if (!options.lowering || options.functions.empty())
    return makeError("a session needs a lowering and at least one function");
  std::vector<FunctionSignature> signatures;
  for (const std::string &name : options.functions) {
    auto signature = FunctionSignature::get(module, name);
    if (!signature)
      return signature.takeError();
    signatures.push_back(std::move(*signature));
  }

  MemoryNeed memory = MemoryNeed::of(module);
  if (Error error = memory.check(/*batch=*/1))
    return error;

  module.getContext()
      ->loadDialect<mlir::LLVM::LLVMDialect, mlir::bufferization::BufferizationDialect>();
  mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
  for (const std::string &name : options.functions)
    protectInputs(copy->lookupSymbol<mlir::func::FuncOp>(name));
  if (Error error = lower(*copy, options))
    return addContext(std::move(error), "lowering to machine code");

  SmallVector<std::optional<WorkspaceSpec>> workspaces;
  JITOptions jitOptions = options.jit;
  jitOptions.packed.clear();
  for (const std::string &name : options.functions) {
    workspaces.push_back(NetworkFunction::findWorkspace(*copy, name));
    if (!workspaces.back()) {
      jitOptions.packed.push_back(MemRefFunction::getInterfaceName(name));
      continue;
    }
    jitOptions.packed.push_back(NetworkFunction::getEntryName(name));
    jitOptions.packed.push_back(NetworkFunction::getParallelEntryName(name));
  }
  auto object = JIT::compile(*copy, jitOptions);
  if (!object)
    return object.takeError();
  if (options.onCompiled && llvm::all_of(workspaces, [](auto &spec) { return spec.has_value(); })) {
    CompiledModel model;
    model.object = std::move(*object);
    for (auto [signature, workspace] : llvm::zip_equal(signatures, workspaces))
      model.functions.push_back({signature, *workspace});
    options.onCompiled(model);
    object = std::move(model.object);
  }
  auto jit = JIT::link(std::move(*object), jitOptions);
  if (!jit)
    return jit.takeError();
  std::unique_ptr<Session> session(new Session());
  session->jit = std::move(*jit);
  session->memory = std::make_unique<MemoryNeed>(std::move(memory));
  for (auto [signature, workspace] : llvm::zip_equal(signatures, workspaces))
    if (Error error = session->add(std::move(signature), workspace))
      return error;
  return session;
}

Expected<std::unique_ptr<Session>> Session::load(CompiledModel model, const JITOptions &options) {
  if (model.functions.empty())
    return makeError("a session needs at least one function");
  auto jit = JIT::link(std::move(model.object), options);
  if (!jit)
    return jit.takeError();
  std::unique_ptr<Session> session(new Session());
  session->jit = std::move(*jit);
  for (auto &[signature, workspace] : model.functions)
    if (Error error = session->add(std::move(signature), workspace))
      return error;
  return session;
}

Error Session::add(FunctionSignature signature, std::optional<WorkspaceSpec> workspace) {
  if (!workspace) {
    auto function = MemRefFunction::create(*jit, std::move(signature));
    if (!function)
      return function.takeError();
    functions.push_back(std::move(*function));
    return Error::success();
  }
  auto created = NetworkFunction::create(*jit, std::move(signature), *workspace);
  if (!created)
    return created.takeError();
  auto callable = std::make_unique<NetworkCallable>(std::move(*created));
  if (functions.empty())
    network = &callable->getNetwork();
  functions.push_back(std::move(callable));
  return Error::success();
}

Session::Session() = default;
Session::~Session() = default;

Expected<SmallVector<HostTensor>> Session::run(ArrayRef<HostTensor> inputs) const {
  return runViews(llvm::to_vector_of<TensorView>(inputs));
}

Expected<SmallVector<HostTensor>> Session::runViews(ArrayRef<TensorView> inputs) const {
  int64_t batch = 1;
  for (const TensorView &input : inputs)
    if (!input.shape.empty())
      batch = std::max(batch, input.shape.front());
  if (!network)
    if (Error error = memory->check(batch))
      return error;
  return main().runViews(inputs);
}

const Callable *Session::find(llvm::StringRef function) const {
  for (const std::unique_ptr<Callable> &candidate : functions)
    if (candidate->getSignature().function == function)
      return candidate.get();
  return nullptr;
}

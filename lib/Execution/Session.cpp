//===- Session.cpp - a model, ready to run ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Session.h"
#include "DiagnosticCollector.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OwningOpRef.h"
#include "qcc/Support/Diagnostics.h"

using namespace qcc;
using llvm::Error;
using llvm::Expected;

/// Gives a function what calling it from outside takes: a C interface, and inputs that are only
/// read.
static void markCallable(mlir::func::FuncOp function) {
  mlir::Builder builder(function.getContext());
  function->setAttr(mlir::LLVM::LLVMDialect::getEmitCWrapperAttrName(), builder.getUnitAttr());
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    function.setArgAttr(i, mlir::bufferization::BufferizationDialect::kWritableAttrName,
                        builder.getBoolAttr(false));
}

/// Removes what other dialects say about parameters and results (`cnn.name`): the translation to
/// LLVM IR would warn of each that it has no use for it.
static void dropForeignAttributes(mlir::ModuleOp module) {
  auto isForeign = [](mlir::NamedAttribute attribute) {
    mlir::StringAttr name = attribute.getName();
    return name.strref().contains('.') && !name.strref().starts_with("llvm.");
  };
  module.walk([&](mlir::LLVM::LLVMFuncOp function) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      for (mlir::NamedAttribute attribute : mlir::function_interface_impl::getArgAttrs(function, i))
        if (isForeign(attribute))
          function.removeArgAttr(i, attribute.getName());
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      for (mlir::NamedAttribute attribute :
           mlir::function_interface_impl::getResultAttrs(function, i))
        if (isForeign(attribute))
          function.removeResultAttr(i, attribute.getName());
  });
}

static Error lower(mlir::ModuleOp module, const SessionOptions &options) {
  DiagnosticCollector diagnostics(module.getContext());
  mlir::PassManager manager(module.getContext(), mlir::ModuleOp::getOperationName());
  if (options.configure)
    options.configure(manager);
  options.lowering(manager);
  if (failed(manager.run(module)))
    return diagnostics.takeError("a pass failed without saying why");
  dropForeignAttributes(module);
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

  module.getContext()
      ->loadDialect<mlir::LLVM::LLVMDialect, mlir::bufferization::BufferizationDialect>();
  mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
  JITOptions jitOptions = options.jit;
  jitOptions.packed.clear();
  for (const std::string &name : options.functions) {
    markCallable(copy->lookupSymbol<mlir::func::FuncOp>(name));
    jitOptions.packed.push_back(Callable::getInterfaceName(name));
  }
  if (Error error = lower(*copy, options))
    return addContext(std::move(error), "lowering to machine code");

  auto jit = JIT::create(*copy, jitOptions);
  if (!jit)
    return jit.takeError();
  std::unique_ptr<Session> session(new Session());
  session->jit = std::move(*jit);
  for (FunctionSignature &signature : signatures) {
    auto function = Callable::create(*session->jit, std::move(signature));
    if (!function)
      return function.takeError();
    session->functions.push_back(std::move(*function));
  }
  return session;
}

const Callable *Session::find(llvm::StringRef function) const {
  for (const Callable &candidate : functions)
    if (candidate.getSignature().function == function)
      return &candidate;
  return nullptr;
}

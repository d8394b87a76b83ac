//===- Session.h - a model, ready to run ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module at any level of the compiler to functions that take tensors: lowered by a pipeline
// that the caller chooses, compiled, callable from any number of threads. Sessions share nothing,
// so that a model can be compared with another form of itself.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_SESSION_H
#define QCC_EXECUTION_SESSION_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "qcc/Execution/Callable.h"
#include "qcc/Execution/CompiledModel.h"
#include "qcc/Execution/JIT.h"
#include "qcc/Execution/NetworkFunction.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace qcc {

/// Adds the passes of a pipeline (`buildReferenceLoweringPipeline` or
/// `buildOptimizedLoweringPipeline`, with their options bound).
using PipelineBuilder = std::function<void(mlir::OpPassManager &)>;

struct SessionOptions {
  /// From the module's level down to the LLVM dialect. Required. The library that builds pipelines
  /// is above this one, so a session is told what it needs.
  PipelineBuilder lowering;
  /// Instruments the pass manager: printing of IR, timing, crash reproducers.
  std::function<void(mlir::PassManager &)> configure;
  /// The functions to make callable, the main one first.
  std::vector<std::string> functions = {"main"};
  /// `packed` is filled in.
  JITOptions jit;
  /// Told of what was compiled, before it is linked, if all functions are networks; its
  /// preprocessing is the default one.
  std::function<void(CompiledModel &)> onCompiled;
};

class Session {
public:
  /// Compiles a copy of `module`. In it every callable function is given inputs that are not
  /// written to (`bufferization.writable = false`) before the lowering runs. After it, a callable
  /// function is a network (see NetworkFunction) or has MLIR's C interface (see
  /// qcc-emit-c-interface); both are called in the same way. Errors: a signature that tensors
  /// cannot pass, a tensor that exceeds the machine's memory, what the passes reported (the
  /// diagnostics' text, with locations), and JIT::create's. Warnings and remarks go to the
  /// context's handlers. The module's context must not be used meanwhile; afterwards the session
  /// does not need it.
  static llvm::Expected<std::unique_ptr<Session>> compile(mlir::ModuleOp module,
                                                          const SessionOptions &options);

  /// Links what another session compiled. Of the options, those of JIT::link count.
  static llvm::Expected<std::unique_ptr<Session>> load(CompiledModel model,
                                                       const JITOptions &options = {});

  /// Inputs and outputs of the main function.
  llvm::ArrayRef<TensorSpec> inputs() const { return main().getSignature().inputs; }
  llvm::ArrayRef<TensorSpec> outputs() const { return main().getSignature().outputs; }

  /// Runs the main function; see Callable::run. A batch for which a tensor of the model would
  /// exceed the machine's memory is an error, too (of a network, which works on some images at a
  /// time, an input or output). Safe from several threads.
  llvm::Expected<llvm::SmallVector<HostTensor>> run(llvm::ArrayRef<HostTensor> inputs) const;
  llvm::Expected<llvm::SmallVector<HostTensor>> runViews(llvm::ArrayRef<TensorView> inputs) const;

  ~Session();

  /// One of SessionOptions::functions, null if it is not.
  const Callable *find(llvm::StringRef function) const;

  /// The main function without what a session adds to it; null if it is not a network.
  const NetworkFunction *getNetwork() const { return network; }

  const JIT &getJIT() const { return *jit; }

private:
  Session();
  llvm::Error add(FunctionSignature signature, std::optional<WorkspaceSpec> workspace);
  const Callable &main() const { return *functions.front(); }

  std::unique_ptr<JIT> jit;
  std::unique_ptr<class MemoryNeed> memory;
  llvm::SmallVector<std::unique_ptr<Callable>, 1> functions;
  const NetworkFunction *network = nullptr;
};

} // namespace qcc

#endif // QCC_EXECUTION_SESSION_H

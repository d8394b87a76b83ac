//===- CompileCommand.cpp - What the tool qcc was asked for ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/CompileCommand.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Emit.h"
#include "qcc/Tools/ModelFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace qcc;

using llvm::Error;

static bool isMachineCode(Emit emit) { return emit >= Emit::Assembly; }

static Phase getDefaultPhase(Emit emit) {
  // An object's interface is read at the integer level; emission goes on from there.
  return isMachineCode(emit) ? Phase::Integer : emit == Emit::LLVM ? Phase::LLVM : Phase::Quantize;
}

static Error choosePhase(CompileCommand &command) {
  CompileOptions &options = command.compile;
  options.until = getDefaultPhase(command.emit);
  if (command.until.empty())
    return Error::success();
  SmallVector<Phase> phases = getPhases(options.lowering);
  auto phase = parsePhase(command.until);
  if (!phase || !llvm::is_contained(phases, *phase)) {
    bool isReference = options.lowering == Lowering::Reference;
    std::string known = llvm::join(llvm::map_range(phases, stringifyPhase), ", ");
    if (phase)
      return makeError("'{}' is a phase of the {} lowering; the {} has {}", command.until,
                       isReference ? "optimized" : "reference (--reference)",
                       isReference ? "reference one" : "optimized one", known);
    return makeError("unknown phase '{}'; there are {}", command.until, known);
  }
  if (isMachineCode(command.emit) || (command.emit == Emit::LLVM && *phase != Phase::LLVM))
    return makeError("--emit={} goes on until llvm; '{}' is before that",
                     command.emit == Emit::LLVM ? "llvm" : "asm, obj, lib and header",
                     command.until);
  options.until = *phase;
  return Error::success();
}

Error qcc::checkCommand(CompileCommand &command) {
  if (Error error = choosePhase(command))
    return error;
  CompileOptions &options = command.compile;
  bool machineCode = isMachineCode(command.emit);
  bool isReference = options.lowering == Lowering::Reference;
  options.addCodes = machineCode;
  // Options that would do nothing are mistakes.
  if (machineCode && isReference)
    return makeError("the reference lowering has no objects: its code allocates memory");
  if (options.tune && (isReference || options.until < Phase::Quantize))
    return makeError("--tune is for the optimized lowering of a model that is compiled at least to "
                     "--until=quantize");
  if (options.tuneBatch && !options.tune)
    return makeError("--tune-batch is for --tune");
  if (options.tuneBatch < 0)
    return makeError("--tune-batch must be at least 1");
  bool forTarget = !isReference && (machineCode || options.until >= Phase::Plan || options.tune);
  if (!forTarget && !(options.triple.empty() && options.isa.empty()))
    return makeError("--target and --isa are for the optimized lowering, from --until=plan on, and "
                     "for --tune");
  if (!machineCode && !(command.header.empty() && command.name.empty()))
    return makeError("--header and --name are for --emit=asm, obj and lib");
  if (command.emit == Emit::Header && !command.header.empty())
    return makeError("--emit=header writes the header to -o; --emit=obj --header writes both");
  // Now rather than after the calibration, which takes time.
  if (!command.name.empty() && !isCIdentifier(command.name))
    return makeError("'{}' is not a name in C: expected letters, digits and underscores, and no "
                     "digit first; '{}' would be one",
                     command.name, makeCIdentifier(command.name));
  if (!forTarget)
    return Error::success();
  auto targets = resolveTargets(options.triple, options.isa);
  if (targets && targets->size() > 1 && !machineCode && options.until >= Phase::Plan)
    return makeError("several levels are for objects; a module is of one");
  return targets.takeError();
}

static Error emitMachineCode(ModuleOp module, const CompileCommand &command) {
  EmitOptions options;
  options.name =
      command.name.empty() ? makeCIdentifier(llvm::sys::path::stem(command.model)) : command.name;
  options.triple = command.compile.triple;
  options.isa = command.compile.isa;
  options.configure = command.compile.configure;
  options.format = command.emit == Emit::Assembly  ? ObjectFormat::Assembly
                   : command.emit == Emit::Library ? ObjectFormat::Library
                   : command.emit == Emit::Header  ? ObjectFormat::Header
                                                   : ObjectFormat::Object;
  auto emitted = emitModel(module, options);
  if (!emitted)
    return emitted.takeError();
  return writeEmitted(*emitted, command.output, command.header);
}

Error qcc::runCommand(ModuleOp module, const CompileCommand &command) {
  if (Error error = compileModel(module, command.compile))
    return error;
  if (isMachineCode(command.emit))
    return emitMachineCode(module, command);
  return saveModel(module, command.output,
                   command.emit == Emit::LLVM     ? ModelFormat::LLVMIR
                   : command.emit == Emit::MLIRBC ? ModelFormat::Bytecode
                                                  : ModelFormat::Text);
}

//===- MachineCode.h - From the LLVM dialect to an object in memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps between a module of the LLVM dialect and machine code, for the JIT as for object files:
// translation to LLVM IR, LLVM's optimizations, its code generator. Every failure is an error with
// its text; LLVM itself would print or end the process.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_MACHINECODE_H
#define QCC_TARGET_MACHINECODE_H

#include "qcc/Target/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>
#include <mutex>
#include <string>

namespace qcc {

/// What machine code is generated for, as LLVM names it.
struct MachineOptions {
  llvm::Triple triple;
  /// The CPU and what is added to or taken from its features ("+avx2,-fma"). Functions may say
  /// otherwise for themselves.
  std::string cpu, features;
  /// LLVM's name of the calling convention, where the triple alone does not say it.
  std::string abi;
  /// Code that works wherever it is loaded, or code for a fixed address.
  llvm::Reloc::Model relocation = llvm::Reloc::PIC_;
  /// 0 to 3, as clang's -O.
  unsigned optLevel = 3;
  /// Emit a section that says how much stack each function takes (ELF).
  bool stackSizes = false;
};

/// What every machine of `target` has. Functions that want the level's features say so themselves
/// (qcc-set-machine-attributes).
MachineOptions getMachineOptions(const Target &target);

/// This machine: its triple, and the CPU and features that LLVM detects.
MachineOptions getHostMachineOptions();

/// Makes the code generator for a triple known to LLVM, if LLVM was built with one. May be called
/// any number of times; from several threads if all of them are about this machine's architecture,
/// or none is.
void initializeTargets(const llvm::Triple &triple);

/// A code generator that never contracts a multiplication and an addition. Errors: an architecture
/// that LLVM has no code generator for, a CPU or feature that the architecture lacks.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const MachineOptions &options);

/// Collects the errors that the code generator reports to a context (warnings and remarks are
/// dropped).
class CodegenErrors {
public:
  /// From now on, `context` reports here. This object must outlive it.
  void attach(llvm::LLVMContext &context);

  void append(std::string message);

  /// What was reported since the last call, or `error` if nothing was.
  llvm::Error take(llvm::Error error);

private:
  std::mutex mutex;
  std::string text;
};

/// Makes the translations to LLVM IR known to a context. translateToLLVMIR does so, too; but of
/// threads that translate modules of one context at the same time, none may be the first.
void registerLLVMIRTranslations(mlir::MLIRContext &context);

/// Translates a module of the LLVM dialect, which gets the machine's triple and data layout.
/// Errors: operations of other dialects, and invalid IR.
llvm::Expected<std::unique_ptr<llvm::Module>> translateToLLVMIR(mlir::ModuleOp module,
                                                                llvm::LLVMContext &context,
                                                                const llvm::TargetMachine &machine);

/// LLVM's standard pipeline for -O<level>.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned level);

/// Machine code of an optimized module, as an object file or as assembly. The module is consumed.
/// Errors that the code generator reports go to the module's context; see CodegenErrors.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
emitMachineCode(llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType type);

} // namespace qcc

#endif // QCC_TARGET_MACHINECODE_H

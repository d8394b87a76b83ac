//===- JIT.h - machine code for this process from an LLVM-dialect module ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM IR is translated, optimized and compiled here in plain sight, to one object in memory, and
// ORC links that object. Compared with mlir::ExecutionEngine: every failure is an error with its
// text (nothing prints or exits), floating-point contraction is off, jitted code sees no symbols of
// the process but the ones listed, and any number of JITs live side by side.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_JIT_H
#define QCC_EXECUTION_JIT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace llvm {
namespace orc {
class LLJIT;
} // namespace orc
} // namespace llvm

namespace qcc {

struct JITOptions {
  /// 0 to 3, as clang's -O.
  unsigned optLevel = 3;
  /// The CPU to schedule for and the instruction set to use, as LLVM names them ("skylake-avx512";
  /// "+avx2,-avx512f"). Empty: this machine's. A CPU without features has that CPU's features.
  /// Features without a CPU are those of a baseline CPU of this architecture, changed as listed.
  /// What this machine cannot execute ends the process.
  std::string cpu, features;
  /// The CPU to schedule for, if it is not `cpu`.
  std::string tuneCPU;
  /// Sets all three to what a level of the instruction set has, whatever else this machine can do;
  /// see checkHostSupports.
  void setTarget(const struct TargetDescription &description);
  /// Tell an attached gdb of the code, and write what `perf inject --jit` needs (to
  /// $JITDUMPDIR/.debug/jit or ~/.debug/jit).
  bool notifyDebugger = false, notifyPerf = false;
  /// Symbols that the code refers to, and their addresses. They win over the built-in ones.
  std::vector<std::pair<std::string, void *>> symbols;
  /// Functions to make callable through getPacked(). If there are any, all others are internal to
  /// the object: inlined, dropped, and not found by lookup().
  std::vector<std::string> packed;
};

/// An object file that a JIT links, and what linking it takes.
struct CompiledObject {
  std::unique_ptr<llvm::MemoryBuffer> contents;
  /// What it was compiled for, as LLVM writes them.
  std::string triple, dataLayout;
  /// A function that it defines.
  std::string symbol;
};

/// Compiled code. Looking up and calling are safe from several threads; the code lives as long as
/// this object.
class JIT {
public:
  /// What getPacked() returns. `arguments[i]` is passed as the function's parameter i if that is a
  /// pointer; if it is an integer, `arguments[i]` points to it. A result is stored to where the
  /// slot behind the last parameter's points.
  using PackedFunction = void (*)(void **arguments);

  /// Compiles a module of the LLVM dialect. The code may call malloc, free, aligned_alloc, memcpy,
  /// memmove, memset, memrefCopy (which MLIR lowers memref.copy to), the float and double functions
  /// of <math.h>, and `options.symbols`. Errors: the module holds operations of other dialects or
  /// is invalid, a name in `options` is unknown, an undefined symbol (names it), a packed function
  /// that is missing or has parameters other than pointers and integers or a result other than an
  /// integer, or a failure of LLVM's.
  /// Takes the module's context exclusively while it runs.
  static llvm::Expected<std::unique_ptr<JIT>> create(mlir::ModuleOp module,
                                                     const JITOptions &options = {});

  /// The two halves of create().
  static llvm::Expected<CompiledObject> compile(mlir::ModuleOp module,
                                                const JITOptions &options = {});
  /// Of the options, `symbols` and what is to be notified count.
  static llvm::Expected<std::unique_ptr<JIT>> link(CompiledObject object,
                                                   const JITOptions &options = {});

  ~JIT();

  /// The address of a function or global; an error that names it if there is none.
  llvm::Expected<void *> lookup(llvm::StringRef name) const;

  /// A function of JITOptions::packed.
  llvm::Expected<PackedFunction> getPacked(llvm::StringRef name) const;

  /// Bytes of the compiled object, code and constants.
  size_t getObjectSize() const { return objectSize; }

private:
  class ErrorLog;
  JIT();

  /// What ORC reports on the side; it outlives the session that reports to it.
  std::unique_ptr<ErrorLog> log;
  std::unique_ptr<llvm::orc::LLJIT> engine;
  size_t objectSize = 0;
};

} // namespace qcc

#endif // QCC_EXECUTION_JIT_H

//===- Emit.h - From a model to an object file and its header ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_EMIT_H
#define QCC_TOOLS_EMIT_H

#include "qcc/Target/Header.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MemoryBuffer.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace qcc {

/// What of a model is written.
enum class ObjectFormat {
  Object,   ///< An object file.
  Assembly, ///< The same as text.
  Library,  ///< A static library of that object.
  Header,   ///< The header alone.
};

struct EmitOptions {
  /// What symbols begin with; a C identifier.
  std::string name;
  /// See resolveTargets: an object may have code for several levels.
  std::string triple, isa;
  /// Images in a block; 0: chosen by the size of the cache.
  int64_t images = 0;
  /// With images: those that run at a time before the last linear layers; 0: all.
  int64_t frontImages = 0;
  /// Cycles of a kernel from which on threads share it; unset: a default.
  std::optional<int64_t> leastSplitCycles;
  /// Bytes of a linear layer's weights from which on they are read while the convolution before it
  /// computes; unset: a default.
  std::optional<int64_t> leastStreamBytes;
  ObjectFormat format = ObjectFormat::Object;
  /// Adds instrumentation to the pass manager of each level. What prints or writes files wants a
  /// context without threads, as levels are lowered at the same time.
  std::function<void(mlir::PassManager &)> configure;
};

/// Machine code of a model, and what a caller must know of it.
struct EmittedModel {
  /// In the format that was asked for; null for the header alone.
  std::unique_ptr<llvm::MemoryBuffer> contents;
  std::string header;
  ObjectInterface interface;
  /// Of the object, whatever the format.
  size_t objectBytes = 0;
  /// What no memory plan could be smaller than.
  int64_t workspaceBound = 0;
};

/// Compiles a module at the float or the integer level, whose entry is @main and perhaps
/// @main_codes; the module stays as it is. Levels are compiled at the same time, on the threads of
/// the module's context. The same module, options and version give
/// the same bytes. What is worth knowing (sizes) and worth a doubt (undefined symbols) are remarks
/// and warnings at the module. Errors: a name that C does not take, an unknown target, a network
/// that takes nothing or no batch, and what passes and code generator report.
llvm::Expected<EmittedModel> emitModel(mlir::ModuleOp module, const EmitOptions &options);

/// Writes the contents to `output` and the header, unless `headerOutput` is empty, to that: both or
/// none.
llvm::Error writeEmitted(const EmittedModel &emitted, llvm::StringRef output,
                         llvm::StringRef headerOutput);

} // namespace qcc

#endif // QCC_TOOLS_EMIT_H

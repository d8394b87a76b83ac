//===- CompileCommand.h - What the tool qcc was asked for ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_COMPILECOMMAND_H
#define QCC_TOOLS_COMPILECOMMAND_H

#include "qcc/Tools/Compile.h"

namespace qcc {

/// What is written. From Assembly on, it is made of machine code.
enum class Emit { MLIR, MLIRBC, LLVM, Assembly, Object, Library, Header };

struct CompileCommand {
  /// The model's file, and where to write.
  std::string model, output;
  Emit emit = Emit::MLIR;
  /// A phase's name; empty: as far as `emit` needs, at least until the model is quantized.
  std::string until;
  /// Where the header of an object is written besides, and what its symbols begin with; empty:
  /// nowhere, and the name of the model's file.
  std::string header, name;
  /// `until` and `addCodes` are filled in by checkCommand.
  CompileOptions compile;
};

/// Completes the command. Errors: an unknown phase, options that contradict each other or would do
/// nothing.
llvm::Error checkCommand(CompileCommand &command);

/// Compiles the model, which was read from `command.model`, and writes it.
llvm::Error runCommand(mlir::ModuleOp module, const CompileCommand &command);

} // namespace qcc

#endif // QCC_TOOLS_COMPILECOMMAND_H

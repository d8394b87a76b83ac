//===- CompiledModel.h - a compiled model, before it is linked ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that running a network takes, as bytes that can be kept and taken up again: the object, the
// functions that can be called with their tensors and their memory, and how inputs are made.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_COMPILEDMODEL_H
#define QCC_EXECUTION_COMPILEDMODEL_H

#include "qcc/Data/Preprocessing.h"
#include "qcc/Execution/NetworkFunction.h"

namespace qcc {

struct CompiledModel {
  struct Function {
    FunctionSignature signature;
    WorkspaceSpec workspace;
  };

  CompiledObject object;
  std::vector<Function> functions;
  /// How the input is made from pixels.
  Preprocessing preprocessing;
};

/// The model as bytes, which end with a check of all of them.
void writeCompiledModel(const CompiledModel &model, llvm::raw_ostream &os);

/// Reads what writeCompiledModel() wrote. The object stays in `bytes`, which must live until it has
/// been linked, and begin at a multiple of 16 bytes. Errors: other bytes, however they came about:
/// a cut or changed file, another version of the format. What passes the check is trusted: it is
/// code.
llvm::Expected<CompiledModel> readCompiledModel(llvm::StringRef bytes);

} // namespace qcc

#endif // QCC_EXECUTION_COMPILEDMODEL_H

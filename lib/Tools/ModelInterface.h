//===- ModelInterface.h - What a caller of a model's object sees ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_TOOLS_MODELINTERFACE_H
#define QCC_LIB_TOOLS_MODELINTERFACE_H

#include "qcc/Tools/Emit.h"

namespace qcc {

/// The functions of the object that `module`, which is not lowered yet, will be; what only machine
/// code tells (workspace, stack, undefined symbols) is left open. Errors: see emitModel.
llvm::Expected<ObjectInterface> readInterface(mlir::ModuleOp module, const EmitOptions &options);

} // namespace qcc

#endif // QCC_LIB_TOOLS_MODELINTERFACE_H

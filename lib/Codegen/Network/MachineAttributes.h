//===- MachineAttributes.h - For which machine a function is compiled ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_NETWORK_MACHINEATTRIBUTES_H
#define QCC_CODEGEN_NETWORK_MACHINEATTRIBUTES_H

#include "qcc/Target/TargetDescription.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace qcc::codegen {

/// True for a function through which a network is called: what qcc-emit-entry made.
bool isEntry(mlir::LLVM::LLVMFuncOp function);

/// Sets CPU, features and what keeps code free of a C library. With `baseline`, the features are
/// those that every machine of the target has.
void setMachineAttributes(mlir::LLVM::LLVMFuncOp function, const Target &target, bool baseline);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_NETWORK_MACHINEATTRIBUTES_H

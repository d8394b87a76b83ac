//===- CPUCheck.h - Code that asks the machine what it has ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object links into programs that run on more machines than it was compiled for. It asks the
// processor itself, as there is no library that it could ask: with cpuid and xgetbv on x86, on
// AArch64 with system registers, which Linux and FreeBSD let programs read.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_NETWORK_CPUCHECK_H
#define QCC_CODEGEN_NETWORK_CPUCHECK_H

#include "qcc/Target/TargetDescription.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {

/// Adds a function `i1 qcc_check_cpu()` to the module, and the byte that holds its answer. Null if
/// every machine of the target has the level, or none of its programs can find out. Fails, with an
/// error at the module, if a feature of the level is not known here.
mlir::FailureOr<mlir::LLVM::LLVMFuncOp> emitCPUCheck(mlir::ModuleOp module, const Target &target);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_NETWORK_CPUCHECK_H

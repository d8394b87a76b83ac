//===- Passes.h - From the integer level to machine instructions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constructors, option structures and registration (`registerCodegenPasses`) of the passes in
// Passes.td.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_PASSES_H
#define QCC_CODEGEN_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace qcc::codegen {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "qcc/Codegen/Passes.h.inc"

} // namespace qcc::codegen

#endif // QCC_CODEGEN_PASSES_H

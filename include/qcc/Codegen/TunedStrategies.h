//===- TunedStrategies.h - Measured strategies that a module carries ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What was measured is an attribute of the module, `codegen.tuned`, which stays with it at every
// level:
//
//   module attributes {codegen.tuned = {"avx512-vnni" = {"conv2d-0f3a..." =
//   #codegen.contraction<...>}}}
//
// Kernels exist only far below the level at which models are kept, and once for each level of the
// instruction set, so that what a kernel computes stands for it.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_TUNEDSTRATEGIES_H
#define QCC_CODEGEN_TUNEDSTRATEGIES_H

#include "qcc/Codegen/Kernel.h"

#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {

/// Stands for what a kernel computes, whatever its name and strategy: its root's name and a hash of
/// its text, as qcc-form-kernels made it. Another version of qcc may print, and so name, it
/// differently.
std::string getKernelKey(mlir::func::FuncOp kernel);

/// What `codegen.tuned` of `module` has for a kernel and a level; null if nothing. The kernel need
/// not be in that module.
mlir::Attribute getTunedStrategy(mlir::ModuleOp module, llvm::StringRef isa, llvm::StringRef key);

/// Adds a strategy to `codegen.tuned`, in the place of what it had.
void setTunedStrategy(mlir::ModuleOp module, llvm::StringRef isa, llvm::StringRef key,
                      mlir::Attribute strategy);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_TUNEDSTRATEGIES_H

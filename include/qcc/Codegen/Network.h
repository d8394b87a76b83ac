//===- Network.h - A network of kernel calls as code on one arena ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_NETWORK_H
#define QCC_CODEGEN_NETWORK_H

#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {

/// Replaces each network (a function with `codegen.arena`) `@f` by `@f_block`, a function of
/// buffers that runs the kernels on one block of images: (images, inputs..., results..., arena).
/// Where calls of it go together for one image (`codegen.stream`), `@f_alone` is such a function
/// for a block of one. The kernels must be functions of buffers already. Constants become read-only
/// globals, each once. Fails with an error at the operation that has no place.
mlir::LogicalResult lowerNetworks(mlir::ModuleOp module);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_NETWORK_H

//===- Registration.h - What a tool of qcc makes known to MLIR ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_REGISTRATION_H
#define QCC_TOOLS_REGISTRATION_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace qcc {

/// The dialects of every level, with the interfaces and translations that the pipelines use.
void registerAllDialects(mlir::DialectRegistry &registry);

/// The project's passes and pipelines, and the upstream ones that its pipelines consist of.
void registerAllPasses();

} // namespace qcc

#endif // QCC_TOOLS_REGISTRATION_H

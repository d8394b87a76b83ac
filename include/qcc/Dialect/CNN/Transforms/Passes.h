//===- Passes.h - Passes on the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_TRANSFORMS_PASSES_H
#define QCC_DIALECT_CNN_TRANSFORMS_PASSES_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace qcc::cnn {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_TRANSFORMS_PASSES_H

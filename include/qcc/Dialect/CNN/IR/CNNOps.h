//===- CNNOps.h - The operations of the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNOPS_H
#define QCC_DIALECT_CNN_IR_CNNOPS_H

#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/CNN/IR/CNNInterfaces.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace qcc::cnn {
struct Window2D;
} // namespace qcc::cnn

#define GET_OP_CLASSES
#include "qcc/Dialect/CNN/IR/CNNOps.h.inc"

namespace qcc::cnn {

/// True if no element of `value` can be negative, judged from what defines it.
bool isNonNegative(mlir::Value value);

/// The name of the layer that `op` is in its source model, or an empty string.
llvm::StringRef getLayerName(mlir::Operation *op);

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_IR_CNNOPS_H

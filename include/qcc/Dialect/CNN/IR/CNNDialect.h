//===- CNNDialect.h - The cnn dialect and its attributes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNDIALECT_H
#define QCC_DIALECT_CNN_IR_CNNDIALECT_H

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"

#include "qcc/Dialect/CNN/IR/CNNDialect.h.inc"

#include "qcc/Dialect/CNN/IR/CNNEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "qcc/Dialect/CNN/IR/CNNAttributes.h.inc"

namespace qcc::cnn {

// Names of the dialect's discardable attributes; see the dialect's description.
inline constexpr llvm::StringLiteral kNameAttr = "cnn.name";
inline constexpr llvm::StringLiteral kKeepFloatAttr = "cnn.keep_float";
inline constexpr llvm::StringLiteral kContractAttr = "cnn.contract";
inline constexpr llvm::StringLiteral kPreprocessingAttr = "cnn.preprocessing";
inline constexpr llvm::StringLiteral kQConfigAttr = "cnn.qconfig";
inline constexpr llvm::StringLiteral kQuantizationAttr = "cnn.quantization";

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_IR_CNNDIALECT_H

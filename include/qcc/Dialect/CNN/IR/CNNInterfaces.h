//===- CNNInterfaces.h - What every layer answers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNINTERFACES_H
#define QCC_DIALECT_CNN_IR_CNNINTERFACES_H

#include "qcc/Dialect/CNN/IR/CNNDialect.h"

#include "mlir/IR/OpDefinition.h"

namespace qcc::cnn {

/// How a layer takes part in quantization.
enum class QuantizationRole {
  /// Has weights; its result gets parameters of its own (conv2d, linear).
  Weighted,
  /// Its result gets parameters of its own (add, mul, average pools, functions of one value).
  OwnParameters,
  /// Acts on codes; its result has its input's parameters (max pool, relu, shape operations).
  SharedParameters,
  /// Its inputs and its result have one set of parameters between them (concat).
  UnifiedParameters,
  /// Has no quantized form (batch_norm, softmax).
  FloatOnly,
  /// Belongs to another level or is no layer of a network (casts, requantize, lookup).
  None,
};

/// The level that a value of the dialect is at; its element type alone decides.
enum class ValueLevel { Float, Quantized, Code, Accumulator };

/// The level of a value of type `type`, a tensor with an element type that the dialect allows.
ValueLevel getLevel(mlir::Type type);

namespace detail {
/// The rules that hold for every layer: its result has the shape that `inferResultShape` says.
mlir::LogicalResult verifyLayer(mlir::Operation *op);
} // namespace detail

} // namespace qcc::cnn

#include "qcc/Dialect/CNN/IR/CNNInterfaces.h.inc"

#endif // QCC_DIALECT_CNN_IR_CNNINTERFACES_H

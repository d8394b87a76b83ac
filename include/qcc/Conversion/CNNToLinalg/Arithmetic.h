//===- Arithmetic.h - Quantization and exp as arith and math operations ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Quantization/QuantMath.h computes, as IR, operation for operation: the same bytes for every
// input. Each function takes scalars or vectors of them and returns the same shape; a lowering that
// vectorizes emits its epilogues with these, too. None of the operations carries a fast-math flag,
// and none of the results is ever poison.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CONVERSION_CNNTOLINALG_ARITHMETIC_H
#define QCC_CONVERSION_CNNTOLINALG_ARITHMETIC_H

#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Quantization/QuantMath.h"

#include "mlir/IR/Builders.h"

namespace qcc {

/// `type`'s shape, if it is a vector, with elements of `element`.
mlir::Type withElement(mlir::Type type, mlir::Type element);

/// A float or integer constant of type `type`, repeated if that is a vector.
mlir::Value emitConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, double value);
mlir::Value emitConstant(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, int64_t value);

/// `value`, signless integers that were of type `original`, extended (or truncated) to elements of
/// `element`: unsigned types with zeros, signed and signless ones with the sign.
mlir::Value emitExtend(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                       mlir::Type original, mlir::Type element);

/// min(max(x, lower), upper) of floats. NaN stays NaN.
mlir::Value emitClamp(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, float lower,
                      float upper);

/// quantmath::saturate: `rounded`, f32 with integral values, plus the zero point, clamped to
/// `range`, as signless integers of the width of `code`. NaN gives the zero point.
mlir::Value emitSaturate(mlir::OpBuilder &b, mlir::Location loc, mlir::Value rounded,
                         int64_t zeroPoint, CodeRange range, mlir::IntegerType code);

/// quantmath::quantize: f32 to codes.
mlir::Value emitQuantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, float scale,
                         int64_t zeroPoint, CodeRange range, cnn::NumericContract contract,
                         mlir::IntegerType code);

/// quantmath::dequantize: codes (signless, of original type `code`) to f32.
mlir::Value emitDequantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, float scale,
                           int64_t zeroPoint, mlir::IntegerType code);

/// quantmath::requantize: accumulators to codes. `bias` may be null.
mlir::Value emitRequantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value accumulator,
                           mlir::Value bias, mlir::Value multiplier, int64_t zeroPoint,
                           CodeRange range, mlir::IntegerType code);

/// e^x of f32, with an error below 2 units in the last place, subnormal results included; e^inf is
/// inf, e^-inf is 0, NaN stays NaN. A polynomial after S. L. Moshier's expf (Cephes), in
/// multiplications and additions that are rounded one by one, so that every target computes the
/// same bits and none calls a library.
mlir::Value emitExp(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x);

/// How to clamp floats: emitClamp, or what gives the same faster.
using ClampFn =
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::Value, float, float)>;

/// One element, or a vector of elements, of what `op` computes from `args`, the elements of its
/// operands: activations, add, mul and batch_norm of the cnn dialect. Null for all other
/// operations.
mlir::Value emitElement(mlir::OpBuilder &b, mlir::Location loc, mlir::Operation *op,
                        mlir::ValueRange args, ClampFn clamp = emitClamp);

} // namespace qcc

#endif // QCC_CONVERSION_CNNTOLINALG_ARITHMETIC_H

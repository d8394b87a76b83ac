//===- FastArithmetic.h - Quantization in few instructions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Arithmetic.h emits, with the same results, for the inner loops of kernels: few instructions
// for codes of 8 bits, and for no codes an operation that some target would call a library for.
//
// Adding 1.5 * 2^23 to a small number rounds it, half to even, and leaves the integer in the low
// bits of the sum: the code, up to the zero point. Numbers that are not small become sums that are
// outside of the bounds as they were themselves, so that the sum can be clamped instead of the
// number. That is the better order: LLVM adds constants up with the bounds of what was clamped
// before, and has no minimum any more then.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CONVERSION_CNNTOLINALG_FASTARITHMETIC_H
#define QCC_CONVERSION_CNNTOLINALG_FASTARITHMETIC_H

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

namespace qcc {

/// Which form of min(max(x, lower), upper) is one instruction for each bound.
enum class FloatBounds {
  Select,  ///< compare and select, which x86 has as maxps and minps
  Maximum, ///< IEEE 754 maximum and minimum, which AArch64 has as fmax and fmin
};

/// emitClamp, to the bit, for bounds that are not NaN.
mlir::Value emitFastClamp(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, float lower,
                          float upper, FloatBounds bounds);

/// The codes of 8 bits of `x`, f32 in units of the scale and not NaN: rounded, and clamped to
/// `range`.
mlir::Value emitFastSaturate(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x,
                             int64_t zeroPoint, CodeRange range, FloatBounds bounds);

/// `x` in units of `scale` (divided by it, or multiplied by its reciprocal, as the contract says),
/// and 0 for NaN: what is rounded to codes.
mlir::Value emitScaledOrdered(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, float scale,
                              cnn::NumericContract contract);

/// `x`, and 0 for NaN.
mlir::Value emitOrdered(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x);

/// emitQuantize.
mlir::Value emitFastQuantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, float scale,
                             int64_t zeroPoint, CodeRange range, cnn::NumericContract contract,
                             mlir::IntegerType code, FloatBounds bounds);

/// (accumulator + bias) * multiplier in f32; `bias` may be null.
mlir::Value emitScaled(mlir::OpBuilder &b, mlir::Location loc, mlir::Value accumulator,
                       mlir::Value bias, mlir::Value multiplier);

/// emitRequantize. Multiplier and bias must be finite, which cnn-lower-quantized makes sure of:
/// nothing is NaN then.
mlir::Value emitFastRequantize(mlir::OpBuilder &b, mlir::Location loc, mlir::Value accumulator,
                               mlir::Value bias, mlir::Value multiplier, int64_t zeroPoint,
                               CodeRange range, mlir::IntegerType code, FloatBounds bounds);

} // namespace qcc

#endif // QCC_CONVERSION_CNNTOLINALG_FASTARITHMETIC_H

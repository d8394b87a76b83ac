//===- FastArithmetic.cpp - Quantization in few instructions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/CNNToLinalg/FastArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace qcc;

/// `bound` where `x` compares so with it, else `x`.
static Value emitBound(OpBuilder &b, Location loc, Value x, float bound,
                       arith::CmpFPredicate predicate) {
  Value constant = emitConstant(b, loc, x.getType(), double{bound});
  Value outside = arith::CmpFOp::create(b, loc, predicate, x, constant);
  return arith::SelectOp::create(b, loc, outside, constant, x);
}

Value qcc::emitFastClamp(OpBuilder &b, Location loc, Value x, float lower, float upper,
                         FloatBounds bounds) {
  using enum arith::CmpFPredicate;
  if (bounds == FloatBounds::Maximum)
    return emitClamp(b, loc, x, lower, upper);
  // None of the comparisons is true for NaN, which stays. Zeros are equal but not the same:
  // the larger of -0 and +0 is +0.
  constexpr float infinity = std::numeric_limits<float>::infinity();
  auto isZero = [](float bound, bool negative) {
    return bound == 0.0F && std::signbit(bound) == negative;
  };
  if (lower != -infinity)
    x = emitBound(b, loc, x, lower, isZero(lower, false) ? OLE : OLT);
  if (upper != infinity)
    x = emitBound(b, loc, x, upper, isZero(upper, true) ? OGE : OGT);
  return x;
}

Value qcc::emitFastSaturate(OpBuilder &b, Location loc, Value x, int64_t zeroPoint, CodeRange range,
                            FloatBounds bounds) {
  using enum arith::CmpFPredicate;
  // An even zero point goes into the number that rounds: it leaves even numbers even, so that ties
  // go the same way.
  bool isEven = zeroPoint % 2 == 0;
  int64_t magic = 12582912 + (isEven ? zeroPoint : 0);
  Value sum = arith::AddFOp::create(b, loc, x,
                                    emitConstant(b, loc, x.getType(), static_cast<double>(magic)));
  // Bounds are integers, and sums in between have no fractions: rounding has been before.
  auto lower = static_cast<float>(magic + range.min - zeroPoint);
  auto upper = static_cast<float>(magic + range.max - zeroPoint);
  if (bounds == FloatBounds::Maximum) {
    sum = emitClamp(b, loc, sum, lower, upper);
  } else {
    sum = emitBound(b, loc, sum, lower, OLT);
    sum = emitBound(b, loc, sum, upper, OGT);
  }
  Value bits = arith::BitcastOp::create(b, loc, withElement(x.getType(), b.getI32Type()), sum);
  Value code = arith::TruncIOp::create(b, loc, withElement(x.getType(), b.getI8Type()), bits);
  if (isEven)
    return code;
  int64_t wrapped = llvm::SignExtend64<8>(static_cast<uint64_t>(zeroPoint));
  return arith::AddIOp::create(b, loc, code, emitConstant(b, loc, code.getType(), wrapped));
}

/// `x` rounded half to even, in operations that are inline code everywhere:
/// quantmath::roundHalfEven.
static Value emitRound(OpBuilder &b, Location loc, Value x) {
  Value limit = emitConstant(b, loc, x.getType(), 8388608.0);
  Value big = math::CopySignOp::create(b, loc, limit, x);
  Value sum = arith::AddFOp::create(b, loc, x, big);
  Value rounded = arith::SubFOp::create(b, loc, sum, big);
  rounded = math::CopySignOp::create(b, loc, rounded, x);
  Value magnitude = math::AbsFOp::create(b, loc, x);
  Value isSmall = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, magnitude, limit);
  return arith::SelectOp::create(b, loc, isSmall, rounded, x);
}

static Value emitInUnits(OpBuilder &b, Location loc, Value x, float scale,
                         cnn::NumericContract contract) {
  Type type = x.getType();
  if (contract == cnn::NumericContract::Onnx)
    return arith::DivFOp::create(b, loc, x, emitConstant(b, loc, type, double{scale}));
  float reciprocal = 1.0F / scale;
  return arith::MulFOp::create(b, loc, x, emitConstant(b, loc, type, double{reciprocal}));
}

Value qcc::emitScaledOrdered(OpBuilder &b, Location loc, Value x, float scale,
                             cnn::NumericContract contract) {
  return emitOrdered(b, loc, emitInUnits(b, loc, x, scale, contract));
}

Value qcc::emitOrdered(OpBuilder &b, Location loc, Value x) {
  Value nan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, x, x);
  return arith::SelectOp::create(b, loc, nan, emitConstant(b, loc, x.getType(), 0.0), x);
}

Value qcc::emitFastQuantize(OpBuilder &b, Location loc, Value x, float scale, int64_t zeroPoint,
                            CodeRange range, cnn::NumericContract contract, IntegerType code,
                            FloatBounds bounds) {
  if (code.getWidth() != 8)
    return emitSaturate(b, loc, emitRound(b, loc, emitInUnits(b, loc, x, scale, contract)),
                        zeroPoint, range, code);
  return emitFastSaturate(b, loc, emitScaledOrdered(b, loc, x, scale, contract), zeroPoint, range,
                          bounds);
}

Value qcc::emitScaled(OpBuilder &b, Location loc, Value accumulator, Value bias, Value multiplier) {
  Type type = withElement(accumulator.getType(), b.getF32Type());
  Value real = arith::SIToFPOp::create(b, loc, type, accumulator);
  if (bias)
    real = arith::AddFOp::create(b, loc, real, bias);
  return arith::MulFOp::create(b, loc, real, multiplier);
}

Value qcc::emitFastRequantize(OpBuilder &b, Location loc, Value accumulator, Value bias,
                              Value multiplier, int64_t zeroPoint, CodeRange range,
                              IntegerType code, FloatBounds bounds) {
  Value scaled = emitScaled(b, loc, accumulator, bias, multiplier);
  if (code.getWidth() != 8)
    return emitSaturate(b, loc, emitRound(b, loc, scaled), zeroPoint, range, code);
  return emitFastSaturate(b, loc, scaled, zeroPoint, range, bounds);
}

//===- Arithmetic.cpp - Quantization and exp as arith and math operations ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

Type qcc::withElement(Type type, Type element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped.clone(element);
  return element;
}

static Value emitConstant(OpBuilder &b, Location loc, Type type, TypedAttr element) {
  if (auto shaped = dyn_cast<ShapedType>(type))
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(shaped, Attribute(element)));
  return arith::ConstantOp::create(b, loc, element);
}

Value qcc::emitConstant(OpBuilder &b, Location loc, Type type, double value) {
  return ::emitConstant(b, loc, type, b.getFloatAttr(getElementTypeOrSelf(type), value));
}

Value qcc::emitConstant(OpBuilder &b, Location loc, Type type, int64_t value) {
  return ::emitConstant(b, loc, type, b.getIntegerAttr(getElementTypeOrSelf(type), value));
}

Value qcc::emitExtend(OpBuilder &b, Location loc, Value value, Type original, Type element) {
  unsigned from = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  unsigned to = element.getIntOrFloatBitWidth();
  Type type = withElement(value.getType(), element);
  if (from == to)
    return value;
  if (from > to)
    return arith::TruncIOp::create(b, loc, type, value);
  if (getElementTypeOrSelf(original).isUnsignedInteger())
    return arith::ExtUIOp::create(b, loc, type, value);
  return arith::ExtSIOp::create(b, loc, type, value);
}

Value qcc::emitClamp(OpBuilder &b, Location loc, Value x, float lower, float upper) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (lower != -infinity)
    x = arith::MaximumFOp::create(b, loc, x, emitConstant(b, loc, x.getType(), double{lower}));
  if (upper != infinity)
    x = arith::MinimumFOp::create(b, loc, x, emitConstant(b, loc, x.getType(), double{upper}));
  return x;
}

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

/// min(max(x, lower), upper) for an `x` that is not NaN; compare and select are one instruction
/// each then.
static Value emitOrderedClamp(OpBuilder &b, Location loc, Value x, double lower, double upper) {
  Value low = qcc::emitConstant(b, loc, x.getType(), lower);
  Value below = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, low);
  x = arith::SelectOp::create(b, loc, below, low, x);
  Value high = qcc::emitConstant(b, loc, x.getType(), upper);
  Value above = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, high);
  return arith::SelectOp::create(b, loc, above, high, x);
}

Value qcc::emitSaturate(OpBuilder &b, Location loc, Value rounded, int64_t zeroPoint,
                        CodeRange range, IntegerType code) {
  Type type = rounded.getType();
  Value nan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, rounded, rounded);
  Value zero = emitConstant(b, loc, type, 0.0);
  Value ordered = arith::SelectOp::create(b, loc, nan, zero, rounded);

  // The clamp must come before the conversion, which is undefined outside of the integer's range,
  // so it clamps to the range less the zero point. Those bounds are exact in f32 for codes of up to
  // 16 bits; wider ones need f64.
  bool narrow = code.getWidth() <= 16;
  if (!narrow)
    ordered = arith::ExtFOp::create(b, loc, withElement(type, b.getF64Type()), ordered);
  Value clamped = emitOrderedClamp(b, loc, ordered, static_cast<double>(range.min - zeroPoint),
                                   static_cast<double>(range.max - zeroPoint));
  IntegerType wide = narrow ? b.getI32Type() : b.getI64Type();
  Value integer = arith::FPToSIOp::create(b, loc, withElement(type, wide), clamped);
  if (zeroPoint != 0)
    integer =
        arith::AddIOp::create(b, loc, integer, emitConstant(b, loc, integer.getType(), zeroPoint));
  return emitExtend(b, loc, integer, wide, b.getIntegerType(code.getWidth()));
}

Value qcc::emitQuantize(OpBuilder &b, Location loc, Value x, float scale, int64_t zeroPoint,
                        CodeRange range, cnn::NumericContract contract, IntegerType code) {
  Value scaled;
  if (contract == cnn::NumericContract::Onnx) {
    scaled = arith::DivFOp::create(b, loc, x, emitConstant(b, loc, x.getType(), double{scale}));
  } else {
    float reciprocal = 1.0F / scale;
    scaled =
        arith::MulFOp::create(b, loc, x, emitConstant(b, loc, x.getType(), double{reciprocal}));
  }
  Value rounded = math::RoundEvenOp::create(b, loc, scaled);
  return emitSaturate(b, loc, rounded, zeroPoint, range, code);
}

Value qcc::emitDequantize(OpBuilder &b, Location loc, Value value, float scale, int64_t zeroPoint,
                          IntegerType code) {
  IntegerType wide = code.getWidth() <= 16 ? b.getI32Type() : b.getI64Type();
  Value integer = emitExtend(b, loc, value, code, wide);
  if (zeroPoint != 0)
    integer =
        arith::SubIOp::create(b, loc, integer, emitConstant(b, loc, integer.getType(), zeroPoint));
  Type type = withElement(value.getType(), b.getF32Type());
  Value real = arith::SIToFPOp::create(b, loc, type, integer);
  return arith::MulFOp::create(b, loc, real, emitConstant(b, loc, type, double{scale}));
}

Value qcc::emitRequantize(OpBuilder &b, Location loc, Value accumulator, Value bias,
                          Value multiplier, int64_t zeroPoint, CodeRange range, IntegerType code) {
  Type type = withElement(accumulator.getType(), b.getF32Type());
  Value real = arith::SIToFPOp::create(b, loc, type, accumulator);
  if (bias)
    real = arith::AddFOp::create(b, loc, real, bias);
  Value scaled = arith::MulFOp::create(b, loc, real, multiplier);
  Value rounded = math::RoundEvenOp::create(b, loc, scaled);
  return emitSaturate(b, loc, rounded, zeroPoint, range, code);
}

//===----------------------------------------------------------------------===//
// Exponential
//===----------------------------------------------------------------------===//

/// 2^n for n of -126 to 127: the exponent field of a float.
static Value emitPowerOfTwo(OpBuilder &b, Location loc, Value n, Type type) {
  Value bias = qcc::emitConstant(b, loc, n.getType(), int64_t{127});
  Value shift = qcc::emitConstant(b, loc, n.getType(), int64_t{23});
  Value field = arith::ShLIOp::create(b, loc, arith::AddIOp::create(b, loc, n, bias), shift);
  return arith::BitcastOp::create(b, loc, type, field);
}

Value qcc::emitExp(OpBuilder &b, Location loc, Value x) {
  Type type = x.getType();
  Type integer = withElement(type, b.getI32Type());
  auto constant = [&](double value) { return emitConstant(b, loc, type, value); };
  auto add = [&](Value l, Value r) -> Value { return arith::AddFOp::create(b, loc, l, r); };
  auto sub = [&](Value l, Value r) -> Value { return arith::SubFOp::create(b, loc, l, r); };
  auto mul = [&](Value l, Value r) -> Value { return arith::MulFOp::create(b, loc, l, r); };

  // Beyond these bounds the result is 0 or infinite anyway; within them n stays between -151 and
  // 129.
  Value nan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, x, x);
  Value ordered = arith::SelectOp::create(b, loc, nan, constant(0.0), x);
  Value clamped = emitOrderedClamp(b, loc, ordered, -104.0, 89.0);

  // x = n ln 2 + r with |r| <= ln 2 / 2. Adding 1.5 * 2^23 leaves no bits for a fraction: it
  // rounds, half to even, without the instruction that x86 lacks below SSE4.1. The first part of ln
  // 2 has so few bits that its product with n is exact.
  Value magic = constant(12582912.0);
  Value n = sub(add(mul(clamped, constant(1.44269504088896341)), magic), magic);
  Value r = sub(clamped, mul(n, constant(0.693359375)));
  r = sub(r, mul(n, constant(-2.12194440e-4)));

  // e^r = 1 + r + r^2 p(r).
  Value p = constant(1.9875691500e-4);
  for (double coefficient :
       {1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1})
    p = add(mul(p, r), constant(coefficient));
  p = add(add(mul(p, mul(r, r)), r), constant(1.0));

  // Times 2^n in two steps, neither of which leaves the range of normal exponents: only the last
  // product can overflow or become subnormal, and it is rounded once.
  Value whole = arith::FPToSIOp::create(b, loc, integer, n);
  Value one = emitConstant(b, loc, integer, int64_t{1});
  Value half = arith::ShRSIOp::create(b, loc, whole, one);
  Value rest = arith::SubIOp::create(b, loc, whole, half);
  Value result =
      mul(mul(p, emitPowerOfTwo(b, loc, half, type)), emitPowerOfTwo(b, loc, rest, type));
  return arith::SelectOp::create(b, loc, nan, x, result);
}

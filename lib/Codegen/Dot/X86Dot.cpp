//===- X86Dot.cpp - codegen.dot in instructions of x86 ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The x86vector dialect has none of these instructions on bytes, so intrinsics are called by name.
//
//===----------------------------------------------------------------------===//

#include "DotForms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

static VectorType vectorOf(OpBuilder &b, int64_t elements, unsigned width) {
  return VectorType::get({elements}, b.getIntegerType(width));
}

static Value callIntrinsic(OpBuilder &b, Location loc, Type result, const Twine &name,
                           ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), operands)
      .getResults();
}

/// Each lane's activations, in four bytes, as a vector of `type`.
static Value repeatCodes(OpBuilder &b, Location loc, const Dot &dot, VectorType type) {
  if (dot.ofLanes())
    return b.createOrFold<vector::BitCastOp>(loc, type, dot.activations);
  Value word = vector::BitCastOp::create(b, loc, vectorOf(b, 1, 32), dot.activations);
  Value scalar = vector::ExtractOp::create(b, loc, word, 0);
  Value words = vector::BroadcastOp::create(b, loc, vectorOf(b, dot.lanes(), 32), scalar);
  return vector::BitCastOp::create(b, loc, type, words);
}

Value qcc::codegen::emitVpdpbusdDot(OpBuilder &b, Location loc, const Dot &dot) {
  Value codes = repeatCodes(b, loc, dot, vectorOf(b, 4 * dot.lanes(), 8));
  return callIntrinsic(b, loc, dot.accumulators.getType(),
                       "llvm.x86.avx512.vpdpbusd." + Twine(32 * dot.lanes()),
                       {dot.accumulators, codes, dot.weights});
}

/// The bytes at even (`shift` 0) or odd (`shift` 8) places of each 16 bits of `pairs`, extended.
static Value extendHalf(OpBuilder &b, Location loc, Value pairs, bool odd, bool isUnsigned) {
  auto type = cast<VectorType>(pairs.getType());
  auto constant = [&](int64_t value) -> Value {
    auto attribute = b.getI16IntegerAttr(static_cast<int16_t>(value));
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, attribute));
  };
  if (odd)
    return isUnsigned ? Value(arith::ShRUIOp::create(b, loc, pairs, constant(8)))
                      : arith::ShRSIOp::create(b, loc, pairs, constant(8));
  if (isUnsigned)
    return arith::AndIOp::create(b, loc, pairs, constant(0xFF));
  Value high = arith::ShLIOp::create(b, loc, pairs, constant(8));
  return arith::ShRSIOp::create(b, loc, high, constant(8));
}

/// The sums of two products for each lane.
static Value multiplyPairs(OpBuilder &b, Location loc, const Dot &dot, Value l, Value r) {
  return callIntrinsic(b, loc, dot.accumulators.getType(),
                       dot.lanes() == 8 ? "llvm.x86.avx2.pmadd.wd" : "llvm.x86.sse2.pmadd.wd",
                       {l, r});
}

Value qcc::codegen::emitVpmaddwdPairs(OpBuilder &b, Location loc, const Dot &dot) {
  Value activations = repeatCodes(b, loc, dot, vectorOf(b, 2 * dot.lanes(), 16));
  Value products = multiplyPairs(b, loc, dot, activations, dot.weights);
  return arith::AddIOp::create(b, loc, dot.accumulators, products);
}

Value qcc::codegen::emitVpmaddwdDot(OpBuilder &b, Location loc, const Dot &dot) {
  VectorType pairs = vectorOf(b, 2 * dot.lanes(), 16);
  bool avx = dot.lanes() == 8;
  Value products;
  if (dot.pairFits && dot.isUnsigned) {
    Value codes = repeatCodes(b, loc, dot, vectorOf(b, 4 * dot.lanes(), 8));
    Value sums = callIntrinsic(b, loc, pairs,
                               avx ? "llvm.x86.avx2.pmadd.ub.sw" : "llvm.x86.ssse3.pmadd.ub.sw.128",
                               {codes, dot.weights});
    Value ones =
        arith::ConstantOp::create(b, loc, DenseElementsAttr::get(pairs, b.getI16IntegerAttr(1)));
    products = multiplyPairs(b, loc, dot, sums, ones);
  } else {
    Value codes = repeatCodes(b, loc, dot, pairs);
    Value weights = vector::BitCastOp::create(b, loc, pairs, dot.weights);
    auto half = [&](bool odd) {
      return multiplyPairs(b, loc, dot, extendHalf(b, loc, codes, odd, dot.isUnsigned),
                           extendHalf(b, loc, weights, odd, /*isUnsigned=*/false));
    };
    products = arith::AddIOp::create(b, loc, half(false), half(true));
  }
  return arith::AddIOp::create(b, loc, dot.accumulators, products);
}

//===- AArch64Dot.cpp - codegen.dot in instructions of AArch64 ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arm_neon dialect has no sdot on vectors of bytes that are signless and no pairwise additions,
// so intrinsics are called by name. For four lanes, codes and weights are one register of 16 bytes
// each; fewer lanes take the generic form.
//
//===----------------------------------------------------------------------===//

#include "DotForms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// The lanes of one register.
static constexpr int64_t kLanes = 4;

static Value callIntrinsic(OpBuilder &b, Location loc, Type result, StringRef name,
                           ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), operands)
      .getResults();
}

/// Each lane's four codes.
static Value repeatCodes(OpBuilder &b, Location loc, const Dot &dot) {
  if (dot.ofLanes())
    return dot.activations;
  Value word =
      vector::BitCastOp::create(b, loc, VectorType::get({1}, b.getI32Type()), dot.activations);
  Value scalar = vector::ExtractOp::create(b, loc, word, 0);
  Value words =
      vector::BroadcastOp::create(b, loc, VectorType::get({kLanes}, b.getI32Type()), scalar);
  return vector::BitCastOp::create(b, loc, dot.weights.getType(), words);
}

Value qcc::codegen::emitSdot(OpBuilder &b, Location loc, const Dot &dot) {
  if (dot.lanes() != kLanes)
    return emitGenericDot(b, loc, dot);
  // A quarter of a register can be repeated in the last operand.
  return callIntrinsic(b, loc, dot.accumulators.getType(), "llvm.aarch64.neon.sdot.v4i32.v16i8",
                       {dot.accumulators, dot.weights, repeatCodes(b, loc, dot)});
}

Value qcc::codegen::emitUsdot(OpBuilder &b, Location loc, const Dot &dot) {
  if (dot.lanes() != kLanes || !dot.isUnsigned)
    return emitSdot(b, loc, dot);
  // Of a repeated quarter LLVM makes sudot.
  return callIntrinsic(b, loc, dot.accumulators.getType(), "llvm.aarch64.neon.usdot.v4i32.v16i8",
                       {dot.accumulators, repeatCodes(b, loc, dot), dot.weights});
}

Value qcc::codegen::emitMmla(OpBuilder &b, Location loc, BlockDotOp op) {
  return callIntrinsic(b, loc, op.getType(),
                       op.getIsUnsigned() ? "llvm.aarch64.neon.usmmla.v4i32.v16i8"
                                          : "llvm.aarch64.neon.smmla.v4i32.v16i8",
                       op.getOperands());
}

Value qcc::codegen::emitSmullSadalp(OpBuilder &b, Location loc, const Dot &dot) {
  if (dot.lanes() != kLanes)
    return emitGenericDot(b, loc, dot);
  auto products = VectorType::get({8}, b.getI16Type());
  Type wide = dot.accumulators.getType();
  Value codes = repeatCodes(b, loc, dot);
  // The products of two lanes; -128 * -128 fits, too.
  auto multiply = [&](int64_t first) {
    auto half = [&](Value bytes) {
      return vector::ExtractStridedSliceOp::create(b, loc, bytes, ArrayRef<int64_t>{first},
                                                   ArrayRef<int64_t>{8}, ArrayRef<int64_t>{1});
    };
    return callIntrinsic(b, loc, products, "llvm.aarch64.neon.smull.v8i16",
                         {half(codes), half(dot.weights)});
  };
  auto addPairsWide = [&](Value pairs) {
    return callIntrinsic(b, loc, wide, "llvm.aarch64.neon.saddlp.v4i32.v8i16", {pairs});
  };
  Value low = multiply(0), high = multiply(8), sums;
  if (dot.pairFits) {
    // smull, smull2, addp, sadalp: the sum of a pair of products stays in 16 bits.
    sums =
        addPairsWide(callIntrinsic(b, loc, products, "llvm.aarch64.neon.addp.v8i16", {low, high}));
  } else {
    // smull, smull2, saddlp, saddlp, addp, add.
    sums = callIntrinsic(b, loc, wide, "llvm.aarch64.neon.addp.v4i32",
                         {addPairsWide(low), addPairsWide(high)});
  }
  return arith::AddIOp::create(b, loc, dot.accumulators, sums);
}

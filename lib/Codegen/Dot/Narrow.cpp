//===- Narrow.cpp - codegen.narrow in instructions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DotForms.h"
#include "qcc/Conversion/CNNToLinalg/FastArithmetic.h"
#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Arithmetic that every target has, and shuffles.
Value qcc::codegen::emitGenericNarrow(OpBuilder &b, Location loc, NarrowOp op) {
  CodeRange range = op.getIsUnsigned() ? CodeRange{0, 255} : CodeRange{-128, 127};
  SmallVector<Value> codes;
  for (Value input : op.getOperands())
    codes.push_back(emitFastSaturate(b, loc, input, static_cast<int32_t>(op.getZeroPoint()), range,
                                     FloatBounds::Select));
  int64_t quarter = cast<VectorType>(op.getFirst().getType()).getDimSize(0);
  SmallVector<int64_t> together, inOrder(4 * quarter);
  for (int64_t i = 0; i < 2 * quarter; ++i)
    together.push_back(i);
  for (int64_t q = 0; q < 4; ++q)
    for (int64_t i = 0; i < quarter; ++i)
      inOrder[DepthwisePacking::channelOf(q, i)] = q * quarter + i;
  return vector::ShuffleOp::create(
      b, loc, vector::ShuffleOp::create(b, loc, codes[0], codes[1], together),
      vector::ShuffleOp::create(b, loc, codes[2], codes[3], together), inOrder);
}

namespace {
/// Names of what x86 calls the same in vectors of 128, 256 and 512 bits.
struct X86Names {
  StringRef toInteger, packWords, packSigned, packUnsigned;
};
} // namespace

static const X86Names *getX86Names(int64_t lanes) {
  static constexpr X86Names names128 = {"llvm.x86.sse2.cvtps2dq", "llvm.x86.sse2.packssdw.128",
                                        "llvm.x86.sse2.packsswb.128", "llvm.x86.sse2.packuswb.128"};
  static constexpr X86Names names256 = {"llvm.x86.avx.cvt.ps2dq.256", "llvm.x86.avx2.packssdw",
                                        "llvm.x86.avx2.packsswb", "llvm.x86.avx2.packuswb"};
  static constexpr X86Names names512 = {
      "llvm.x86.avx512.mask.cvtps2dq.512", "llvm.x86.avx512.packssdw.512",
      "llvm.x86.avx512.packsswb.512", "llvm.x86.avx512.packuswb.512"};
  switch (lanes) {
  case 4:
    return &names128;
  case 8:
    return &names256;
  case 16:
    return &names512;
  default:
    return nullptr;
  }
}

/// Conversion rounds half to even, and packing saturates: to 16 bits, and with the zero point to 8.
Value qcc::codegen::emitX86Narrow(OpBuilder &b, Location loc, NarrowOp op) {
  auto floats = cast<VectorType>(op.getFirst().getType());
  int64_t lanes = floats.getDimSize(0);
  const X86Names *names = getX86Names(lanes);
  if (!names)
    return emitGenericNarrow(b, loc, op);
  auto call = [&](StringRef name, Type type, ValueRange operands) {
    return LLVM::CallIntrinsicOp::create(b, loc, type, b.getStringAttr(name), operands)
        .getResults();
  };
  auto integers = floats.clone(b.getI32Type());
  auto convert = [&](Value x) -> Value {
    // What has no 32 bits becomes the least integer: right for small numbers, so only the large
    // ones are kept away from there. Anything that 16 bits do not hold will do.
    if (!op.getFits()) {
      constexpr double large = 65536;
      Value limit = emitConstant(b, loc, floats, large);
      Value isLarge = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, limit);
      x = arith::SelectOp::create(b, loc, isLarge, limit, x);
    }
    if (lanes != 16)
      return call(names->toInteger, integers, x);
    // All lanes, and rounding as the environment says.
    Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(integers));
    Value mask = arith::ConstantOp::create(b, loc, b.getI16IntegerAttr(-1));
    Value rounding = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(4));
    return call(names->toInteger, integers, {x, zeros, mask, rounding});
  };
  auto words = VectorType::get(2 * lanes, b.getI16Type());
  auto packWords = [&](Value l, Value r) -> Value {
    Value packed = call(names->packWords, words, {convert(l), convert(r)});
    if (op.getZeroPoint() == 0)
      return packed;
    Value zeroPoint =
        emitConstant(b, loc, words, static_cast<int64_t>(static_cast<int32_t>(op.getZeroPoint())));
    return call("llvm.sadd.sat", words, {packed, zeroPoint});
  };
  return call(op.getIsUnsigned() ? names->packUnsigned : names->packSigned, op.getType(),
              {packWords(op.getFirst(), op.getSecond()), packWords(op.getThird(), op.getFourth())});
}

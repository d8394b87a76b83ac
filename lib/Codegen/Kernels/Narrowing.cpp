//===- Narrowing.cpp - Floats become codes, four vectors at a time ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Narrowing.h"
#include "Elementwise.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Conversion/CNNToLinalg/FastArithmetic.h"
#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

std::optional<Narrowing> Narrowing::get(KernelLowering &lowering) {
  Value returned = getReturned(lowering.kernel);
  auto code = dyn_cast<IntegerType>(getElementTypeOrSelf(returned.getType()));
  if (!code || code.getWidth() != 8)
    return std::nullopt;
  Narrowing result(lowering, returned.getDefiningOp());
  result.isUnsigned = code.isUnsigned();
  if (auto op = returned.getDefiningOp<cnn::RequantizeOp>()) {
    result.zeroPoint = static_cast<int32_t>(op.getZeroPoint());
    result.range = {static_cast<int32_t>(op.getMin()), static_cast<int32_t>(op.getMax())};
    result.fits = op->hasAttr(kScaledFitsAttr);
    return result;
  }
  if (auto op = returned.getDefiningOp<cnn::QuantizeOp>()) {
    result.zeroPoint = static_cast<int32_t>(*op.getZeroPoint());
    result.range = {static_cast<int32_t>(*op.getMin()), static_cast<int32_t>(*op.getMax())};
    return result;
  }
  return std::nullopt;
}

bool Narrowing::paysOff(int64_t lanes) const {
  // Vectors of 128 bits and more.
  const TargetDescription &target = lowering.target;
  return target.saturatingPack && lanes >= 4 && lanes <= target.lanes();
}

FailureOr<Value> Narrowing::emitReals(ArrayRef<Value> position, int64_t lanes,
                                      const llvm::DenseMap<Value, Value> &known) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> emitted = emitElementwise(lowering, operand, position, lanes, known);
    if (failed(emitted))
      return failure();
    operands.push_back(*emitted);
  }
  if (auto quantize = dyn_cast<cnn::QuantizeOp>(op))
    return emitScaledOrdered(lowering.b, lowering.loc, operands[0],
                             quantize.getScale()->convertToFloat(), *quantize.getContract());
  Value scaled = emitScaled(lowering.b, lowering.loc, operands[0],
                            operands.size() > 2 ? operands[2] : Value(), operands[1]);
  return fits ? scaled : emitOrdered(lowering.b, lowering.loc, scaled);
}

Value Narrowing::emitCodes(Value reals) {
  return emitFastSaturate(lowering.b, lowering.loc, reals, zeroPoint, range,
                          getFloatBounds(lowering.target));
}

Value Narrowing::emitInterleavedCodes(ArrayRef<Value> reals) {
  OpBuilder &b = lowering.b;
  Location loc = lowering.loc;
  int64_t lanes = cast<VectorType>(reals.front().getType()).getDimSize(0);
  auto type = VectorType::get(4 * lanes, b.getI8Type());
  Value codes = NarrowOp::create(b, loc, type, reals[0], reals[1], reals[2], reals[3], zeroPoint,
                                 isUnsigned, fits);
  // Codes are compared with bounds of their own: four times as many are in a vector.
  auto bound = [&](int32_t value) {
    return emitConstant(b, loc, type, int64_t{static_cast<int8_t>(value)});
  };
  if (isUnsigned) {
    if (range.min > 0)
      codes = arith::MaxUIOp::create(b, loc, codes, bound(range.min));
    if (range.max < 255)
      codes = arith::MinUIOp::create(b, loc, codes, bound(range.max));
  } else {
    if (range.min > -128)
      codes = arith::MaxSIOp::create(b, loc, codes, bound(range.min));
    if (range.max < 127)
      codes = arith::MinSIOp::create(b, loc, codes, bound(range.max));
  }
  return codes;
}

Value Narrowing::emitCodesInOrder(ArrayRef<Value> reals) {
  Value codes = emitInterleavedCodes(reals);
  int64_t lanes = cast<VectorType>(reals.front().getType()).getDimSize(0);
  SmallVector<int64_t> order;
  for (int64_t q = 0; q < 4; ++q)
    for (int64_t i = 0; i < lanes; ++i)
      order.push_back(DepthwisePacking::channelOf(q, i));
  if (llvm::is_sorted(order))
    return codes;
  return vector::ShuffleOp::create(lowering.b, lowering.loc, codes, codes, order);
}

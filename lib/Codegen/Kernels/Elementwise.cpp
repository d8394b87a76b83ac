//===- Elementwise.cpp - Trees of elementwise operations on vectors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {

/// Emits a tree of operations for one vector of its result.
class ElementwiseEmitter {
public:
  ElementwiseEmitter(KernelLowering &lowering, ArrayRef<Value> position, int64_t lanes,
                     const llvm::DenseMap<Value, Value> &known)
      : lowering(lowering), b(lowering.b), loc(lowering.loc), position(position), lanes(lanes),
        vectors(known), bounds(getFloatBounds(lowering.target)) {}

  FailureOr<Value> emit(Value value);

private:
  Value load(TypedValue<MemRefType> buffer);
  Value emitOp(Operation *op, ValueRange args);
  Value emitOp(cnn::QuantizeOp op, ValueRange args);
  Value emitOp(cnn::DequantizeOp op, ValueRange args);
  Value emitOp(cnn::RequantizeOp op, ValueRange args);
  Value emitLookup(cnn::LookupOp op, Value codes);

  KernelLowering &lowering;
  OpBuilder &b;
  Location loc;
  ArrayRef<Value> position;
  int64_t lanes;
  /// What has been emitted, so that a value with two users is computed once.
  llvm::DenseMap<Value, Value> vectors;
  FloatBounds bounds;
};

} // namespace

static IntegerType codeType(Value value) {
  return cast<IntegerType>(getElementTypeOrSelf(value.getType()));
}

Value ElementwiseEmitter::load(TypedValue<MemRefType> buffer) {
  MemRefType type = buffer.getType();
  auto vector = VectorType::get(lanes, type.getElementType());
  SmallVector<Value> indices;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    indices.push_back(size == 1 ? arith::ConstantIndexOp::create(b, loc, 0).getResult()
                                : position[position.size() - type.getRank() + dim]);
  if (type.getRank() > 0 && type.getShape().back() != 1)
    return vector::LoadOp::create(b, loc, vector, buffer, indices);
  Value scalar = memref::LoadOp::create(b, loc, buffer, indices);
  return vector::BroadcastOp::create(b, loc, vector, scalar);
}

Value ElementwiseEmitter::emitOp(cnn::QuantizeOp op, ValueRange args) {
  CodeRange range = {static_cast<int32_t>(*op.getMin()), static_cast<int32_t>(*op.getMax())};
  return emitFastQuantize(b, loc, args[0], op.getScale()->convertToFloat(),
                          static_cast<int32_t>(*op.getZeroPoint()), range, *op.getContract(),
                          codeType(op.getOutput()), bounds);
}

Value ElementwiseEmitter::emitOp(cnn::DequantizeOp op, ValueRange args) {
  return emitDequantize(b, loc, args[0], op.getScale()->convertToFloat(),
                        static_cast<int32_t>(*op.getZeroPoint()), codeType(op.getInput()));
}

Value ElementwiseEmitter::emitOp(cnn::RequantizeOp op, ValueRange args) {
  CodeRange range = {static_cast<int32_t>(op.getMin()), static_cast<int32_t>(op.getMax())};
  return emitFastRequantize(b, loc, args[0], op.getBias() ? args[2] : Value(), args[1],
                            static_cast<int32_t>(op.getZeroPoint()), range,
                            codeType(op.getOutput()), bounds);
}

/// One load for each lane: gathers of bytes exist nowhere.
Value ElementwiseEmitter::emitLookup(cnn::LookupOp op, Value codes) {
  TypedValue<MemRefType> table = lowering.buffers.lookup(op.getTable());
  Type wide = withElement(codes.getType(), b.getI32Type());
  IntegerType code = codeType(op.getInput());
  Value offsets = emitExtend(b, loc, codes, code, b.getI32Type());
  if (!code.isUnsigned())
    offsets = arith::AddIOp::create(b, loc, offsets, emitConstant(b, loc, wide, int64_t{128}));
  SmallVector<Value> found;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value offset = vector::ExtractOp::create(b, loc, offsets, lane);
    Value index = arith::IndexCastUIOp::create(b, loc, b.getIndexType(), offset);
    found.push_back(memref::LoadOp::create(b, loc, table, index));
  }
  return vector::FromElementsOp::create(b, loc, cast<VectorType>(codes.getType()), found);
}

/// Null if `op` is not elementwise.
Value ElementwiseEmitter::emitOp(Operation *op, ValueRange args) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<cnn::QuantizeOp, cnn::DequantizeOp, cnn::RequantizeOp>(
          [&](auto typed) { return emitOp(typed, args); })
      .Case([&](FlipSignOp) -> Value {
        Value highest = emitConstant(b, loc, args[0].getType(), int64_t{-128});
        return arith::XOrIOp::create(b, loc, args[0], highest);
      })
      .Default([&](Operation *op) {
        return emitElement(b, loc, op, args,
                           [&](OpBuilder &b, Location loc, Value x, float lower, float upper) {
                             return emitFastClamp(b, loc, x, lower, upper, bounds);
                           });
      });
}

FailureOr<Value> ElementwiseEmitter::emit(Value value) {
  if (Value vector = vectors.lookup(value))
    return vector;
  Value vector;
  if (isa<BlockArgument>(value)) {
    vector = load(lowering.buffers.lookup(value));
  } else if (auto lookup = value.getDefiningOp<cnn::LookupOp>();
             lookup && isa<BlockArgument>(lookup.getTable())) {
    // The table is not one of the things that have an element for each of the result's.
    FailureOr<Value> codes = emit(lookup.getInput());
    if (failed(codes))
      return failure();
    vector = emitLookup(lookup, *codes);
  } else {
    Operation *op = value.getDefiningOp();
    SmallVector<Value> args;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> arg = emit(operand);
      if (failed(arg))
        return failure();
      args.push_back(*arg);
    }
    vector = emitOp(op, args);
    if (!vector)
      return op->emitOpError("is not elementwise: no part of an epilogue");
  }
  vectors[value] = vector;
  return vector;
}

FloatBounds qcc::codegen::getFloatBounds(const TargetDescription &target) {
  return target.floatMaximum ? FloatBounds::Maximum : FloatBounds::Select;
}

FailureOr<Value> qcc::codegen::emitElementwise(KernelLowering &lowering, Value value,
                                               ArrayRef<Value> position, int64_t lanes,
                                               const llvm::DenseMap<Value, Value> &known) {
  return ElementwiseEmitter(lowering, position, lanes, known).emit(value);
}

void qcc::codegen::emitStore(KernelLowering &lowering, Value vector, ArrayRef<Value> position) {
  vector::StoreOp::create(lowering.b, lowering.loc, vector, lowering.result, position);
}

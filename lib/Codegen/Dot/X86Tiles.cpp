//===- X86Tiles.cpp - The amx dialect as intrinsics of LLVM ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Here and not with the conversion to the LLVM dialect, because that one converts no loop that
// carries tiles: conversions of control flow do not know their type.
//
//===----------------------------------------------------------------------===//

#include "DotForms.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
class TileLowering {
public:
  explicit TileLowering(MLIRContext *context)
      : b(context), tileType(LLVM::LLVMX86AMXType::get(context)),
        pointer(LLVM::LLVMPointerType::get(context)) {}

  void run(Operation *root) {
    // Inside out or outside in: shapes are read from the old types, which loops keep until the end.
    SmallVector<Operation *> operations;
    root->walk([&](Operation *op) {
      if (isa_and_nonnull<amx::AMXDialect>(op->getDialect()))
        operations.push_back(op);
    });
    if (operations.empty())
      return;
    for (Operation *op : operations)
      for (Type type : op->getOperandTypes())
        if (auto tile = dyn_cast<amx::TileType>(type))
          shapes[op].push_back(tile);
    for (Operation *op : operations)
      lower(op); // what is used later is of the new type then
    root->walk([&](Operation *op) {
      for (Value result : op->getResults())
        retype(result);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          llvm::for_each(block.getArguments(), [&](Value argument) { retype(argument); });
    });
  }

private:
  void retype(Value value) {
    if (isa<amx::TileType>(value.getType()))
      value.setType(tileType);
  }

  void lower(Operation *op) {
    b.setInsertionPoint(op);
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](amx::TileZeroOp zero) {
          auto [rows, bytes] = getShape(zero.getTileType());
          call(op, "llvm.x86.tilezero.internal", {rows, bytes});
        })
        .Case([&](amx::TileLoadOp load) {
          auto [rows, bytes] = getShape(load.getTileType());
          call(op, "llvm.x86.tileloadd64.internal",
               {rows, bytes, getAddress(op, load.getBase(), load.getIndices().front()),
                getStride(op, load.getMemRefType(), load.getStride())});
        })
        .Case([&](amx::TileStoreOp store) {
          auto [rows, bytes] = getShape(shapes[op][0]);
          call(op, "llvm.x86.tilestored64.internal",
               {rows, bytes, getAddress(op, store.getBase(), store.getIndices().front()),
                getStride(op, store.getMemRefType(), store.getStride()),
                store.getValMutable().get()});
        })
        .Case([&](amx::TileMulIOp product) {
          auto [rows, depth] = getShape(shapes[op][0]);
          auto [sumRows, bytes] = getShape(shapes[op][2]);
          StringRef name =
              product.getIsZextLhs() ? "llvm.x86.tdpbusd.internal" : "llvm.x86.tdpbssd.internal";
          // Operands may have the new type already.
          call(op, name,
               {rows, bytes, depth, op->getOperand(2), op->getOperand(0), op->getOperand(1)});
        });
  }

  void call(Operation *op, StringRef name, ValueRange operands) {
    StringAttr intrinsic = b.getStringAttr(name);
    if (op->getNumResults() == 0)
      LLVM::CallIntrinsicOp::create(b, op->getLoc(), intrinsic, operands);
    else
      op->replaceAllUsesWith(
          LLVM::CallIntrinsicOp::create(b, op->getLoc(), tileType, intrinsic, operands)
              ->getResults());
    op->erase();
  }

  /// Rows, and bytes of a row.
  std::pair<Value, Value> getShape(amx::TileType type) {
    auto constant = [&](int64_t value) -> Value {
      return LLVM::ConstantOp::create(b, b.getUnknownLoc(), b.getI16Type(),
                                      b.getI16IntegerAttr(static_cast<int16_t>(value)));
    };
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    return {constant(type.getDimSize(0)), constant(type.getDimSize(1) * bytes)};
  }

  static int64_t getBytes(Value buffer) {
    return static_cast<int64_t>(cast<MemRefType>(buffer.getType()).getElementTypeBitWidth() / 8);
  }

  Value getAddress(Operation *op, Value buffer, Value index) {
    Location loc = op->getLoc();
    // Views that an emitter makes have their offset in their type.
    auto [strides, skip] = cast<MemRefType>(buffer.getType()).getStridesAndOffset();
    Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, loc, buffer);
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value bytes = b.createOrFold<arith::MulIOp>(loc, index, constant(getBytes(buffer)));
    bytes = b.createOrFold<arith::AddIOp>(loc, bytes, constant(skip * getBytes(buffer)));
    Value address = arith::AddIOp::create(b, loc, base, bytes);
    address = arith::IndexCastOp::create(b, loc, b.getI64Type(), address);
    return LLVM::IntToPtrOp::create(b, loc, pointer, address);
  }

  Value getStride(Operation *op, MemRefType type, Value elements) {
    auto size = static_cast<int64_t>(type.getElementTypeBitWidth() / 8);
    Value bytes = b.createOrFold<arith::MulIOp>(
        op->getLoc(), elements, arith::ConstantIndexOp::create(b, op->getLoc(), size));
    return arith::IndexCastOp::create(b, op->getLoc(), b.getI64Type(), bytes);
  }

  OpBuilder b;
  Type tileType, pointer;
  /// Of the operands that are tiles.
  llvm::DenseMap<Operation *, SmallVector<amx::TileType>> shapes;
};
} // namespace

void qcc::codegen::lowerTiles(Operation *root) { TileLowering(root->getContext()).run(root); }

//===- Entry.h - Functions through which a network is called ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_NETWORK_ENTRY_H
#define QCC_LIB_CODEGEN_NETWORK_ENTRY_H

#include "qcc/Dialect/Codegen/IR/CodegenOps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

namespace qcc::codegen {

/// What entries of a network are emitted from.
struct EntryBuilder {
  EntryBuilder(mlir::Location loc, ArenaAttr arena, mlir::Type size)
      : b(loc.getContext()), loc(loc), arena(arena), size(size),
        pointer(mlir::LLVM::LLVMPointerType::get(loc.getContext())), status(b.getI32Type()) {}

  mlir::Value constant(mlir::Type type, int64_t value) {
    return mlir::LLVM::ConstantOp::create(b, loc, type, b.getIntegerAttr(type, value));
  }
  mlir::Value equal(mlir::Value l, mlir::Value r) {
    return mlir::LLVM::ICmpOp::create(b, loc, mlir::LLVM::ICmpPredicate::eq, l, r);
  }
  mlir::Value isNull(mlir::Value address) {
    return equal(address, mlir::LLVM::ZeroOp::create(b, loc, pointer));
  }
  mlir::Value either(mlir::Value l, mlir::Value r) {
    return mlir::LLVM::OrOp::create(b, loc, l, r);
  }
  /// `address` and `bytes` behind it.
  mlir::Value advance(mlir::Value address, mlir::Value bytes) {
    return mlir::LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), address, bytes);
  }
  /// True for arguments that the network cannot run on: a null pointer, a workspace that is not
  /// aligned, a batch that is no multiple of a fixed one.
  mlir::Value isInvalid(mlir::ValueRange buffers, mlir::Value batch, mlir::Value workspace);

  mlir::OpBuilder b;
  mlir::Location loc;
  ArenaAttr arena;
  /// size_t, a pointer, and what entries return.
  mlir::Type size, pointer, status;
};

/// Writes behind `run`, which runs a network on any number of images,
///
///   i32 NAME(inputs..., results..., size_t batch, void *workspaces, size_t count,
///            void (*parallelFor)(void *context, void (*task)(void *, size_t), void *, size_t),
///            void *context)
///
/// which splits the batch between `count` tasks, each with a workspace of its own.
void emitParallelEntry(mlir::LLVM::LLVMFuncOp run, llvm::StringRef name, EntryAttr entry,
                       ArenaAttr arena, mlir::Type size);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_NETWORK_ENTRY_H

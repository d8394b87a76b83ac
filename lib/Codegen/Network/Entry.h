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

#include <array>

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

  /// A number of size_t as one of `type`, which is at least as wide.
  mlir::Value widen(mlir::Value value, mlir::Type type) {
    return value.getType() == type ? value
                                   : mlir::LLVM::ZExtOp::create(b, loc, type, value).getResult();
  }
  mlir::Value getField(mlir::LLVM::LLVMStructType type, mlir::Value address, size_t index) {
    return mlir::LLVM::GEPOp::create(
        b, loc, pointer, type, address,
        llvm::ArrayRef<mlir::LLVM::GEPArg>{0, static_cast<int32_t>(index)});
  }
  /// What a function that shares kernels is told of the caller's threads: parallelFor, context and
  /// the number of parts.
  std::array<mlir::Type, 3> getSharedTypes() const { return {pointer, pointer, size}; }
  /// parallelFor(context, task, argument, tasks)
  void emitParallelFor(mlir::Value parallelFor, mlir::Value context, mlir::LLVM::LLVMFuncOp task,
                       mlir::Value argument, mlir::Value tasks);

  mlir::OpBuilder b;
  mlir::Location loc;
  ArenaAttr arena;
  /// size_t, a pointer, and what entries return.
  mlir::Type size, pointer, status;
};

/// Writes a copy of `block`, which runs a network on one block of images, that is told of the
/// caller's threads, too, and lets them share each kernel that is split; null if there is none.
mlir::LLVM::LLVMFuncOp emitSharedBlock(mlir::LLVM::LLVMFuncOp block, ArenaAttr arena,
                                       mlir::Type size);

/// Writes behind `run`, which runs a network on any number of images,
///
///   i32 NAME(inputs..., results..., size_t batch, void *workspaces, size_t count,
///            void (*parallelFor)(void *context, void (*task)(void *, size_t), void *, size_t),
///            void *context)
///
/// which splits the batch between `count` tasks, each with a workspace of its own. Where there are
/// at most half as many blocks of images as that, it is `shared`, if not null, that runs all
/// images: (inputs..., results..., batch, workspace, parallelFor, context, parts).
void emitParallelEntry(mlir::LLVM::LLVMFuncOp run, mlir::LLVM::LLVMFuncOp shared,
                       llvm::StringRef name, EntryAttr entry, ArenaAttr arena, mlir::Type size);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_NETWORK_ENTRY_H

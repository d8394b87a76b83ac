//===- DotForms.h - What codegen.dot is on each instruction set ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each way to add four products, all of this form: what replaces one dot whose
// vectors are the target's (or narrower ones).
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_DOT_DOTFORMS_H
#define QCC_LIB_CODEGEN_DOT_DOTFORMS_H

#include "qcc/Dialect/Codegen/IR/CodegenOps.h"

#include "mlir/IR/Builders.h"

namespace qcc::codegen {

/// The parts of a codegen.dot.
struct Dot {
  mlir::Value accumulators, activations, weights;
  bool isUnsigned, pairFits;

  /// True if each lane has activations of its own; else all have the same four.
  bool ofLanes() const { return activations.getType() == weights.getType(); }
  int64_t lanes() const {
    return mlir::cast<mlir::VectorType>(accumulators.getType()).getDimSize(0);
  }
};

/// Vector arithmetic that every target has, independent of byte order.
mlir::Value emitGenericDot(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// AVX2: vpmaddwd on the even and on the odd bytes, or vpmaddubsw where pairs fit.
mlir::Value emitVpmaddwdDot(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// VNNI: vpdpbusd, of unsigned activations only.
mlir::Value emitVpdpbusdDot(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// Two products of 16 bits for each lane: on AVX2 and before it, and on any target.
mlir::Value emitVpmaddwdPairs(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);
mlir::Value emitGenericPairs(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// AArch64 NEON: smull and pairwise additions; of signed activations only.
mlir::Value emitSmullSadalp(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// AArch64 dotprod: sdot, of signed activations only.
mlir::Value emitSdot(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// AArch64 i8mm: usdot, or sdot of signed activations.
mlir::Value emitUsdot(mlir::OpBuilder &b, mlir::Location loc, const Dot &dot);

/// What replaces a codegen.block_dot: usmmla or smmla, and what any target has.
mlir::Value emitMmla(mlir::OpBuilder &b, mlir::Location loc, BlockDotOp op);
mlir::Value emitGenericBlockDot(mlir::OpBuilder &b, mlir::Location loc, BlockDotOp op);

/// What replaces a codegen.narrow, on any target and on x86.
mlir::Value emitGenericNarrow(mlir::OpBuilder &b, mlir::Location loc, NarrowOp op);
mlir::Value emitX86Narrow(mlir::OpBuilder &b, mlir::Location loc, NarrowOp op);

/// Operations of the amx dialect inside of `root`, each on a one-dimensional buffer with a stride,
/// as intrinsics. Values that are tiles, those that loops carry too, get LLVM's type of them.
void lowerTiles(mlir::Operation *root);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_DOT_DOTFORMS_H

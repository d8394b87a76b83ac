//===- CodegenOps.h - The codegen dialect: decisions about machine code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CODEGEN_IR_CODEGENOPS_H
#define QCC_DIALECT_CODEGEN_IR_CODEGENOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "qcc/Dialect/Codegen/IR/CodegenDialect.h.inc"

#include "qcc/Dialect/Codegen/IR/CodegenEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "qcc/Dialect/Codegen/IR/CodegenAttributes.h.inc"

#define GET_OP_CLASSES
#include "qcc/Dialect/Codegen/IR/CodegenOps.h.inc"

namespace qcc::codegen {

// Names of the dialect's discardable attributes; see the dialect's description.
inline constexpr llvm::StringLiteral kTargetAttr = "codegen.target";
inline constexpr llvm::StringLiteral kTunedAttr = "codegen.tuned";
inline constexpr llvm::StringLiteral kArenaAttr = "codegen.arena";
inline constexpr llvm::StringLiteral kEntryAttr = "codegen.entry";
inline constexpr llvm::StringLiteral kOffsetAttr = "codegen.offset";
inline constexpr llvm::StringLiteral kWholeBlockAttr = "codegen.whole_block";
inline constexpr llvm::StringLiteral kKernelAttr = "codegen.kernel";
inline constexpr llvm::StringLiteral kConstantAttr = "codegen.constant";
inline constexpr llvm::StringLiteral kScaledFitsAttr = "codegen.scaled_fits";
inline constexpr llvm::StringLiteral kStrategyAttr = "codegen.strategy";
inline constexpr llvm::StringLiteral kBufferAttr = "codegen.buffer";
inline constexpr llvm::StringLiteral kSplitAttr = "codegen.split";
inline constexpr llvm::StringLiteral kStreamAttr = "codegen.stream";

/// Output channels in a block of `dot`-packed weights, whatever the target: the lanes of the widest
/// vectors, and the columns of a matrix tile.
inline constexpr int64_t kChannelBlock = 16;

/// Rows and columns of positions of a tile of F(2x2, 3x3).
inline constexpr int64_t kWinogradTile = 2;

/// Products of a tile of F(2x2, 3x3): the elements of a transformed 4x4 tile.
inline constexpr int64_t kWinogradPoints = 16;

/// Codes of the depth in one row of a matrix unit's tile: 16 steps of four.
inline constexpr int64_t kMatrixDepth = 64;

/// Of buffers in the arena and of the workspace, in bytes: a cache line, and the widest vector.
inline constexpr int64_t kArenaAlignment = 64;

/// The most images that a block has.
inline constexpr int64_t kMaxImages = 64;

} // namespace qcc::codegen

#endif // QCC_DIALECT_CODEGEN_IR_CODEGENOPS_H

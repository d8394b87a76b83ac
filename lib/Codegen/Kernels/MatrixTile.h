//===- MatrixTile.h - Tiles of a matrix unit over the whole depth ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The inner loops: what some tiles of positions and blocks of channels accumulate. The operations
// are those of MLIR's amx dialect; qcc-lower-dot makes instructions of them.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_MATRIXTILE_H
#define QCC_LIB_CODEGEN_KERNELS_MATRIXTILE_H

#include "ContractionTile.h"

namespace qcc::codegen {

struct MatrixTile {
  /// Where the first position of the first tile starts in the input.
  mlir::Value base;
  /// Each tile's distance from there, and from one position of a tile to the next, in elements.
  llvm::SmallVector<int64_t> tiles;
  int64_t stride = 0;
  /// Positions of a tile.
  int64_t rows = 0;
  /// Where the weights of each block of channels start.
  llvm::SmallVector<mlir::Value> weights;
  /// Of another layer.
  std::optional<WeightFetch> fetch;

  /// Sums of one tile and one block of channels.
  int64_t elements() const { return rows * kChannelBlock; }
  /// Where the sums of a position begin in the scratch.
  int64_t getOffset(int64_t tile, int64_t block, int64_t row) const {
    return ((tile * static_cast<int64_t>(weights.size()) + block) * rows + row) * kChannelBlock;
  }
};

/// Writes the sums to `scratch`, a one-dimensional buffer of i32; see MatrixTile::getOffset. They
/// do not contain the bias.
void emitMatrixTile(KernelLowering &lowering, const ContractionOperands &operands,
                    const MatrixTile &tile, mlir::Value scratch);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_MATRIXTILE_H

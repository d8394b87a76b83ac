//===- Split.h - Which kernels threads share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Images of a large batch are split between threads as they are. Where there are at most half as
// many blocks of images as threads, the threads share each kernel that is long enough. All here are
// pure functions.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_SPLIT_H
#define QCC_CODEGEN_SPLIT_H

#include "qcc/Codegen/ContractionShape.h"

namespace qcc::codegen {

/// How many blocks of positions and of channels a strategy makes of one image's result: what can
/// be shared. 1 where a kernel of its kind is not split along a dimension.
struct SplitBlocks {
  int64_t positions = 1, channels = 1;

  static SplitBlocks get(mlir::func::FuncOp kernel, mlir::Attribute strategy);
};

/// The dimension of tiles that has more blocks: 0 for rows, 1 for columns.
unsigned getSplitTiles(const ContractionShape &shape, WinogradAttr strategy);

/// Cycles that one thread takes for one image, roughly: the products at half of the rate of the
/// target's instructions, or the weights at 16 bytes a cycle, if that is more. 0 for kernels that
/// are not split at all.
double estimateCycles(mlir::func::FuncOp kernel, mlir::Attribute strategy,
                      const TargetDescription &target);

/// The dimension along which threads share a kernel; nothing for one that takes less than
/// `leastCycles` or cannot be split. The dimension of the outer loop, unless that has few blocks
/// and the other has more.
std::optional<SplitDimension> chooseSplit(mlir::func::FuncOp kernel, mlir::Attribute strategy,
                                          const TargetDescription &target, int64_t leastCycles);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_SPLIT_H

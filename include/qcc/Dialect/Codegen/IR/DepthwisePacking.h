//===- DepthwisePacking.h - Where packed depthwise weights lie ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One reading of the packing `tap_rows` for those that need it: its verifier, who packs and who
// reads the weights.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CODEGEN_IR_DEPTHWISEPACKING_H
#define QCC_DIALECT_CODEGEN_IR_DEPTHWISEPACKING_H

#include "qcc/Dialect/Codegen/IR/CodegenOps.h"

namespace qcc::codegen {

/// Taps that one step of a dot product takes.
constexpr int64_t kDepthwiseTaps = 4;
/// The channels within which quarters of a block take turns: their codes are 16 bytes.
constexpr int64_t kDepthwiseUnit = 16;

struct DepthwisePacking {
  int64_t channels = 1, height = 1, width = 1;
  /// Rows of the result that are computed at once, and channels in a block.
  int64_t rows = 1, block = kDepthwiseUnit;

  static DepthwisePacking get(UnpackOp op);

  int64_t wholeBlocks() const { return channels / block; }
  /// The size of the block of the channels that are left: the least power of two that holds them,
  /// of whole units; 0 if none are left.
  int64_t lastBlock() const;
  /// Groups of four rows of the input that `count` rows of the result read.
  int64_t groups(int64_t count) const {
    return llvm::divideCeil(height + count - 1, kDepthwiseTaps);
  }
  /// True if any row of taps of row `row` of the result lies in `group`.
  bool hasTaps(int64_t row, int64_t group) const;

  /// [rows, KW, groups, channels in blocks, 4]
  llvm::SmallVector<int64_t> shape() const;
  /// Bytes of the last two dimensions, and the number among all such of the one for a row of the
  /// result, a column of taps and a group.
  int64_t vectorSize() const;
  int64_t vectorOf(int64_t row, int64_t column, int64_t group) const;
  /// Where the weight of tap (`y`, `x`) of `channel` lies for a row of the result.
  int64_t indexOf(int64_t channel, int64_t row, int64_t y, int64_t x) const;

  /// The channel, counted from a block's first, of element `i` of one of the block's four quarters.
  static int64_t channelOf(int64_t quarter, int64_t i) {
    return i / 4 * kDepthwiseUnit + 4 * quarter + i % 4;
  }
};

} // namespace qcc::codegen

#endif // QCC_DIALECT_CODEGEN_IR_DEPTHWISEPACKING_H

//===- Window.h - Sliding windows of convolutions and pools ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_WINDOW_H
#define QCC_DIALECT_CNN_IR_WINDOW_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include <array>

namespace qcc::cnn {

/// A 2-D sliding window: sizes as [height, width], padding as [top, bottom, left, right].
struct Window2D {
  std::array<int64_t, 2> kernel = {1, 1}, strides = {1, 1}, dilations = {1, 1};
  std::array<int64_t, 4> padding = {0, 0, 0, 0};

  static Window2D get(Conv2DOp op);
  static Window2D get(MaxPool2DOp op);
  static Window2D get(AvgPool2DOp op);
  static Window2D get(SumPool2DOp op);

  /// What the window covers from its first to its last tap, along dimension `dim` (0 height, 1
  /// width); the largest number there is if it does not fit into 64 bits.
  int64_t extent(unsigned dim) const;

  /// How many windows fit along `dim` of an image of `size`, or nothing if not even one does. Never
  /// overflows for sizes below 2^31.
  std::optional<int64_t> outputSize(unsigned dim, int64_t size) const;
};

/// For an average pool, the number of positions that each window's mean divides by, row-major [OH,
/// OW]; positions in the image extended by `counted` [top, bottom, left, right].
llvm::SmallVector<int64_t> averagePoolCounts(const Window2D &window, int64_t height, int64_t width,
                                             int64_t outHeight, int64_t outWidth,
                                             llvm::ArrayRef<int64_t> counted);

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_IR_WINDOW_H

//===- AccumulatorBounds.h - What the accumulators of integer layers stay within ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_TRANSFORMS_ACCUMULATORBOUNDS_H
#define QCC_DIALECT_CNN_TRANSFORMS_ACCUMULATORBOUNDS_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Quantization/QuantMath.h"

namespace qcc::cnn {

struct AccumulatorBounds {
  /// Of every partial sum, in every order of summation, the bias included.
  CodeRange accumulator = {0, 0};
  /// Of every sum of the products at depths 2j and 2j+1.
  CodeRange pair = {0, 0};
  /// Of every product and of every sum of two neighbours', at whatever depth.
  CodeRange everyPair = {0, 0};
};

/// Bounds of sum x[i] * w[i] + bias over each of the rows of `weights` ([channels, depth],
/// row-major), for any codes x in `input`. Each product lies between the products with the ends of
/// `input`; a partial sum is least when it takes all negative products and no positive one. `bias`
/// is empty or has one element per channel.
AccumulatorBounds boundAccumulators(llvm::ArrayRef<int64_t> weights, size_t channels,
                                    llvm::ArrayRef<int64_t> bias, CodeRange input);

/// The codes that `value` can hold, as far as what defines it says: bounds of a requantization, a
/// quantization or a clamp, handed through by layers that move codes; else all codes of its type.
CodeRange getValueRange(mlir::Value value);

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_TRANSFORMS_ACCUMULATORBOUNDS_H

//===- Stream.h - Linear layers whose weights arrive early ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linear layer reads each weight once for one image: it waits for a cache. The convolution before
// it multiplies and hardly reads. A convolution that fetches the weights, and calls the linear
// layer for every few rows that it has ended, hides most of the waiting.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_STREAM_H
#define QCC_CODEGEN_STREAM_H

#include "qcc/Codegen/Kernel.h"

namespace qcc::codegen {

/// The strategy of the parts of `linear`, which reads what `convolution` returns and nothing else
/// but constants; null if the two do not go together:
///   - the convolution, of one group, must compute whole rows of an image one after the other, in
///     tiles of vectors or of a matrix unit, and at least two blocks of them;
///   - the linear layer must have at least `leastBytes` of weights, packed as `dot`, and more than
///     one block of the depth. Sums of floats must be added in the order in which its own strategy
///     adds them, which takes blocks of the depth outermost then;
///   - the target must add a product in one instruction: elsewhere weights arrive in time.
/// Both are kernels with strategies and packed weights.
ContractionAttr chooseStream(mlir::func::FuncOp convolution, mlir::func::FuncOp linear,
                             const TargetDescription &target, int64_t leastBytes);

} // namespace qcc::codegen

#endif // QCC_CODEGEN_STREAM_H

//===- MatrixStrategy.h - Choosing #codegen.matrix ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_MATRIXSTRATEGY_H
#define QCC_LIB_CODEGEN_STRATEGY_MATRIXSTRATEGY_H

#include "qcc/Codegen/ContractionShape.h"

namespace qcc::codegen {

/// The best strategy for the matrix unit of `target`, for codes in one group; null if an image (of
/// a linear layer: a tile of images) would take it more than `cycles`, which is what it takes with
/// `vectors`.
MatrixAttr chooseMatrix(const ContractionShape &shape, const TargetDescription &target,
                        ContractionAttr vectors, double cycles);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_MATRIXSTRATEGY_H

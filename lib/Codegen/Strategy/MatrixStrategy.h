//===- MatrixStrategy.h - Choosing #codegen.matrix ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_MATRIXSTRATEGY_H
#define QCC_LIB_CODEGEN_STRATEGY_MATRIXSTRATEGY_H

#include "qcc/Codegen/ContractionShape.h"
#include "qcc/Codegen/Strategy.h"

namespace qcc::codegen {

/// True if the positions of an image can be one row: each reads what is at its own place.
bool canBeFlat(const ContractionShape &shape);

/// Strategies for the matrix unit of `target`, for codes in one group; empty if there is none for
/// the shape. Costs are cycles of an image, or of a linear layer's tile of images. `vectors` is
/// what the kernel would take without the unit.
StrategyRanking rankMatrix(const ContractionShape &shape, const TargetDescription &target,
                           ContractionAttr vectors, unsigned count);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_MATRIXSTRATEGY_H

//===- WinogradStrategy.h - When and how a 3x3 convolution takes F(2x2, 3x3) ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_WINOGRADSTRATEGY_H
#define QCC_LIB_CODEGEN_STRATEGY_WINOGRADSTRATEGY_H

#include "qcc/Codegen/ContractionShape.h"
#include "qcc/Codegen/Strategy.h"

namespace qcc::codegen {

/// Whether the form exists for the shape, is exact, and suits the target's instructions.
bool takesWinograd(const ContractionShape &shape, const TargetDescription &target);

/// Tiles of a block whose transformed codes and sums the stack may hold.
int64_t getMostWinogradTiles(const ContractionShape &shape);

/// Empty where the direct form is better: where the target adds four products of codes by one
/// instruction, where the form does not exist or might overflow, or transformed weights would be
/// large.
StrategyRanking rankWinograd(const ContractionShape &shape, const TargetDescription &target,
                             unsigned count);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_WINOGRADSTRATEGY_H

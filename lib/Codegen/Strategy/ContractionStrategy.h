//===- ContractionStrategy.h - What strategies of contractions may say ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_CONTRACTIONSTRATEGY_H
#define QCC_LIB_CODEGEN_STRATEGY_CONTRACTIONSTRATEGY_H

#include "qcc/Codegen/ContractionShape.h"

namespace qcc::codegen {

/// True if a linear layer may take blocks of its depth in the outermost loop: if its tiles, of
/// `channels` each, are several and whole blocks of packed weights, and the sums of a block of
/// images do not take too much stack.
bool canBeDepthOuter(const ContractionShape &shape, int64_t channels);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_CONTRACTIONSTRATEGY_H

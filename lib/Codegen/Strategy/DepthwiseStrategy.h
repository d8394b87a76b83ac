//===- DepthwiseStrategy.h - Choosing #codegen.depthwise ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_STRATEGY_DEPTHWISESTRATEGY_H
#define QCC_LIB_CODEGEN_STRATEGY_DEPTHWISESTRATEGY_H

#include "qcc/Codegen/Strategy.h"

namespace qcc::codegen {

/// Whether dot products of four rows of taps exist for a convolution of codes, and pay: where the
/// target adds four products in one instruction.
bool hasDepthwiseDot(cnn::Conv2DOp root, const TargetDescription &target);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_STRATEGY_DEPTHWISESTRATEGY_H

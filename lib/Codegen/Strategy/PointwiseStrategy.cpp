//===- PointwiseStrategy.cpp - Vectors of elementwise kernels ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Coverage.h"
#include "qcc/Codegen/Strategy.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

StrategyRanking qcc::codegen::rankPointwise(func::FuncOp kernel, const TargetDescription &target,
                                            unsigned count, std::string &reason) {
  if (!isVectorizable(kernel, nullptr, reason))
    return {};
  // Enough vectors of 32 bits in one step that codes fill a register, but few where many
  // intermediate values live at once.
  bool hasCodes = llvm::any_of(
      kernel.getArguments(), [](BlockArgument argument) { return getElementWidth(argument) == 8; });
  hasCodes |= getElementWidth(getReturned(kernel)) == 8;
  int64_t lanes = hasCodes ? target.vectorBytes : 2 * target.lanes();
  kernel.walk([&](Operation *op) {
    if (isa<cnn::SigmoidOp>(op))
      lanes = target.lanes();
    if (isa<cnn::LookupOp>(op))
      lanes = std::min<int64_t>(lanes, 16);
  });
  return rankLanes<PointwiseAttr>(kernel.getContext(), lanes, target, count);
}

//===- WindowStrategy.cpp - Vectors of pools ---*- C++ -*-===//
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

StrategyRanking qcc::codegen::rankWindow(func::FuncOp kernel, const TargetDescription &target,
                                         unsigned count, std::string &reason) {
  Operation *root = getRoot(kernel);
  if (!isVectorizable(kernel, root, reason))
    return {};
  // Codes fill a register, as they are read or as they are written; sums of floats are two chains
  // of additions.
  bool hasCodes =
      getElementWidth(root->getOperand(0)) == 8 || getElementWidth(getReturned(kernel)) == 8;
  return rankLanes<WindowAttr>(kernel.getContext(),
                               hasCodes ? target.vectorBytes : 2 * target.lanes(), target, count);
}

//===- CopyStrategy.cpp - Kernels that move elements ---*- C++ -*-===//
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

StrategyRanking qcc::codegen::rankCopy(func::FuncOp kernel, const TargetDescription &target,
                                       std::string &reason) {
  Operation *root = getRoot(kernel);
  if (!isVectorizable(kernel, root, reason))
    return {};
  if (root && !llvm::all_of(root->getOperands(), llvm::IsaPred<BlockArgument>)) {
    reason = "an input of " + root->getName().getStringRef().str() + " is computed";
    return {};
  }
  auto concat = dyn_cast_or_null<cnn::ConcatOp>(root);
  auto pad = dyn_cast_or_null<cnn::PadOp>(root);
  auto transpose = dyn_cast_or_null<cnn::TransposeOp>(root);
  if ((transpose && transpose.getPermutation()[0] != 0) || (concat && concat.getAxis() == 0) ||
      (pad && (pad.getLow()[0] != 0 || pad.getHigh()[0] != 0))) {
    reason = root->getName().getStringRef().str() + " changes the batch";
    return {};
  }
  return {{CopyAttr::get(kernel.getContext(), /*inPlace=*/false)}};
}

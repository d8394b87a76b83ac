//===- Coverage.cpp - What every vectorized kernel needs ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Coverage.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

unsigned qcc::codegen::getElementWidth(Value value) {
  return getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
}

bool qcc::codegen::isVectorizable(func::FuncOp kernel, Operation *root, std::string &reason) {
  auto result = cast<RankedTensorType>(getReturned(kernel).getType());
  if (result.getRank() < 2) {
    reason = "the result has no dimension besides the batch";
    return false;
  }
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (isa<UnpackOp, FlipSignOp>(op))
      continue;
    auto lookup = dyn_cast<cnn::LookupOp>(op);
    if (lookup && !isa<BlockArgument>(lookup.getTable())) {
      reason = "the table of a lookup is computed";
      return false;
    }
    if (&op != root && !isElementwise(&op)) {
      reason = ("the epilogue has " + op.getName().getStringRef()).str();
      return false;
    }
    if (&op == root && !isa<BlockArgument>(op.getOperand(0))) {
      reason = ("the input of " + op.getName().getStringRef() + " is computed").str();
      return false;
    }
  }
  return true;
}

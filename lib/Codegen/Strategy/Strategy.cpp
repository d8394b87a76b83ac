//===- Strategy.cpp - Choosing how a kernel is vectorized and blocked ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Strategy.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

Attribute qcc::codegen::chooseStrategy(func::FuncOp kernel, const TargetDescription &target) {
  MLIRContext *context = kernel.getContext();
  std::string reason;
  Operation *root = getRoot(kernel);
  Attribute chosen;
  if (!root && !kernel.getBody().front().without_terminator().empty()) {
    chosen = choosePointwise(kernel, target, reason);
  } else if (!root || isa<cnn::ConcatOp, cnn::PadOp, cnn::TransposeOp>(root)) {
    chosen = chooseCopy(kernel, target, reason);
  } else if (auto conv = dyn_cast<cnn::Conv2DOp>(root)) {
    chosen = isDepthwise(conv) ? chooseDepthwise(kernel, target, reason)
                               : chooseContraction(kernel, target, reason);
  } else if (isa<cnn::LinearOp>(root)) {
    chosen = chooseContraction(kernel, target, reason);
  } else if (isa<cnn::MaxPool2DOp, cnn::SumPool2DOp, cnn::AvgPool2DOp, cnn::GlobalAvgPoolOp>(
                 root)) {
    chosen = chooseWindow(kernel, target, reason);
  } else {
    reason = (root->getName().getStringRef() + " has no optimized lowering").str();
  }
  return chosen ? chosen : ReferenceAttr::get(context, StringAttr::get(context, reason));
}

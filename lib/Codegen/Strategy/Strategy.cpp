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

StrategyRanking qcc::codegen::rankStrategies(func::FuncOp kernel, const TargetDescription &target,
                                             unsigned count) {
  MLIRContext *context = kernel.getContext();
  std::string reason;
  Operation *root = getRoot(kernel);
  StrategyRanking ranking;
  if (!root && !kernel.getBody().front().without_terminator().empty()) {
    ranking = rankPointwise(kernel, target, count, reason);
  } else if (!root || isa<cnn::ConcatOp, cnn::PadOp, cnn::TransposeOp>(root)) {
    ranking = rankCopy(kernel, target, reason);
  } else if (auto conv = dyn_cast<cnn::Conv2DOp>(root)) {
    ranking = isDepthwise(conv) ? rankDepthwise(kernel, target, count, reason)
                                : rankContraction(kernel, target, count, reason);
  } else if (isa<cnn::LinearOp>(root)) {
    ranking = rankContraction(kernel, target, count, reason);
  } else if (isa<cnn::MaxPool2DOp, cnn::SumPool2DOp, cnn::AvgPool2DOp, cnn::GlobalAvgPoolOp>(
                 root)) {
    ranking = rankWindow(kernel, target, count, reason);
  } else {
    reason = (root->getName().getStringRef() + " has no optimized lowering").str();
  }
  if (ranking.empty())
    ranking.push_back({ReferenceAttr::get(context, StringAttr::get(context, reason))});
  return ranking;
}

Attribute qcc::codegen::chooseStrategy(func::FuncOp kernel, const TargetDescription &target) {
  return rankStrategies(kernel, target, /*count=*/1).front().strategy;
}

//===- SplitKernels.cpp - qcc-split-kernels ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Passes.h"
#include "qcc/Codegen/Split.h"

#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_SPLITKERNELS
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct SplitKernelsPass : qcc::codegen::impl::SplitKernelsBase<SplitKernelsPass> {
  using SplitKernelsBase::SplitKernelsBase;

  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      Attribute strategy = kernel->getAttr(kStrategyAttr);
      if (!isKernel(kernel) || !strategy || kernel->hasAttr(kSplitAttr))
        continue;
      if (auto dimension = chooseSplit(kernel, strategy, *target->description, leastCycles))
        kernel->setAttr(kSplitAttr, SplitDimensionAttr::get(&getContext(), *dimension));
    }
  }
};
} // namespace

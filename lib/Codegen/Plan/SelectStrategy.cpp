//===- SelectStrategy.cpp - qcc-select-strategy ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Passes.h"
#include "qcc/Codegen/Strategy.h"
#include "qcc/Codegen/TunedStrategies.h"

#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_SELECTSTRATEGY
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct SelectStrategyPass : qcc::codegen::impl::SelectStrategyBase<SelectStrategyPass> {
  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!isKernel(kernel))
        continue;
      Attribute strategy = getGiven(kernel, target->description->isa);
      // Where weights are packed, the strategy has been acted on.
      bool isPacked = !kernel.getOps<UnpackOp>().empty();
      if (strategy && !isPacked && failed(verifyStrategy(kernel, strategy, *target->description)))
        return signalPassFailure();
      if (kernel->hasAttr(kStrategyAttr))
        continue;
      if (!strategy)
        strategy = chooseStrategy(kernel, *target->description);
      kernel->setAttr(kStrategyAttr, strategy);
      if (auto reference = dyn_cast<ReferenceAttr>(strategy))
        kernel.emitRemark("'") << kernel.getName() << "' takes the reference lowering: "
                               << reference.getReason().getValue();
    }
  }

  /// What the kernel has already, or what was measured for it; null if neither.
  Attribute getGiven(func::FuncOp kernel, StringRef isa) {
    if (Attribute strategy = kernel->getAttr(kStrategyAttr))
      return strategy;
    if (!getOperation()->hasAttr(kTunedAttr))
      return {};
    return getTunedStrategy(getOperation(), isa, getKernelKey(kernel));
  }
};
} // namespace

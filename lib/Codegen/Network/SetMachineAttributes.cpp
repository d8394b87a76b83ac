//===- SetMachineAttributes.cpp - qcc-set-machine-attributes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MachineAttributes.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_SETMACHINEATTRIBUTES
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

bool qcc::codegen::isEntry(LLVM::LLVMFuncOp function) {
  return !function.isExternal() && function->hasAttr(kArenaAttr) && !function->hasAttr(kEntryAttr);
}

void qcc::codegen::setMachineAttributes(LLVM::LLVMFuncOp function, const Target &target,
                                        bool baseline) {
  MLIRContext *context = function.getContext();
  Builder b(context);
  function.setNoUnwind(true);
  // Else a loop that clears memory becomes a call of memset.
  function.setPassthroughAttr(b.getArrayAttr({b.getStringAttr("no-builtins")}));
  if (StringRef cpu = target.getBaselineCPU(); !cpu.empty())
    function.setTargetCpu(cpu);
  std::string features = baseline ? target.getBaselineFeatures().str() : target.getFeatures();
  function.setTargetFeaturesAttr(LLVM::TargetFeaturesAttr::get(context, features));
  if (baseline)
    return;
  if (StringRef tune = target.description->tuneCPU; !tune.empty())
    function.setTuneCpu(tune);
  // A CPU that LLVM schedules for may prefer narrower vectors than the kernels are written in.
  if (target.description->arch != llvm::Triple::UnknownArch)
    function.setPreferVectorWidth(std::to_string(target.description->vectorBytes * 8));
}

/// The conversion from control flow leaves it on the branch, where the translation to LLVM IR does
/// not look.
static void setLoopAnnotation(LLVM::BrOp branch) {
  if (auto annotation = branch->getAttrOfType<LLVM::LoopAnnotationAttr>(kLoopAnnotationAttr)) {
    branch->removeDiscardableAttr(kLoopAnnotationAttr);
    branch.setLoopAnnotationAttr(annotation);
  }
}

namespace {
struct SetMachineAttributesPass
    : qcc::codegen::impl::SetMachineAttributesBase<SetMachineAttributesPass> {
  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      if (!function.isExternal())
        setMachineAttributes(function, *target, /*baseline=*/isEntry(function));
    getOperation().walk(setLoopAnnotation);
  }
};
} // namespace

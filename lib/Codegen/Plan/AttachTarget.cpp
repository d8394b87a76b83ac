//===- AttachTarget.cpp - qcc-attach-target ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Passes.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Target/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_ATTACHTARGET
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct AttachTargetPass : qcc::codegen::impl::AttachTargetBase<AttachTargetPass> {
  using AttachTargetBase::AttachTargetBase;

  void runOnOperation() override {
    auto target = resolveTarget(triple, isa);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    auto string = [&](StringRef text) { return StringAttr::get(&getContext(), text); };
    getOperation()->setAttr(kTargetAttr,
                            TargetAttr::get(&getContext(), string(target->triple.str()),
                                            string(target->description->isa)));
  }
};
} // namespace

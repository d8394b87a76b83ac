//===- PlanMemory.cpp - qcc-plan-memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_PLANMEMORY
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct PlanMemoryPass : qcc::codegen::impl::PlanMemoryBase<PlanMemoryPass> {
  using PlanMemoryBase::PlanMemoryBase;
  void runOnOperation() override {
    getOperation().emitError("not there yet");
    signalPassFailure();
  }
};
} // namespace

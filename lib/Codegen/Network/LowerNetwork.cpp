//===- LowerNetwork.cpp - qcc-lower-network ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_LOWERNETWORK
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct LowerNetworkPass : qcc::codegen::impl::LowerNetworkBase<LowerNetworkPass> {
  using LowerNetworkBase::LowerNetworkBase;
  void runOnOperation() override {
    getOperation().emitError("not there yet");
    signalPassFailure();
  }
};
} // namespace

//===- EmitCInterface.cpp - The pass qcc-emit-c-interface ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace qcc {
#define GEN_PASS_DEF_EMITCINTERFACE
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;

namespace {

struct EmitCInterface : qcc::impl::EmitCInterfaceBase<EmitCInterface> {
  void runOnOperation() override {
    getOperation()->walk([](func::FuncOp function) {
      if (function.isPublic() && !function.isDeclaration())
        function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                          UnitAttr::get(function.getContext()));
    });
  }
};

} // namespace

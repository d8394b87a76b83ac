//===- VerifyBufferized.cpp - The pass qcc-verify-bufferized ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/Passes.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace qcc {
#define GEN_PASS_DEF_VERIFYBUFFERIZED
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;

namespace {

struct VerifyBufferized : qcc::impl::VerifyBufferizedBase<VerifyBufferized> {
  void runOnOperation() override {
    auto isTensor = [](Type type) { return isa<TensorType>(type); };
    bool failed = false;
    getOperation()->walk([&](Operation *op) {
      bool found = llvm::any_of(op->getOperandTypes(), isTensor) ||
                   llvm::any_of(op->getResultTypes(), isTensor);
      if (auto function = dyn_cast<FunctionOpInterface>(op))
        found |= llvm::any_of(function.getArgumentTypes(), isTensor) ||
                 llvm::any_of(function.getResultTypes(), isTensor);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          found |= llvm::any_of(block.getArgumentTypes(), isTensor);
      if (!found)
        return;
      op->emitError("still has a tensor after bufferization");
      failed = true;
    });
    if (failed)
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

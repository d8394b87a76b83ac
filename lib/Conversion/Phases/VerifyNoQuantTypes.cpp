//===- VerifyNoQuantTypes.cpp - The pass qcc-verify-no-quant-types ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/Passes.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Operation.h"

namespace qcc {
#define GEN_PASS_DEF_VERIFYNOQUANTTYPES
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;

namespace {

struct VerifyNoQuantTypes : qcc::impl::VerifyNoQuantTypesBase<VerifyNoQuantTypes> {
  void runOnOperation() override {
    quant::QuantizedType found;
    AttrTypeWalker walker;
    walker.addWalk([&](quant::QuantizedType type) {
      found = type;
      return WalkResult::interrupt();
    });
    auto hasQuantized = [&](auto typeOrAttr) { return walker.walk(typeOrAttr).wasInterrupted(); };
    auto blockHasQuantized = [&](Block &block) {
      return llvm::any_of(block.getArgumentTypes(), hasQuantized);
    };
    auto regionHasQuantized = [&](Region &region) {
      return llvm::any_of(region, blockHasQuantized);
    };

    // What is noted on arguments and results (cnn.quantization) are the types of no values.
    auto attributesHaveQuantized = [&](Operation *op) {
      return llvm::any_of(op->getAttrDictionary(), [&](NamedAttribute attribute) {
        StringRef name = attribute.getName();
        bool isNote = isa<FunctionOpInterface>(op) && (name == "arg_attrs" || name == "res_attrs");
        return !isNote && hasQuantized(attribute.getValue());
      });
    };

    bool failed = false;
    getOperation()->walk([&](Operation *op) {
      if (!llvm::any_of(op->getOperandTypes(), hasQuantized) &&
          !llvm::any_of(op->getResultTypes(), hasQuantized) && !attributesHaveQuantized(op) &&
          !llvm::any_of(op->getRegions(), regionHasQuantized))
        return;
      op->emitError("still has the quantized type ")
          << found << "; run cnn-lower-quantized before bufferization";
      failed = true;
    });
    if (failed)
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

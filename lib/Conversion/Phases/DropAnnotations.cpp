//===- DropAnnotations.cpp - The pass qcc-drop-annotations ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace qcc {
#define GEN_PASS_DEF_DROPANNOTATIONS
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;

/// Those of `attrs` that belong to the LLVM dialect.
static SmallVector<NamedAttribute> keepLLVM(ArrayRef<NamedAttribute> attrs) {
  return llvm::filter_to_vector(attrs, [](NamedAttribute attr) {
    return attr.getName().getValue().starts_with(LLVM::LLVMDialect::getDialectNamespace());
  });
}

namespace {

struct DropAnnotations : qcc::impl::DropAnnotationsBase<DropAnnotations> {
  void runOnOperation() override {
    getOperation()->walk([](FunctionOpInterface function) {
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        function.setArgAttrs(i, keepLLVM(function.getArgAttrs(i)));
      for (unsigned i = 0; i < function.getNumResults(); ++i)
        function.setResultAttrs(i, keepLLVM(function.getResultAttrs(i)));
    });
  }
};

} // namespace

//===- FlattenConstants.cpp - qcc-flatten-constants ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_FLATTENCONSTANTS
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;

/// The same elements as a tensor of `type`, which has one dimension; null for attributes of other
/// kinds.
static ElementsAttr flatten(ElementsAttr value, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.reshape(type);
  return {};
}

namespace {
struct FlattenConstantsPass : qcc::codegen::impl::FlattenConstantsBase<FlattenConstantsPass> {
  void runOnOperation() override {
    for (auto global : getOperation().getOps<LLVM::GlobalOp>()) {
      auto value = dyn_cast_or_null<ElementsAttr>(global.getValueOrNull());
      auto array = dyn_cast<LLVM::LLVMArrayType>(global.getGlobalType());
      if (!value || !array || !isa<LLVM::LLVMArrayType>(array.getElementType()))
        continue;
      Type element = value.getElementType();
      auto type = RankedTensorType::get({value.getNumElements()}, element);
      ElementsAttr flat = flatten(value, type);
      if (!flat)
        continue;
      global.setValueAttr(flat);
      // Pointers to it have no type; whoever reads it says as what.
      global.setGlobalType(LLVM::LLVMArrayType::get(element, value.getNumElements()));
    }
  }
};
} // namespace

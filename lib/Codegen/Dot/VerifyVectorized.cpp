//===- VerifyVectorized.cpp - qcc-verify-vectorized ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_VERIFYVECTORIZED
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// True for a computation of elements one by one; indices are not elements.
static bool isScalarArithmetic(Operation &op) {
  if (!isa_and_present<arith::ArithDialect, math::MathDialect>(op.getDialect()) ||
      op.hasTrait<OpTrait::ConstantLike>() || isa<arith::IndexCastOp, arith::IndexCastUIOp>(op))
    return false;
  return llvm::any_of(op.getOperandTypes(), [](Type type) {
    return isa<FloatType>(type) || (isa<IntegerType>(type) && !type.isInteger(1));
  });
}

static bool touchesVectors(Operation &op) {
  auto isVector = [](Type type) { return isa<VectorType>(type); };
  return llvm::any_of(op.getOperandTypes(), isVector) ||
         llvm::any_of(op.getResultTypes(), isVector);
}

/// The first operation on single elements of an innermost block in which nothing is a vector, in
/// `kernel` or in what it calls; null if there is none.
static Operation *findScalarBlock(func::FuncOp kernel, const SymbolTable &symbols) {
  Operation *found = nullptr;
  kernel.walk([&](func::CallOp call) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!found && callee && callee != kernel)
      found = findScalarBlock(callee, symbols);
  });
  if (found)
    return found;
  kernel.walk([&](Block *block) {
    bool isInnermost = true;
    for (Operation &op : *block)
      isInnermost &= op.getNumRegions() == 0 || !isa<LoopLikeOpInterface>(op);
    if (!isInnermost || llvm::any_of(*block, touchesVectors))
      return WalkResult::advance();
    auto scalar = llvm::find_if(*block, isScalarArithmetic);
    if (scalar == block->end())
      return WalkResult::advance();
    found = &*scalar;
    return WalkResult::interrupt();
  });
  return found;
}

namespace {
struct VerifyVectorizedPass : qcc::codegen::impl::VerifyVectorizedBase<VerifyVectorizedPass> {
  using VerifyVectorizedBase::VerifyVectorizedBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!isKernel(kernel))
        continue;
      Operation *scalar = findScalarBlock(kernel, symbols);
      if (!scalar)
        continue;
      InFlightDiagnostic diagnostic = strict ? kernel.emitError() : kernel.emitRemark();
      diagnostic << "'" << kernel.getName() << "' computes elements one by one";
      if (auto reference = kernel->getAttrOfType<ReferenceAttr>(kStrategyAttr))
        diagnostic << ": " << reference.getReason().getValue();
      else
        diagnostic.attachNote(scalar->getLoc()) << "here";
      if (strict)
        signalPassFailure();
    }
  }
};
} // namespace

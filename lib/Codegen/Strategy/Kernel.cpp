//===- Kernel.cpp - A kernel: one root operation and its epilogue ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

bool qcc::codegen::isElementwise(Operation *op) {
  return isa<cnn::ReluOp, cnn::ClampOp, cnn::LeakyReluOp, cnn::SigmoidOp, cnn::HardSwishOp,
             cnn::AddOp, cnn::MulOp, cnn::QuantizeOp, cnn::DequantizeOp, cnn::RequantizeOp,
             cnn::LookupOp>(op);
}

bool qcc::codegen::isView(Operation *op) { return isa<cnn::FlattenOp, cnn::ReshapeOp>(op); }

bool qcc::codegen::isDepthwise(cnn::Conv2DOp op) {
  int64_t inputs = cast<RankedTensorType>(op.getInput().getType()).getDimSize(3);
  int64_t outputs = cast<RankedTensorType>(op.getType()).getDimSize(3);
  auto groups = static_cast<int64_t>(op.getGroups());
  return groups == inputs && groups == outputs && groups > 1;
}

bool qcc::codegen::isFusablePool(cnn::MaxPool2DOp op) {
  auto isOne = [](int64_t n) { return n == 1; };
  auto isZero = [](int64_t n) { return n == 0; };
  return op.getKernel() == op.getStrides() && llvm::all_of(op.getDilations(), isOne) &&
         llvm::all_of(op.getPadding(), isZero);
}

Operation *qcc::codegen::getRoot(func::FuncOp kernel) {
  for (Operation &op : kernel.getBody().front().without_terminator())
    if (!isElementwise(&op) && !isa<UnpackOp, FlipSignOp>(op))
      return &op;
  return nullptr;
}

Value qcc::codegen::getReturned(func::FuncOp kernel) {
  return kernel.getBody().front().getTerminator()->getOperand(0);
}

bool qcc::codegen::isKernel(func::FuncOp function) {
  return function->hasAttr(kKernelAttr) && !function.isExternal();
}

size_t qcc::codegen::getNumIndices(func::FuncOp kernel) {
  return kernel->hasAttr(kSplitAttr) ? 3 : 1;
}

bool qcc::codegen::isConstantArgument(BlockArgument argument) {
  auto kernel = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  return kernel.getArgAttr(argument.getArgNumber(), kConstantAttr) != nullptr;
}

FailureOr<Target> qcc::codegen::getTarget(ModuleOp module) {
  auto attribute = module->getAttrOfType<TargetAttr>(kTargetAttr);
  if (!attribute)
    return module.emitError("has no 'codegen.target': qcc-attach-target must have run");
  auto target = resolveTarget(attribute.getTriple(), attribute.getIsa());
  if (!target)
    return module.emitError(llvm::toString(target.takeError()));
  return *target;
}

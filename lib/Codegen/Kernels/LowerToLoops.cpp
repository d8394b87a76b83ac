//===- LowerToLoops.cpp - qcc-lower-to-loops ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelLowering.h"
#include "ReferenceKernel.h"
#include "qcc/Codegen/Network.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_LOWERTOLOOPS
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// What a tensor is in memory: as the memory plan says, or row-major with room for one image.
static MemRefType getBufferType(Type tensor, Attribute planned) {
  if (auto type = dyn_cast_or_null<TypeAttr>(planned))
    return cast<MemRefType>(type.getValue());
  auto type = cast<RankedTensorType>(tensor);
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t &size : shape)
    size = ShapedType::isDynamic(size) ? 1 : size;
  Type element = type.getElementType();
  if (auto integer = dyn_cast<IntegerType>(element))
    element = IntegerType::get(type.getContext(), integer.getWidth());
  return MemRefType::get(shape, element);
}

static LogicalResult emitBody(KernelLowering &lowering, func::FuncOp lowered, PipelineRunner run) {
  Attribute chosen = lowering.kernel->getAttr(kStrategyAttr);
  if (!chosen)
    return lowering.kernel.emitError("has no strategy: qcc-select-strategy must have run");
  return llvm::TypeSwitch<Attribute, LogicalResult>(chosen)
      .Case([&](ContractionAttr strategy) { return lowerContraction(lowering, strategy); })
      .Case([&](MatrixAttr strategy) { return lowerMatrix(lowering, strategy); })
      .Case([&](WinogradAttr strategy) { return lowerWinograd(lowering, strategy); })
      .Case([&](DepthwiseAttr strategy) { return lowerDepthwise(lowering, strategy); })
      .Case([&](WindowAttr strategy) { return lowerWindow(lowering, strategy); })
      .Case([&](PointwiseAttr strategy) { return lowerPointwise(lowering, strategy); })
      .Case([&](CopyAttr strategy) { return lowerCopy(lowering, strategy); })
      .Case([&](ReferenceAttr) { return lowerReference(lowering, lowered, run); })
      .Default([&](Attribute) { return lowering.kernel.emitError("has no known strategy"); });
}

/// Replaces a kernel on tensors by one on buffers: (images, arguments..., result), the number of a
/// part and of all parts behind the images if it is split, and, for the reference lowering, scratch
/// memory.
static LogicalResult lowerKernel(func::FuncOp kernel, const TargetDescription &target,
                                 PipelineRunner run) {
  OpBuilder b(kernel);
  Location loc = kernel.getLoc();
  auto split = kernel->getAttrOfType<SplitDimensionAttr>(kSplitAttr);
  SmallVector<Type> types(split ? 3 : 1, b.getIndexType());
  size_t numIndices = types.size();
  for (BlockArgument argument : kernel.getArguments())
    types.push_back(
        getBufferType(argument.getType(), kernel.getArgAttr(argument.getArgNumber(), kBufferAttr)));
  types.push_back(
      getBufferType(getReturned(kernel).getType(), kernel.getResultAttr(0, kBufferAttr)));
  auto lowered = func::FuncOp::create(b, loc, kernel.getName(), b.getFunctionType(types, {}));
  lowered.setPrivate();
  for (StringRef name : {kKernelAttr, kStrategyAttr, kSplitAttr})
    if (Attribute attribute = kernel->getAttr(name))
      lowered->setAttr(name, attribute);

  Block *body = lowered.addEntryBlock();
  b.setInsertionPointToEnd(body);
  KernelLowering lowering(kernel, target, b, body->getArgument(0));
  if (split) {
    lowering.split = split.getValue();
    lowering.part = body->getArgument(1);
    lowering.parts = body->getArgument(2);
  }
  for (BlockArgument argument : kernel.getArguments())
    lowering.buffers[argument] =
        cast<TypedValue<MemRefType>>(body->getArgument(numIndices + argument.getArgNumber()));
  lowering.result = cast<TypedValue<MemRefType>>(body->getArguments().back());
  LogicalResult result = emitBody(lowering, lowered, run);
  if (succeeded(result) && split && !lowering.hasPartLoop)
    return kernel.emitError("is split along its ")
           << stringifySplitDimension(split.getValue())
           << ", over which its strategy has no loop to share";
  if (succeeded(result)) {
    b.setInsertionPointToEnd(body);
    func::ReturnOp::create(b, loc);
    kernel.erase();
  }
  return result;
}

namespace {
struct LowerToLoopsPass : qcc::codegen::impl::LowerToLoopsBase<LowerToLoopsPass> {
  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    auto run = [&](OpPassManager &pm, Operation *op) { return runPipeline(pm, op); };
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (isKernel(function) && function.getNumResults() == 1 &&
          failed(lowerKernel(function, *target->description, run)))
        return signalPassFailure();
    if (failed(lowerNetworks(getOperation())))
      signalPassFailure();
  }
};
} // namespace

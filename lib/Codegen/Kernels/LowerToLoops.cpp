//===- LowerToLoops.cpp - qcc-lower-to-loops ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelLowering.h"
#include "ReferenceKernel.h"
#include "WeightStream.h"
#include "qcc/Codegen/ContractionShape.h"
#include "qcc/Codegen/Network.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
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

/// What a kernel on tensors becomes: (images, arguments..., result), the numbers of parts behind
/// the images if it is split, the sums behind the result if it is split along the depth. Behind all
/// that of a convolution, what the parts of the linear layer beside it take, but for indices and
/// input.
static FailureOr<FunctionType> getLoweredType(func::FuncOp kernel, const SymbolTable &symbols) {
  Builder b(kernel.getContext());
  SmallVector<Type> types(getNumIndices(kernel), b.getIndexType());
  for (BlockArgument argument : kernel.getArguments())
    types.push_back(
        getBufferType(argument.getType(), kernel.getArgAttr(argument.getArgNumber(), kBufferAttr)));
  types.push_back(
      getBufferType(getReturned(kernel).getType(), kernel.getResultAttr(0, kBufferAttr)));
  auto split = kernel->getAttrOfType<SplitDimensionAttr>(kSplitAttr);
  if (split && split.getValue() == SplitDimension::Depth) {
    auto strategy = kernel->getAttrOfType<ContractionAttr>(kStrategyAttr);
    if (!strategy || strategy.getDepthBlock() < 1 ||
        !isa_and_present<cnn::LinearOp>(getRoot(kernel)))
      return kernel.emitError("is split along its depth, but no linear layer with blocks of it");
    ContractionShape shape = ContractionShape::get(kernel);
    types.push_back(shape.getSumsType(/*images=*/1, shape.outputs, strategy.getLanes()));
  }
  if (auto name = kernel->getAttrOfType<FlatSymbolRefAttr>(kStreamAttr)) {
    auto parts = symbols.lookup<func::FuncOp>(name.getAttr());
    auto split =
        parts ? parts->getAttrOfType<SplitDimensionAttr>(kSplitAttr) : SplitDimensionAttr();
    if (!split || split.getValue() != SplitDimension::Depth)
      return kernel.emitError("has no linear layer in parts of the depth beside it: ") << name;
    auto ofParts = getLoweredType(parts, symbols);
    if (failed(ofParts))
      return failure();
    ContractionShape shape = ContractionShape::get(parts);
    if (!shape.weights().getDefiningOp<UnpackOp>())
      return parts.emitError("has no weights that are packed: qcc-pack-weights must have run");
    auto image = cast<RankedTensorType>(getReturned(kernel).getType());
    auto input = cast<RankedTensorType>(parts.getArgument(0).getType());
    auto elements = [](RankedTensorType type) {
      return ShapedType::getNumElements(type.getShape().drop_front());
    };
    if (image.getElementType() != input.getElementType() || elements(image) != elements(input))
      return kernel.emitError("does not return what the linear layer beside it reads: ") << input;
    llvm::append_range(types, ofParts->getInputs().drop_front(getNumIndices(parts) + 1));
  }
  return b.getFunctionType(types, {});
}

/// The linear layer beside a convolution, whose buffers are the last arguments of `body`.
static WeightStream createStream(KernelLowering &lowering, Block *body, func::FuncOp parts,
                                 FunctionType function) {
  OpBuilder &b = lowering.b;
  size_t numIndices = getNumIndices(parts);
  // It reads what the convolution writes, of the first image.
  auto type = cast<MemRefType>(function.getInput(numIndices));
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<Value> operands = {memref::ReinterpretCastOp::create(
      b, lowering.loc, type, lowering.result, offset, type.getShape(), strides)};
  llvm::append_range(operands,
                     body->getArguments().take_back(function.getNumInputs() - numIndices - 1));
  return {lowering, parts, function, operands};
}

/// Replaces a kernel on tensors by one on buffers (getLoweredType), for the reference lowering with
/// scratch memory behind the others.
static LogicalResult lowerKernel(func::FuncOp kernel, const TargetDescription &target,
                                 const SymbolTable &symbols, PipelineRunner run) {
  OpBuilder b(kernel);
  Location loc = kernel.getLoc();
  auto split = kernel->getAttrOfType<SplitDimensionAttr>(kSplitAttr);
  size_t numIndices = getNumIndices(kernel);
  auto type = getLoweredType(kernel, symbols);
  if (failed(type))
    return failure();
  auto lowered = func::FuncOp::create(b, loc, kernel.getName(), *type);
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
    if (split.getValue() == SplitDimension::Depth)
      lowering.partSums = cast<TypedValue<MemRefType>>(body->getArguments().back());
  }
  for (BlockArgument argument : kernel.getArguments())
    lowering.buffers[argument] =
        cast<TypedValue<MemRefType>>(body->getArgument(numIndices + argument.getArgNumber()));
  lowering.result =
      cast<TypedValue<MemRefType>>(body->getArgument(numIndices + kernel.getNumArguments()));
  std::optional<WeightStream> stream;
  if (auto name = kernel->getAttrOfType<FlatSymbolRefAttr>(kStreamAttr)) {
    auto parts = symbols.lookup<func::FuncOp>(name.getAttr());
    stream.emplace(createStream(lowering, body, parts, *getLoweredType(parts, symbols)));
    lowering.stream = &*stream;
  }
  LogicalResult result = emitBody(lowering, lowered, run);
  if (succeeded(result) && split && !lowering.hasPartLoop)
    return kernel.emitError("is split along its ")
           << stringifySplitDimension(split.getValue())
           << ", over which its strategy has no loop to share";
  if (succeeded(result) && stream && !stream->hasEnded())
    return kernel.emitError("has a linear layer beside it, but its strategy does not compute rows "
                            "one after the other");
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
    SymbolTable symbols(getOperation());
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    // Convolutions read about the layers beside them in their kernels on tensors.
    std::partition(functions.begin(), functions.end(),
                   [](func::FuncOp function) { return function->hasAttr(kStreamAttr); });
    for (func::FuncOp function : functions)
      if (isKernel(function) && function.getNumResults() == 1 &&
          failed(lowerKernel(function, *target->description, symbols, run)))
        return signalPassFailure();
    if (failed(lowerNetworks(getOperation())))
      signalPassFailure();
  }
};
} // namespace

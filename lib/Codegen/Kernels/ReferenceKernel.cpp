//===- ReferenceKernel.cpp - Kernels that take the reference lowering ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReferenceKernel.h"
#include "qcc/Conversion/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// The type with a batch of one in place of a dynamic one.
static Type withOneImage(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return type;
  SmallVector<int64_t> shape(tensor.getShape());
  for (int64_t &size : shape)
    size = ShapedType::isDynamic(size) ? 1 : size;
  return tensor.clone(shape);
}

/// A copy of the kernel on tensors, for one image.
static func::FuncOp cloneForOneImage(func::FuncOp kernel, ModuleOp into) {
  auto clone = cast<func::FuncOp>(OpBuilder::atBlockEnd(into.getBody()).clone(*kernel));
  clone->setDiscardableAttrs(DictionaryAttr::get(kernel.getContext()));
  clone.removeArgAttrsAttr();
  clone.removeResAttrsAttr();
  clone.setPublic();
  Block &body = clone.getBody().front();
  for (BlockArgument argument : body.getArguments())
    argument.setType(withOneImage(argument.getType()));
  clone.walk([](Operation *op) {
    for (Value result : op->getResults())
      result.setType(withOneImage(result.getType()));
  });
  clone.setType(FunctionType::get(kernel.getContext(), body.getArgumentTypes(),
                                  body.getTerminator()->getOperandTypes()));
  return clone;
}

/// cnn on tensors to loops over buffers that nothing releases: temporaries are allocations, and the
/// result is a last argument.
static void buildPipeline(OpPassManager &pm) {
  pm.addPass(createConvertCNNToLinalg());
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  options.unknownTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  pm.addPass(createVerifyBufferized());
  bufferization::BufferResultsToOutParamsPassOptions outParams;
  outParams.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(outParams));
  pm.addPass(createCopyToLinalg());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

namespace {
/// Hands out pieces of a scratch buffer.
class Scratch {
public:
  Value take(OpBuilder &b, Location loc, Value scratch, MemRefType type) {
    Value offset = arith::ConstantIndexOp::create(b, loc, bytes);
    int64_t size = type.getNumElements() * static_cast<int64_t>(type.getElementTypeBitWidth()) / 8;
    bytes += static_cast<int64_t>(llvm::alignTo(size, kArenaAlignment));
    return memref::ViewOp::create(b, loc, type, scratch, offset, ValueRange());
  }
  int64_t bytes = 0;
};
} // namespace

/// Copies all elements of `source` to `target`; `position` is where `source` begins if its first
/// dimension is longer than the target's, or the other way round.
static void emitCopy(OpBuilder &b, Location loc, Value source, Value target, Value first) {
  auto sourceType = cast<MemRefType>(source.getType());
  auto targetType = cast<MemRefType>(target.getType());
  SmallVector<int64_t> shape(targetType.getShape());
  shape[0] = std::min(sourceType.getDimSize(0), targetType.getDimSize(0));
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> index;
  OpBuilder::InsertionGuard guard(b);
  for (int64_t size : shape) {
    auto loop = scf::ForOp::create(b, loc, zero, arith::ConstantIndexOp::create(b, loc, size), one);
    b.setInsertionPointToStart(loop.getBody());
    index.push_back(loop.getInductionVar());
  }
  auto at = [&](MemRefType type) {
    SmallVector<Value> position = index;
    if (first && type.getDimSize(0) != shape[0])
      position[0] = arith::AddIOp::create(b, loc, first, index[0]);
    return position;
  };
  Value element = memref::LoadOp::create(b, loc, source, at(sourceType));
  memref::StoreOp::create(b, loc, element, target, at(targetType));
}

/// Moves what the pipeline made into the module, under names that are free there.
static func::FuncOp adopt(ModuleOp temporary, ModuleOp module, StringRef name) {
  SymbolTable from(temporary), into(module);
  func::FuncOp function;
  for (Operation &op : llvm::make_early_inc_range(*temporary.getBody())) {
    if (auto global = dyn_cast<memref::GlobalOp>(op)) {
      std::string base = (name + "_" + global.getSymName()).str();
      if (failed(from.rename(global, base)))
        return nullptr;
    }
  }
  for (Operation &op : llvm::make_early_inc_range(*temporary.getBody())) {
    if (auto candidate = dyn_cast<func::FuncOp>(op)) {
      function = candidate;
      function.setName((name + "_image").str());
      function.setPrivate();
    }
    op.remove();
    into.insert(&op);
  }
  return function;
}

LogicalResult qcc::codegen::lowerReference(KernelLowering &lowering, func::FuncOp lowered,
                                           PipelineRunner run) {
  OpBuilder &b = lowering.b;
  Location loc = lowering.loc;
  auto module = lowered->getParentOfType<ModuleOp>();
  ModuleOp temporary;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(module.getBody());
    temporary = ModuleOp::create(b, loc);
  }
  cloneForOneImage(lowering.kernel, temporary);
  OpPassManager pm(ModuleOp::getOperationName());
  buildPipeline(pm);
  if (failed(run(pm, temporary)))
    return failure();
  func::FuncOp image = adopt(temporary, module, lowered.getName());
  temporary.erase();
  if (!image)
    return lowering.kernel.emitError("the reference lowering left no function");

  // Temporaries of the image's function, then copies of its inputs and result.
  Scratch scratch;
  {
    OpBuilder::InsertionGuard guard(b);
    auto placeholder = MemRefType::get({0}, b.getI8Type());
    unsigned number = image.getNumArguments();
    (void)image.insertArgument(number, placeholder, {}, loc);
    SmallVector<memref::AllocOp> allocs;
    image.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
    for (memref::AllocOp alloc : allocs) {
      if (!alloc.getType().hasStaticShape())
        return lowering.kernel.emitError("a temporary of the reference lowering has no static "
                                         "size");
      b.setInsertionPoint(alloc);
      alloc.replaceAllUsesWith(
          scratch.take(b, alloc.getLoc(), image.getArgument(number), alloc.getType()));
      alloc.erase();
    }
  }

  unsigned number = lowered.getNumArguments();
  (void)lowered.insertArgument(number, MemRefType::get({0}, b.getI8Type()), {}, loc);
  Value memory = lowered.getArgument(number);
  SmallVector<Value> operands;
  auto imageTypes = llvm::to_vector(image.getArgumentTypes());
  for (Type type : ArrayRef(imageTypes).drop_back())
    operands.push_back(scratch.take(b, loc, memory, cast<MemRefType>(type)));
  operands.push_back(memory);

  bool isFixed = cast<RankedTensorType>(getReturned(lowering.kernel).getType()).hasStaticShape();
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  auto loop = scf::ForOp::create(b, loc, zero, isFixed ? one : lowering.images, one);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value first = isFixed ? Value() : loop.getInductionVar();
    for (BlockArgument argument : lowering.kernel.getArguments())
      emitCopy(b, loc, lowering.buffers.lookup(argument), operands[argument.getArgNumber()],
               isConstantArgument(argument) ? Value() : first);
    func::CallOp::create(b, loc, image, operands);
    emitCopy(b, loc, operands[operands.size() - 2], lowering.result, first);
  }

  // Now the size is known.
  auto type = MemRefType::get({scratch.bytes}, b.getI8Type());
  for (func::FuncOp function : {image, lowered}) {
    Block &body = function.getBody().front();
    body.getArguments().back().setType(type);
    function.setType(FunctionType::get(function.getContext(), body.getArgumentTypes(), {}));
  }
  return success();
}

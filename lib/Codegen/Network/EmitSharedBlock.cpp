//===- EmitSharedBlock.cpp - A block of images whose kernels threads share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The function that runs one block of images is copied, and calls of kernels that are split become
// calls of the caller's parallelFor: a task computes its part of the kernel. One kernel begins when
// all parts of the one before it have ended, so that nothing else is shared or waited for.
//
//===----------------------------------------------------------------------===//

#include "Entry.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
class SharedBlockEmitter : EntryBuilder {
public:
  SharedBlockEmitter(LLVM::LLVMFuncOp block, ArenaAttr arena, Type size)
      : EntryBuilder(block.getLoc(), arena, size), block(block),
        symbols(block->getParentOfType<ModuleOp>()) {}

  LLVM::LLVMFuncOp emit() {
    SmallVector<LLVM::CallOp> calls = findSplitCalls(block);
    if (calls.empty())
      return {};
    LLVM::LLVMFuncOp shared = copyBlock();
    for (LLVM::CallOp call : findSplitCalls(shared))
      share(call);
    return shared;
  }

private:
  LLVM::LLVMFuncOp getKernel(LLVM::CallOp call) {
    return call.getCallee() ? symbols.lookup<LLVM::LLVMFuncOp>(*call.getCallee())
                            : LLVM::LLVMFuncOp();
  }

  SmallVector<LLVM::CallOp> findSplitCalls(LLVM::LLVMFuncOp function) {
    SmallVector<LLVM::CallOp> calls;
    function.walk([&](LLVM::CallOp call) {
      if (LLVM::LLVMFuncOp kernel = getKernel(call); kernel && kernel->hasAttr(kSplitAttr))
        calls.push_back(call);
    });
    return calls;
  }

  /// (images, buffers..., arena, parallelFor, context, parts)
  LLVM::LLVMFuncOp copyBlock() {
    LLVM::LLVMFuncOp copy = block.clone();
    for (StringRef name : {kEntryAttr, kArenaAttr})
      copy->removeAttr(name);
    SmallVector<Type> types(block.getArgumentTypes());
    llvm::append_range(types, getSharedTypes());
    copy.setFunctionType(
        LLVM::LLVMFunctionType::get(block.getFunctionType().getReturnType(), types));
    copy.setName((block.getName() + "_shared").str());
    symbols.insert(copy, std::next(Block::iterator(block)));
    Block &body = copy.getBody().front();
    for (Type type : getSharedTypes())
      body.addArgument(type, loc);
    auto added = body.getArguments().take_back(3);
    parallelFor = added[0];
    context = added[1];
    parts = added[2];
    return copy;
  }

  /// What tasks of a kernel know: its arguments but for the parts, and how many parts there are.
  LLVM::LLVMStructType getArguments(LLVM::LLVMFuncOp kernel) {
    SmallVector<Type> fields;
    for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes()))
      if (i != 1)
        fields.push_back(type);
    return LLVM::LLVMStructType::getLiteral(b.getContext(), fields);
  }

  void share(LLVM::CallOp call) {
    LLVM::LLVMFuncOp kernel = getKernel(call), task = getTask(kernel);
    LLVM::LLVMStructType type = getArguments(kernel);
    b.setInsertionPointToStart(&call->getParentOfType<LLVM::LLVMFuncOp>().getBody().front());
    Value arguments = LLVM::AllocaOp::create(b, loc, pointer, type, constant(b.getI32Type(), 1));
    b.setInsertionPoint(call);
    Type index = kernel.getArgumentTypes()[2];
    SmallVector<Value> values(call.getArgOperands());
    values[2] = widen(parts, index);
    values.erase(values.begin() + 1);
    for (auto [i, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(b, loc, value, getField(type, arguments, i));
    emitParallelFor(parallelFor, context, task, arguments, parts);
    call.erase();
  }

  /// void task(void *arguments, size_t part)
  LLVM::LLVMFuncOp getTask(LLVM::LLVMFuncOp kernel) {
    LLVM::LLVMFuncOp &task = tasks[kernel];
    if (task)
      return task;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointAfter(kernel);
    auto type =
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer, size});
    task = LLVM::LLVMFuncOp::create(b, loc, (kernel.getName() + "_task").str(), type,
                                    LLVM::Linkage::Internal);
    symbols.insert(task);
    Block *body = task.addEntryBlock(b);
    b.setInsertionPointToEnd(body);
    LLVM::LLVMStructType fields = getArguments(kernel);
    SmallVector<Value> operands;
    for (auto [i, field] : llvm::enumerate(fields.getBody()))
      operands.push_back(
          LLVM::LoadOp::create(b, loc, field, getField(fields, body->getArgument(0), i)));
    operands.insert(operands.begin() + 1,
                    widen(body->getArgument(1), kernel.getArgumentTypes()[1]));
    LLVM::CallOp::create(b, loc, kernel, operands);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    return task;
  }

  LLVM::LLVMFuncOp block;
  SymbolTable symbols;
  Value parallelFor, context, parts;
  llvm::DenseMap<Operation *, LLVM::LLVMFuncOp> tasks;
};
} // namespace

LLVM::LLVMFuncOp qcc::codegen::emitSharedBlock(LLVM::LLVMFuncOp block, ArenaAttr arena, Type size) {
  return SharedBlockEmitter(block, arena, size).emit();
}

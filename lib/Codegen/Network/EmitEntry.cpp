//===- EmitEntry.cpp - qcc-emit-entry ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Entry.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_EMITENTRY
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

Value EntryBuilder::isInvalid(ValueRange buffers, Value batch, Value workspace) {
  auto isNotZero = [&](Value value) -> Value {
    return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, value, constant(size, 0));
  };
  Value address = LLVM::PtrToIntOp::create(b, loc, size, workspace);
  Value bad =
      isNotZero(LLVM::AndOp::create(b, loc, address, constant(size, arena.getAlignment() - 1)));
  for (Value buffer : buffers)
    bad = either(bad, isNull(buffer));
  bad = either(bad, isNull(workspace));
  if (arena.getFixed() && arena.getImages() != 1)
    bad = either(bad,
                 isNotZero(LLVM::URemOp::create(b, loc, batch, constant(size, arena.getImages()))));
  return bad;
}

void EntryBuilder::emitParallelFor(Value parallelFor, Value context, LLVM::LLVMFuncOp task,
                                   Value argument, Value tasks) {
  Value address = LLVM::AddressOfOp::create(b, loc, task);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                          {pointer, pointer, pointer, size});
  LLVM::CallOp::create(b, loc, type, ValueRange{parallelFor, context, address, argument, tasks});
}

namespace {
/// Writes the function that runs any number of images: checks its arguments, then calls the block's
/// function for one block after the other, or `alone`, if not null, for a block of one image. What
/// the block's function wants beyond a workspace, the function takes and hands on.
class EntryEmitter : EntryBuilder {
public:
  EntryEmitter(LLVM::LLVMFuncOp block, LLVM::LLVMFuncOp alone, EntryAttr entry, ArenaAttr arena,
               Type size)
      : EntryBuilder(block.getLoc(), arena, size), block(block), alone(alone), entry(entry) {}

  LLVM::LLVMFuncOp emit(StringRef name) {
    size_t buffers = entry.getBytes().size();
    SmallVector<Type> types(buffers, pointer);
    llvm::append_values(types, size, Type(pointer));
    // Behind images, buffers and the workspace.
    llvm::append_range(types, ArrayRef(block.getArgumentTypes()).drop_front(buffers + 2));
    b.setInsertionPointAfter(block);
    auto function =
        LLVM::LLVMFuncOp::create(b, loc, name, LLVM::LLVMFunctionType::get(status, types));
    Block *check = function.addEntryBlock(b);
    auto arguments = check->getArguments();
    Value batch = arguments[buffers], workspace = arguments[buffers + 1];

    SmallVector<Type> carried(buffers, pointer);
    carried.push_back(size);
    SmallVector<Location> locations(carried.size(), loc);
    Block *start = function.addBlock(), *head = function.addBlock(), *body = function.addBlock();
    Block *done = function.addBlock(), *invalid = function.addBlock();
    head->addArguments(carried, locations);

    // Nothing to do needs no buffers.
    b.setInsertionPointToEnd(check);
    LLVM::CondBrOp::create(b, loc, equal(batch, constant(size, 0)), done, start);

    b.setInsertionPointToEnd(start);
    Value bad = isInvalid(arguments.take_front(buffers), batch, workspace);
    SmallVector<Value> initial(arguments.take_front(buffers));
    initial.push_back(batch);
    LLVM::CondBrOp::create(b, loc, bad, invalid, ValueRange(), head, initial);

    b.setInsertionPointToEnd(head);
    Value left = head->getArgument(buffers);
    LLVM::CondBrOp::create(b, loc, equal(left, constant(size, 0)), done, body);

    b.setInsertionPointToEnd(body);
    Value most = constant(size, arena.getImages());
    Value images = arena.getFixed() ? most : LLVM::UMinOp::create(b, loc, left, most).getResult();
    SmallVector<Value> operands = {widen(images, block.getArgumentTypes().front())};
    llvm::append_range(operands, head->getArguments().take_front(buffers));
    llvm::append_range(operands, arguments.drop_front(buffers + 1));
    emitBlock(function, images, operands);
    // Whole blocks, so that the last step, of fewer images, may leave the buffers' end.
    SmallVector<Value> next;
    for (auto [i, bytes] : llvm::enumerate(entry.getBytes()))
      next.push_back(advance(head->getArgument(i), constant(size, bytes)));
    next.push_back(LLVM::SubOp::create(b, loc, left, images));
    LLVM::BrOp::create(b, loc, next, head);

    for (auto [exit, code] : {std::make_pair(done, 0), std::make_pair(invalid, 1)}) {
      b.setInsertionPointToEnd(exit);
      LLVM::ReturnOp::create(b, loc, constant(status, code));
    }
    return function;
  }

private:
  void emitBlock(LLVM::LLVMFuncOp function, Value images, ValueRange operands) {
    if (!alone) {
      LLVM::CallOp::create(b, loc, block, operands);
      return;
    }
    Block *one = function.addBlock(), *several = function.addBlock(), *next = function.addBlock();
    LLVM::CondBrOp::create(b, loc, equal(images, constant(size, 1)), one, several);
    for (auto [place, callee] : {std::make_pair(one, alone), std::make_pair(several, block)}) {
      b.setInsertionPointToEnd(place);
      LLVM::CallOp::create(b, loc, callee, operands);
      LLVM::BrOp::create(b, loc, next);
    }
    b.setInsertionPointToEnd(next);
  }

  LLVM::LLVMFuncOp block, alone;
  EntryAttr entry;
};

/// True for the parts of a linear layer beside a convolution on a matrix unit: behind a call the
/// unit is configured again, which takes as long as a dozen multiplications of tiles.
bool isCalledBetweenTiles(LLVM::LLVMFuncOp function, const TargetDescription &target) {
  auto split = function->getAttrOfType<SplitDimensionAttr>(kSplitAttr);
  return split && split.getValue() == SplitDimension::Depth && target.matrix.tiles > 0;
}

struct EmitEntryPass : qcc::codegen::impl::EmitEntryBase<EmitEntryPass> {
  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    Type size = IntegerType::get(&getContext(), target->triple.isArch32Bit() ? 32 : 64);
    auto functions = llvm::to_vector(getOperation().getOps<LLVM::LLVMFuncOp>());
    for (LLVM::LLVMFuncOp function : functions) {
      if (function.isExternal())
        continue;
      // Kernels stay functions: they can be found in a profile, and their code is shared.
      function.setLinkage(LLVM::Linkage::Internal);
      bool isInlined = isCalledBetweenTiles(function, *target->description);
      function.setNoInline(!isInlined);
      function.setAlwaysInline(isInlined);
      auto entry = function->getAttrOfType<EntryAttr>(kEntryAttr);
      auto arena = function->getAttrOfType<ArenaAttr>(kArenaAttr);
      if (!entry || !arena)
        continue;
      LLVM::LLVMFuncOp sharedRun, sharedBlock = emitSharedBlock(function, arena, size);
      StringRef name = entry.getSymbol().getValue();
      LLVM::LLVMFuncOp alone;
      if (entry.getAlone())
        alone = getOperation().lookupSymbol<LLVM::LLVMFuncOp>(entry.getAlone());
      LLVM::LLVMFuncOp run = EntryEmitter(function, alone, entry, arena, size).emit(name);
      run->setAttr(kArenaAttr, arena);
      // "main_run", "main_shared_run" and "main_parallel_run"
      name.consume_back("_run");
      if (sharedBlock) {
        sharedRun =
            EntryEmitter(sharedBlock, {}, entry, arena, size).emit((name + "_shared_run").str());
        sharedRun.setLinkage(LLVM::Linkage::Internal);
      }
      emitParallelEntry(run, sharedRun, (name + "_parallel_run").str(), entry, arena, size);
      function->removeAttr(kEntryAttr);
      function->removeAttr(kArenaAttr);
    }
  }
};
} // namespace

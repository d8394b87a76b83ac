//===- EmitParallelEntry.cpp - A batch on the threads of the caller ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads belong to the caller, who says how to run tasks on them. A task is a run of whole blocks
// of images, or of whole tiles of them, the same that one thread would run: so each image is
// computed in the same way whatever the number of threads, and even sums of floats are the same
// bytes. A batch of too few
// blocks for that runs one block after the other, whose kernels the threads share
// (EmitSharedBlock.cpp).
//
//===----------------------------------------------------------------------===//

#include "Entry.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
class ParallelEntryEmitter : EntryBuilder {
public:
  ParallelEntryEmitter(LLVM::LLVMFuncOp run, LLVM::LLVMFuncOp sharedRun, EntryAttr entry,
                       ArenaAttr arena, Type size)
      : EntryBuilder(run.getLoc(), arena, size), run(run), sharedRun(sharedRun),
        buffers(entry.getBytes().size()),
        taskImages(arena.getTaskImages() > 0 ? arena.getTaskImages() : arena.getImages()) {
    for (int64_t bytes : entry.getBytes())
      imageBytes.push_back(bytes / arena.getImages());
    SmallVector<Type> fields(buffers, pointer);
    // workspaces, batch, images of a task's block, images to skip
    llvm::append_values(fields, pointer, size, size, size);
    shared = LLVM::LLVMStructType::getLiteral(b.getContext(), fields);
  }

  void emit(StringRef name) {
    b.setInsertionPointAfter(run);
    LLVM::LLVMFuncOp task = emitTask((name + "_task").str());
    b.setInsertionPointAfter(task);
    emitEntry(name, task);
  }

private:
  /// void task(void *shared, size_t index)
  LLVM::LLVMFuncOp emitTask(const std::string &name) {
    auto type =
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer, size});
    auto task = LLVM::LLVMFuncOp::create(b, loc, name, type, LLVM::Linkage::Internal);
    Block *body = task.addEntryBlock(b);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(body);
    Value argument = body->getArgument(0), index = body->getArgument(1);
    SmallVector<Value> fields;
    for (auto [i, field] : llvm::enumerate(shared.getBody()))
      fields.push_back(LLVM::LoadOp::create(b, loc, field, getField(shared, argument, i)));
    Value batch = fields[buffers + 1], ofBlock = fields[buffers + 2], skip = fields[buffers + 3];
    Value workspace =
        advance(fields[buffers], multiply(index, constant(size, getWorkspaceBytes())));

    // The first block is there: there are no more tasks than blocks.
    Block *loop = task.addBlock(), *next = task.addBlock(), *done = task.addBlock();
    Value first = loop->addArgument(size, loc);
    LLVM::BrOp::create(b, loc, multiply(index, ofBlock), loop);
    b.setInsertionPointToEnd(loop);
    SmallVector<Value> operands;
    for (size_t i = 0; i < buffers; ++i)
      operands.push_back(advance(fields[i], multiply(first, constant(size, imageBytes[i]))));
    Value left = LLVM::SubOp::create(b, loc, batch, first);
    operands.push_back(LLVM::UMinOp::create(b, loc, ofBlock, left));
    operands.push_back(workspace);
    LLVM::CallOp::create(b, loc, run, operands); // what could fail was checked
    // Compared with what is left, sums do not overflow.
    LLVM::CondBrOp::create(b, loc, compare(LLVM::ICmpPredicate::ugt, left, skip), next, done);
    b.setInsertionPointToEnd(next);
    LLVM::BrOp::create(b, loc, LLVM::AddOp::create(b, loc, first, skip).getResult(), loop);
    b.setInsertionPointToEnd(done);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    return task;
  }

  void emitEntry(StringRef name, LLVM::LLVMFuncOp task) {
    SmallVector<Type> types(buffers, pointer);
    llvm::append_values(types, size, pointer, size, pointer, pointer);
    auto function =
        LLVM::LLVMFuncOp::create(b, loc, name, LLVM::LLVMFunctionType::get(status, types));
    function->setAttr(kArenaAttr, arena);
    Block *entry = function.addEntryBlock(b);
    auto arguments = entry->getArguments();
    auto data = arguments.take_front(buffers);
    Value batch = arguments[buffers], workspaces = arguments[buffers + 1];
    Value count = arguments[buffers + 2], parallelFor = arguments[buffers + 3];
    Value context = arguments[buffers + 4];
    Block *alone = function.addBlock(), *check = function.addBlock();
    Block *split = function.addBlock(), *invalid = function.addBlock();

    // Nothing to do, one workspace, or no way to run tasks; one block, if threads cannot share it.
    b.setInsertionPointToEnd(entry);
    Value one = LLVM::AllocaOp::create(b, loc, pointer, shared, constant(b.getI32Type(), 1));
    int64_t least = sharedRun ? 0 : taskImages;
    Value few = compare(LLVM::ICmpPredicate::ule, batch, constant(size, least));
    few = either(few, compare(LLVM::ICmpPredicate::ule, count, constant(size, 1)));
    few = either(few, isNull(parallelFor));
    LLVM::CondBrOp::create(b, loc, few, alone, check);

    b.setInsertionPointToEnd(alone);
    SmallVector<Value> operands(data);
    llvm::append_values(operands, batch, workspaces);
    LLVM::ReturnOp::create(b, loc, LLVM::CallOp::create(b, loc, run, operands).getResult());

    b.setInsertionPointToEnd(check);
    LLVM::CondBrOp::create(b, loc, isInvalid(data, batch, workspaces), invalid, split);
    b.setInsertionPointToEnd(invalid);
    LLVM::ReturnOp::create(b, loc, constant(status, 1));

    b.setInsertionPointToEnd(split);
    Value ofTask = constant(size, taskImages);
    Value blocks = divideUp(batch, ofTask);
    if (sharedRun) {
      Block *share = function.addBlock(), *distribute = function.addBlock();
      // Compared with half of the threads, the number of blocks is not doubled, and does not
      // overflow.
      Value half = LLVM::LShrOp::create(b, loc, count, constant(size, 1));
      LLVM::CondBrOp::create(b, loc, compare(LLVM::ICmpPredicate::ule, blocks, half), share,
                             distribute);
      b.setInsertionPointToEnd(share);
      llvm::append_values(operands, parallelFor, context, count);
      LLVM::ReturnOp::create(b, loc, LLVM::CallOp::create(b, loc, sharedRun, operands).getResult());
      b.setInsertionPointToEnd(distribute);
    }
    Value ofBlock = ofTask;
    if (taskImages < arena.getImages()) {
      // As many images as there are for each task, but no more than a block has.
      Value each = multiply(divideUp(blocks, count), ofTask);
      ofBlock = LLVM::UMinOp::create(b, loc, each, constant(size, arena.getImages()));
      blocks = divideUp(batch, ofBlock);
    }
    Value tasks = LLVM::UMinOp::create(b, loc, blocks, count);
    SmallVector<Value> fields(data);
    llvm::append_values(fields, workspaces, batch, ofBlock, multiply(tasks, ofBlock));
    for (auto [i, field] : llvm::enumerate(fields))
      LLVM::StoreOp::create(b, loc, field, getField(shared, one, i));
    emitParallelFor(parallelFor, context, task, one, tasks);
    LLVM::ReturnOp::create(b, loc, constant(status, 0));
  }

  /// From one task's workspace to the next's.
  int64_t getWorkspaceBytes() const {
    return static_cast<int64_t>(llvm::alignTo(static_cast<uint64_t>(arena.getSize()),
                                              static_cast<uint64_t>(arena.getAlignment())));
  }
  Value multiply(Value l, Value r) { return LLVM::MulOp::create(b, loc, l, r); }
  Value compare(LLVM::ICmpPredicate predicate, Value l, Value r) {
    return LLVM::ICmpOp::create(b, loc, predicate, l, r);
  }
  /// Of a positive dividend; does not overflow.
  Value divideUp(Value dividend, Value divisor) {
    Value one = constant(size, 1);
    Value less = LLVM::SubOp::create(b, loc, dividend, one);
    Value quotient = LLVM::UDivOp::create(b, loc, less, divisor);
    return LLVM::AddOp::create(b, loc, quotient, one);
  }

  /// Run all images: on one thread; on one, but for kernels that threads share, or null.
  LLVM::LLVMFuncOp run, sharedRun;
  size_t buffers;
  /// Each task takes a multiple of them.
  int64_t taskImages;
  SmallVector<int64_t> imageBytes;
  /// What tasks know: inputs, results, workspaces, batch, images of a block, images from one block
  /// of a task to the next.
  LLVM::LLVMStructType shared;
};
} // namespace

void qcc::codegen::emitParallelEntry(LLVM::LLVMFuncOp run, LLVM::LLVMFuncOp shared, StringRef name,
                                     EntryAttr entry, ArenaAttr arena, Type size) {
  ParallelEntryEmitter(run, shared, entry, arena, size).emit(name);
}

//===- PrepareObject.cpp - qcc-prepare-object ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPUCheck.h"
#include "MachineAttributes.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/IR/SymbolTable.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_PREPAREOBJECT
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct PrepareObjectPass : qcc::codegen::impl::PrepareObjectBase<PrepareObjectPass> {
  using PrepareObjectBase::PrepareObjectBase;

  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    auto entries = llvm::filter_to_vector(getOperation().getOps<LLVM::LLVMFuncOp>(), isEntry);
    if (entries.empty()) {
      getOperation().emitError("has no function through which a network is called: "
                               "qcc-emit-entry must have run");
      return signalPassFailure();
    }
    auto check = emitCPUCheck(getOperation(), *target);
    if (failed(check))
      return signalPassFailure();
    if (*check)
      for (LLVM::LLVMFuncOp entry : entries)
        addCheck(entry, *check);
    if (failed(rename(entries)))
      signalPassFailure();
  }

  /// Returns 2 before anything else happens. Only variables stay in front: in another block than
  /// the first, LLVM makes room for them at run time, and knows no size of the stack.
  static void addCheck(LLVM::LLVMFuncOp entry, LLVM::LLVMFuncOp check) {
    OpBuilder b(entry.getContext());
    Location loc = entry.getLoc();
    Block *first = &entry.getBody().front();
    auto begin = first->begin();
    for (Operation &op : *first) {
      if (!isa<LLVM::ConstantOp, LLVM::AllocaOp>(op))
        break;
      if (isa<LLVM::AllocaOp>(op))
        begin = std::next(op.getIterator());
    }
    Block *rest = first->splitBlock(begin);
    Block *lacking = entry.addBlock();
    b.setInsertionPointToEnd(first);
    Value has = LLVM::CallOp::create(b, loc, check, ValueRange()).getResult();
    LLVM::CondBrOp::create(b, loc, has, rest, lacking);
    b.setInsertionPointToEnd(lacking);
    Type status = entry.getFunctionType().getReturnType();
    Value two = LLVM::ConstantOp::create(b, loc, status, b.getIntegerAttr(status, 2));
    LLVM::ReturnOp::create(b, loc, two);
  }

  LogicalResult rename(ArrayRef<LLVM::LLVMFuncOp> entries) {
    SymbolTable symbols(getOperation());
    for (LLVM::LLVMFuncOp entry : entries) {
      // main_run, main_codes_run
      StringRef kind = entry.getName();
      if (!kind.consume_front("main") || !kind.consume_back("_run"))
        return entry.emitError("has a name that does not begin with main and end in _run");
      std::string wanted = (name + "_run" + kind).str();
      Operation *holder = symbols.lookup(wanted);
      if (holder == entry)
        continue;
      if (isa_and_nonnull<LLVM::LLVMFuncOp>(holder) && isEntry(cast<LLVM::LLVMFuncOp>(holder)))
        return entry.emitError("cannot be renamed to ")
               << wanted << ", which another entry is called; choose another name";
      // Everything else is local to the object and may have any name.
      if (holder && failed(symbols.renameToUnique(holder, {&symbols})))
        return failure();
      if (failed(symbols.rename(entry, wanted)))
        return failure();
    }
    return success();
  }
};
} // namespace

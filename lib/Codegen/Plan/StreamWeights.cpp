//===- StreamWeights.cpp - qcc-stream-weights ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Passes.h"
#include "qcc/Codegen/Stream.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_STREAMWEIGHTS
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// The call that alone reads what `call` computes, through views, as its first operand; null if
/// there is none.
static func::CallOp getReader(func::CallOp call) {
  Value value = call.getResult(0);
  while (value.hasOneUse() && isView(*value.user_begin()))
    value = value.user_begin()->getResult(0);
  if (!value.hasOneUse() || value.use_begin()->getOperandNumber() != 0)
    return {};
  return dyn_cast<func::CallOp>(*value.user_begin());
}

/// The call that follows, if nothing but views lies between.
static bool isNext(func::CallOp call, func::CallOp other) {
  Operation *next = call->getNextNode();
  while (next && isView(next))
    next = next->getNextNode();
  return next == other;
}

namespace {
struct StreamWeightsPass : qcc::codegen::impl::StreamWeightsBase<StreamWeightsPass> {
  using StreamWeightsBase::StreamWeightsBase;

  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    SymbolTable symbols(getOperation());
    // Calls of the same two kernels share what is made of them.
    llvm::DenseMap<std::pair<Operation *, Operation *>, func::FuncOp> streams;
    auto networks = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp network : networks) {
      auto arena = network->getAttrOfType<ArenaAttr>(kArenaAttr);
      // There is no block of one image.
      if (!arena || (arena.getFixed() && arena.getImages() != 1))
        continue;
      for (auto call : network.getBody().getOps<func::CallOp>()) {
        func::CallOp reader = getReader(call);
        if (!reader || call->hasAttr(kStreamAttr) || !isNext(call, reader) ||
            !hasOnlyConstantsBesides(reader))
          continue;
        auto convolution = symbols.lookup<func::FuncOp>(call.getCallee());
        auto linear = symbols.lookup<func::FuncOp>(reader.getCallee());
        if (!convolution || !linear)
          continue;
        ContractionAttr strategy =
            chooseStream(convolution, linear, *target->description, leastBytes);
        if (!strategy)
          continue;
        func::FuncOp &stream = streams[{convolution, linear}];
        if (!stream)
          stream = makeStream(symbols, convolution, linear, strategy);
        call->setAttr(kStreamAttr, FlatSymbolRefAttr::get(stream));
      }
    }
  }

  /// What else the linear layer reads is there before the convolution begins.
  static bool hasOnlyConstantsBesides(func::CallOp reader) {
    return llvm::all_of(llvm::drop_begin(reader.getOperands()), [](Value operand) {
      return operand.getDefiningOp<cnn::ConstantOp>() != nullptr;
    });
  }

  static func::FuncOp clone(SymbolTable &symbols, func::FuncOp kernel, StringRef suffix) {
    func::FuncOp copy = kernel.clone();
    copy.setName((kernel.getName() + suffix).str());
    copy->removeAttr(kSplitAttr);
    symbols.insert(copy, std::next(Block::iterator(kernel)));
    return copy;
  }

  static func::FuncOp makeStream(SymbolTable &symbols, func::FuncOp convolution,
                                 func::FuncOp linear, ContractionAttr strategy) {
    func::FuncOp parts = clone(symbols, linear, "_parts");
    parts->setAttr(kStrategyAttr, strategy);
    parts->setAttr(kSplitAttr,
                   SplitDimensionAttr::get(strategy.getContext(), SplitDimension::Depth));
    func::FuncOp stream = clone(symbols, convolution, "_stream");
    stream->setAttr(kStreamAttr, FlatSymbolRefAttr::get(parts));
    return stream;
  }
};
} // namespace

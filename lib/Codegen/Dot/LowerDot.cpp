//===- LowerDot.cpp - qcc-lower-dot ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DotForms.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_LOWERDOT
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
using Form = Value (*)(OpBuilder &, Location, const Dot &);
} // namespace

static Form getForm(DotInstruction instruction) {
  switch (instruction) {
  case DotInstruction::Vpdpbusd:
    return emitVpdpbusdDot;
  case DotInstruction::Vpmaddwd:
    return emitVpmaddwdDot;
  case DotInstruction::Generic:
    return emitGenericDot;
  case DotInstruction::SmullSadalp:
    return emitSmullSadalp;
  case DotInstruction::Sdot:
    return emitSdot;
  case DotInstruction::Usdot:
    return emitUsdot;
  }
  llvm_unreachable("unknown dot instruction");
}

/// Of 16 bits.
static Form getPairForm(const TargetDescription &target) {
  return target.dot == DotInstruction::Vpmaddwd ? emitVpmaddwdPairs : emitGenericPairs;
}

/// Vectors wider than the target's become several.
static Value emitDot(OpBuilder &b, DotOp op, Form form, int64_t lanes) {
  Location loc = op.getLoc();
  Dot dot = {op.getAccumulators(), op.getActivations(), op.getWeights(), op.getIsUnsigned(),
             op.getPairFits()};
  int64_t all = dot.lanes(), products = op.getProducts();
  bool ofLanes = dot.ofLanes();
  if (all <= lanes)
    return form(b, loc, dot);
  auto slice = [&](Value vector, int64_t offset, int64_t size) {
    return vector::ExtractStridedSliceOp::create(b, loc, vector, ArrayRef<int64_t>{offset},
                                                 ArrayRef<int64_t>{size}, ArrayRef<int64_t>{1});
  };
  Value result = op.getAccumulators();
  for (int64_t first = 0; first < all; first += lanes) {
    int64_t size = std::min(lanes, all - first);
    dot.accumulators = slice(op.getAccumulators(), first, size);
    dot.weights = slice(op.getWeights(), products * first, products * size);
    if (ofLanes)
      dot.activations = slice(op.getActivations(), products * first, products * size);
    result = vector::InsertStridedSliceOp::create(b, loc, form(b, loc, dot), result,
                                                  ArrayRef<int64_t>{first}, ArrayRef<int64_t>{1});
  }
  return result;
}

namespace {
struct LowerDotPass : qcc::codegen::impl::LowerDotBase<LowerDotPass> {
  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    const TargetDescription &description = *target->description;
    Form form = getForm(description.dot);
    WalkResult walk = getOperation()->walk([&](DotOp op) {
      bool wantsUnsigned = description.activations == DotActivations::Unsigned;
      bool ofCodes = op.getProducts() == 4;
      if (ofCodes && description.activations != DotActivations::Any &&
          op.getIsUnsigned() != wantsUnsigned) {
        op.emitOpError("the target's dot product takes ")
            << (wantsUnsigned ? "unsigned" : "signed")
            << " activations: qcc-pack-weights flips them";
        return WalkResult::interrupt();
      }
      OpBuilder b(op);
      Form used = ofCodes ? form : getPairForm(description);
      op.replaceAllUsesWith(emitDot(b, op, used, description.lanes()));
      op.erase();
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return signalPassFailure();
    getOperation()->walk([&](BlockDotOp op) {
      OpBuilder b(op);
      op.replaceAllUsesWith(description.blockDot ? emitMmla(b, op.getLoc(), op)
                                                 : emitGenericBlockDot(b, op.getLoc(), op));
      op.erase();
    });
    getOperation()->walk([&](NarrowOp op) {
      OpBuilder b(op);
      int64_t lanes = cast<VectorType>(op.getFirst().getType()).getDimSize(0);
      bool packs = description.saturatingPack && lanes <= description.lanes();
      op.replaceAllUsesWith(packs ? emitX86Narrow(b, op.getLoc(), op)
                                  : emitGenericNarrow(b, op.getLoc(), op));
      op.erase();
    });
    lowerTiles(getOperation());
  }
};
} // namespace

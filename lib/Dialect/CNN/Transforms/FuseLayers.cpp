//===- FuseLayers.cpp - cnn-fuse-layers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNFUSELAYERS
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

/// The clamp that `op`, a relu or clamp, is; null for a clamp of codes.
static ActivationAttr getActivation(Operation *op) {
  if (isa<ReluOp>(op))
    return ActivationAttr::getRelu(op->getContext());
  auto clamp = cast<ClampOp>(op);
  auto min = dyn_cast<FloatAttr>(clamp.getMin()), max = dyn_cast<FloatAttr>(clamp.getMax());
  return min && max ? ActivationAttr::get(op->getContext(), min, max) : nullptr;
}

namespace {
/// The activation becomes an attribute of the layer before it.
template <typename Op> struct FuseIntoProducer : OpRewritePattern<Op> {
  FuseIntoProducer(MLIRContext *context, llvm::function_ref<void()> count)
      : OpRewritePattern<Op>(context), count(count) {}

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto layer = op.getInput().template getDefiningOp<LayerOpInterface>();
    if (!layer || !layer.canFuseActivation())
      return rewriter.notifyMatchFailure(op, "nothing before it can have an activation");
    if (!layer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "the value before the activation has other uses");
    ActivationAttr activation = getActivation(op);
    if (!activation)
      return rewriter.notifyMatchFailure(op, "clamps codes");
    if (ActivationAttr first = layer.getFusedActivation())
      activation = first.then(activation);
    rewriter.modifyOpInPlace(layer, [&] { layer.setFusedActivation(activation); });
    rewriter.replaceOp(op, layer->getResult(0));
    count();
    return success();
  }

  llvm::function_ref<void()> count;
};

/// Clamps are monotonic, so they commute with a max pool; before it, they can be fused.
template <typename Op> struct MoveBeforeMaxPool : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto pool = op.getInput().template getDefiningOp<MaxPool2DOp>();
    auto layer = pool ? pool.getInput().template getDefiningOp<LayerOpInterface>() : nullptr;
    if (!layer || !layer.canFuseActivation() || !layer->hasOneUse() || !pool->hasOneUse())
      return rewriter.notifyMatchFailure(op, "no layer it could be fused into before a max pool");
    rewriter.setInsertionPoint(pool);
    IRMapping mapping;
    mapping.map(op.getInput(), pool.getInput());
    Operation *moved = rewriter.clone(*op, mapping);
    moved->getResult(0).setType(pool.getInput().getType());
    rewriter.modifyOpInPlace(pool, [&] { pool.getInputMutable().assign(moved->getResult(0)); });
    rewriter.replaceOp(op, pool.getResult());
    return success();
  }
};

struct FuseLayersPass : qcc::cnn::impl::CNNFuseLayersBase<FuseLayersPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    auto count = [&] { ++fused; };
    patterns.add<FuseIntoProducer<ReluOp>, FuseIntoProducer<ClampOp>>(context, count);
    patterns.add<MoveBeforeMaxPool<ReluOp>, MoveBeforeMaxPool<ClampOp>>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

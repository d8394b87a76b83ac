//===- NetworkForm.cpp - What a network looks like before kernels are formed ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkForm.h"
#include "qcc/Codegen/Kernel.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

bool qcc::codegen::isPooledInRegisters(Operation *root, cnn::MaxPool2DOp pool) {
  auto conv = dyn_cast<cnn::Conv2DOp>(root);
  if (!conv || !isFusablePool(pool))
    return false;
  // A tile of one pool must fit into registers beside others.
  if (pool.getKernel()[0] * pool.getKernel()[1] > 4)
    return false;
  return !isDepthwise(conv);
}

/// True for an operation, used once, whose result's elements depend on those of one operand alike.
static bool treatsElementsAlike(Operation *op) {
  return op && op->hasOneUse() && isElementwise(op) && op->getNumOperands() == 1;
}

namespace {
/// view(f(x)) is f(view(x)) for an f that treats all elements alike. Only up to an argument:
/// between a layer and its epilogue a view would part the two.
struct MoveViewUp : RewritePattern {
  explicit MoveViewUp(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *view, PatternRewriter &rewriter) const override {
    if (!isView(view))
      return rewriter.notifyMatchFailure(view, "not a view");
    Operation *producer = view->getOperand(0).getDefiningOp();
    Value origin = view->getOperand(0);
    while (treatsElementsAlike(origin.getDefiningOp()))
      origin = origin.getDefiningOp()->getOperand(0);
    if (!treatsElementsAlike(producer) || !isa<BlockArgument>(origin))
      return rewriter.notifyMatchFailure(view, "no elementwise operations between the view and an "
                                               "argument");
    auto input = cast<RankedTensorType>(producer->getOperand(0).getType());
    auto shape = cast<RankedTensorType>(view->getResult(0).getType());
    Operation *moved = rewriter.clone(*view);
    moved->setOperand(0, producer->getOperand(0));
    moved->getResult(0).setType(shape.clone(input.getElementType()));
    Operation *computed = rewriter.clone(*producer);
    computed->setOperand(0, moved->getResult(0));
    computed->getResult(0).setType(shape);
    rewriter.replaceOp(view, computed);
    rewriter.eraseOp(producer);
    return success();
  }
};

/// A pool that stays a kernel of its own reads codes, a quarter of the bytes of accumulators.
struct PoolCodes : OpRewritePattern<cnn::RequantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(cnn::RequantizeOp op, PatternRewriter &rewriter) const override {
    auto pool = op.getInput().getDefiningOp<cnn::MaxPool2DOp>();
    if (!pool || !pool->hasOneUse())
      return rewriter.notifyMatchFailure(op, "does not follow a max pool alone");
    Operation *producer = pool.getInput().getDefiningOp();
    if (producer && producer->hasOneUse() && isPooledInRegisters(producer, pool))
      return rewriter.notifyMatchFailure(op, "the pool is computed in registers");
    if (cast<RankedTensorType>(op.getMultiplier().getType()).getRank() != 1)
      return rewriter.notifyMatchFailure(op, "multipliers differ by position");
    auto accumulators = cast<RankedTensorType>(pool.getInput().getType());
    auto codes = cast<RankedTensorType>(op.getType());
    auto requantized = cnn::RequantizeOp::create(
        rewriter, op.getLoc(), accumulators.clone(codes.getElementType()), pool.getInput(),
        op.getMultiplier(), op.getBias(), op.getZeroPointAttr(), op.getMinAttr(), op.getMaxAttr());
    requantized->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    auto pooled = rewriter.replaceOpWithNewOp<cnn::MaxPool2DOp>(
        op, codes, requantized, pool.getKernelAttr(), pool.getStridesAttr(), pool.getPaddingAttr(),
        pool.getDilationsAttr());
    pooled->setDiscardableAttrs(pool->getDiscardableAttrDictionary());
    rewriter.eraseOp(pool);
    return success();
  }
};
} // namespace

LogicalResult qcc::codegen::prepareNetwork(func::FuncOp network) {
  RewritePatternSet patterns(network.getContext());
  patterns.add<MoveViewUp, PoolCodes>(network.getContext());
  if (failed(applyPatternsGreedily(network, std::move(patterns))))
    return network.emitError("preparing the network did not end");
  return success();
}

//===- PoolAccumulators.cpp - cnn-pool-accumulators ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNPOOLACCUMULATORS
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

namespace {
struct PoolBeforeRequantize : OpRewritePattern<MaxPool2DOp> {
  PoolBeforeRequantize(MLIRContext *context, llvm::function_ref<void()> count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(MaxPool2DOp op, PatternRewriter &rewriter) const override {
    auto requantize = op.getInput().getDefiningOp<RequantizeOp>();
    if (!requantize || !requantize->hasOneUse())
      return rewriter.notifyMatchFailure(op, "not the only use of a requantization");
    if (cast<RankedTensorType>(requantize.getMultiplier().getType()).getRank() != 1)
      return rewriter.notifyMatchFailure(op, "multipliers differ within a window");
    auto multipliers = readFloats(requantize.getMultiplier());
    if (failed(multipliers) || !llvm::all_of(*multipliers, [](float m) { return m > 0.0F; }))
      return rewriter.notifyMatchFailure(op, "a multiplier is not known to be positive");

    auto accumulators = cast<RankedTensorType>(requantize.getInput().getType());
    auto pooledType = cast<RankedTensorType>(op.getType()).clone(accumulators.getElementType());
    auto pooled = MaxPool2DOp::create(rewriter, op.getLoc(), pooledType, requantize.getInput(),
                                      op.getKernelAttr(), op.getStridesAttr(), op.getPaddingAttr(),
                                      op.getDilationsAttr());
    pooled->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOpWithNewOp<RequantizeOp>(op, op.getType(), pooled, requantize.getMultiplier(),
                                              requantize.getBias(), requantize.getZeroPointAttr(),
                                              requantize.getMinAttr(), requantize.getMaxAttr());
    count();
    return success();
  }

  llvm::function_ref<void()> count;
};

struct PoolAccumulatorsPass : qcc::cnn::impl::CNNPoolAccumulatorsBase<PoolAccumulatorsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    auto count = [&] { ++moved; };
    patterns.add<PoolBeforeRequantize>(&getContext(), count);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

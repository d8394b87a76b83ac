//===- FoldPad.cpp - cnn-fold-pad ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNFOLDPAD
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

/// `padding` ([top, bottom, left, right]) widened by `pad`, if that pads height and width with
/// zeros only.
static FailureOr<SmallVector<int64_t>> widened(PadOp pad, ArrayRef<int64_t> padding) {
  ArrayRef<int64_t> low = pad.getLow(), high = pad.getHigh();
  auto value = dyn_cast<FloatAttr>(pad.getValue());
  if (!value || !value.getValue().isZero() || low.size() != 4)
    return failure();
  if (low[0] != 0 || low[3] != 0 || high[0] != 0 || high[3] != 0)
    return failure();
  return SmallVector<int64_t>{padding[0] + low[1], padding[1] + high[1], padding[2] + low[2],
                              padding[3] + high[2]};
}

namespace {
struct PadIntoConv : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(Conv2DOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (!pad)
      return rewriter.notifyMatchFailure(op, "no pad before it");
    auto padding = widened(pad, op.getPadding());
    if (failed(padding))
      return rewriter.notifyMatchFailure(op, "the pad is not one of zeros around the image");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPadding(*padding);
      op.getInputMutable().assign(pad.getInput());
    });
    return success();
  }
};

/// A pool cannot have windows that lie wholly in its padding.
template <typename Pool> bool fitsKernel(Pool op, ArrayRef<int64_t> padding) {
  for (unsigned dim : {0U, 1U})
    if (padding[2 * dim] >= op.getKernel()[dim] || padding[2 * dim + 1] >= op.getKernel()[dim])
      return false;
  return true;
}

struct PadIntoMaxPool : OpRewritePattern<MaxPool2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MaxPool2DOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (!pad)
      return rewriter.notifyMatchFailure(op, "no pad before it");
    auto padding = widened(pad, op.getPadding());
    if (failed(padding) || !fitsKernel(op, *padding))
      return rewriter.notifyMatchFailure(op, "the pad is not one of zeros smaller than the window");
    if (llvm::any_of(op.getPadding(), [](int64_t p) { return p != 0; }))
      return rewriter.notifyMatchFailure(op, "zeros next to padding of its own");
    if (!isNonNegative(pad.getInput()))
      return rewriter.notifyMatchFailure(op, "a zero of the pad may be the largest element");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPadding(*padding);
      op.getInputMutable().assign(pad.getInput());
    });
    return success();
  }
};

struct PadIntoAvgPool : OpRewritePattern<AvgPool2DOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AvgPool2DOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<PadOp>();
    if (!pad)
      return rewriter.notifyMatchFailure(op, "no pad before it");
    auto padding = widened(pad, op.getPadding());
    auto counted = widened(pad, op.getCountedPadding());
    if (failed(padding) || !fitsKernel(op, *padding))
      return rewriter.notifyMatchFailure(op, "the pad is not one of zeros smaller than the window");
    if (op.getPadding() != op.getCountedPadding())
      return rewriter.notifyMatchFailure(
          op, "padding that counts would lie inside of one that does not");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPadding(*padding);
      op.setCountedPadding(*counted);
      op.getInputMutable().assign(pad.getInput());
    });
    return success();
  }
};

struct FoldPadPass : qcc::cnn::impl::CNNFoldPadBase<FoldPadPass> {
  void runOnOperation() override {
    auto count = [&] {
      int64_t pads = 0;
      getOperation()->walk([&](PadOp) { ++pads; });
      return pads;
    };
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    patterns.add<PadIntoConv, PadIntoMaxPool, PadIntoAvgPool>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    folded += before - count();
  }
};
} // namespace

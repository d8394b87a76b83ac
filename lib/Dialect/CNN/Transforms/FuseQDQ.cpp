//===- FuseQDQ.cpp - cnn-fuse-qdq ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNFUSEQDQ
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

/// `op` again, on other operands and with another result type.
static Operation *rebuild(PatternRewriter &rewriter, Operation *op, ValueRange operands,
                          Type type) {
  OperationState state(op->getLoc(), op->getName(), operands, type, op->getAttrs());
  return rewriter.create(state);
}

namespace {
/// dequantize -> layer -> quantize becomes the layer on quantized types.
struct FuseLayer : OpRewritePattern<QuantizeOp> {
  FuseLayer(MLIRContext *context, llvm::function_ref<void()> count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto layer = op.getInput().getDefiningOp<LayerOpInterface>();
    if (!layer || !getPerTensorType(op.getResult()))
      return rewriter.notifyMatchFailure(op, "not the quantization of a layer's result per tensor");
    QuantizationRole role = layer.getQuantizationRole();
    if (role != QuantizationRole::Weighted && role != QuantizationRole::OwnParameters &&
        role != QuantizationRole::UnifiedParameters)
      return rewriter.notifyMatchFailure(op,
                                         "the layer has no quantized form with its own parameters");
    if (layer->hasAttr(kKeepFloatAttr))
      return rewriter.notifyMatchFailure(op, "the layer is to stay in float");
    if (!layer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "the layer's result is also used in float");

    SmallVector<Value> operands(layer->getOperands());
    OpOperand *bias = layer.getBiasOperand();
    for (OpOperand &operand : layer->getOpOperands()) {
      auto dequantize = operand.get().getDefiningOp<DequantizeOp>();
      bool isBias = bias && operand.getOperandNumber() == bias->getOperandNumber();
      if (dequantize && getLevel(dequantize.getInput().getType()) == ValueLevel::Quantized) {
        bool isActivation = !isBias && layer.getWeightsOperand() != &operand;
        if (isActivation && !getPerTensorType(dequantize.getInput()))
          return rewriter.notifyMatchFailure(op, "an activation is quantized per channel");
        operands[operand.getOperandNumber()] = dequantize.getInput();
      } else if (!isBias) {
        return rewriter.notifyMatchFailure(op, "an operand of the layer is not quantized");
      }
    }
    rewriter.setInsertionPoint(op);
    Operation *fused = rebuild(rewriter, layer, operands, op.getType());
    rewriter.replaceOp(op, fused);
    rewriter.eraseOp(layer);
    count();
    return success();
  }

  llvm::function_ref<void()> count;
};

/// Layers that act on codes move in front of the dequantize.
struct MoveBeforeDequantize : OpInterfaceRewritePattern<LayerOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(LayerOpInterface layer, PatternRewriter &rewriter) const override {
    if (layer.getQuantizationRole() != QuantizationRole::SharedParameters)
      return rewriter.notifyMatchFailure(layer, "does not keep its input's parameters");
    if (layer->hasAttr(kKeepFloatAttr))
      return rewriter.notifyMatchFailure(layer, "the layer is to stay in float");
    auto dequantize = layer->getOperand(0).getDefiningOp<DequantizeOp>();
    if (!dequantize || !getPerTensorType(dequantize.getInput()))
      return rewriter.notifyMatchFailure(layer, "its input is not quantized per tensor");
    auto floatType = cast<RankedTensorType>(layer->getResult(0).getType());
    auto type = floatType.clone(getElementTypeOrSelf(dequantize.getInput().getType()));
    Operation *moved = rebuild(rewriter, layer, dequantize.getInput(), type);
    auto result = DequantizeOp::create(rewriter, layer->getLoc(), floatType, moved->getResult(0),
                                       FloatAttr(), IntegerAttr());
    rewriter.replaceOp(layer, result.getResult());
    return success();
  }
};

/// quantize(dequantize(q)) with the same parameters is q: the rounding error of (q - zp) * s is far
/// below half a step.
struct DropRoundTrip : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto dequantize = op.getInput().getDefiningOp<DequantizeOp>();
    if (!dequantize || dequantize.getInput().getType() != op.getType() ||
        getLevel(op.getType()) != ValueLevel::Quantized)
      return rewriter.notifyMatchFailure(op, "not a round trip with the same parameters");
    rewriter.replaceOp(op, dequantize.getInput());
    return success();
  }
};

struct FuseQDQPass : qcc::cnn::impl::CNNFuseQDQBase<FuseQDQPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    auto count = [&] { ++fused; };
    patterns.add<FuseLayer>(context, count);
    patterns.add<MoveBeforeDequantize, DropRoundTrip>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

//===- FoldBatchNorm.cpp - cnn-fold-batch-norm ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/IR/Window.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNFOLDBATCHNORM
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

namespace {
/// A batch normalization as y = x * factor[c] + offset[c].
struct ScaleAndOffset {
  SmallVector<double> factor, offset;

  static FailureOr<ScaleAndOffset> get(BatchNormOp op) {
    auto scale = readFloats(op.getScale()), offset = readFloats(op.getOffset());
    auto mean = readFloats(op.getMean()), variance = readFloats(op.getVariance());
    if (failed(scale) || failed(offset) || failed(mean) || failed(variance))
      return failure();
    ScaleAndOffset result;
    double epsilon = op.getEpsilon().convertToFloat();
    for (size_t c = 0; c < scale->size(); ++c) {
      double factor = (*scale)[c] / std::sqrt(static_cast<double>((*variance)[c]) + epsilon);
      result.factor.push_back(factor);
      result.offset.push_back((*offset)[c] - (*mean)[c] * factor);
    }
    return result;
  }
};

Value makeConstant(PatternRewriter &rewriter, Location loc, ArrayRef<int64_t> shape,
                   ArrayRef<float> values, StringRef name) {
  auto type = RankedTensorType::get(shape, rewriter.getF32Type());
  return ConstantOp::create(rewriter, loc, makeFloats(type, values, name));
}

/// conv2d or linear before the normalization: scale its weights and bias.
struct FoldIntoLayer : OpRewritePattern<BatchNormOp> {
  FoldIntoLayer(MLIRContext *context, llvm::function_ref<void()> count)
      : OpRewritePattern(context, /*benefit=*/2), count(count) {}

  LogicalResult matchAndRewrite(BatchNormOp op, PatternRewriter &rewriter) const override {
    auto layer = op.getInput().getDefiningOp<LayerOpInterface>();
    OpOperand *weights = layer ? layer.getWeightsOperand() : nullptr;
    if (!weights)
      return rewriter.notifyMatchFailure(op, "no layer with weights before it");
    if (!layer->hasOneUse())
      return rewriter.notifyMatchFailure(op, "the layer before it has other uses");
    if (layer.getFusedActivation())
      return rewriter.notifyMatchFailure(op, "an activation stands between");
    auto values = readFloats(weights->get());
    OpOperand *bias = layer.getBiasOperand();
    auto biases = bias ? readFloats(bias->get()) : FailureOr<SmallVector<float, 0>>(failure());
    auto normalization = ScaleAndOffset::get(op);
    if (failed(values) || failed(normalization) || (bias && failed(biases)))
      return rewriter.notifyMatchFailure(op, "weights or statistics are not constant");

    size_t channels = normalization->factor.size(), depth = values->size() / channels;
    SmallVector<float> newBias;
    for (size_t c = 0; c < channels; ++c) {
      double factor = normalization->factor[c];
      for (float &weight : MutableArrayRef(*values).slice(c * depth, depth))
        weight = static_cast<float>(weight * factor);
      double old = bias ? (*biases)[c] : 0.0;
      newBias.push_back(static_cast<float>(old * factor + normalization->offset[c]));
    }
    auto weightsType = cast<RankedTensorType>(weights->get().getType());
    StringRef name = getResourceName(getConstant(weights->get()), "weight");
    // Constants go before the layer, which may be far above the normalization.
    rewriter.setInsertionPoint(layer);
    Value newWeights = makeConstant(rewriter, op.getLoc(), weightsType.getShape(), *values, name);
    Value biasValue = makeConstant(rewriter, op.getLoc(), {static_cast<int64_t>(channels)}, newBias,
                                   (name + ".bias").str());
    rewriter.modifyOpInPlace(layer, [&] {
      weights->set(newWeights);
      if (bias)
        bias->set(biasValue);
      else
        layer->insertOperands(layer->getNumOperands(), biasValue);
    });
    rewriter.replaceOp(op, layer->getResult(0));
    count();
    return success();
  }

  llvm::function_ref<void()> count;
};

/// Any other normalization of an image: a depthwise 1x1 convolution.
struct ConvertToDepthwise : OpRewritePattern<BatchNormOp> {
  ConvertToDepthwise(MLIRContext *context, llvm::function_ref<void()> count)
      : OpRewritePattern(context), count(count) {}

  LogicalResult matchAndRewrite(BatchNormOp op, PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getInput().getType());
    auto normalization = ScaleAndOffset::get(op);
    if (failed(normalization))
      return rewriter.notifyMatchFailure(op, "statistics are not constant");
    auto narrow = [](ArrayRef<double> values) {
      return llvm::map_to_vector(values, [](double x) { return static_cast<float>(x); });
    };
    SmallVector<float> factor = narrow(normalization->factor);
    SmallVector<float> offset = narrow(normalization->offset);
    int64_t channels = type.getShape().back();
    StringRef name = getLayerName(op);
    std::string prefix = name.empty() ? "batch_norm" : name.str();
    Operation *result;
    if (type.getRank() == 4) {
      Value weights =
          makeConstant(rewriter, op.getLoc(), {channels, 1, 1, 1}, factor, prefix + ".weight");
      Value bias = makeConstant(rewriter, op.getLoc(), {channels}, offset, prefix + ".bias");
      result = Conv2DOp::create(rewriter, op.getLoc(), op.getType(), op.getInput(), weights, bias,
                                Window2D{}, channels);
    } else {
      SmallVector<int64_t> shape(type.getRank(), 1);
      shape.back() = channels;
      Value scale = makeConstant(rewriter, op.getLoc(), shape, factor, prefix + ".weight");
      Value shift = makeConstant(rewriter, op.getLoc(), shape, offset, prefix + ".bias");
      Value scaled = MulOp::create(rewriter, op.getLoc(), op.getType(), op.getInput(), scale,
                                   ActivationAttr());
      result = AddOp::create(rewriter, op.getLoc(), op.getType(), scaled, shift, ActivationAttr());
    }
    result->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, result);
    count();
    return success();
  }

  llvm::function_ref<void()> count;
};

struct FoldBatchNormPass : qcc::cnn::impl::CNNFoldBatchNormBase<FoldBatchNormPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    auto countFolded = [&] { ++folded; };
    auto countConverted = [&] { ++converted; };
    patterns.add<FoldIntoLayer>(&getContext(), countFolded);
    patterns.add<ConvertToDepthwise>(&getContext(), countConverted);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

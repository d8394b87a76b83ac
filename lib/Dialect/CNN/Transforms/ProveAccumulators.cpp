//===- ProveAccumulators.cpp - cnn-prove-accumulators ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/Transforms/AccumulatorBounds.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include <algorithm>

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNPROVEACCUMULATORS
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

static void include(CodeRange &range, CodeRange other) {
  range = {std::min(range.min, other.min), std::max(range.max, other.max)};
}

AccumulatorBounds qcc::cnn::boundAccumulators(ArrayRef<int64_t> weights, size_t channels,
                                              ArrayRef<int64_t> bias, CodeRange input) {
  AccumulatorBounds bounds;
  size_t depth = channels == 0 ? 0 : weights.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    ArrayRef<int64_t> row = weights.slice(c * depth, depth);
    // Codes have 8 bits and weights 16, so that int64 holds the sum of any tensor that fits into
    // memory.
    int64_t b = bias.empty() ? 0 : bias[c];
    CodeRange sum = {std::min<int64_t>(b, 0), std::max<int64_t>(b, 0)};
    CodeRange previous = {0, 0};
    for (size_t k = 0; k < depth; ++k) {
      auto [low, high] = std::minmax({row[k] * input.min, row[k] * input.max});
      sum.min += std::min<int64_t>(low, 0);
      sum.max += std::max<int64_t>(high, 0);
      CodeRange product = {low, high}, pair = {previous.min + low, previous.max + high};
      include(bounds.pair, k % 2 == 0 ? product : pair);
      include(bounds.everyPair, product);
      include(bounds.everyPair, pair);
      previous = product;
    }
    include(bounds.accumulator, sum);
  }
  return bounds;
}

CodeRange qcc::cnn::getValueRange(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto requantize = dyn_cast_if_present<RequantizeOp>(op))
    return {static_cast<int32_t>(requantize.getMin()), static_cast<int32_t>(requantize.getMax())};
  if (auto quantize = dyn_cast_if_present<QuantizeOp>(op); quantize && quantize.getMin())
    return {static_cast<int32_t>(*quantize.getMin()), static_cast<int32_t>(*quantize.getMax())};
  if (auto clamp = dyn_cast_if_present<ClampOp>(op))
    if (auto min = dyn_cast<IntegerAttr>(clamp.getMin()))
      return {min.getInt(), cast<IntegerAttr>(clamp.getMax()).getInt()};
  if (isa_and_present<MaxPool2DOp, FlattenOp, ReshapeOp, TransposeOp>(op))
    return getValueRange(op->getOperand(0));
  auto type = cast<IntegerType>(getElementTypeOrSelf(value.getType()));
  int64_t size = int64_t{1} << type.getWidth();
  return type.isUnsigned() ? CodeRange{0, size - 1} : CodeRange{-size / 2, size / 2 - 1};
}

/// True if all that reads `accumulators`, through max pools or directly, takes them at any width.
static bool canWiden(Value accumulators) {
  return llvm::all_of(accumulators.getUsers(), [](Operation *user) {
    auto pool = dyn_cast<MaxPool2DOp>(user);
    return pool ? canWiden(pool.getResult()) : isa<RequantizeOp>(user);
  });
}

static void widen(Value accumulators) {
  auto type = cast<RankedTensorType>(accumulators.getType());
  accumulators.setType(type.clone(IntegerType::get(type.getContext(), 64)));
  for (Operation *user : accumulators.getUsers())
    if (auto pool = dyn_cast<MaxPool2DOp>(user))
      widen(pool.getResult());
}

namespace {
struct ProveAccumulatorsPass : qcc::cnn::impl::CNNProveAccumulatorsBase<ProveAccumulatorsPass> {
  using CNNProveAccumulatorsBase::CNNProveAccumulatorsBase;

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](LayerOpInterface layer) -> WalkResult {
      if (!layer.getWeightsOperand() ||
          getLevel(layer->getOperand(0).getType()) != ValueLevel::Code)
        return WalkResult::advance();
      return prove(layer);
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult prove(LayerOpInterface layer) {
    Value weights = layer.getWeightsOperand()->get();
    auto rows = readIntegers(weights);
    OpOperand *bias = layer.getBiasOperand();
    auto biases = bias ? readIntegers(bias->get()) : SmallVector<int64_t, 0>();
    if (failed(rows) || failed(biases))
      return layer->emitError(
          "weights and bias must be constants for its accumulators to be bounded");
    CodeRange input = getValueRange(layer->getOperand(0));
    auto conv = dyn_cast<Conv2DOp>(*layer);
    if (conv && llvm::any_of(conv.getPadding(), [](int64_t p) { return p != 0; })) {
      int64_t pad = conv.getPadValue();
      input = {std::min(input.min, pad), std::max(input.max, pad)};
    }
    AccumulatorBounds bounds = boundAccumulators(
        *rows, cast<RankedTensorType>(weights.getType()).getDimSize(0), *biases, input);
    auto getAttr = [&](CodeRange pair, bool everyPair) {
      return BoundsAttr::get(&getContext(), bounds.accumulator.min, bounds.accumulator.max,
                             pair.min, pair.max, everyPair);
    };
    // What fits for all neighbours serves kernel rows of any length.
    BoundsAttr attr = getAttr(bounds.everyPair, /*everyPair=*/true);
    if (!attr.pairFitsInt16())
      attr = getAttr(bounds.pair, /*everyPair=*/false);
    layer->setAttr("bounds", attr);
    bool tooWide =
        !attr.fitsInt32() && getElementTypeOrSelf(layer->getResult(0).getType()).isInteger(32);
    pairsSafe += attr.pairFitsInt16() ? 1 : 0;
    if (report)
      layer->emitRemark("'") << getLayerName(layer) << "' accumulates within ["
                             << bounds.accumulator.min << ", " << bounds.accumulator.max << "], "
                             << (attr.fitsInt32() ? "32 bits are enough" : "which needs 64 bits")
                             << "; pairs of products within [" << attr.getPairMin() << ", "
                             << attr.getPairMax() << "], "
                             << (attr.pairFitsInt16() ? "16 bits are enough"
                                                      : "which could saturate 16 bits");
    return tooWide ? widenAccumulators(layer, *biases) : success();
  }

  LogicalResult widenAccumulators(LayerOpInterface layer, ArrayRef<int64_t> biases) {
    if (!canWiden(layer->getResult(0)))
      return layer->emitError("its accumulators may overflow 32 bits, and it is used where they "
                              "cannot be wider");
    widen(layer->getResult(0));
    OpBuilder builder(layer);
    if (OpOperand *bias = layer.getBiasOperand()) {
      auto type = cast<RankedTensorType>(bias->get().getType()).clone(builder.getI64Type());
      StringRef name = getResourceName(getConstant(bias->get()), "bias");
      bias->set(ConstantOp::create(builder, layer.getLoc(), makeIntegers(type, biases, name)));
    }
    ++widened;
    return success();
  }
};
} // namespace

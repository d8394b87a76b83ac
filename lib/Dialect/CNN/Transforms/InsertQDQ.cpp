//===- InsertQDQ.cpp - cnn-insert-qdq ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNINSERTQDQ
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;
using qcc::calib::ObserveOp;

/// True for a layer that is to be computed in integers.
static bool isQuantizable(Operation *op) {
  auto layer = dyn_cast_if_present<LayerOpInterface>(op);
  if (!layer || op->hasAttr(kKeepFloatAttr))
    return false;
  QuantizationRole role = layer.getQuantizationRole();
  return role != QuantizationRole::FloatOnly && role != QuantizationRole::None;
}

static bool isShared(Operation *op) {
  auto layer = dyn_cast<LayerOpInterface>(op);
  return layer && layer.getQuantizationRole() == QuantizationRole::SharedParameters;
}

/// True if a layer that is to be computed in integers reads `value`, through layers that act on
/// codes or directly.
static bool hasQuantizableUser(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    if (isShared(user) || isa<ObserveOp>(user))
      return hasQuantizableUser(user->getResult(0));
    return isQuantizable(user);
  });
}

namespace {
struct InsertQDQPass : qcc::cnn::impl::CNNInsertQDQBase<InsertQDQPass> {
  void runOnOperation() override {
    SmallVector<ObserveOp> observes;
    getOperation()->walk([&](ObserveOp op) { observes.push_back(op); });
    for (ObserveOp op : observes)
      if (op.getKeepFloat())
        if (auto layer = op.getInput().getDefiningOp<LayerOpInterface>())
          layer->setAttr(kKeepFloatAttr, UnitAttr::get(&getContext()));
    for (ObserveOp op : observes)
      if (failed(replace(op)))
        return signalPassFailure();
  }

  LogicalResult replace(ObserveOp op) {
    Value value = op.getInput();
    if (!isQuantizable(value.getDefiningOp()) && !hasQuantizableUser(op.getResult())) {
      op.replaceAllUsesWith(value);
      op.erase();
      return success();
    }
    if (!op.getParams())
      return op.emitError("'") << op.getName()
                               << "' has no quantization parameters; run calib-apply-table first";
    OpBuilder builder(op);
    auto type = cast<RankedTensorType>(value.getType()).clone(*op.getParams());
    auto quantize =
        QuantizeOp::create(builder, op.getLoc(), type, value, FloatAttr(), IntegerAttr(),
                           IntegerAttr(), IntegerAttr(), NumericContractAttr());
    auto dequantize = DequantizeOp::create(builder, op.getLoc(), value.getType(),
                                           quantize.getResult(), FloatAttr(), IntegerAttr());
    op.replaceAllUsesWith(dequantize.getResult());
    op.erase();
    return success();
  }
};
} // namespace

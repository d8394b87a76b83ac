//===- InferShapes.cpp - cnn-infer-shapes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNINFERSHAPES
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

static RankedTensorType withShape(Type type, ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, cast<RankedTensorType>(type).getElementType());
}

/// The result of a reshape is known only from its type: give it the input's batch if it had it
/// before.
static void reshapeBatch(ReshapeOp op) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  auto output = cast<RankedTensorType>(op.getType());
  if (output.hasStaticShape() || input.getRank() == 0)
    return;
  SmallVector<int64_t> shape(output.getShape());
  shape[0] = input.getDimSize(0);
  op.getResult().setType(withShape(output, shape));
}

static LogicalResult inferResult(Operation *op) {
  if (auto reshape = dyn_cast<ReshapeOp>(op))
    reshapeBatch(reshape);
  if (auto layer = dyn_cast<LayerOpInterface>(op)) {
    auto shape = layer.inferResultShape([&] { return op->emitOpError(); });
    if (failed(shape))
      return failure();
    op->getResult(0).setType(withShape(op->getResult(0).getType(), *shape));
  } else if (op->hasTrait<OpTrait::SameOperandsAndResultType>() && op->getNumOperands() > 0) {
    for (Value result : op->getResults())
      result.setType(op->getOperand(0).getType());
  }
  return success();
}

namespace {
struct InferShapesPass : qcc::cnn::impl::CNNInferShapesBase<InferShapesPass> {
  using CNNInferShapesBase::CNNInferShapesBase;

  void runOnOperation() override {
    if (batch < 0) {
      getOperation().emitError("batch must not be negative, but is ") << int64_t(batch);
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(inferFunction(function)))
        return signalPassFailure();
  }

  LogicalResult inferFunction(func::FuncOp function) {
    if (batch > 0 && function.isPublic()) {
      for (BlockArgument argument : function.getArguments()) {
        auto type = dyn_cast<RankedTensorType>(argument.getType());
        if (!type || type.getRank() == 0)
          continue;
        SmallVector<int64_t> shape(type.getShape());
        if (!ShapedType::isDynamic(shape[0]) && shape[0] != batch)
          return function.emitError("argument ")
                 << argument.getArgNumber() << " has a batch of " << shape[0]
                 << " already; it cannot become " << int64_t(batch);
        shape[0] = batch;
        argument.setType(withShape(type, shape));
      }
    }
    WalkResult walk = function.getBody().walk<WalkOrder::PreOrder>(
        [](Operation *op) { return WalkResult(inferResult(op)); });
    if (walk.wasInterrupted())
      return failure();
    auto results = llvm::to_vector(function.getFunctionType().getResults());
    function.walk([&](func::ReturnOp op) { results = llvm::to_vector(op.getOperandTypes()); });
    function.setFunctionType(
        FunctionType::get(&getContext(), function.getBody().getArgumentTypes(), results));
    return success();
  }
};
} // namespace

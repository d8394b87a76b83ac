//===- ExposeCodes.cpp - cnn-expose-codes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNEXPOSECODES
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

/// True at the quantized level, and for codes at the integer one.
static bool hasCodes(Type type) {
  ValueLevel level = getLevel(type);
  return level == ValueLevel::Quantized || level == ValueLevel::Code;
}

/// The quantize that is all that becomes of `value`, with the layers on the way, which only move
/// elements.
static QuantizeOp findQuantize(Value value, SmallVectorImpl<Operation *> &layers) {
  while (value.hasOneUse()) {
    Operation *user = *value.getUsers().begin();
    if (auto quantize = dyn_cast<QuantizeOp>(user))
      return hasCodes(quantize.getType()) ? quantize : nullptr;
    if (!isa<ReshapeOp, FlattenOp, TransposeOp>(user))
      return nullptr;
    layers.push_back(user);
    value = user->getResult(0);
  }
  return nullptr;
}

static RankedTensorType withElement(Type type, Type element) {
  return cast<RankedTensorType>(type).clone(element);
}

namespace {
struct ExposeCodesPass : qcc::cnn::impl::CNNExposeCodesBase<ExposeCodesPass> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal() || !main.getBody().hasOneBlock()) {
      getOperation().emitError("there is no function @main of one block");
      return signalPassFailure();
    }
    for (BlockArgument argument : main.getArguments())
      exposeArgument(main, argument);
    Operation *ret = main.getBody().front().getTerminator();
    for (OpOperand &operand : ret->getOpOperands())
      exposeResult(main, operand);
    main.setFunctionType(FunctionType::get(&getContext(), main.getBody().getArgumentTypes(),
                                           ret->getOperandTypes()));
  }

  static void exposeArgument(func::FuncOp main, BlockArgument argument) {
    if (getLevel(argument.getType()) != ValueLevel::Float)
      return;
    SmallVector<Operation *> layers;
    QuantizeOp quantize = findQuantize(argument, layers);
    if (!quantize) {
      main.emitRemark("argument ")
          << argument.getArgNumber()
          << " stays in float: something other than a quantization uses it";
      return;
    }
    Type element = getElementTypeOrSelf(quantize.getType());
    argument.setType(withElement(argument.getType(), element));
    for (Operation *layer : layers)
      layer->getResult(0).setType(withElement(layer->getResult(0).getType(), element));
    quantize.getResult().replaceAllUsesWith(quantize.getInput());
    quantize.erase();
  }

  static void exposeResult(func::FuncOp main, OpOperand &operand) {
    if (getLevel(operand.get().getType()) != ValueLevel::Float)
      return;
    auto dequantize = operand.get().getDefiningOp<DequantizeOp>();
    if (!dequantize || !hasCodes(dequantize.getInput().getType())) {
      main.emitRemark("result ") << operand.getOperandNumber()
                                 << " stays in float: it is not a dequantized value";
      return;
    }
    operand.set(dequantize.getInput());
    if (dequantize.use_empty())
      dequantize.erase();
  }
};
} // namespace

//===- ExposeCodes.cpp - cnn-expose-codes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"

#include "mlir/IR/SymbolTable.h"

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

/// What the codes of a quantize or dequantize mean: its quantized type, or at the integer level its
/// attributes. Null if it says neither.
template <typename OpT> static Type getQuantization(OpT op, Type codes) {
  Type element = getElementTypeOrSelf(codes);
  if (isa<quant::UniformQuantizedType>(element))
    return element;
  if (!op.getScale() || !op.getZeroPoint())
    return nullptr;
  return getPerTensorType(
      op.getContext(), !element.isUnsignedInteger(),
      {op.getScale()->convertToFloat(), static_cast<int32_t>(*op.getZeroPoint())});
}

namespace {
/// Exposes what there is to expose in one function.
class CodeExposer {
public:
  CodeExposer(func::FuncOp function, bool remarks) : function(function), remarks(remarks) {}

  /// False if nothing changed.
  bool run() {
    for (BlockArgument argument : function.getArguments())
      exposeArgument(argument);
    Operation *ret = function.getBody().front().getTerminator();
    for (OpOperand &operand : ret->getOpOperands())
      exposeResult(operand);
    function.setFunctionType(FunctionType::get(
        function.getContext(), function.getBody().getArgumentTypes(), ret->getOperandTypes()));
    return changed;
  }

private:
  void remark(StringRef what, unsigned index, StringRef why) {
    if (remarks)
      function.emitRemark() << what << " " << index << " stays in float: " << why;
  }

  void exposeArgument(BlockArgument argument) {
    if (getLevel(argument.getType()) != ValueLevel::Float)
      return;
    SmallVector<Operation *> layers;
    QuantizeOp quantize = findQuantize(argument, layers);
    if (!quantize)
      return remark("argument", argument.getArgNumber(),
                    "something other than a quantization uses it");
    if (Type meaning = getQuantization(quantize, quantize.getType()))
      function.setArgAttr(argument.getArgNumber(), kQuantizationAttr, TypeAttr::get(meaning));
    Type element = getElementTypeOrSelf(quantize.getType());
    argument.setType(withElement(argument.getType(), element));
    for (Operation *layer : layers)
      layer->getResult(0).setType(withElement(layer->getResult(0).getType(), element));
    quantize.getResult().replaceAllUsesWith(quantize.getInput());
    quantize.erase();
    changed = true;
  }

  void exposeResult(OpOperand &operand) {
    if (getLevel(operand.get().getType()) != ValueLevel::Float)
      return;
    auto dequantize = operand.get().getDefiningOp<DequantizeOp>();
    if (!dequantize || !hasCodes(dequantize.getInput().getType()))
      return remark("result", operand.getOperandNumber(), "it is not a dequantized value");
    if (Type meaning = getQuantization(dequantize, dequantize.getInput().getType()))
      function.setResultAttr(operand.getOperandNumber(), kQuantizationAttr, TypeAttr::get(meaning));
    operand.set(dequantize.getInput());
    if (dequantize.use_empty())
      dequantize.erase();
    changed = true;
  }

  func::FuncOp function;
  bool remarks, changed = false;
};

struct ExposeCodesPass : qcc::cnn::impl::CNNExposeCodesBase<ExposeCodesPass> {
  using CNNExposeCodesBase::CNNExposeCodesBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    auto main = symbols.lookup<func::FuncOp>("main");
    if (!main || main.isExternal() || !main.getBody().hasOneBlock()) {
      getOperation().emitError("there is no function @main of one block");
      return signalPassFailure();
    }
    if (!copy) {
      CodeExposer(main, /*remarks=*/true).run();
      return;
    }
    if (symbols.lookup("main_codes"))
      return;
    func::FuncOp codes = main.clone();
    codes.setName("main_codes");
    symbols.insert(codes, std::next(Block::iterator(main)));
    if (!CodeExposer(codes, /*remarks=*/false).run())
      symbols.erase(codes);
  }
};
} // namespace

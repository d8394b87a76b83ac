//===- VerifyQuantized.cpp - cnn-verify-quantized ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNVERIFYQUANTIZED
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

/// Multiply-accumulates per image of a conv2d or linear; 0 for other layers.
static uint64_t macsPerImage(LayerOpInterface layer) {
  OpOperand *weights = layer.getWeightsOperand();
  if (!weights)
    return 0;
  // Each output element needs one multiply-accumulate for each weight of its output channel.
  auto weightsType = cast<RankedTensorType>(weights->get().getType());
  uint64_t macs = 1;
  for (int64_t size : weightsType.getShape().drop_front())
    macs = llvm::SaturatingMultiply(macs, static_cast<uint64_t>(size));
  auto type = cast<RankedTensorType>(layer->getResult(0).getType());
  for (int64_t size : type.getShape().drop_front())
    macs = llvm::SaturatingMultiply(macs, static_cast<uint64_t>(size));
  return macs;
}

/// Why `layer` stayed in float.
static std::string reasonFor(LayerOpInterface layer) {
  if (layer->hasAttr(kKeepFloatAttr))
    return "the calibration table keeps it in float";
  QuantizationRole role = layer.getQuantizationRole();
  if (role == QuantizationRole::FloatOnly)
    return "it has no int8 form";
  for (OpOperand *operand : layer.getActivationOperands())
    if (!operand->get().getDefiningOp<DequantizeOp>())
      return "operand " + std::to_string(operand->getOperandNumber()) + " is not quantized";
  if (OpOperand *weights = layer.getWeightsOperand())
    if (!weights->get().getDefiningOp<DequantizeOp>())
      return "its weights are not quantized";
  if (role == QuantizationRole::SharedParameters)
    return "its input is quantized per channel";
  if (!llvm::any_of(layer->getUsers(), llvm::IsaPred<QuantizeOp>))
    return "its result is not quantized";
  if (!layer->hasOneUse())
    return "its result is also used in float";
  return "cnn-fuse-qdq has not run";
}

namespace {
struct VerifyQuantizedPass : qcc::cnn::impl::CNNVerifyQuantizedBase<VerifyQuantizedPass> {
  using CNNVerifyQuantizedBase::CNNVerifyQuantizedBase;

  void runOnOperation() override {
    if (!isQuantizedModel())
      return;
    getOperation()->walk([&](LayerOpInterface layer) {
      if (layer.getQuantizationRole() == QuantizationRole::None ||
          getLevel(layer->getResult(0).getType()) != ValueLevel::Float)
        return;
      ++islands;
      InFlightDiagnostic diagnostic = strict ? layer->emitError() : layer->emitRemark();
      StringRef name = getLayerName(layer);
      diagnostic << "'" << (name.empty() ? layer->getName().stripDialect() : name)
                 << "' stays in float: " << reasonFor(layer);
      if (uint64_t macs = macsPerImage(layer))
        diagnostic << " (" << macs << " multiply-accumulates per image)";
      if (strict)
        signalPassFailure();
    });
  }

  /// A model that was never to be quantized has no islands: neither does its module name a
  /// contract, nor does the function have quantized values.
  bool isQuantizedModel() {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    if (module && module->hasAttr(kContractAttr))
      return true;
    auto isQuantized = [](Type type) {
      return isa<quant::QuantizedType>(getElementTypeOrSelf(type));
    };
    WalkResult walk = getOperation()->walk([&](Operation *op) {
      bool any = llvm::any_of(op->getOperandTypes(), isQuantized) ||
                 llvm::any_of(op->getResultTypes(), isQuantized);
      return any ? WalkResult::interrupt() : WalkResult::advance();
    });
    return walk.wasInterrupted();
  }
};
} // namespace

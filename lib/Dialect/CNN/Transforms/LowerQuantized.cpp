//===- LowerQuantized.cpp - cnn-lower-quantized ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerQuantized.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"

#include "mlir/Dialect/Func/Transforms/FuncConversions.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNLOWERQUANTIZED
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

Value qcc::cnn::buildDequantize(OpBuilder &builder, Location loc, Value codes,
                                quant::UniformQuantizedType type) {
  QuantParams params = getParams(type);
  auto resultType = cast<RankedTensorType>(codes.getType()).clone(builder.getF32Type());
  // A constant has no batch, so that nothing would compute it but the network itself.
  if (auto constants = readIntegers(codes); succeeded(constants)) {
    SmallVector<float, 0> reals;
    reals.reserve(constants->size());
    for (int64_t code : *constants)
      reals.push_back(quantmath::dequantize(code, params.zeroPoint, params.scale));
    StringRef name = getResourceName(getConstant(codes), "constant");
    return ConstantOp::create(builder, loc, makeFloats(resultType, reals, name));
  }
  return DequantizeOp::create(builder, loc, resultType, codes,
                              builder.getF32FloatAttr(params.scale),
                              builder.getI32IntegerAttr(params.zeroPoint));
}

QuantizeOp qcc::cnn::buildQuantize(OpBuilder &builder, Location loc, Value reals,
                                   RankedTensorType resultType, quant::UniformQuantizedType type,
                                   CodeRange range, Contract contract) {
  QuantParams params = getParams(type);
  return QuantizeOp::create(builder, loc, resultType, reals, builder.getF32FloatAttr(params.scale),
                            builder.getI32IntegerAttr(params.zeroPoint),
                            builder.getI32IntegerAttr(range.min),
                            builder.getI32IntegerAttr(range.max),
                            NumericContractAttr::get(builder.getContext(), fromContract(contract)));
}

namespace {
struct LowerQuantizedPass : qcc::cnn::impl::CNNLowerQuantizedBase<LowerQuantizedPass> {
  using CNNLowerQuantizedBase::CNNLowerQuantizedBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    Contract chosen = getContract(module);
    if (!contract.empty()) {
      auto parsed = parseContract(contract);
      if (!parsed) {
        module.emitError("unknown contract '")
            << contract << "'; there are fbgemm, qnnpack and onnx";
        return signalPassFailure();
      }
      chosen = *parsed;
      module->setAttr(kContractAttr, NumericContractAttr::get(&getContext(), fromContract(chosen)));
    }

    TypeConverter converter;
    converter.addConversion([](Type type) { return type; });
    converter.addConversion([](RankedTensorType type) -> Type {
      auto element = dyn_cast<quant::QuantizedType>(type.getElementType());
      return element ? type.clone(getCodeType(element)) : type;
    });

    // The only thing that makes an operation illegal is a quantized type; what has none is at
    // another level already.
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([&](Operation *op) {
      if (auto function = dyn_cast<func::FuncOp>(op))
        return converter.isSignatureLegal(function.getFunctionType());
      return converter.isLegal(op);
    });

    RewritePatternSet patterns(&getContext());
    populateLowerWeightedPatterns(patterns, converter, chosen);
    populateLowerPoolPatterns(patterns, converter, chosen);
    populateLowerElementwisePatterns(patterns, converter, chosen);
    populateLowerCodePatterns(patterns, converter, chosen);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    if (failed(applyFullConversion(module, target, std::move(patterns))))
      return signalPassFailure();
    // Weights and biases that were replaced by others; nothing else would drop them from what is
    // printed.
    module.walk([](ConstantOp op) {
      if (op.use_empty())
        op.erase();
    });
  }
};
} // namespace

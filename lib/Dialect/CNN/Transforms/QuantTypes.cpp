//===- QuantTypes.cpp - Quantized types and the numbers in them ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

Contract qcc::cnn::toContract(NumericContract contract) {
  switch (contract) {
  case NumericContract::Fbgemm:
    return Contract::Fbgemm;
  case NumericContract::Qnnpack:
    return Contract::Qnnpack;
  case NumericContract::Onnx:
    return Contract::Onnx;
  }
  llvm_unreachable("covered switch");
}

NumericContract qcc::cnn::fromContract(Contract contract) {
  switch (contract) {
  case Contract::Fbgemm:
    return NumericContract::Fbgemm;
  case Contract::Qnnpack:
    return NumericContract::Qnnpack;
  case Contract::Onnx:
    return NumericContract::Onnx;
  }
  llvm_unreachable("covered switch");
}

Contract qcc::cnn::getContract(Operation *op) {
  auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
  auto attr = module ? module->getAttrOfType<NumericContractAttr>(kContractAttr) : nullptr;
  return attr ? toContract(attr.getValue()) : Contract::Fbgemm;
}

QuantParams qcc::cnn::getParams(quant::UniformQuantizedType type) {
  return {static_cast<float>(type.getScale()), type.getZeroPoint()};
}

SmallVector<QuantParams> qcc::cnn::getChannelParams(quant::QuantizedType type) {
  if (auto perTensor = dyn_cast<quant::UniformQuantizedType>(type))
    return {getParams(perTensor)};
  auto perAxis = cast<quant::UniformQuantizedPerAxisType>(type);
  SmallVector<QuantParams> params;
  for (auto [scale, zeroPoint] : llvm::zip(perAxis.getScales(), perAxis.getZeroPoints()))
    params.push_back({static_cast<float>(scale), zeroPoint});
  return params;
}

ElementParams::ElementParams(RankedTensorType type)
    : params(getChannelParams(cast<quant::QuantizedType>(type.getElementType()))) {
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type.getElementType()))
    for (int64_t size : type.getShape().drop_front(perAxis.getQuantizedDimension() + 1))
      inner *= static_cast<size_t>(size);
}

CodeRange qcc::cnn::getStorageRange(quant::QuantizedType type) {
  return {type.getStorageTypeMin(), type.getStorageTypeMax()};
}

static unsigned flags(bool isSigned) { return isSigned ? quant::QuantizationFlags::Signed : 0; }
static int64_t lowest(bool isSigned) { return isSigned ? -128 : 0; }

quant::UniformQuantizedType qcc::cnn::getPerTensorType(MLIRContext *context, bool isSigned,
                                                       QuantParams params) {
  return quant::UniformQuantizedType::get(flags(isSigned), IntegerType::get(context, 8),
                                          Float32Type::get(context), params.scale, params.zeroPoint,
                                          lowest(isSigned), lowest(isSigned) + 255);
}

quant::UniformQuantizedPerAxisType qcc::cnn::getPerAxisType(MLIRContext *context, bool isSigned,
                                                            ArrayRef<QuantParams> params,
                                                            int64_t axis) {
  SmallVector<double> scales;
  SmallVector<int64_t> zeroPoints;
  for (QuantParams channel : params) {
    scales.push_back(channel.scale);
    zeroPoints.push_back(channel.zeroPoint);
  }
  return quant::UniformQuantizedPerAxisType::get(
      flags(isSigned), IntegerType::get(context, 8), Float32Type::get(context), scales, zeroPoints,
      static_cast<int32_t>(axis), lowest(isSigned), lowest(isSigned) + 255);
}

IntegerType qcc::cnn::getCodeType(quant::QuantizedType type) {
  auto storage = cast<IntegerType>(type.getStorageType());
  if (type.isSigned())
    return storage;
  return IntegerType::get(type.getContext(), storage.getWidth(), IntegerType::Unsigned);
}

quant::UniformQuantizedType qcc::cnn::getPerTensorType(Value value) {
  return dyn_cast<quant::UniformQuantizedType>(getElementTypeOrSelf(value.getType()));
}

CodeRange qcc::cnn::getCodeRange(quant::UniformQuantizedType type, ActivationAttr activation,
                                 Contract contract) {
  CodeRange range = getStorageRange(type);
  if (!activation)
    return range;
  QuantParams params = getParams(type);
  auto code = [&](float bound) {
    return quantmath::quantize(bound, params.scale, params.zeroPoint, range, contract);
  };
  return {code(activation.getLower()), code(activation.getUpper())};
}

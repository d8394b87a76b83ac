//===- QuantizedConstants.cpp - QuantizeLinear and DequantizeLinear of constants ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizedConstants.h"
#include "Operators.h"

#include "qcc/Quantization/QuantMath.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::TensorProto;

Expected<int32_t> qcc::onnx::getCodeType(const Node &node, int32_t zeroPointType) {
  Expected<int64_t> blockSize = node.getInt("block_size", 0);
  if (!blockSize)
    return blockSize.takeError();
  if (*blockSize != 0)
    return node.error("quantization in blocks is not supported");
  Expected<int64_t> outputType = node.getInt("output_dtype", 0);
  if (!outputType)
    return outputType.takeError();
  int32_t type =
      zeroPointType != TensorProto::UNDEFINED ? zeroPointType : static_cast<int32_t>(*outputType);
  if (type == TensorProto::UNDEFINED)
    type = TensorProto::UINT8;
  if (type != TensorProto::UINT8 && type != TensorProto::INT8)
    return node.error("codes of type {} are not supported, only int8 and uint8",
                      elementTypeName(type));
  return type;
}

/// Scale and zero point of `node`, which applies to a constant of `shape`.
static Expected<ScaleAndZeroPoint> readConstantScale(Importer &importer, const Node &node,
                                                     ArrayRef<int64_t> shape) {
  Expected<int64_t> blockSize = node.getInt("block_size", 0);
  if (!blockSize)
    return blockSize.takeError();
  if (*blockSize != 0)
    return node.error("quantization in blocks is not supported");
  Expected<int64_t> axis = node.getInt("axis", 1);
  if (!axis)
    return axis.takeError();
  Expected<ScaleAndZeroPoint> scale = readScale(importer, node, 1, 2, *axis);
  if (!scale || !scale->info.axis)
    return scale;
  Expected<int64_t> normalized = node.normalizeAxis(*axis, static_cast<int64_t>(shape.size()));
  if (!normalized)
    return normalized.takeError();
  int64_t count = static_cast<int64_t>(scale->info.scales.size());
  if (shape[*normalized] != count)
    return node.error("there are {} scales for dimension {} of shape {}", count, *normalized,
                      formatShape(shape));
  scale->info.axis = *normalized;
  return scale;
}

Expected<ConstantValue> qcc::onnx::dequantizeConstant(Importer &importer, const Node &node,
                                                      const ConstantValue &codes) {
  int32_t type = codes.tensor.type;
  if (codes.quantization ||
      (type != TensorProto::INT8 && type != TensorProto::UINT8 && type != TensorProto::INT32))
    return node.error("constant '{}' must be int8, uint8 or int32", printable(codes.tensor.name));
  Expected<ScaleAndZeroPoint> scale = readConstantScale(importer, node, codes.tensor.shape);
  if (!scale)
    return scale.takeError();
  if (scale->type != TensorProto::UNDEFINED && scale->type != type)
    return node.error("codes are {}, but their zero point is {}", elementTypeName(type),
                      elementTypeName(scale->type));
  return ConstantValue{codes.tensor, std::move(scale->info)};
}

Expected<ConstantValue> qcc::onnx::quantizeConstant(Importer &importer, const Node &node,
                                                    const ConstantValue &floats) {
  if (floats.quantization)
    return node.error("constant '{}' is quantized twice", printable(floats.tensor.name));
  Expected<ScaleAndZeroPoint> scale = readConstantScale(importer, node, floats.tensor.shape);
  if (!scale)
    return scale.takeError();
  Expected<int32_t> type = getCodeType(node, scale->type);
  if (!type)
    return type.takeError();
  // Also checks the numbers.
  if (auto checked = importer.getQuantizedType(&node, *type, scale->info); !checked)
    return checked.takeError();
  Expected<SmallVector<float, 0>> values = floats.tensor.floats();
  if (!values)
    return node.error(values.takeError());
  if (Error error = importer.charge(&node, values->size()))
    return error;
  CodeRange range = *type == TensorProto::UINT8 ? CodeRange{0, 255} : CodeRange{-128, 127};
  // Elements that follow each other have the same scale until the axis moves on.
  int64_t run = 1, count = static_cast<int64_t>(scale->info.scales.size());
  if (scale->info.axis)
    for (int64_t size : ArrayRef(floats.tensor.shape).drop_front(*scale->info.axis + 1))
      run *= size;
  SmallVector<int64_t, 0> codes;
  codes.reserve(values->size());
  for (auto [i, value] : enumerate(*values)) {
    int64_t channel = scale->info.axis ? static_cast<int64_t>(i) / run % count : 0;
    codes.push_back(quantmath::quantize(value, scale->info.scales[channel],
                                        scale->info.zeroPoints[channel], range, Contract::Onnx));
  }
  return ConstantValue{
      HostTensor::fromIntegers(floats.tensor.name, *type, floats.tensor.shape, codes),
      std::nullopt};
}

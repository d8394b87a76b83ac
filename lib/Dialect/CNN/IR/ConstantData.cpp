//===- ConstantData.cpp - Reading and making the data of constants ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace qcc::cnn;

/// Constants of at most this many elements stay in the text where they are used: one can read them
/// there.
static constexpr int64_t kDenseElements = 16;

/// No constant is larger than this many bytes: a splat can claim any size without having the data.
static constexpr uint64_t kMaxBytes = uint64_t{1} << 32;

FailureOr<SmallVector<char, 0>> qcc::cnn::readBytes(ElementsAttr attr) {
  ShapedType type = attr.getShapedType();
  if (!type.getElementType().isIntOrFloat() || type.getElementTypeBitWidth() % 8 != 0)
    return failure();
  size_t elementBytes = type.getElementTypeBitWidth() / 8;
  uint64_t bytes = elementBytes;
  for (int64_t size : type.getShape())
    bytes = llvm::SaturatingMultiply(bytes, static_cast<uint64_t>(size));
  if (bytes > kMaxBytes)
    return failure();
  if (auto dense = dyn_cast<DenseElementsAttr>(attr)) {
    ArrayRef<char> raw = dense.getRawData();
    if (!dense.isSplat())
      return SmallVector<char, 0>(raw.begin(), raw.end());
    SmallVector<char, 0> data;
    data.reserve(bytes);
    for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
      data.append(raw.begin(), raw.end());
    return data;
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || blob->getData().size() != bytes)
      return failure();
    return SmallVector<char, 0>(blob->getData().begin(), blob->getData().end());
  }
  return failure();
}

FailureOr<SmallVector<float, 0>> qcc::cnn::readFloats(ElementsAttr attr) {
  if (!attr || !attr.getElementType().isF32())
    return failure();
  FailureOr<SmallVector<char, 0>> bytes = readBytes(attr);
  if (failed(bytes))
    return failure();
  SmallVector<float, 0> values(bytes->size() / sizeof(float));
  std::memcpy(values.data(), bytes->data(), bytes->size());
  return values;
}

template <typename Int> static void widen(ArrayRef<char> bytes, MutableArrayRef<int64_t> values) {
  for (size_t i = 0; i < values.size(); ++i) {
    Int value;
    std::memcpy(&value, bytes.data() + i * sizeof(Int), sizeof(Int));
    values[i] = static_cast<int64_t>(value);
  }
}

FailureOr<SmallVector<int64_t, 0>> qcc::cnn::readIntegers(ElementsAttr attr) {
  auto type = attr ? dyn_cast<IntegerType>(attr.getElementType()) : nullptr;
  if (!type)
    return failure();
  FailureOr<SmallVector<char, 0>> bytes = readBytes(attr);
  if (failed(bytes))
    return failure();
  SmallVector<int64_t, 0> values;
  values.resize_for_overwrite(attr.getNumElements());
  bool isUnsigned = type.isUnsigned();
  switch (type.getWidth()) {
  case 8:
    isUnsigned ? widen<uint8_t>(*bytes, values) : widen<int8_t>(*bytes, values);
    return values;
  case 16:
    isUnsigned ? widen<uint16_t>(*bytes, values) : widen<int16_t>(*bytes, values);
    return values;
  case 32:
    isUnsigned ? widen<uint32_t>(*bytes, values) : widen<int32_t>(*bytes, values);
    return values;
  case 64:
    widen<int64_t>(*bytes, values);
    return values;
  default:
    return failure();
  }
}

ElementsAttr qcc::cnn::getConstant(Value value) {
  auto constant = value ? value.getDefiningOp<ConstantOp>() : nullptr;
  return constant ? constant.getValue() : nullptr;
}

FailureOr<SmallVector<float, 0>> qcc::cnn::readFloats(Value value) {
  return readFloats(getConstant(value));
}

FailureOr<double> qcc::cnn::findLargestMagnitude(Value value) {
  FailureOr<SmallVector<float, 0>> numbers = readFloats(value);
  if (failed(numbers))
    return failure();
  double result = 0;
  for (float number : *numbers) {
    if (!std::isfinite(number))
      return std::numeric_limits<double>::infinity();
    result = std::max(result, std::abs(double{number}));
  }
  return result;
}

FailureOr<SmallVector<int64_t, 0>> qcc::cnn::readIntegers(Value value) {
  return readIntegers(getConstant(value));
}

ElementsAttr qcc::cnn::makeElements(ShapedType type, ArrayRef<char> data, StringRef name) {
  assert(data.size() * 8 == type.getNumElements() * size_t{type.getElementTypeBitWidth()});
  if (type.getNumElements() <= kDenseElements)
    return DenseElementsAttr::getFromRawBuffer(type, data);
  // Bytecode aligns a resource as much as its blob is, and refuses to be read from a buffer that is
  // aligned less: 16 bytes are what llvm::MemoryBuffer, and so every MLIR tool, has for small
  // files.
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocateAndCopyWithAlign(data, /*align=*/16, /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, name.empty() ? "constant" : name, std::move(blob));
}

ElementsAttr qcc::cnn::makeFloats(ShapedType type, ArrayRef<float> values, StringRef name) {
  return makeElements(
      type, {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)}, name);
}

ElementsAttr qcc::cnn::makeIntegers(ShapedType type, ArrayRef<int64_t> values, StringRef name) {
  size_t width = type.getElementTypeBitWidth() / 8;
  SmallVector<char, 0> data(values.size() * width);
  // The low bytes of a two's complement number are the number in fewer bits (little-endian hosts).
  static_assert(std::endian::native == std::endian::little);
  for (auto [i, value] : llvm::enumerate(values))
    std::memcpy(data.data() + i * width, &value, width);
  return makeElements(type, data, name);
}

StringRef qcc::cnn::getResourceName(ElementsAttr attr, StringRef fallback) {
  if (auto resource = dyn_cast_if_present<DenseResourceElementsAttr>(attr))
    return resource.getRawHandle().getKey();
  return fallback;
}

SmallVector<char, 0> qcc::cnn::transposeBytes(ArrayRef<char> data, ArrayRef<int64_t> shape,
                                              ArrayRef<int64_t> permutation,
                                              unsigned elementBytes) {
  size_t rank = shape.size();
  SmallVector<int64_t> strides(rank, 1), outShape(rank), outStrides(rank);
  for (size_t i = rank; i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  for (size_t i = 0; i < rank; ++i) {
    outShape[i] = shape[permutation[i]];
    outStrides[i] = strides[permutation[i]];
  }
  SmallVector<char, 0> result(data.size());
  SmallVector<int64_t> index(rank, 0);
  int64_t source = 0;
  for (size_t target = 0; target < result.size(); target += elementBytes) {
    std::memcpy(result.data() + target, data.data() + source * elementBytes, elementBytes);
    for (size_t i = rank; i-- > 0;) {
      source += outStrides[i];
      if (++index[i] < outShape[i])
        break;
      source -= outStrides[i] * outShape[i];
      index[i] = 0;
    }
  }
  return result;
}

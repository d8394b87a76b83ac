//===- HostTensor.cpp - Constant tensors of an ONNX model ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"

#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace llvm;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::TensorProto;

std::string qcc::onnx::printable(StringRef text) {
  constexpr size_t limit = 100;
  std::string result;
  raw_string_ostream stream(result);
  printEscapedString(text.take_front(limit), stream);
  return text.size() > limit ? result + "..." : result;
}

/// Bytes of an element, or 0 for types that constants cannot have.
static unsigned getElementBytes(int32_t type) {
  switch (type) {
  case TensorProto::INT8:
  case TensorProto::UINT8:
  case TensorProto::BOOL:
    return 1;
  case TensorProto::INT16:
  case TensorProto::UINT16:
  case TensorProto::FLOAT16:
  case TensorProto::BFLOAT16:
    return 2;
  case TensorProto::INT32:
  case TensorProto::UINT32:
  case TensorProto::FLOAT:
    return 4;
  case TensorProto::INT64:
  case TensorProto::UINT64:
  case TensorProto::DOUBLE:
    return 8;
  default:
    return 0;
  }
}

std::string qcc::onnx::elementTypeName(int32_t type) {
  if (!::onnx::TensorProto_DataType_IsValid(type))
    return fmt::format("type {}", type);
  return StringRef(
             ::onnx::TensorProto_DataType_Name(static_cast<::onnx::TensorProto_DataType>(type)))
      .lower();
}

Error qcc::onnx::checkShape(ArrayRef<int64_t> shape, bool allowDynamic) {
  if (shape.size() > static_cast<size_t>(kMaxRank))
    return makeError("rank {} is above {}", shape.size(), kMaxRank);
  int64_t elements = 1;
  for (int64_t size : shape) {
    if (size < 0 && allowDynamic)
      continue;
    if (size < 0 || size > kMaxDimension)
      return makeError("shape {} has an impossible size, {}", formatShape(shape), size);
    // Sizes below 2^31 times at most 2^40: no overflow.
    elements *= size;
    if (elements > kMaxElements)
      return makeError("shape {} has more than 2^40 elements", formatShape(shape));
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// HostTensor
//===----------------------------------------------------------------------===//

int64_t HostTensor::numElements() const {
  int64_t elements = 1;
  for (int64_t size : shape)
    elements *= size;
  return elements;
}

unsigned HostTensor::elementBytes() const { return getElementBytes(type); }

bool HostTensor::isInteger() const {
  switch (type) {
  case TensorProto::INT8:
  case TensorProto::UINT8:
  case TensorProto::INT16:
  case TensorProto::UINT16:
  case TensorProto::INT32:
  case TensorProto::UINT32:
  case TensorProto::INT64:
  case TensorProto::UINT64:
  case TensorProto::BOOL:
    return true;
  default:
    return false;
  }
}

/// Gives `tensor` bytes of its own.
static void setStorage(HostTensor &tensor, SmallVector<char, 0> bytes) {
  tensor.storage = std::make_shared<SmallVector<char, 0>>(std::move(bytes));
  tensor.bytes = *tensor.storage;
}

HostTensor HostTensor::transposed(ArrayRef<int64_t> permutation) const {
  HostTensor result = *this;
  bool same = true;
  for (auto [i, dim] : enumerate(permutation)) {
    result.shape[i] = shape[dim];
    same &= static_cast<int64_t>(i) == dim;
  }
  if (!same)
    setStorage(result, cnn::transposeBytes(bytes, shape, permutation, elementBytes()));
  return result;
}

HostTensor HostTensor::reshaped(ArrayRef<int64_t> newShape) const {
  HostTensor result = *this;
  result.shape.assign(newShape.begin(), newShape.end());
  assert(result.numElements() == numElements() && "a reshape keeps the elements");
  return result;
}

Expected<SmallVector<float, 0>> HostTensor::floats() const {
  if (!isFloat32())
    return makeError("constant '{}' is {}, but must be float", printable(name),
                     elementTypeName(type));
  SmallVector<float, 0> values(numElements());
  if (!values.empty())
    std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <typename Int> static void widen(ArrayRef<char> bytes, SmallVectorImpl<int64_t> &values) {
  for (size_t i = 0; i < bytes.size(); i += sizeof(Int)) {
    Int value;
    std::memcpy(&value, bytes.data() + i, sizeof(Int));
    values.push_back(static_cast<int64_t>(value));
  }
}

Expected<SmallVector<int64_t, 0>> HostTensor::integers() const {
  SmallVector<int64_t, 0> values;
  values.reserve(numElements());
  switch (type) {
  case TensorProto::INT8:
    widen<int8_t>(bytes, values);
    return values;
  case TensorProto::UINT8:
  case TensorProto::BOOL:
    widen<uint8_t>(bytes, values);
    return values;
  case TensorProto::INT16:
    widen<int16_t>(bytes, values);
    return values;
  case TensorProto::UINT16:
    widen<uint16_t>(bytes, values);
    return values;
  case TensorProto::INT32:
    widen<int32_t>(bytes, values);
    return values;
  case TensorProto::UINT32:
    widen<uint32_t>(bytes, values);
    return values;
  case TensorProto::INT64:
  case TensorProto::UINT64:
    widen<int64_t>(bytes, values);
    return values;
  default:
    return makeError("constant '{}' is {}, but must be integers", printable(name),
                     elementTypeName(type));
  }
}

HostTensor HostTensor::fromFloats(StringRef name, ArrayRef<int64_t> shape, ArrayRef<float> values) {
  HostTensor result;
  result.name = name.str();
  result.type = TensorProto::FLOAT;
  result.shape.assign(shape.begin(), shape.end());
  SmallVector<char, 0> bytes(values.size() * sizeof(float));
  if (!values.empty())
    std::memcpy(bytes.data(), values.data(), bytes.size());
  setStorage(result, std::move(bytes));
  return result;
}

/// The low `width` bytes of each value; of a two's complement number they are the number in fewer
/// bits.
static SmallVector<char, 0> narrow(ArrayRef<int64_t> values, size_t width) {
  SmallVector<char, 0> bytes(values.size() * width);
  for (auto [i, value] : enumerate(values))
    std::memcpy(bytes.data() + i * width, &value, width);
  return bytes;
}

HostTensor HostTensor::fromIntegers(StringRef name, int32_t type, ArrayRef<int64_t> shape,
                                    ArrayRef<int64_t> values) {
  HostTensor result;
  result.name = name.str();
  result.type = type;
  result.shape.assign(shape.begin(), shape.end());
  setStorage(result, narrow(values, getElementBytes(type)));
  return result;
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

/// The elements of a repeated field, one for each element of the tensor, in the tensor's own width.
template <typename Field> static Error decodeField(const Field &field, HostTensor &result) {
  if (field.size() != result.numElements())
    return makeError("shape {} needs {} elements, but there are {}", formatShape(result.shape),
                     result.numElements(), field.size());
  using Element = std::decay_t<decltype(field.Get(0))>;
  unsigned width = result.elementBytes();
  SmallVector<char, 0> bytes(field.size() * size_t{width});
  for (int i = 0; i < field.size(); ++i) {
    Element element = field.Get(i);
    if (width < sizeof(Element)) {
      // Narrow types come as int32 (half floats as their bits).
      int64_t value = static_cast<int64_t>(element), bits = 8 * width;
      bool isSigned = result.type == TensorProto::INT8 || result.type == TensorProto::INT16;
      if (isSigned ? !isIntN(bits, value) : !isUIntN(bits, static_cast<uint64_t>(value)))
        return makeError("element {}, {}, does not fit into {}", i, value,
                         elementTypeName(result.type));
    }
    std::memcpy(bytes.data() + size_t(i) * width, &element, width);
  }
  setStorage(result, std::move(bytes));
  return Error::success();
}

/// The bytes of typed fields, which hold each type in the next wider one that protobuf has.
static Error decodeTypedData(const TensorProto &tensor, HostTensor &result) {
  switch (result.type) {
  case TensorProto::FLOAT:
    return decodeField(tensor.float_data(), result);
  case TensorProto::DOUBLE:
    return decodeField(tensor.double_data(), result);
  case TensorProto::INT64:
    return decodeField(tensor.int64_data(), result);
  case TensorProto::UINT32:
  case TensorProto::UINT64:
    return decodeField(tensor.uint64_data(), result);
  default:
    return decodeField(tensor.int32_data(), result);
  }
}

static Error decodeInto(const TensorProto &tensor, ExternalData &external, HostTensor &result) {
  if (tensor.has_segment())
    return makeError("tensors in segments are not supported");
  if (result.elementBytes() == 0)
    return makeError("elements of type {} are not supported", elementTypeName(result.type));
  if (Error error = checkShape(result.shape, /*allowDynamic=*/false))
    return error;

  bool isExternal = tensor.data_location() == TensorProto::EXTERNAL;
  if (!isExternal && !tensor.has_raw_data())
    return decodeTypedData(tensor, result);

  if (isExternal) {
    Expected<ArrayRef<char>> bytes = external.read(tensor);
    if (!bytes)
      return bytes.takeError();
    result.bytes = *bytes;
  } else {
    result.bytes = ArrayRef(tensor.raw_data().data(), tensor.raw_data().size());
  }
  uint64_t needed = static_cast<uint64_t>(result.numElements()) * result.elementBytes();
  if (result.bytes.size() != needed)
    return makeError("shape {} of {} needs {} bytes, but there are {}", formatShape(result.shape),
                     elementTypeName(result.type), needed, result.bytes.size());
  return Error::success();
}

Expected<HostTensor> qcc::onnx::decodeTensor(const TensorProto &tensor, ExternalData &external) {
  HostTensor result;
  result.name = tensor.name();
  result.type = tensor.data_type();
  result.shape.assign(tensor.dims().begin(), tensor.dims().end());
  if (Error error = decodeInto(tensor, external, result))
    return addContext(std::move(error), fmt::format("constant '{}'", printable(tensor.name())));
  return result;
}

Expected<HostTensor> qcc::onnx::convertToFloat32(const HostTensor &tensor) {
  const fltSemantics *semantics = nullptr;
  switch (tensor.type) {
  case TensorProto::FLOAT:
    return tensor;
  case TensorProto::FLOAT16:
    semantics = &APFloat::IEEEhalf();
    break;
  case TensorProto::BFLOAT16:
    semantics = &APFloat::BFloat();
    break;
  case TensorProto::DOUBLE:
    semantics = &APFloat::IEEEdouble();
    break;
  default:
    return makeError("constant '{}' is {}, which is no float type", printable(tensor.name),
                     elementTypeName(tensor.type));
  }
  SmallVector<float, 0> values;
  values.reserve(tensor.numElements());
  unsigned width = tensor.elementBytes();
  for (size_t i = 0; i < tensor.bytes.size(); i += width) {
    uint64_t bits = 0;
    std::memcpy(&bits, tensor.bytes.data() + i, width);
    APFloat value(*semantics, APInt(8 * width, bits));
    bool inexact;
    value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &inexact);
    values.push_back(value.convertToFloat());
  }
  return HostTensor::fromFloats(tensor.name, tensor.shape, values);
}

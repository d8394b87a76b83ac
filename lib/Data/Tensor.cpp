//===- Tensor.cpp - a tensor in the host's memory ---------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Tensor.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace qcc;

size_t qcc::getElementSize(ElementType type) {
  switch (type) {
  case ElementType::Bool:
  case ElementType::U8:
  case ElementType::I8:
    return 1;
  case ElementType::U16:
  case ElementType::I16:
  case ElementType::F16:
  case ElementType::BF16:
    return 2;
  case ElementType::U32:
  case ElementType::I32:
  case ElementType::F32:
    return 4;
  case ElementType::U64:
  case ElementType::I64:
  case ElementType::F64:
    return 8;
  }
  llvm_unreachable("unknown element type");
}

StringRef qcc::getElementTypeName(ElementType type) {
  switch (type) {
  case ElementType::Bool:
    return "bool";
  case ElementType::U8:
    return "u8";
  case ElementType::I8:
    return "i8";
  case ElementType::U16:
    return "u16";
  case ElementType::I16:
    return "i16";
  case ElementType::U32:
    return "u32";
  case ElementType::I32:
    return "i32";
  case ElementType::U64:
    return "u64";
  case ElementType::I64:
    return "i64";
  case ElementType::F16:
    return "f16";
  case ElementType::BF16:
    return "bf16";
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  }
  llvm_unreachable("unknown element type");
}

std::optional<int64_t> qcc::getNumElements(ArrayRef<int64_t> shape) {
  if (any_of(shape, [](int64_t size) { return size < 0; }))
    return std::nullopt;
  // Before multiplying: the other sizes of an empty tensor do not matter.
  if (is_contained(shape, 0))
    return 0;
  int64_t product = 1;
  for (int64_t size : shape)
    if (MulOverflow(product, size, product))
      return std::nullopt;
  return product;
}

void HostTensor::AlignedDelete::operator()(uint8_t *pointer) const { std::free(pointer); }

Expected<HostTensor> HostTensor::create(ElementType type, ArrayRef<int64_t> shape,
                                        uint64_t maxBytes) {
  std::optional<int64_t> count = qcc::getNumElements(shape);
  // The bound leaves room for padding and keeps every byte offset within int64_t.
  if (!count || *count > INT64_MAX / 16)
    return makeError("{} is no valid shape", formatShape(shape));
  uint64_t size = static_cast<uint64_t>(*count) * getElementSize(type);
  if (size > maxBytes)
    return makeError("{} of {} takes {} bytes, the limit is {}", formatShape(shape),
                     getElementTypeName(type), size, maxBytes);
  HostTensor tensor;
  if (size) {
    size_t padded = alignTo(size, alignment);
    auto *memory = static_cast<uint8_t *>(std::aligned_alloc(alignment, padded));
    if (!memory)
      return makeError("no memory for {} of {} ({} bytes)", formatShape(shape),
                       getElementTypeName(type), size);
    std::memset(memory, 0, padded);
    tensor.bytes.reset(memory);
  }
  tensor.type = type;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.numElements = *count;
  return tensor;
}

HostTensor::HostTensor(ElementType type, ArrayRef<int64_t> shape) {
  Expected<HostTensor> tensor = create(type, shape);
  if (!tensor)
    report_bad_alloc_error(toString(tensor.takeError()).c_str());
  *this = std::move(*tensor);
}

HostTensor::HostTensor(const HostTensor &other) : HostTensor(other.type, other.shape) {
  if (!other.empty())
    std::memcpy(bytes.get(), other.bytes.get(), other.getSizeInBytes());
}

HostTensor::HostTensor(HostTensor &&other) noexcept
    : type(std::exchange(other.type, ElementType::F32)), shape(std::move(other.shape)),
      numElements(std::exchange(other.numElements, 0)), bytes(std::move(other.bytes)) {
  other.shape.assign({0});
}

HostTensor &HostTensor::operator=(HostTensor other) noexcept {
  std::swap(type, other.type);
  std::swap(shape, other.shape);
  std::swap(numElements, other.numElements);
  std::swap(bytes, other.bytes);
  return *this;
}

Error HostTensor::reshape(ArrayRef<int64_t> newShape) {
  std::optional<int64_t> count = qcc::getNumElements(newShape);
  if (!count || *count != numElements)
    return makeError("cannot reshape {} to {}: the number of elements differs", formatShape(shape),
                     formatShape(newShape));
  SmallVector<int64_t, 4> copy(newShape);
  shape = std::move(copy);
  return Error::success();
}

bool HostTensor::operator==(const HostTensor &other) const {
  return type == other.type && shape == other.shape && getBytes() == other.getBytes();
}

//===- Tensor.h - a tensor in the host's memory -----------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What files are read into, batches are filled into and results come out in: an element type, a
// shape and owned bytes in row-major order. It computes nothing; it is the neutral form between
// file formats and the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_TENSOR_H
#define QCC_DATA_TENSOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>

namespace qcc {

/// Bool is one byte, 0 or 1. F16 and BF16 are stored as their 16 bits and have no typed view but
/// uint16_t's.
enum class ElementType : uint8_t {
  Bool,
  U8,
  I8,
  U16,
  I16,
  U32,
  I32,
  U64,
  I64,
  F16,
  BF16,
  F32,
  F64
};

/// Bytes per element.
size_t getElementSize(ElementType type);

/// "f32", "u8", "i64", "bool", ...
llvm::StringRef getElementTypeName(ElementType type);

/// The element type of a C++ type: elementTypeOf<float>() is ElementType::F32.
template <typename T> constexpr ElementType elementTypeOf() {
  if constexpr (std::is_same_v<T, bool>)
    return ElementType::Bool;
  else if constexpr (std::is_same_v<T, uint8_t>)
    return ElementType::U8;
  else if constexpr (std::is_same_v<T, int8_t>)
    return ElementType::I8;
  else if constexpr (std::is_same_v<T, uint16_t>)
    return ElementType::U16;
  else if constexpr (std::is_same_v<T, int16_t>)
    return ElementType::I16;
  else if constexpr (std::is_same_v<T, uint32_t>)
    return ElementType::U32;
  else if constexpr (std::is_same_v<T, int32_t>)
    return ElementType::I32;
  else if constexpr (std::is_same_v<T, uint64_t>)
    return ElementType::U64;
  else if constexpr (std::is_same_v<T, int64_t>)
    return ElementType::I64;
  else if constexpr (std::is_same_v<T, float>)
    return ElementType::F32;
  else {
    static_assert(std::is_same_v<T, double>, "no element type for this C++ type");
    return ElementType::F64;
  }
}

/// The product of the sizes; none if one is negative or the product exceeds int64_t. A scalar's
/// ([]) is 1.
std::optional<int64_t> getNumElements(llvm::ArrayRef<int64_t> shape);

/// Elements in row-major order, in memory aligned to 64 bytes and padded to a multiple of 64 (the
/// padding is zero). Copying copies the bytes. A moved-from tensor is empty, as a
/// default-constructed one is: f32 of shape [0].
class HostTensor {
public:
  static constexpr size_t alignment = 64;

  HostTensor() = default;

  /// A tensor of zeros. `shape` must be valid (see create, which is for shapes that come from
  /// outside).
  HostTensor(ElementType type, llvm::ArrayRef<int64_t> shape);

  /// A tensor of zeros, or an error for a negative size, an overflow, more than `maxBytes`, or no
  /// memory.
  static llvm::Expected<HostTensor> create(ElementType type, llvm::ArrayRef<int64_t> shape,
                                           uint64_t maxBytes = UINT64_MAX);

  /// A copy of `values`, of which there must be as many as `shape` has elements.
  template <typename T>
  static HostTensor fromValues(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<T> values) {
    HostTensor tensor(elementTypeOf<T>(), shape);
    assert(static_cast<size_t>(tensor.getNumElements()) == values.size());
    llvm::copy(values, tensor.getMutableData<T>().begin());
    return tensor;
  }

  HostTensor(const HostTensor &other);
  HostTensor(HostTensor &&other) noexcept;
  HostTensor &operator=(HostTensor other) noexcept;

  ElementType getElementType() const { return type; }
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  int64_t getRank() const { return static_cast<int64_t>(shape.size()); }
  int64_t getDim(size_t index) const { return shape[index]; }
  int64_t getNumElements() const { return numElements; }
  bool empty() const { return numElements == 0; }

  size_t getSizeInBytes() const { return static_cast<size_t>(numElements) * getElementSize(type); }
  llvm::ArrayRef<uint8_t> getBytes() const { return {bytes.get(), getSizeInBytes()}; }
  llvm::MutableArrayRef<uint8_t> getMutableBytes() { return {bytes.get(), getSizeInBytes()}; }

  /// The elements as T, which must be the tensor's element type (uint16_t also views F16 and BF16).
  template <typename T> llvm::ArrayRef<T> getData() const {
    assert(viewsAs<T>() && "element type mismatch");
    return {reinterpret_cast<const T *>(bytes.get()), static_cast<size_t>(numElements)};
  }
  template <typename T> llvm::MutableArrayRef<T> getMutableData() {
    assert(viewsAs<T>() && "element type mismatch");
    return {reinterpret_cast<T *>(bytes.get()), static_cast<size_t>(numElements)};
  }

  /// Gives the same elements another shape. An error if the number of elements differs.
  llvm::Error reshape(llvm::ArrayRef<int64_t> newShape);

  /// Equal type, shape and bytes (so a NaN equals itself, and 0 differs from -0).
  bool operator==(const HostTensor &other) const;

private:
  template <typename T> bool viewsAs() const {
    if (std::is_same_v<T, uint16_t> && (type == ElementType::F16 || type == ElementType::BF16))
      return true;
    return type == elementTypeOf<T>();
  }

  struct AlignedDelete {
    void operator()(uint8_t *pointer) const;
  };

  ElementType type = ElementType::F32;
  llvm::SmallVector<int64_t, 4> shape = {0};
  int64_t numElements = 0;
  std::unique_ptr<uint8_t[], AlignedDelete> bytes;
};

} // namespace qcc

#endif // QCC_DATA_TENSOR_H

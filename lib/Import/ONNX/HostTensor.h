//===- HostTensor.h - Constant tensors of an ONNX model ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Initializers are used in place where their bytes lie in the model as they should, and are copied
// only to be permuted. Everything that comes out of decodeTensor has exactly the bytes that its
// shape and type need.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_HOSTTENSOR_H
#define QCC_LIB_IMPORT_ONNX_HOSTTENSOR_H

#include "ExternalData.h"

#include "qcc/Support/Diagnostics.h"

#include "onnx/onnx.pb.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>

namespace qcc::onnx {

// What any tensor, constant or not, must stay within; products of sizes then never overflow.
inline constexpr int64_t kMaxRank = 8;
inline constexpr int64_t kMaxDimension = (int64_t{1} << 31) - 1;
inline constexpr int64_t kMaxElements = int64_t{1} << 40;

/// `text` from a model, fit for an error text: unprintable bytes escaped, long ones cut.
std::string printable(llvm::StringRef text);

/// The name of an ONNX element type, such as "float" or "int8".
std::string elementTypeName(int32_t type);

/// An error unless rank, sizes and their product are within the limits. Negative sizes are dynamic
/// ones if `allowDynamic`, else errors.
llvm::Error checkShape(llvm::ArrayRef<int64_t> shape, bool allowDynamic);

/// A constant: row-major, little-endian elements.
struct HostTensor {
  std::string name;
  int32_t type = ::onnx::TensorProto::UNDEFINED;
  llvm::SmallVector<int64_t, 4> shape;
  llvm::ArrayRef<char> bytes;
  /// Keeps `bytes` alive unless they are part of the model.
  std::shared_ptr<llvm::SmallVector<char, 0>> storage;

  int64_t numElements() const;
  unsigned elementBytes() const;
  bool isFloat32() const { return type == ::onnx::TensorProto::FLOAT; }
  bool isInteger() const;
  bool isScalarLike() const { return numElements() == 1; }

  /// The dimensions in another order: dimension `i` of the result is dimension `permutation[i]` of
  /// this.
  HostTensor transposed(llvm::ArrayRef<int64_t> permutation) const;
  /// The same bytes with another shape of as many elements.
  HostTensor reshaped(llvm::ArrayRef<int64_t> newShape) const;

  /// The elements, which must be float32 / integers of any width.
  llvm::Expected<llvm::SmallVector<float, 0>> floats() const;
  llvm::Expected<llvm::SmallVector<int64_t, 0>> integers() const;

  static HostTensor fromFloats(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<float> values);
  /// `type` is the type that holds the integers; values are cut to its width.
  static HostTensor fromIntegers(llvm::StringRef name, int32_t type, llvm::ArrayRef<int64_t> shape,
                                 llvm::ArrayRef<int64_t> values);
};

/// Checks and decodes `tensor`, whose bytes may be in a file of `external`. The result may point
/// into either.
llvm::Expected<HostTensor> decodeTensor(const ::onnx::TensorProto &tensor, ExternalData &external);

/// The elements of any float type as float32, rounded to nearest even.
llvm::Expected<HostTensor> convertToFloat32(const HostTensor &tensor);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_HOSTTENSOR_H

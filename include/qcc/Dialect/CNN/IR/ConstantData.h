//===- ConstantData.h - Reading and making the data of constants ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constants come as dense attributes (small ones) and as resources (weights). Code that computes
// with them should not care which; this is the one place that does.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CONSTANTDATA_H
#define QCC_DIALECT_CNN_IR_CONSTANTDATA_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include "llvm/ADT/SmallVector.h"

namespace qcc::cnn {

/// The elements of `attr` in row-major order as floats; fails unless its element type is f32.
llvm::FailureOr<llvm::SmallVector<float, 0>> readFloats(mlir::ElementsAttr attr);

/// The elements of `attr` in row-major order, sign- or zero-extended as the element type says
/// (signless is signed); fails unless they are integers of 8 to 64 bits.
llvm::FailureOr<llvm::SmallVector<int64_t, 0>> readIntegers(mlir::ElementsAttr attr);

/// The same for a value that a `cnn.constant` defines.
llvm::FailureOr<llvm::SmallVector<float, 0>> readFloats(mlir::Value value);
llvm::FailureOr<llvm::SmallVector<int64_t, 0>> readIntegers(mlir::Value value);

/// The largest magnitude of the elements, infinity if one is not finite, 0 if there are none; fails
/// where readFloats does.
llvm::FailureOr<double> findLargestMagnitude(mlir::Value value);

/// An attribute of type `type` with the row-major bytes `data` (host byte order): dense when small,
/// else a resource called `name` (made unique by the context). `data` must have exactly the bytes
/// that the type needs.
mlir::ElementsAttr makeElements(mlir::ShapedType type, llvm::ArrayRef<char> data,
                                llvm::StringRef name);

/// The same from typed elements.
mlir::ElementsAttr makeFloats(mlir::ShapedType type, llvm::ArrayRef<float> values,
                              llvm::StringRef name);
/// Integers are stored in the width of the element type; they must fit.
mlir::ElementsAttr makeIntegers(mlir::ShapedType type, llvm::ArrayRef<int64_t> values,
                                llvm::StringRef name);

/// The raw row-major bytes of a dense (splats are repeated) or resource attribute; fails for
/// others.
llvm::FailureOr<llvm::SmallVector<char, 0>> readBytes(mlir::ElementsAttr attr);

/// The name of a resource attribute, or `fallback` for a dense one.
llvm::StringRef getResourceName(mlir::ElementsAttr attr, llvm::StringRef fallback);

/// The constant's value if `value` is defined by a `cnn.constant`, else null.
mlir::ElementsAttr getConstant(mlir::Value value);

/// `data`, the row-major elements of `elementBytes` bytes of a tensor of shape `shape`, with its
/// dimensions permuted.
llvm::SmallVector<char, 0> transposeBytes(llvm::ArrayRef<char> data, llvm::ArrayRef<int64_t> shape,
                                          llvm::ArrayRef<int64_t> permutation,
                                          unsigned elementBytes);

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_IR_CONSTANTDATA_H

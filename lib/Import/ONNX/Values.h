//===- Values.h - What a name in an ONNX graph stands for while it is imported ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A name is a tensor that is computed at run time, a constant, or a small vector of sizes. Run-time
// tensors are stored in whatever order suits the layers around them; this is where the order is
// kept, so that handlers of operators think in ONNX's dimensions and ask for the order that they
// need.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_VALUES_H
#define QCC_LIB_IMPORT_ONNX_VALUES_H

#include "HostTensor.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include <array>
#include <optional>
#include <variant>

namespace qcc::onnx {

using Order = llvm::SmallVector<int64_t, 4>;

/// 0, 1, 2, ...: a tensor stored as ONNX sees it.
Order getOnnxOrder(size_t rank);
/// [N, C, H, W] stored as [N, H, W, C].
inline Order getChannelsLastOrder() { return {0, 2, 3, 1}; }

/// A tensor that is computed at run time.
struct RuntimeTensor {
  mlir::Value value;
  /// As ONNX sees it; `ShapedType::kDynamic` for the batch.
  llvm::SmallVector<int64_t, 4> shape;
  /// Dimension `i` of `value` is ONNX's dimension `order[i]`.
  Order order;
  /// [C, H, W] of an image that was flattened from channels-last order: `value` is [N, H*W*C] where
  /// ONNX means [N, C*H*W]. `order` is ONNX's then.
  std::optional<std::array<int64_t, 3>> flattened;

  int64_t getRank() const { return shape.size(); }
  mlir::Type getElementType() const {
    return llvm::cast<mlir::RankedTensorType>(value.getType()).getElementType();
  }
  bool isFloat() const { return getElementType().isF32(); }
  /// Where ONNX's dimension `axis` is in `value`.
  int64_t getStoredAxis(int64_t axis) const { return llvm::find(order, axis) - order.begin(); }
};

/// Scales and zero points: one each, or one for each index along `axis`.
struct QuantizationInfo {
  llvm::SmallVector<float, 1> scales;
  llvm::SmallVector<int64_t, 1> zeroPoints;
  std::optional<int64_t> axis;
};

/// A constant; with `quantization`, codes that stand for the floats that dequantizing them gives.
struct ConstantValue {
  HostTensor tensor;
  std::optional<QuantizationInfo> quantization;

  ConstantValue transposed(llvm::ArrayRef<int64_t> permutation) const;
  /// Dimensions of 1 put before the others until there are `rank`.
  ConstantValue withRank(int64_t rank) const;
};

/// A vector (or scalar) of integers that only computes shapes; `ShapedType::kDynamic` stands for
/// the batch.
struct ShapeVector {
  llvm::SmallVector<int64_t> values;
  bool isScalar = false;
};

using ImportedValue = std::variant<RuntimeTensor, ConstantValue, ShapeVector>;

/// True if a tensor of `shape` (ONNX's) has the same bytes in both orders, because only dimensions
/// of 1 move.
bool hasSameBytes(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> from,
                  llvm::ArrayRef<int64_t> to);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_VALUES_H

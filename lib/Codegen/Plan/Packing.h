//===- Packing.h - Weights in the order in which kernels read them ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_PLAN_PACKING_H
#define QCC_LIB_CODEGEN_PLAN_PACKING_H

#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

namespace qcc::codegen {

/// The attributes of a codegen.unpack.
struct WeightLayout {
  Packing packing = Packing::Dot;
  int64_t groups = 1;
  bool foldTaps = false;
  /// Segments of the depth are filled up to a multiple of so many elements (and of a step).
  int64_t depthMultiple = 1;
  /// Of tap_rows.
  int64_t rows = 1, block = kDepthwiseUnit;
};

/// The type of weights [O, KH, KW, I] or [O, I] in `layout`.
mlir::RankedTensorType getPackedType(mlir::RankedTensorType weights, const WeightLayout &layout);

/// The weights in `layout`, filled up with zeros; null if the attribute's data cannot be read.
mlir::ElementsAttr packWeights(mlir::ElementsAttr weights, const WeightLayout &layout,
                               llvm::StringRef name);

/// Both for the layout `winograd`, which does not only move weights [O, 3, 3, I].
mlir::RankedTensorType getTransformedType(mlir::RankedTensorType weights);
mlir::ElementsAttr transformWeights(mlir::ElementsAttr weights, llvm::StringRef name);

/// True if two products of neighbouring packed weights with any signed codes have a sum that fits
/// into 16 bits: unless both weights are -128.
bool pairsFitInt16(mlir::ElementsAttr packed);

/// `bias` (null for 0) plus `factor` times the sum of each output channel's weights, in 32 bits,
/// wrapping as accumulators do; null if data cannot be read.
mlir::ElementsAttr correctBias(mlir::RankedTensorType type, mlir::ElementsAttr weights,
                               mlir::ElementsAttr bias, int64_t factor, llvm::StringRef name);

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_PLAN_PACKING_H

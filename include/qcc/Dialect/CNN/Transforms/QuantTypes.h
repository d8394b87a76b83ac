//===- QuantTypes.h - Quantized types and the numbers in them ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_TRANSFORMS_QUANTTYPES_H
#define QCC_DIALECT_CNN_TRANSFORMS_QUANTTYPES_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Quantization/QuantMath.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinOps.h"

namespace qcc::cnn {

/// The contract of the dialect's attribute as the arithmetic library knows it.
Contract toContract(NumericContract contract);
NumericContract fromContract(Contract contract);

/// The contract that the module around `op` obeys; fbgemm unless it says otherwise.
Contract getContract(mlir::Operation *op);

/// Scale (a float32 value, whatever the type prints) and zero point.
QuantParams getParams(mlir::quant::UniformQuantizedType type);
/// The same for each channel; one element for a type quantized per tensor.
llvm::SmallVector<QuantParams> getChannelParams(mlir::quant::QuantizedType type);

/// The parameters of each element of a quantized tensor, whether quantized per tensor or per
/// channel.
class ElementParams {
public:
  /// `type` is a static tensor with a quantized element type.
  explicit ElementParams(mlir::RankedTensorType type);

  /// Of the element at row-major position `index`.
  QuantParams operator[](size_t index) const { return params[index / inner % params.size()]; }

private:
  llvm::SmallVector<QuantParams> params;
  /// How far apart, in elements, neighbouring channels lie.
  size_t inner = 1;
};

/// The codes that the storage type holds.
CodeRange getStorageRange(mlir::quant::QuantizedType type);

/// `!quant.uniform<u8|i8:f32, scale:zero_point>` over all codes of 8 bits.
mlir::quant::UniformQuantizedType getPerTensorType(mlir::MLIRContext *context, bool isSigned,
                                                   QuantParams params);
/// The same per channel along dimension `axis`.
mlir::quant::UniformQuantizedPerAxisType getPerAxisType(mlir::MLIRContext *context, bool isSigned,
                                                        llvm::ArrayRef<QuantParams> params,
                                                        int64_t axis);

/// The integer type of the codes of `type`: `ui8`, or signless for signed codes.
mlir::IntegerType getCodeType(mlir::quant::QuantizedType type);

/// The element type of `value` if it is quantized per tensor, else null.
mlir::quant::UniformQuantizedType getPerTensorType(mlir::Value value);

/// The codes that a quantized value may have after `activation` (null for none): its bounds,
/// quantized.
CodeRange getCodeRange(mlir::quant::UniformQuantizedType type, ActivationAttr activation,
                       Contract contract);

} // namespace qcc::cnn

#endif // QCC_DIALECT_CNN_TRANSFORMS_QUANTTYPES_H

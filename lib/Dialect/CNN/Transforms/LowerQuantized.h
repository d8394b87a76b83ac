//===- LowerQuantized.h - From quantized types to codes: what the files share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_DIALECT_CNN_TRANSFORMS_LOWERQUANTIZED_H
#define QCC_LIB_DIALECT_CNN_TRANSFORMS_LOWERQUANTIZED_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"

#include "mlir/Transforms/DialectConversion.h"

namespace qcc::cnn {

/// A pattern of the conversion, which knows the module's contract.
template <typename Op> struct QuantizedPattern : mlir::OpConversionPattern<Op> {
  QuantizedPattern(const mlir::TypeConverter &converter, mlir::MLIRContext *context,
                   Contract contract)
      : mlir::OpConversionPattern<Op>(converter, context), contract(contract) {}

  /// The type that `value`, quantized until now, has as codes.
  mlir::RankedTensorType codes(mlir::Value value) const {
    return mlir::cast<mlir::RankedTensorType>(
        this->getTypeConverter()->convertType(value.getType()));
  }

  Contract contract;
};

/// conv2d and linear.
void populateLowerWeightedPatterns(mlir::RewritePatternSet &patterns,
                                   const mlir::TypeConverter &converter, Contract contract);
/// Average pools.
void populateLowerPoolPatterns(mlir::RewritePatternSet &patterns,
                               const mlir::TypeConverter &converter, Contract contract);
/// add, mul, concat and functions of one value.
void populateLowerElementwisePatterns(mlir::RewritePatternSet &patterns,
                                      const mlir::TypeConverter &converter, Contract contract);
/// What acts on codes, casts and constants.
void populateLowerCodePatterns(mlir::RewritePatternSet &patterns,
                               const mlir::TypeConverter &converter, Contract contract);

/// `codes` as reals, by the parameters of `type`.
mlir::Value buildDequantize(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value codes,
                            mlir::quant::UniformQuantizedType type);

/// `reals` as codes of `type` within `range`, of tensor type `resultType`.
QuantizeOp buildQuantize(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value reals,
                         mlir::RankedTensorType resultType, mlir::quant::UniformQuantizedType type,
                         CodeRange range, Contract contract);

} // namespace qcc::cnn

#endif // QCC_LIB_DIALECT_CNN_TRANSFORMS_LOWERQUANTIZED_H

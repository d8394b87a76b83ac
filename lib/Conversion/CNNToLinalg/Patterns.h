//===- Patterns.h - What the patterns of CNNToLinalg share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patterns look at the operation's own operand types where signedness matters: the converted ones
// are signless.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CONVERSION_CNNTOLINALG_PATTERNS_H
#define QCC_LIB_CONVERSION_CNNTOLINALG_PATTERNS_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Transforms/DialectConversion.h"

namespace qcc::cnn_to_linalg {

void populateConstantPatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateConvPatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateElementwisePatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);
void populatePoolPatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateQuantPatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateShapePatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);
void populateSoftmaxPatterns(const mlir::TypeConverter &, mlir::RewritePatternSet &);

/// Computes one element of a result. The arguments are those of linalg.generic's body, the initial
/// value last.
using BodyFn = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// The integer type of a code as the cnn dialect spells it, from a value before its conversion.
mlir::IntegerType codeType(mlir::Value value);

/// The result type of `op` after conversion.
mlir::RankedTensorType convertedType(const mlir::TypeConverter *converter, mlir::Operation *op);

/// An uninitialized tensor of type `type`. Its dynamic dimensions have the size that the same
/// dimensions of `like` have.
mlir::Value createEmpty(mlir::OpBuilder &b, mlir::Location loc, mlir::RankedTensorType type,
                        mlir::Value like);

/// A tensor of type `type` full of `value`, a scalar.
mlir::Value createFilled(mlir::OpBuilder &b, mlir::Location loc, mlir::RankedTensorType type,
                         mlir::Value like, mlir::Value value);

/// linalg.generic with one result, which starts as `init`. `maps` are those of the inputs and of
/// the result.
mlir::Value createGeneric(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange inputs,
                          mlir::Value init, llvm::ArrayRef<mlir::AffineMap> maps,
                          llvm::ArrayRef<mlir::utils::IteratorType> iterators, BodyFn body);

/// One loop for each dimension of `init`, all parallel. Inputs repeat as in broadcasting: they are
/// aligned with the trailing dimensions, and a size of 1 goes with any size.
mlir::Value createElementwise(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange inputs,
                              mlir::Value init, BodyFn body);

/// `input` with `low` and `high` elements of `value`, a scalar, around it; `input` itself if there
/// are none.
mlir::Value createPad(mlir::OpBuilder &b, mlir::Location loc, mlir::Value input,
                      llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high, mlir::Value value);

/// The same around the images of [N, H, W, C]; `padding` is [top, bottom, left, right].
mlir::Value createImagePad(mlir::OpBuilder &b, mlir::Location loc, mlir::Value input,
                           llvm::ArrayRef<int64_t> padding, mlir::Value value);

/// `value` clamped as `activation` says, element by element; `value` itself if that is null.
mlir::Value createActivation(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                             cnn::ActivationAttr activation);

} // namespace qcc::cnn_to_linalg

#endif // QCC_LIB_CONVERSION_CNNTOLINALG_PATTERNS_H

//===- CNNToLinalg.cpp - The pass convert-cnn-to-linalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/CNNToLinalg/CNNToLinalg.h"

#include "Patterns.h"

#include "qcc/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace qcc {
#define GEN_PASS_DEF_CONVERTCNNTOLINALG
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;
using namespace qcc;

static bool isQuantized(Type type) { return isa<quant::QuantizedType>(getElementTypeOrSelf(type)); }

CNNToLinalgTypeConverter::CNNToLinalgTypeConverter() {
  addConversion([](Type type) -> std::optional<Type> {
    return isQuantized(type) ? std::optional<Type>(Type()) : type;
  });
  addConversion([](RankedTensorType type) -> std::optional<Type> {
    if (!type.getElementType().isUnsignedInteger())
      return std::nullopt;
    return type.clone(IntegerType::get(type.getContext(), type.getElementTypeBitWidth()));
  });
}

void qcc::populateCNNToLinalgPatterns(const TypeConverter &typeConverter,
                                      RewritePatternSet &patterns) {
  cnn_to_linalg::populateConstantPatterns(typeConverter, patterns);
  cnn_to_linalg::populateConvPatterns(typeConverter, patterns);
  cnn_to_linalg::populateElementwisePatterns(typeConverter, patterns);
  cnn_to_linalg::populatePoolPatterns(typeConverter, patterns);
  cnn_to_linalg::populateQuantPatterns(typeConverter, patterns);
  cnn_to_linalg::populateShapePatterns(typeConverter, patterns);
  cnn_to_linalg::populateSoftmaxPatterns(typeConverter, patterns);
}

/// Reports the first value at the quantized level, which no pattern could lower without choosing an
/// arithmetic.
static LogicalResult rejectQuantizedLevel(Operation *root) {
  WalkResult result = root->walk([](Operation *op) {
    bool quantized = llvm::any_of(op->getOperandTypes(), isQuantized) ||
                     llvm::any_of(op->getResultTypes(), isQuantized);
    if (auto function = dyn_cast<func::FuncOp>(op))
      quantized = llvm::any_of(function.getArgumentTypes(), isQuantized) ||
                  llvm::any_of(function.getResultTypes(), isQuantized);
    if (!quantized)
      return WalkResult::advance();
    op->emitError("is at the quantized level; run cnn-lower-quantized first");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

namespace {

struct ConvertCNNToLinalg : qcc::impl::ConvertCNNToLinalgBase<ConvertCNNToLinalg> {
  void runOnOperation() override {
    if (failed(rejectQuantizedLevel(getOperation())))
      return signalPassFailure();

    CNNToLinalgTypeConverter converter;
    RewritePatternSet patterns(&getContext());
    populateCNNToLinalgPatterns(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, converter);
    populateReturnOpTypeConversionPattern(patterns, converter);
    populateCallOpTypeConversionPattern(patterns, converter);

    // No operation of the dialect may be left. Others only have to agree with the new types.
    ConversionTarget target(getContext());
    target.addIllegalDialect<cnn::CNNDialect>();
    target.markUnknownOpDynamicallyLegal([&](Operation *op) {
      if (auto function = dyn_cast<func::FuncOp>(op))
        return converter.isSignatureLegal(function.getFunctionType()) &&
               converter.isLegal(&function.getBody());
      return converter.isLegal(op);
    });
    if (failed(applyFullConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

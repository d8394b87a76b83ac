//===- ConstantToLinalg.cpp - Constants to arith ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn_to_linalg;

/// `value` with the element type of `type`, which has the same width. A resource keeps its bytes
/// where they are.
static TypedAttr retype(ElementsAttr value, RankedTensorType type) {
  if (value.getShapedType() == type)
    return value;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.bitcast(type.getElementType());
  return nullptr;
}

namespace {

struct ConstantLowering : OpConversionPattern<cnn::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::ConstantOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    RankedTensorType type = convertedType(getTypeConverter(), op);
    if (!type)
      return b.notifyMatchFailure(op, "is at the quantized level");
    TypedAttr value = retype(op.getValue(), type);
    if (!value)
      return b.notifyMatchFailure(op, "value is neither dense nor a resource");
    b.replaceOpWithNewOp<arith::ConstantOp>(op, type, value);
    return success();
  }
};

} // namespace

void cnn_to_linalg::populateConstantPatterns(const TypeConverter &converter,
                                             RewritePatternSet &patterns) {
  patterns.add<ConstantLowering>(converter, patterns.getContext());
}

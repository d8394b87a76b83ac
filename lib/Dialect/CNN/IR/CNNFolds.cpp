//===- CNNFolds.cpp - Folders and canonicalizations of the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only rewrites that leave every result bit-identical, and that no later pass depends on.
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace qcc::cnn;

static bool allEqual(ArrayRef<int64_t> values, int64_t value) {
  return llvm::all_of(values, [&](int64_t v) { return v == value; });
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

bool qcc::cnn::isNonNegative(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  if (auto quantized = dyn_cast<quant::UniformQuantizedType>(element))
    if (quantized.getZeroPoint() == quantized.getStorageTypeMin())
      return true;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (isa<ReluOp>(op))
    return true;
  if (auto clamp = dyn_cast<ClampOp>(op))
    if (auto min = dyn_cast<FloatAttr>(clamp.getMin()))
      return min.getValueAsDouble() >= 0.0;
  if (auto layer = dyn_cast<LayerOpInterface>(op))
    if (ActivationAttr activation = layer.getFusedActivation())
      return activation.getLower() >= 0.0F;
  return false;
}

OpFoldResult ReluOp::fold(FoldAdaptor) {
  return isNonNegative(getInput()) ? OpFoldResult(getInput()) : OpFoldResult();
}

OpFoldResult ClampOp::fold(FoldAdaptor) {
  // clamp(clamp(x)) is one clamp: the later one's bounds applied to the earlier one's.
  auto first = getInput().getDefiningOp<ClampOp>();
  auto lo = first ? dyn_cast<FloatAttr>(first.getMin()) : nullptr;
  auto hi = first ? dyn_cast<FloatAttr>(first.getMax()) : nullptr;
  if (!lo || !hi || getInput().getType() != first.getInput().getType())
    return {};
  auto combined = ActivationAttr::get(getContext(), lo, hi)
                      .then(ActivationAttr::get(getContext(), cast<FloatAttr>(getMin()),
                                                cast<FloatAttr>(getMax())));
  setMinAttr(combined.getMin());
  setMaxAttr(combined.getMax());
  getInputMutable().assign(first.getInput());
  return getResult();
}

//===----------------------------------------------------------------------===//
// Pooling and concatenation
//===----------------------------------------------------------------------===//

OpFoldResult MaxPool2DOp::fold(FoldAdaptor) {
  bool identity =
      allEqual(getKernel(), 1) && allEqual(getStrides(), 1) && allEqual(getPadding(), 0);
  return identity ? OpFoldResult(getInput()) : OpFoldResult();
}

OpFoldResult AvgPool2DOp::fold(FoldAdaptor) {
  bool identity = allEqual(getKernel(), 1) && allEqual(getStrides(), 1) &&
                  allEqual(getPadding(), 0) && getInput().getType() == getType();
  return identity ? OpFoldResult(getInput()) : OpFoldResult();
}

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  bool identity = getInputs().size() == 1 && getInputs().front().getType() == getType();
  return identity ? OpFoldResult(getInputs().front()) : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// The same elements with another shape, without touching their bytes.
static ElementsAttr reshapeElements(Attribute value, RankedTensorType type) {
  if (isa<quant::QuantizedType>(type.getElementType()) || !type.hasStaticShape())
    return nullptr;
  if (auto dense = dyn_cast_if_present<DenseElementsAttr>(value))
    return dense.reshape(type);
  if (auto resource = dyn_cast_if_present<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return nullptr;
}

OpFoldResult FlattenOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  return reshapeElements(adaptor.getInput(), getType());
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getType())
    return getInput();
  if (auto first = getInput().getDefiningOp<ReshapeOp>()) {
    // Through a static type in between, the batch may have been mixed with the rest.
    auto dynamic = [](Value v) { return !cast<RankedTensorType>(v.getType()).hasStaticShape(); };
    if (dynamic(first.getInput()) == dynamic(getInput())) {
      getInputMutable().assign(first.getInput());
      return getResult();
    }
  }
  return reshapeElements(adaptor.getInput(), getType());
}

static bool isIdentity(ArrayRef<int64_t> permutation) {
  for (auto [i, dim] : llvm::enumerate(permutation))
    if (static_cast<int64_t>(i) != dim)
      return false;
  return true;
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (isIdentity(getPermutation()) && getInput().getType() == getType())
    return getInput();
  if (auto first = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> combined;
    for (int64_t dim : getPermutation())
      combined.push_back(first.getPermutation()[dim]);
    setPermutation(combined);
    getInputMutable().assign(first.getInput());
    return getResult();
  }
  auto value = dyn_cast_if_present<ElementsAttr>(adaptor.getInput());
  if (!value || isa<quant::QuantizedType>(getType().getElementType()))
    return {};
  FailureOr<SmallVector<char, 0>> bytes = readBytes(value);
  if (failed(bytes))
    return {};
  auto transposed = transposeBytes(*bytes, value.getShapedType().getShape(), getPermutation(),
                                   getType().getElementTypeBitWidth() / 8);
  return makeElements(getType(), transposed, getResourceName(value, "transposed"));
}

namespace {
/// A transpose that only moves dimensions of size 1 leaves the elements in order: it is a reshape,
/// which is free.
struct TransposeOfUnitDims : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getInput().getType()).getShape();
    if (isa<quant::UniformQuantizedPerAxisType>(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "the channel dimension is part of the type");
    int64_t last = -1;
    for (int64_t dim : op.getPermutation()) {
      if (shape[dim] == 1)
        continue;
      if (dim < last)
        return rewriter.notifyMatchFailure(op, "moves a dimension that is not 1");
      last = dim;
    }
    bool dynamic = llvm::any_of(shape, ShapedType::isDynamic);
    if (dynamic && (!ShapedType::isDynamic(shape[0]) || op.getPermutation()[0] != 0))
      return rewriter.notifyMatchFailure(op, "a reshape keeps a dynamic batch first");
    auto reshape = ReshapeOp::create(rewriter, op.getLoc(), op.getType(), op.getInput());
    reshape->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, reshape);
    return success();
  }
};
} // namespace

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<TransposeOfUnitDims>(context);
}

OpFoldResult PadOp::fold(FoldAdaptor) {
  bool identity = allEqual(getLow(), 0) && allEqual(getHigh(), 0);
  return identity ? OpFoldResult(getInput()) : OpFoldResult();
}

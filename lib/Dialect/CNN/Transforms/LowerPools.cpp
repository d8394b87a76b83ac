//===- LowerPools.cpp - Average pools from quantized types to codes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerQuantized.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/IR/Window.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

/// Sum of codes, then one multiplication by s_x / (s_y * count); `counts` has one element, or one
/// per position (row-major, with `positions` as [OH, OW]).
static void replaceByRequantizedSum(ConversionPatternRewriter &rewriter, Operation *op, Value sum,
                                    ArrayRef<int64_t> counts, ArrayRef<int64_t> positions,
                                    RankedTensorType codes) {
  auto input = getPerTensorType(op->getOperand(0)), output = getPerTensorType(op->getResult(0));
  QuantParams in = getParams(input), out = getParams(output);
  bool uniform = llvm::all_equal(counts);
  SmallVector<float> multipliers;
  for (int64_t count : uniform ? counts.take_front() : counts)
    multipliers.push_back(quantmath::averagePoolMultiplier(in.scale, out.scale, count));
  SmallVector<int64_t> shape = {1};
  if (!uniform)
    shape = {positions[0], positions[1], 1};
  auto type = RankedTensorType::get(shape, rewriter.getF32Type());
  StringRef name = getLayerName(op);
  std::string prefix = name.empty() ? "avg_pool" : name.str();
  Value multiplier = ConstantOp::create(rewriter, op->getLoc(),
                                        makeFloats(type, multipliers, prefix + ".multiplier"));
  CodeRange range = getStorageRange(output);
  rewriter.replaceOpWithNewOp<RequantizeOp>(
      op, codes, sum, multiplier, Value(), rewriter.getI32IntegerAttr(out.zeroPoint),
      rewriter.getI32IntegerAttr(range.min), rewriter.getI32IntegerAttr(range.max));
}

static LogicalResult requirePerTensor(Operation *op) {
  if (getPerTensorType(op->getOperand(0)) && getPerTensorType(op->getResult(0)))
    return success();
  return op->emitError("input and result must be quantized per tensor");
}

namespace {
struct LowerAvgPool : QuantizedPattern<AvgPool2DOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(AvgPool2DOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (failed(requirePerTensor(op)))
      return failure();
    auto inputType = cast<RankedTensorType>(op.getInput().getType());
    auto type = cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> counts =
        averagePoolCounts(Window2D::get(op), inputType.getDimSize(1), inputType.getDimSize(2),
                          type.getDimSize(1), type.getDimSize(2), op.getCountedPadding());
    Value sum =
        SumPool2DOp::create(rewriter, op.getLoc(), type.clone(rewriter.getI32Type()),
                            adaptor.getInput(), op.getKernel(), op.getStrides(), op.getPadding(),
                            static_cast<uint32_t>(getPerTensorType(op.getInput()).getZeroPoint()));
    replaceByRequantizedSum(rewriter, op, sum, counts, type.getShape().slice(1, 2),
                            codes(op.getResult()));
    return success();
  }
};

struct LowerGlobalAvgPool : QuantizedPattern<GlobalAvgPoolOp> {
  using QuantizedPattern::QuantizedPattern;

  LogicalResult matchAndRewrite(GlobalAvgPoolOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (failed(requirePerTensor(op)))
      return failure();
    auto inputType = cast<RankedTensorType>(op.getInput().getType());
    auto type = cast<RankedTensorType>(op.getType());
    ArrayRef<int64_t> image = inputType.getShape().slice(1, 2);
    Value sum = SumPool2DOp::create(
        rewriter, op.getLoc(), type.clone(rewriter.getI32Type()), adaptor.getInput(), image,
        /*strides=*/ArrayRef<int64_t>{1, 1}, /*padding=*/ArrayRef<int64_t>{0, 0, 0, 0},
        static_cast<uint32_t>(getPerTensorType(op.getInput()).getZeroPoint()));
    replaceByRequantizedSum(rewriter, op, sum, image[0] * image[1], {1, 1}, codes(op.getResult()));
    return success();
  }
};
} // namespace

void qcc::cnn::populateLowerPoolPatterns(RewritePatternSet &patterns,
                                         const TypeConverter &converter, Contract contract) {
  patterns.add<LowerAvgPool, LowerGlobalAvgPool>(converter, patterns.getContext(), contract);
}

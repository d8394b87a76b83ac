//===- QuantizeWeights.cpp - cnn-quantize-weights ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"

#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNQUANTIZEWEIGHTS
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;

namespace {
struct QuantizeConstant : OpRewritePattern<QuantizeOp> {
  QuantizeConstant(MLIRContext *context, Contract contract, llvm::function_ref<void()> count)
      : OpRewritePattern(context), contract(contract), count(count) {}

  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    ElementsAttr constant = getConstant(op.getInput());
    auto type = cast<RankedTensorType>(op.getType());
    auto element = dyn_cast<quant::QuantizedType>(type.getElementType());
    if (!constant || !element)
      return rewriter.notifyMatchFailure(op,
                                         "not the quantization of a constant to a quantized type");
    unsigned width = element.getStorageTypeIntegralWidth();
    if (width != 8 && width != 16 && width != 32)
      return rewriter.notifyMatchFailure(op, "codes are not stored in whole bytes");
    auto values = readFloats(constant);
    if (failed(values))
      return rewriter.notifyMatchFailure(op, "the constant's data cannot be read");

    ElementParams params(type);
    CodeRange range = getStorageRange(element);
    SmallVector<int64_t, 0> codes;
    codes.reserve(values->size());
    for (auto [i, value] : llvm::enumerate(*values))
      codes.push_back(
          quantmath::quantize(value, params[i].scale, params[i].zeroPoint, range, contract));
    auto storage = RankedTensorType::get(type.getShape(), getCodeType(element));
    std::string name = (getResourceName(constant, "weight") + ".codes").str();
    rewriter.replaceOpWithNewOp<ConstantOp>(op, type, makeIntegers(storage, codes, name));
    count();
    return success();
  }

  Contract contract;
  llvm::function_ref<void()> count;
};

struct QuantizeWeightsPass : qcc::cnn::impl::CNNQuantizeWeightsBase<QuantizeWeightsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    auto count = [&] { ++quantized; };
    patterns.add<QuantizeConstant>(&getContext(), getContract(getOperation()), count);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

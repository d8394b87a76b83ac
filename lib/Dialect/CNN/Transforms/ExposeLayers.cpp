//===- ExposeLayers.cpp - cnn-expose-layers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/Passes.h"

namespace qcc::cnn {
#define GEN_PASS_DEF_CNNEXPOSELAYERS
#include "qcc/Dialect/CNN/Transforms/Passes.h.inc"
} // namespace qcc::cnn

using namespace mlir;
using namespace qcc::cnn;

namespace {
struct ExposeLayersPass : qcc::cnn::impl::CNNExposeLayersBase<ExposeLayersPass> {
  using CNNExposeLayersBase::CNNExposeLayersBase;

  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal() || !main.getBody().hasOneBlock()) {
      getOperation().emitError(
          "there is no function @main of one block whose layers could be exposed");
      return signalPassFailure();
    }
    Operation *ret = main.getBody().front().getTerminator();
    OpBuilder builder(ret);
    SmallVector<Value> results(ret->getOperands());
    for (Operation &op : llvm::make_early_inc_range(main.getBody().front())) {
      StringRef name = getLayerName(&op);
      if (name.empty() || op.getNumResults() != 1)
        continue;
      Value value = op.getResult(0);
      ValueLevel level = getLevel(value.getType());
      if (level != ValueLevel::Float && level != ValueLevel::Quantized)
        continue;
      if (level == ValueLevel::Quantized && !codes) {
        auto type = cast<RankedTensorType>(value.getType()).clone(builder.getF32Type());
        value = DequantizeOp::create(builder, op.getLoc(), type, value, FloatAttr(), IntegerAttr());
      }
      auto attrs =
          builder.getDictionaryAttr(builder.getNamedAttr(kNameAttr, builder.getStringAttr(name)));
      (void)main.insertResult(main.getNumResults(), value.getType(), attrs);
      results.push_back(value);
    }
    ret->setOperands(results);
  }
};
} // namespace

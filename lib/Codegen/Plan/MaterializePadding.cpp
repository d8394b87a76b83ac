//===- MaterializePadding.cpp - qcc-materialize-padding ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_MATERIALIZEPADDING
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Gives `conv` a padded input instead of its padding.
static void materialize(cnn::Conv2DOp conv) {
  ArrayRef<int64_t> padding = conv.getPadding();
  int64_t top = padding[0], bottom = padding[1], left = padding[2], right = padding[3];
  auto input = cast<RankedTensorType>(conv.getInput().getType());
  SmallVector<int64_t> shape(input.getShape());
  shape[1] += top + bottom;
  shape[2] += left + right;

  OpBuilder b(conv);
  Attribute value = input.getElementType().isF32()
                        ? Attribute(b.getF32FloatAttr(0.0F))
                        : b.getI32IntegerAttr(static_cast<int32_t>(conv.getPadValue()));
  Value padded = cnn::PadOp::create(b, conv.getLoc(), input.clone(shape), conv.getInput(),
                                    b.getDenseI64ArrayAttr({0, top, left, 0}),
                                    b.getDenseI64ArrayAttr({0, bottom, right, 0}), value);
  conv.getInputMutable().assign(padded);
  conv.setPadding({0, 0, 0, 0});
}

namespace {
struct MaterializePaddingPass : qcc::codegen::impl::MaterializePaddingBase<MaterializePaddingPass> {
  void runOnOperation() override {
    getOperation()->walk([](cnn::Conv2DOp conv) {
      if (llvm::any_of(conv.getPadding(), [](int64_t p) { return p != 0; }))
        materialize(conv);
      // Nothing stands outside of the image now, and codes may get the other signedness.
      conv.setPadValue(0);
    });
  }
};
} // namespace

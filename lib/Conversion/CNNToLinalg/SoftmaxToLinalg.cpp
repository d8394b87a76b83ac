//===- SoftmaxToLinalg.cpp - Softmax to linalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Patterns.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn_to_linalg;

namespace {

/// The largest element, exp(x - largest), their sum, the quotients: one loop nest each. The sum is
/// in order, so that the result has the same bits everywhere.
struct SoftmaxLowering : OpConversionPattern<cnn::SoftmaxOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult matchAndRewrite(cnn::SoftmaxOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &b) const override {
    Location loc = op.getLoc();
    Value input = adaptor.getInput();
    auto type = cast<RankedTensorType>(input.getType());
    int64_t rank = type.getRank(), axis = static_cast<int64_t>(op.getAxis());

    // Reduces `value` along the axis, starting with `initial`.
    AffineMap identity = b.getMultiDimIdentityMap(rank);
    AffineMap others = identity.dropResult(axis);
    SmallVector<utils::IteratorType> parallel(rank, utils::IteratorType::parallel);
    SmallVector<utils::IteratorType> reducing = parallel;
    reducing[axis] = utils::IteratorType::reduction;
    SmallVector<int64_t> reducedShape(type.getShape());
    reducedShape.erase(reducedShape.begin() + axis);
    auto reduce = [&](Value value, double initial, BodyFn body) {
      SmallVector<Value> sizes;
      for (int64_t dim = 0; dim < rank; ++dim)
        if (dim != axis && type.isDynamicDim(dim))
          sizes.push_back(tensor::DimOp::create(b, loc, input, dim));
      Value empty = tensor::EmptyOp::create(b, loc, type.clone(reducedShape), sizes);
      Value start = emitConstant(b, loc, type.getElementType(), initial);
      Value init = linalg::FillOp::create(b, loc, start, empty).getResult(0);
      return createGeneric(b, loc, value, init, {identity, others}, reducing, body);
    };
    // Combines `value` with `reduced`, repeated along the axis.
    auto combine = [&](Value value, Value reduced, BodyFn body) {
      return createGeneric(b, loc, {value, reduced}, createEmpty(b, loc, type, input),
                           {identity, others, identity}, parallel, body);
    };

    Value largest = reduce(input, -std::numeric_limits<double>::infinity(),
                           [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                             return arith::MaximumFOp::create(b, loc, args[1], args[0]);
                           });
    Value powers =
        combine(input, largest, [](OpBuilder &b, Location loc, ValueRange args) -> Value {
          return emitExp(b, loc, arith::SubFOp::create(b, loc, args[0], args[1]));
        });
    Value sum = reduce(powers, 0.0, [](OpBuilder &b, Location loc, ValueRange args) -> Value {
      return arith::AddFOp::create(b, loc, args[1], args[0]);
    });
    b.replaceOp(op, combine(powers, sum, [](OpBuilder &b, Location loc, ValueRange args) -> Value {
                  return arith::DivFOp::create(b, loc, args[0], args[1]);
                }));
    return success();
  }
};

} // namespace

void cnn_to_linalg::populateSoftmaxPatterns(const TypeConverter &converter,
                                            RewritePatternSet &patterns) {
  patterns.add<SoftmaxLowering>(converter, patterns.getContext());
}

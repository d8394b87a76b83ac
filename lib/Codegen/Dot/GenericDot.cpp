//===- GenericDot.cpp - codegen.dot in vector arithmetic ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DotForms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Every second element of `vector` from `first` on, `count` of them, around and around.
static Value everySecond(OpBuilder &b, Location loc, Value vector, int64_t first, int64_t count) {
  int64_t size = cast<VectorType>(vector.getType()).getDimSize(0);
  SmallVector<int64_t> mask;
  for (int64_t i = 0; i < count; ++i)
    mask.push_back((first + 2 * i) % size);
  return vector::ShuffleOp::create(b, loc, vector, vector, mask);
}

/// The even and the odd bytes are multiplied, in 32 bits, and the products of neighbours added.
/// That factors fit into 16 bits is what LLVM sees, and two such products and their sum are one
/// instruction on the plainest x86.
Value qcc::codegen::emitGenericDot(OpBuilder &b, Location loc, const Dot &dot) {
  int64_t lanes = dot.lanes();
  auto wide = VectorType::get({2 * lanes}, b.getI32Type());
  auto half = [&](int64_t first) -> Value {
    Value weights =
        arith::ExtSIOp::create(b, loc, wide, everySecond(b, loc, dot.weights, first, 2 * lanes));
    Value codes = everySecond(b, loc, dot.activations, first, 2 * lanes);
    codes = dot.isUnsigned ? Value(arith::ExtUIOp::create(b, loc, wide, codes))
                           : arith::ExtSIOp::create(b, loc, wide, codes);
    Value products = arith::MulIOp::create(b, loc, codes, weights);
    return arith::AddIOp::create(b, loc, everySecond(b, loc, products, 0, lanes),
                                 everySecond(b, loc, products, 1, lanes));
  };
  Value products = arith::AddIOp::create(b, loc, half(0), half(1));
  return arith::AddIOp::create(b, loc, dot.accumulators, products);
}

Value qcc::codegen::emitGenericPairs(OpBuilder &b, Location loc, const Dot &dot) {
  int64_t lanes = dot.lanes();
  auto half = [&](int64_t first) -> Value {
    auto extend = [&](Value vector) -> Value {
      return arith::ExtSIOp::create(b, loc, dot.accumulators.getType(),
                                    everySecond(b, loc, vector, first, lanes));
    };
    return arith::MulIOp::create(b, loc, extend(dot.activations), extend(dot.weights));
  };
  Value products = arith::AddIOp::create(b, loc, half(0), half(1));
  return arith::AddIOp::create(b, loc, dot.accumulators, products);
}

/// Eight products for each of the four sums, reduced.
Value qcc::codegen::emitGenericBlockDot(OpBuilder &b, Location loc, BlockDotOp op) {
  auto wide = VectorType::get({8}, b.getI32Type());
  auto half = [&](Value codes, int64_t first, bool isUnsigned) -> Value {
    Value eight = vector::ExtractStridedSliceOp::create(b, loc, codes, ArrayRef<int64_t>{8 * first},
                                                        ArrayRef<int64_t>{8}, ArrayRef<int64_t>{1});
    return isUnsigned ? Value(arith::ExtUIOp::create(b, loc, wide, eight))
                      : arith::ExtSIOp::create(b, loc, wide, eight);
  };
  SmallVector<Value> sums;
  for (int64_t position = 0; position < 2; ++position)
    for (int64_t channel = 0; channel < 2; ++channel) {
      Value products =
          arith::MulIOp::create(b, loc, half(op.getActivations(), position, op.getIsUnsigned()),
                                half(op.getWeights(), channel, /*isUnsigned=*/false));
      sums.push_back(vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, products));
    }
  Value added = vector::FromElementsOp::create(b, loc, op.getType(), sums);
  return arith::AddIOp::create(b, loc, op.getAccumulators(), added);
}

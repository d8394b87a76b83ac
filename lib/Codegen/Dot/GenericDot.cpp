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

/// Four multiplications in 32 bits. That their factors fit into 16 is what LLVM sees and uses where
/// the target multiplies those faster.
Value qcc::codegen::emitGenericDot(OpBuilder &b, Location loc, const Dot &dot) {
  int64_t lanes = dot.lanes();
  Type wide = dot.accumulators.getType();
  Value sum = dot.accumulators;
  for (int64_t j = 0; j < 4; ++j) {
    SmallVector<int64_t> every4th;
    for (int64_t i = 0; i < lanes; ++i)
      every4th.push_back(4 * i + j);
    Value narrow = vector::ShuffleOp::create(b, loc, dot.weights, dot.weights, every4th);
    Value weights = arith::ExtSIOp::create(b, loc, wide, narrow);
    Value code = vector::ExtractOp::create(b, loc, dot.activations, j);
    Value activation = dot.isUnsigned ? Value(arith::ExtUIOp::create(b, loc, b.getI32Type(), code))
                                      : arith::ExtSIOp::create(b, loc, b.getI32Type(), code);
    Value activations = vector::BroadcastOp::create(b, loc, wide, activation);
    Value products = arith::MulIOp::create(b, loc, activations, weights);
    sum = arith::AddIOp::create(b, loc, sum, products);
  }
  return sum;
}

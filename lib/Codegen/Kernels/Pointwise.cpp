//===- Pointwise.cpp - Elementwise kernels as loops over vectors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Loops.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

LogicalResult qcc::codegen::lowerPointwise(KernelLowering &lowering, PointwiseAttr strategy) {
  // Tables have no element for each of the result's.
  llvm::DenseSet<Value> tables;
  lowering.kernel.walk([&](cnn::LookupOp op) { tables.insert(op.getTable()); });
  SmallVector<Value> arguments;
  SmallVector<TypedValue<MemRefType>> buffers = {lowering.result};
  for (BlockArgument argument : lowering.kernel.getArguments())
    if (!tables.contains(argument)) {
      arguments.push_back(argument);
      buffers.push_back(lowering.buffers.lookup(argument));
    }

  SmallVector<int64_t> shape(lowering.result.getType().getShape());
  joinDimensions(lowering, shape, buffers);
  KernelLowering joined = lowering;
  joined.result = buffers.front();
  for (auto [argument, buffer] : llvm::zip_equal(arguments, ArrayRef(buffers).drop_front()))
    joined.buffers[argument] = buffer;

  LogicalResult result = success();
  SmallVector<Value> position;
  auto emitVector = [&](Value start, int64_t lanes) {
    position.push_back(start);
    FailureOr<Value> vector = emitElementwise(joined, getReturned(joined.kernel), position, lanes);
    if (succeeded(vector))
      emitStore(joined, *vector, position);
    else
      result = failure();
    position.pop_back();
  };
  std::function<void(size_t)> emitDimension = [&](size_t dim) {
    if (dim + 1 == shape.size())
      return emitVectorLoop(joined, shape.back(), strategy.getLanes(), joined.target.lanes(),
                            emitVector);
    emitLoop(joined, 0, shape[dim], 1, [&](Value index) {
      position.push_back(index);
      emitDimension(dim + 1);
      position.pop_back();
    });
  };
  emitImageLoop(joined, [&](Value image) {
    position.push_back(image);
    emitDimension(1);
    position.pop_back();
  });
  return result;
}

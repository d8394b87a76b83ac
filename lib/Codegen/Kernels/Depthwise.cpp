//===- Depthwise.cpp - Depthwise convolutions ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors run along channels. One step computes a few neighbouring columns of the result, whose
// sums stay in registers: weights are read once for all of them, and an element of the image is
// read once for all the columns and taps that it belongs to.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Loops.h"

#include "qcc/Conversion/CNNToLinalg/FastArithmetic.h"
#include "qcc/Dialect/CNN/IR/Window.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Kernels of more taps than this are loops over their rows.
static constexpr int64_t kMaxUnrolledTaps = 25;

namespace {

class DepthwiseEmitter {
public:
  DepthwiseEmitter(KernelLowering &lowering, cnn::Conv2DOp root, TypedValue<MemRefType> weights)
      : lowering(lowering), b(lowering.b), loc(lowering.loc), root(root),
        window(cnn::Window2D::get(root)), input(lowering.buffers.lookup(root.getInput())),
        weights(weights) {
    auto shape = cast<RankedTensorType>(root.getWeights().getType()).getShape();
    window.kernel = {shape[1], shape[2]};
    isFloat = input.getType().getElementType().isF32();
  }

  LogicalResult emit(DepthwiseAttr strategy);

private:
  LogicalResult emitStep(Value column, int64_t count);
  FailureOr<Value> emitBias();
  SmallVector<Value> emitRow(Value tapRow, Value column, ValueRange sums);
  Value emitSum(Value sum, Value x, Value weight);

  KernelLowering &lowering;
  OpBuilder &b;
  Location loc;
  cnn::Conv2DOp root;
  cnn::Window2D window;
  TypedValue<MemRefType> input, weights;
  bool isFloat;
  /// Where the emission stands.
  Value image, row, channel;
  int64_t lanes = 0;
};

} // namespace

/// sum + x * weight. On codes: the vectors are still those of 8 bits.
Value DepthwiseEmitter::emitSum(Value sum, Value x, Value weight) {
  if (isFloat) {
    // Not vector.fma: that permits a fused operation, and fusing is otherwise forbidden.
    if (lowering.target.fma)
      return math::FmaOp::create(b, loc, x, weight, sum);
    return arith::AddFOp::create(b, loc, sum, arith::MulFOp::create(b, loc, x, weight));
  }
  // What multiplies pairs of 16 bits into sums of 32 is one instruction for a product of what was
  // extended to 32 bits. Others multiply 16 bits, which hold every product of codes, and add what
  // they extend on the way.
  Type code = getElementTypeOrSelf(root.getInput().getType());
  Type wide = b.getIntegerType(lowering.target.addsPairs() ? 32 : 16);
  Value product = arith::MulIOp::create(b, loc, emitExtend(b, loc, x, code, wide),
                                        emitExtend(b, loc, weight, b.getI8Type(), wide));
  return arith::AddIOp::create(b, loc, sum, emitExtend(b, loc, product, wide, b.getI32Type()));
}

/// What a sum starts with.
FailureOr<Value> DepthwiseEmitter::emitBias() {
  auto type = VectorType::get(lanes, isFloat ? Type(b.getF32Type()) : Type(b.getI32Type()));
  if (!root.getBias())
    return Value(arith::ConstantOp::create(b, loc, b.getZeroAttr(type)));
  Value zero = emitIndex(lowering, 0);
  FailureOr<Value> bias =
      emitElementwise(lowering, root.getBias(), {zero, zero, zero, channel}, lanes);
  if (failed(bias) || isFloat)
    return bias;
  return emitExtend(b, loc, *bias, getElementTypeOrSelf(root.getBias().getType()), b.getI32Type());
}

/// Adds the products of one row of taps to the sums of neighbouring columns.
SmallVector<Value> DepthwiseEmitter::emitRow(Value tapRow, Value column, ValueRange start) {
  SmallVector<Value> sums(start);
  int64_t width = window.kernel[1];
  auto type = VectorType::get(lanes, input.getType().getElementType());
  SmallVector<Value> taps;
  for (int64_t x = 0; x < width; ++x) {
    Value tap = emitAffine(lowering, tapRow, width, x);
    taps.push_back(vector::LoadOp::create(b, loc, type.clone(weights.getType().getElementType()),
                                          weights, ValueRange{tap, channel}));
  }
  Value y = arith::AddIOp::create(b, loc, emitAffine(lowering, row, window.strides[0], 0),
                                  emitAffine(lowering, tapRow, window.dilations[0], 0));
  int64_t last = (static_cast<int64_t>(sums.size()) - 1) * window.strides[1] +
                 (width - 1) * window.dilations[1];
  for (int64_t offset = 0; offset <= last; ++offset) {
    Value x;
    for (auto [i, sum] : llvm::enumerate(sums)) {
      int64_t distance = offset - static_cast<int64_t>(i) * window.strides[1];
      if (distance < 0 || distance % window.dilations[1] != 0 ||
          distance / window.dilations[1] >= width)
        continue;
      if (!x)
        x = vector::LoadOp::create(
            b, loc, type, input,
            ValueRange{image, y, emitAffine(lowering, column, window.strides[1], offset), channel});
      sum = emitSum(sum, x, taps[distance / window.dilations[1]]);
    }
  }
  return sums;
}

/// `count` columns of the result, from `column` on, for the current vector of channels.
LogicalResult DepthwiseEmitter::emitStep(Value column, int64_t count) {
  FailureOr<Value> bias = emitBias();
  if (failed(bias))
    return failure();
  SmallVector<Value> sums(count, *bias);
  int64_t height = window.kernel[0];
  if (height * window.kernel[1] <= kMaxUnrolledTaps)
    for (int64_t y = 0; y < height; ++y)
      sums = emitRow(emitIndex(lowering, y), column, sums);
  else
    sums = emitReduction(lowering, emitIndex(lowering, 0), emitIndex(lowering, height), sums,
                         [&](Value y, ValueRange sums) { return emitRow(y, column, sums); });

  // Multipliers and biases of the epilogue are the same for all columns.
  llvm::DenseMap<Value, Value> known;
  Value zero = emitIndex(lowering, 0);
  for (BlockArgument argument : lowering.kernel.getArguments())
    if (isConstantArgument(argument) && lowering.buffers.lookup(argument) != weights &&
        argument != root.getBias() && lowering.buffers.lookup(argument).getType().getRank() == 1 &&
        llvm::none_of(argument.getUsers(), llvm::IsaPred<cnn::LookupOp>)) {
      FailureOr<Value> vector =
          emitElementwise(lowering, argument, {zero, zero, zero, channel}, lanes);
      if (failed(vector))
        return failure();
      known[argument] = *vector;
    }
  for (auto [i, sum] : llvm::enumerate(sums)) {
    if (cnn::ActivationAttr activation = root.getActivationAttr())
      sum = emitFastClamp(b, loc, sum, activation.getLower(), activation.getUpper(),
                          getFloatBounds(lowering.target));
    known[root.getOutput()] = sum;
    Value position[] = {image, row, emitAffine(lowering, column, 1, static_cast<int64_t>(i)),
                        channel};
    FailureOr<Value> stored =
        emitElementwise(lowering, getReturned(lowering.kernel), position, lanes, known);
    if (failed(stored))
      return failure();
    emitStore(lowering, *stored, position);
  }
  return success();
}

LogicalResult DepthwiseEmitter::emit(DepthwiseAttr strategy) {
  ArrayRef<int64_t> shape = lowering.result.getType().getShape();
  LogicalResult result = success();
  auto emitChannels = [&](Value first, int64_t count) {
    channel = first;
    lanes = count;
    emitVectorLoop(lowering, shape[2], strategy.getColumns(), strategy.getColumns(),
                   [&](Value column, int64_t columns) {
                     if (failed(emitStep(column, columns)))
                       result = failure();
                   });
  };
  emitImageLoop(lowering, [&](Value n) {
    image = n;
    auto [first, end] = emitPartRange(lowering, SplitDimension::Positions, shape[1]);
    emitLoop(lowering, first, end, 1, [&](Value p) {
      row = p;
      emitVectorLoop(lowering, shape[3], strategy.getLanes(),
                     std::min(strategy.getLanes(), lowering.target.lanes()), emitChannels);
    });
  });
  return result;
}

LogicalResult qcc::codegen::lowerDepthwise(KernelLowering &lowering, DepthwiseAttr strategy) {
  auto root = dyn_cast_or_null<cnn::Conv2DOp>(getRoot(lowering.kernel));
  if (!root || !isDepthwise(root))
    return lowering.kernel.emitError("has no depthwise convolution, which #codegen.depthwise is "
                                     "for");
  if (strategy.getTaps() != 1)
    return lowerDepthwiseDot(lowering, root, strategy);
  auto unpack = root.getWeights().getDefiningOp<UnpackOp>();
  if (!unpack || unpack.getPacking() != Packing::Taps || !isa<BlockArgument>(unpack.getPacked()))
    return root.emitOpError("has weights that are not packed as taps: qcc-pack-weights must have "
                            "run");
  return DepthwiseEmitter(lowering, root, lowering.buffers.lookup(unpack.getPacked()))
      .emit(strategy);
}

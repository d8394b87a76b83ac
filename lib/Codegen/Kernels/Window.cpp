//===- Window.cpp - Pools as loops over vectors of channels ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No tap is tested for whether it lies in the image. Rows of the result whose windows hang over the
// image compute the range of taps that lie in it; so do, in the other rows, the columns at the left
// and at the right. All that is between has whole windows, whose taps are unrolled if there are
// few.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include "Loops.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"
#include "qcc/Dialect/CNN/IR/Window.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// Windows of more taps than this are loops.
static constexpr int64_t kMaxUnrolledTaps = 25;

namespace {

/// A half-open range of indices.
struct TapRange {
  Value lower, upper;
};

/// One dimension of the windows: output `i` covers positions i * stride + k * dilation - low.
struct Axis {
  int64_t size, outputs, kernel, stride, dilation, low;

  /// The outputs whose windows lie in the image.
  std::pair<int64_t, int64_t> getInterior() const {
    int64_t first = std::min(llvm::divideCeil(low, stride), static_cast<uint64_t>(outputs));
    int64_t room = size - 1 - (kernel - 1) * dilation + low;
    int64_t end = room < 0 ? 0 : std::min(room / stride + 1, outputs);
    return {first, std::max<int64_t>(first, end)};
  }
};

class WindowEmitter {
public:
  WindowEmitter(KernelLowering &lowering, Operation *root, const cnn::Window2D &window,
                int64_t lanes);
  LogicalResult emit();

private:
  TapRange emitTaps(const Axis &axis, Value output, bool isInside);
  void emitColumns(int64_t first, int64_t end, bool isInside);
  void emitPosition();
  Value emitWindow(Value channel, int64_t lanes);
  Value emitTap(Value sum, Value channel, Value row, Value column);
  Value emitStart(VectorType type);
  Value emitFinish(Value reduced);
  Value emitCount();

  KernelLowering &lowering;
  OpBuilder &b;
  Location loc;
  Operation *root;
  Axis rows, columns;
  int64_t lanes;
  TypedValue<MemRefType> input;
  /// The elements that a mean counts: the window over an image extended by the counted padding.
  std::optional<std::pair<Axis, Axis>> counted;
  /// Where the emission stands.
  Value image, row, column;
  TapRange rowTaps, columnTaps;
  bool isWhole = false;
  LogicalResult result = success();
};

} // namespace

WindowEmitter::WindowEmitter(KernelLowering &lowering, Operation *root, const cnn::Window2D &window,
                             int64_t lanes)
    : lowering(lowering), b(lowering.b), loc(lowering.loc), root(root), lanes(lanes),
      input(lowering.buffers.lookup(root->getOperand(0))) {
  ArrayRef<int64_t> from = input.getType().getShape(), to = lowering.result.getType().getShape();
  rows = {from[1],          to[1], window.kernel[0], window.strides[0], window.dilations[0],
          window.padding[0]};
  columns = {from[2],          to[2], window.kernel[1], window.strides[1], window.dilations[1],
             window.padding[2]};
  if (auto mean = dyn_cast<cnn::AvgPool2DOp>(root)) {
    ArrayRef<int64_t> extra = mean.getCountedPadding();
    counted = {rows, columns};
    counted->first.size += extra[0] + extra[1];
    counted->first.low -= extra[0];
    counted->second.size += extra[2] + extra[3];
    counted->second.low -= extra[2];
  }
}

/// The taps of an output that lie in the image.
TapRange WindowEmitter::emitTaps(const Axis &axis, Value output, bool isInside) {
  Value zero = emitIndex(lowering, 0), kernel = emitIndex(lowering, axis.kernel);
  if (isInside)
    return {zero, kernel};
  // The first k with begin + k * dilation >= 0, the first with begin + k * dilation >= size. The
  // largest number that is rounded is not negative after all: for those below, 0 is right anyway.
  auto firstTap = [&](int64_t position) -> Value {
    Value distance = emitAffine(lowering, output, -axis.stride, position + axis.low);
    distance = arith::MaxSIOp::create(b, loc, distance, zero);
    Value up = emitAffine(lowering, distance, 1, axis.dilation - 1);
    Value tap = arith::DivUIOp::create(b, loc, up, emitIndex(lowering, axis.dilation));
    return arith::MinSIOp::create(b, loc, tap, kernel);
  };
  Value lower = firstTap(0);
  return {lower, arith::MaxSIOp::create(b, loc, firstTap(axis.size), lower)};
}

/// What a reduction starts with: the value that changes nothing.
Value WindowEmitter::emitStart(VectorType type) {
  Type element = type.getElementType();
  if (!isa<cnn::MaxPool2DOp>(root))
    return arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  if (isa<FloatType>(element))
    return emitConstant(b, loc, type, -std::numeric_limits<double>::infinity());
  bool isUnsigned = getElementTypeOrSelf(root->getOperand(0).getType()).isUnsignedInteger();
  unsigned width = element.getIntOrFloatBitWidth();
  APInt least = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(type, Attribute(b.getIntegerAttr(element, least))));
}

/// One element of the window more, at a tap of the current output.
Value WindowEmitter::emitTap(Value sum, Value channel, Value rowTap, Value columnTap) {
  auto position = [&](const Axis &axis, Value output, Value tap) -> Value {
    Value begin = emitAffine(lowering, output, axis.stride, -axis.low);
    Value step = emitAffine(lowering, tap, axis.dilation, 0);
    return arith::AddIOp::create(b, loc, begin, step);
  };
  auto type = cast<VectorType>(sum.getType());
  Value element =
      vector::LoadOp::create(b, loc, type.clone(input.getType().getElementType()), input,
                             ValueRange{image, position(rows, row, rowTap),
                                        position(columns, column, columnTap), channel});
  Type original = getElementTypeOrSelf(root->getOperand(0).getType());
  if (isa<cnn::SumPool2DOp>(root)) {
    Value wide = emitExtend(b, loc, element, original, type.getElementType());
    return arith::AddIOp::create(b, loc, sum, wide);
  }
  if (!isa<cnn::MaxPool2DOp>(root))
    return arith::AddFOp::create(b, loc, sum, element);
  if (isa<FloatType>(original))
    return arith::MaximumFOp::create(b, loc, sum, element);
  if (original.isUnsignedInteger())
    return arith::MaxUIOp::create(b, loc, sum, element);
  return arith::MaxSIOp::create(b, loc, sum, element);
}

/// The reduction of the current output's window, in the order of the reference lowering: row by
/// row.
Value WindowEmitter::emitWindow(Value channel, int64_t lanes) {
  Type element = getElementTypeOrSelf(root->getResult(0).getType());
  if (element.isInteger())
    element = b.getIntegerType(element.getIntOrFloatBitWidth());
  Value reduced = emitStart(VectorType::get(lanes, element));
  if (isWhole && rows.kernel * columns.kernel <= kMaxUnrolledTaps) {
    for (int64_t y = 0; y < rows.kernel; ++y)
      for (int64_t x = 0; x < columns.kernel; ++x)
        reduced = emitTap(reduced, channel, emitIndex(lowering, y), emitIndex(lowering, x));
    return reduced;
  }
  auto emitRow = [&](Value y, ValueRange sums) {
    return emitReduction(lowering, columnTaps.lower, columnTaps.upper, sums,
                         [&](Value x, ValueRange sums) -> SmallVector<Value> {
                           return {emitTap(sums.front(), channel, y, x)};
                         });
  };
  return emitReduction(lowering, rowTaps.lower, rowTaps.upper, reduced, emitRow).front();
}

/// How many elements the current output's mean divides by.
Value WindowEmitter::emitCount() {
  if (isWhole)
    return emitIndex(lowering, rows.kernel * columns.kernel);
  auto countTaps = [&](const Axis &axis, Value output) -> Value {
    TapRange taps = emitTaps(axis, output, /*isInside=*/false);
    return arith::SubIOp::create(b, loc, taps.upper, taps.lower);
  };
  if (counted)
    return arith::MulIOp::create(b, loc, countTaps(counted->first, row),
                                 countTaps(counted->second, column));
  Value height = arith::SubIOp::create(b, loc, rowTaps.upper, rowTaps.lower);
  Value width = arith::SubIOp::create(b, loc, columnTaps.upper, columnTaps.lower);
  return arith::MulIOp::create(b, loc, height, width);
}

/// What comes after all taps: zero points of a sum, the division of a mean.
Value WindowEmitter::emitFinish(Value reduced) {
  auto type = cast<VectorType>(reduced.getType());
  if (isa<cnn::MaxPool2DOp>(root))
    return reduced;
  if (auto sum = dyn_cast<cnn::SumPool2DOp>(root)) {
    Value count = arith::IndexCastOp::create(b, loc, type.getElementType(), emitCount());
    auto zeroPoint = static_cast<int32_t>(sum.getZeroPoint());
    Value zeros = arith::MulIOp::create(
        b, loc, count, emitConstant(b, loc, type.getElementType(), int64_t{zeroPoint}));
    return arith::SubIOp::create(b, loc, reduced, vector::BroadcastOp::create(b, loc, type, zeros));
  }
  // A division, because the product with a reciprocal differs.
  Value count = arith::IndexCastOp::create(b, loc, b.getI32Type(), emitCount());
  Value divisor = arith::SIToFPOp::create(b, loc, type.getElementType(), count);
  return arith::DivFOp::create(b, loc, reduced, vector::BroadcastOp::create(b, loc, type, divisor));
}

/// All channels of the current output.
void WindowEmitter::emitPosition() {
  int64_t channels = lowering.result.getType().getShape().back();
  int64_t least = std::min(lanes, lowering.target.lanes());
  emitVectorLoop(lowering, channels, lanes, least, [&](Value channel, int64_t lanes) {
    Value reduced = emitFinish(emitWindow(channel, lanes));
    SmallVector<Value> position = {image, row, column, channel};
    FailureOr<Value> stored = emitElementwise(lowering, getReturned(lowering.kernel), position,
                                              lanes, {{root->getResult(0), reduced}});
    if (succeeded(stored))
      emitStore(lowering, *stored, position);
    else
      result = failure();
  });
}

/// The columns of the current row.
void WindowEmitter::emitColumns(int64_t first, int64_t end, bool isInside) {
  emitLoop(lowering, first, end, 1, [&](Value index) {
    column = index;
    columnTaps = emitTaps(columns, column, isInside);
    emitPosition();
  });
}

LogicalResult WindowEmitter::emit() {
  auto [top, bottom] = rows.getInterior();
  auto [left, right] = columns.getInterior();
  auto [begin, end] = emitPartRange(lowering, SplitDimension::Positions, rows.outputs);
  auto emitRows = [&](int64_t from, int64_t to, bool isInside) {
    if (from == to)
      return;
    Value lower = emitIndex(lowering, from), upper = emitIndex(lowering, to);
    lower = b.createOrFold<arith::MaxUIOp>(loc, lower, begin);
    upper = b.createOrFold<arith::MinUIOp>(loc, upper, end);
    emitLoop(lowering, lower, upper, 1, [&](Value index) {
      row = index;
      rowTaps = emitTaps(rows, row, isInside);
      isWhole = false;
      if (!isInside)
        return emitColumns(0, columns.outputs, false);
      emitColumns(0, left, false);
      isWhole = true;
      emitColumns(left, right, true);
      isWhole = false;
      emitColumns(right, columns.outputs, false);
    });
  };
  emitImageLoop(lowering, [&](Value index) {
    image = index;
    emitRows(0, top, false);
    emitRows(top, bottom, true);
    emitRows(bottom, rows.outputs, false);
  });
  return result;
}

/// The windows of a pool; nothing for any other operation.
static std::optional<cnn::Window2D> getWindow(Operation *root) {
  if (!root)
    return std::nullopt;
  return llvm::TypeSwitch<Operation *, std::optional<cnn::Window2D>>(root)
      .Case<cnn::MaxPool2DOp, cnn::SumPool2DOp, cnn::AvgPool2DOp>(
          [](auto op) { return cnn::Window2D::get(op); })
      .Case([](cnn::GlobalAvgPoolOp op) {
        ArrayRef<int64_t> image = cast<RankedTensorType>(op.getInput().getType()).getShape();
        return cnn::Window2D{{image[1], image[2]}, {1, 1}, {1, 1}, {0, 0, 0, 0}};
      })
      .Default([](Operation *) { return std::nullopt; });
}

LogicalResult qcc::codegen::lowerWindow(KernelLowering &lowering, WindowAttr strategy) {
  Operation *root = getRoot(lowering.kernel);
  std::optional<cnn::Window2D> window = getWindow(root);
  if (!window)
    return lowering.kernel.emitError("has no pool: #codegen.window is for kernels with one");
  return WindowEmitter(lowering, root, *window, strategy.getLanes()).emit();
}

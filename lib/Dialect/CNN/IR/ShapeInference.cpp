//===- ShapeInference.cpp - The shapes that layers of the cnn dialect produce ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/CNN/IR/Window.h"

#include "llvm/ADT/SmallBitVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qcc::cnn;

using Shape = SmallVector<int64_t>;
using EmitError = function_ref<InFlightDiagnostic()>;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static Shape sameShape(Value value) { return Shape(shapeOf(value)); }

/// Two dimensions agree if they are equal or one of them is only known at run time.
static bool agree(int64_t a, int64_t b) {
  return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
}

static LogicalResult requireRank(Value value, int64_t rank, StringRef what, EmitError emitError) {
  int64_t actual = cast<RankedTensorType>(value.getType()).getRank();
  if (actual == rank)
    return success();
  return emitError() << what << " must have rank " << rank << ", but has rank " << actual;
}

/// Everything but the batch is static.
static LogicalResult requireStaticAfterBatch(Value value, StringRef what, EmitError emitError) {
  ArrayRef<int64_t> shape = shapeOf(value);
  for (auto [i, size] : llvm::enumerate(shape))
    if (i > 0 && ShapedType::isDynamic(size))
      return emitError() << what << " has a dynamic dimension " << i
                         << "; only the batch, dimension 0, may be dynamic";
  return success();
}

static LogicalResult requireVector(Value value, int64_t size, StringRef what, EmitError emitError) {
  ArrayRef<int64_t> shape = shapeOf(value);
  if (shape.size() == 1 && shape[0] == size)
    return success();
  return emitError() << what << " must be a tensor of " << size << " elements, but is "
                     << value.getType();
}

//===----------------------------------------------------------------------===//
// Weighted layers
//===----------------------------------------------------------------------===//

static FailureOr<Shape> slide(const Window2D &window, Value input, int64_t channels,
                              EmitError emitError) {
  if (failed(requireRank(input, 4, "input", emitError)) ||
      failed(requireStaticAfterBatch(input, "input", emitError)))
    return failure();
  ArrayRef<int64_t> shape = shapeOf(input);
  std::optional<int64_t> height = window.outputSize(0, shape[1]);
  std::optional<int64_t> width = window.outputSize(1, shape[2]);
  if (!height || !width)
    return emitError() << "window of " << window.extent(0) << " x " << window.extent(1)
                       << " does not fit into the padded image of "
                       << shape[1] + window.padding[0] + window.padding[1] << " x "
                       << shape[2] + window.padding[2] + window.padding[3];
  return Shape{shape[0], *height, *width, channels};
}

FailureOr<Shape> Conv2DOp::inferResultShape(EmitError emitError) {
  if (failed(requireRank(getInput(), 4, "input", emitError)) ||
      failed(requireRank(getWeights(), 4, "weights", emitError)))
    return failure();
  ArrayRef<int64_t> input = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (llvm::any_of(weights, ShapedType::isDynamic))
    return emitError() << "weights must have a static shape";
  int64_t groups = getGroups();
  if (weights[0] % groups != 0)
    return emitError() << weights[0] << " output channels do not divide into " << groups
                       << " groups";
  if (weights[3] > std::numeric_limits<int64_t>::max() / groups || input[3] != weights[3] * groups)
    return emitError() << "input has " << input[3] << " channels, but the weights expect "
                       << weights[3] << " in each of " << groups << " groups";
  if (llvm::is_contained(weights, 0))
    return emitError() << "weights are empty";
  if (getBias() && failed(requireVector(getBias(), weights[0], "bias", emitError)))
    return failure();
  return slide(Window2D::get(*this), getInput(), weights[0], emitError);
}

FailureOr<Shape> LinearOp::inferResultShape(EmitError emitError) {
  if (failed(requireRank(getInput(), 2, "input", emitError)) ||
      failed(requireStaticAfterBatch(getInput(), "input", emitError)) ||
      failed(requireRank(getWeights(), 2, "weights", emitError)))
    return failure();
  ArrayRef<int64_t> input = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (llvm::any_of(weights, ShapedType::isDynamic))
    return emitError() << "weights must have a static shape";
  if (input[1] != weights[1])
    return emitError() << "input has " << input[1] << " features, but the weights expect "
                       << weights[1];
  if (llvm::is_contained(weights, 0))
    return emitError() << "weights are empty";
  if (getBias() && failed(requireVector(getBias(), weights[0], "bias", emitError)))
    return failure();
  return Shape{input[0], weights[0]};
}

FailureOr<Shape> BatchNormOp::inferResultShape(EmitError emitError) {
  ArrayRef<int64_t> input = shapeOf(getInput());
  if (input.size() < 2)
    return emitError() << "input must have a batch and a channel dimension";
  std::pair<Value, StringRef> statistics[] = {{getScale(), "scale"},
                                              {getOffset(), "offset"},
                                              {getMean(), "mean"},
                                              {getVariance(), "variance"}};
  for (auto [value, name] : statistics)
    if (failed(requireVector(value, input.back(), name, emitError)))
      return failure();
  return Shape(input);
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

template <typename Pool> static FailureOr<Shape> slidePool(Pool op, EmitError emitError) {
  if (failed(requireRank(op.getInput(), 4, "input", emitError)))
    return failure();
  return slide(Window2D::get(op), op.getInput(), shapeOf(op.getInput())[3], emitError);
}

FailureOr<Shape> MaxPool2DOp::inferResultShape(EmitError emitError) {
  return slidePool(*this, emitError);
}
FailureOr<Shape> AvgPool2DOp::inferResultShape(EmitError emitError) {
  return slidePool(*this, emitError);
}
FailureOr<Shape> SumPool2DOp::inferResultShape(EmitError emitError) {
  return slidePool(*this, emitError);
}

FailureOr<Shape> GlobalAvgPoolOp::inferResultShape(EmitError emitError) {
  if (failed(requireRank(getInput(), 4, "input", emitError)) ||
      failed(requireStaticAfterBatch(getInput(), "input", emitError)))
    return failure();
  ArrayRef<int64_t> input = shapeOf(getInput());
  if (input[1] == 0 || input[2] == 0)
    return emitError() << "mean of an empty image";
  return Shape{input[0], 1, 1, input[3]};
}

//===----------------------------------------------------------------------===//
// Layers that keep their input's shape
//===----------------------------------------------------------------------===//

FailureOr<Shape> ReluOp::inferResultShape(EmitError) { return sameShape(getInput()); }
FailureOr<Shape> ClampOp::inferResultShape(EmitError) { return sameShape(getInput()); }
FailureOr<Shape> LeakyReluOp::inferResultShape(EmitError) { return sameShape(getInput()); }
FailureOr<Shape> SigmoidOp::inferResultShape(EmitError) { return sameShape(getInput()); }
FailureOr<Shape> HardSwishOp::inferResultShape(EmitError) { return sameShape(getInput()); }
FailureOr<Shape> QuantizeOp::inferResultShape(EmitError) { return sameShape(getInput()); }
FailureOr<Shape> DequantizeOp::inferResultShape(EmitError) { return sameShape(getInput()); }

FailureOr<Shape> SoftmaxOp::inferResultShape(EmitError emitError) {
  int64_t rank = shapeOf(getInput()).size();
  if (static_cast<int64_t>(getAxis()) >= rank)
    return emitError() << "axis " << getAxis() << " is outside of rank " << rank;
  return sameShape(getInput());
}

FailureOr<Shape> LookupOp::inferResultShape(EmitError emitError) {
  if (failed(requireVector(getTable(), 256, "table", emitError)))
    return failure();
  return sameShape(getInput());
}

FailureOr<Shape> RequantizeOp::inferResultShape(EmitError emitError) {
  ArrayRef<int64_t> input = shapeOf(getInput()), multiplier = shapeOf(getMultiplier());
  bool fits = multiplier.size() <= input.size();
  for (size_t i = 0; fits && i < multiplier.size(); ++i) {
    int64_t size = multiplier[multiplier.size() - 1 - i];
    fits = size == 1 || size == input[input.size() - 1 - i];
  }
  if (!fits)
    return emitError() << "multipliers of type " << getMultiplier().getType()
                       << " do not repeat along " << getInput().getType();
  if (getBias() && failed(requireVector(getBias(), input.back(), "bias", emitError)))
    return failure();
  return Shape(input);
}

//===----------------------------------------------------------------------===//
// Layers with several inputs
//===----------------------------------------------------------------------===//

static FailureOr<Shape> broadcast(Value lhs, Value rhs, EmitError emitError) {
  ArrayRef<int64_t> a = shapeOf(lhs), b = shapeOf(rhs);
  if (a.size() != b.size())
    return emitError() << "operands must have the same rank, but have " << a.size() << " and "
                       << b.size();
  Shape shape;
  for (auto [i, x, y] : llvm::enumerate(a, b)) {
    if (x == 1 || y == 1)
      shape.push_back(x == 1 ? y : x);
    else if (agree(x, y))
      shape.push_back(ShapedType::isDynamic(x) ? y : x);
    else
      return emitError() << "dimension " << i << " is " << x << " on one side and " << y
                         << " on the other";
  }
  return shape;
}

FailureOr<Shape> AddOp::inferResultShape(EmitError emitError) {
  return broadcast(getLhs(), getRhs(), emitError);
}
FailureOr<Shape> MulOp::inferResultShape(EmitError emitError) {
  return broadcast(getLhs(), getRhs(), emitError);
}

FailureOr<Shape> ConcatOp::inferResultShape(EmitError emitError) {
  if (getInputs().empty())
    return emitError() << "needs at least one input";
  Shape shape(shapeOf(getInputs().front()));
  uint64_t axis = getAxis();
  if (axis >= shape.size())
    return emitError() << "axis " << axis << " is outside of rank " << shape.size();
  for (Value input : getInputs().drop_front()) {
    ArrayRef<int64_t> other = shapeOf(input);
    if (other.size() != shape.size())
      return emitError() << "inputs must have the same rank, but have " << shape.size() << " and "
                         << other.size();
    for (size_t i = 0; i < shape.size(); ++i) {
      if (i == axis) {
        bool dynamic = ShapedType::isDynamic(shape[i]) || ShapedType::isDynamic(other[i]);
        if (dynamic)
          shape[i] = ShapedType::kDynamic;
        else if (llvm::AddOverflow(shape[i], other[i], shape[i]))
          return emitError() << "the sum of the sizes along axis " << axis << " is too large";
      } else if (!agree(shape[i], other[i])) {
        return emitError() << "dimension " << i << " is " << shape[i] << " in one input and "
                           << other[i] << " in another";
      } else if (ShapedType::isDynamic(shape[i])) {
        shape[i] = other[i];
      }
    }
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// The product of `sizes`, or nothing if one is dynamic or the product does not fit.
static std::optional<int64_t> product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    if (ShapedType::isDynamic(size) || llvm::MulOverflow(result, size, result))
      return std::nullopt;
  return result;
}

FailureOr<Shape> FlattenOp::inferResultShape(EmitError emitError) {
  ArrayRef<int64_t> input = shapeOf(getInput());
  if (input.empty())
    return emitError() << "input must have a batch dimension";
  std::optional<int64_t> features = product(input.drop_front());
  if (!features)
    return emitError() << "only the batch, dimension 0, may be dynamic, and the others must "
                          "have a product below 2^63";
  return Shape{input[0], *features};
}

FailureOr<Shape> ReshapeOp::inferResultShape(EmitError emitError) {
  // The result's type is the operation's only statement of its shape: check it instead.
  ArrayRef<int64_t> input = shapeOf(getInput()), output = shapeOf(getOutput());
  bool dynamic =
      llvm::any_of(input, ShapedType::isDynamic) || llvm::any_of(output, ShapedType::isDynamic);
  size_t batch = dynamic ? 1 : 0;
  if (dynamic && (input.empty() || output.empty() || input[0] != output[0]))
    return emitError() << "a dynamic batch must be dimension 0 of both types";
  std::optional<int64_t> from = product(input.drop_front(batch));
  std::optional<int64_t> to = product(output.drop_front(batch));
  if (!from || !to)
    return emitError() << "only the batch, dimension 0, may be dynamic";
  if (*from != *to)
    return emitError() << "cannot reshape " << *from << " elements into " << *to
                       << (dynamic ? " for each image" : "");
  return Shape(output);
}

FailureOr<Shape> TransposeOp::inferResultShape(EmitError emitError) {
  ArrayRef<int64_t> input = shapeOf(getInput());
  Shape shape;
  llvm::SmallBitVector seen(input.size());
  for (int64_t dim : getPermutation()) {
    if (dim < 0 || dim >= static_cast<int64_t>(input.size()) || seen.test(dim))
      return emitError() << "permutation must name each of " << input.size() << " dimensions once";
    seen.set(dim);
    shape.push_back(input[dim]);
  }
  if (shape.size() != input.size())
    return emitError() << "permutation must name each of " << input.size() << " dimensions once";
  return shape;
}

FailureOr<Shape> PadOp::inferResultShape(EmitError emitError) {
  Shape shape = sameShape(getInput());
  if (getLow().size() != shape.size() || getHigh().size() != shape.size())
    return emitError() << "low and high must have one element for each of " << shape.size()
                       << " dimensions";
  for (auto [i, low, high] : llvm::enumerate(getLow(), getHigh())) {
    if (low < 0 || high < 0)
      return emitError() << "padding of dimension " << i << " is negative";
    if (ShapedType::isDynamic(shape[i])) {
      if (low != 0 || high != 0)
        return emitError() << "the batch cannot be padded";
      continue;
    }
    int64_t sum;
    if (llvm::AddOverflow(low, high, sum) || llvm::AddOverflow(shape[i], sum, shape[i]))
      return emitError() << "padding of dimension " << i << " is too large";
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// The rule that all layers share
//===----------------------------------------------------------------------===//

LogicalResult qcc::cnn::detail::verifyLayer(Operation *op) {
  auto layer = cast<LayerOpInterface>(op);
  auto emitError = [&] { return op->emitOpError(); };
  FailureOr<Shape> expected = layer.inferResultShape(emitError);
  if (failed(expected))
    return failure();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  bool same = type.getRank() == static_cast<int64_t>(expected->size()) &&
              llvm::all_of(llvm::zip(type.getShape(), *expected),
                           [](auto sizes) { return std::get<0>(sizes) == std::get<1>(sizes); });
  if (same)
    return success();
  return op->emitOpError("result should have shape ")
         << RankedTensorType::get(*expected, type.getElementType()) << ", but has " << type;
}

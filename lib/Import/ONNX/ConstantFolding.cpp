//===- ConstantFolding.cpp - Evaluates what is known at compile time ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters compute shapes with a dozen small nodes (Shape, Gather, Concat, ...) and store weights
// transposed or quantized. None of that is left in the module.
//
//===----------------------------------------------------------------------===//

#include "Operators.h"
#include "QuantizedConstants.h"
#include "ShapeRules.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::TensorProto;

// More integers than any shape has.
static constexpr size_t kMaxShapeVector = 1024;

//===----------------------------------------------------------------------===//
// Vectors of sizes
//===----------------------------------------------------------------------===//

/// The inputs of `node` as vectors of sizes (empty for those that are left out), or nothing if one
/// is something else.
static Expected<std::optional<SmallVector<ShapeVector>>> getShapeInputs(Importer &importer,
                                                                        const Node &node) {
  SmallVector<ShapeVector> inputs;
  for (size_t i = 0; i < node.getNumInputs(); ++i) {
    if (!node.hasInput(i)) {
      inputs.emplace_back();
      continue;
    }
    Expected<const ImportedValue *> value = importer.getValue(node, i);
    if (!value)
      return value.takeError();
    if (const auto *constant = std::get_if<ConstantValue>(*value))
      if (!constant->tensor.isInteger() || constant->quantization ||
          constant->tensor.shape.size() > 1 ||
          constant->tensor.numElements() > static_cast<int64_t>(kMaxShapeVector))
        return std::nullopt;
    Expected<ShapeVector> vector = importer.getShapeVector(node, i, "input");
    if (!vector)
      return vector.takeError();
    inputs.push_back(std::move(*vector));
  }
  return std::optional(std::move(inputs));
}

using ShapeInputs = ArrayRef<ShapeVector>;
using FoldedShape = Expected<std::optional<ShapeVector>>;

static FoldedShape foldGather(const Node &node, ShapeInputs inputs) {
  if (inputs.size() != 2 || inputs[0].isScalar)
    return std::nullopt;
  int64_t size = static_cast<int64_t>(inputs[0].values.size());
  ShapeVector result;
  result.isScalar = inputs[1].isScalar;
  for (int64_t index : inputs[1].values) {
    Expected<int64_t> normalized = node.normalizeAxis(index, size);
    if (!normalized)
      return normalized.takeError();
    result.values.push_back(inputs[0].values[*normalized]);
  }
  return result;
}

static FoldedShape foldConcat(const Node &node, ShapeInputs inputs) {
  if (inputs.empty())
    return std::nullopt;
  ShapeVector result;
  for (const ShapeVector &input : inputs) {
    if (input.isScalar)
      return node.error("input is a scalar");
    result.values.append(input.values.begin(), input.values.end());
    if (result.values.size() > kMaxShapeVector)
      return node.error("makes a vector of more than {} integers", kMaxShapeVector);
  }
  return result;
}

static FoldedShape foldSlice(const Node &node, ShapeInputs inputs) {
  SmallVector<int64_t> parts[4]; // starts, ends, axes, steps
  if (node.getOpset() < 10) {
    static constexpr StringLiteral names[] = {"starts", "ends", "axes"};
    for (size_t i = 0; i < std::size(names); ++i) {
      Expected<std::optional<SmallVector<int64_t>>> list = node.getInts(names[i]);
      if (!list)
        return list.takeError();
      parts[i] = list->value_or(SmallVector<int64_t>());
    }
  } else {
    for (size_t i = 0; i < 4 && i + 1 < inputs.size(); ++i)
      parts[i] = inputs[i + 1].values;
  }
  auto &[starts, ends, axes, steps] = parts;
  if (inputs.empty() || inputs[0].isScalar || starts.size() != 1 || ends.size() != 1)
    return node.error("must have one start and one end for a vector");
  int64_t size = static_cast<int64_t>(inputs[0].values.size());
  int64_t step = steps.empty() ? 1 : steps[0];
  if (step != 1 || (!axes.empty() && axes[0] != 0 && axes[0] != -1))
    return node.error("only steps of 1 along axis 0 are supported");
  auto clampIndex = [&](int64_t index) {
    return std::clamp<int64_t>(index < 0 ? index + size : index, 0, size);
  };
  int64_t start = clampIndex(starts[0]), end = std::max(clampIndex(ends[0]), start);
  ShapeVector result;
  result.values.assign(inputs[0].values.begin() + start, inputs[0].values.begin() + end);
  return result;
}

/// `a op b`, or nothing where it overflows, divides by 0, or would change the batch.
static std::optional<int64_t> compute(StringRef op, int64_t a, int64_t b) {
  bool product = op == "Mul" || op == "Div";
  int64_t neutral = product ? 1 : 0;
  if (b == neutral)
    return a;
  if (a == neutral && (op == "Mul" || op == "Add"))
    return b;
  if (ShapedType::isDynamic(a) || ShapedType::isDynamic(b))
    return std::nullopt;
  int64_t result = 0;
  if (op == "Add")
    return AddOverflow(a, b, result) ? std::nullopt : std::optional(result);
  if (op == "Sub")
    return SubOverflow(a, b, result) ? std::nullopt : std::optional(result);
  if (op == "Mul")
    return MulOverflow(a, b, result) ? std::nullopt : std::optional(result);
  return b == 0 || b == -1 ? std::nullopt : std::optional(a / b);
}

static FoldedShape foldArithmetic(const Node &node, ShapeInputs inputs) {
  if (inputs.size() != 2 || inputs[0].values.empty() || inputs[1].values.empty())
    return std::nullopt;
  size_t sizes[2] = {inputs[0].values.size(), inputs[1].values.size()};
  size_t size = std::max(sizes[0], sizes[1]);
  if ((sizes[0] != size && sizes[0] != 1) || (sizes[1] != size && sizes[1] != 1))
    return node.error("operands have {} and {} elements", sizes[0], sizes[1]);
  ShapeVector result;
  result.isScalar = inputs[0].isScalar && inputs[1].isScalar;
  for (size_t i = 0; i < size; ++i) {
    std::optional<int64_t> element =
        compute(node.getOperator(), inputs[0].values[sizes[0] == 1 ? 0 : i],
                inputs[1].values[sizes[1] == 1 ? 0 : i]);
    if (!element)
      return node.error(
          "the result is not known at compile time: it depends on the batch, or overflows");
    result.values.push_back(*element);
  }
  return result;
}

static FoldedShape foldConstantOfShape(Importer &importer, const Node &node, ShapeInputs inputs) {
  Expected<const TensorProto *> attribute = node.getTensor("value");
  if (!attribute)
    return attribute.takeError();
  int64_t value = 0;
  if (*attribute) {
    Expected<HostTensor> tensor = decodeTensor(**attribute, importer.getExternalData());
    if (!tensor)
      return node.error(tensor.takeError());
    if (!tensor->isInteger() || tensor->numElements() != 1)
      return std::nullopt;
    Expected<SmallVector<int64_t, 0>> integers = tensor->integers();
    if (!integers)
      return node.error(integers.takeError());
    value = integers->front();
  } else {
    return std::nullopt; // zeros of float
  }
  ShapeVector result;
  if (inputs.size() != 1 || inputs[0].values.size() > 1)
    return std::nullopt;
  result.isScalar = inputs[0].values.empty();
  int64_t count = result.isScalar ? 1 : inputs[0].values[0];
  if (count < 0 || count > static_cast<int64_t>(kMaxShapeVector))
    return node.error("makes a vector of {} integers", count);
  result.values.assign(count, value);
  return result;
}

static FoldedShape foldShapeNode(Importer &importer, const Node &node, ShapeInputs inputs) {
  StringRef op = node.getOperator();
  if (op == "Gather")
    return foldGather(node, inputs);
  if (op == "Concat")
    return foldConcat(node, inputs);
  if (op == "Slice")
    return foldSlice(node, inputs);
  if (op == "ConstantOfShape")
    return foldConstantOfShape(importer, node, inputs);
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div")
    return foldArithmetic(node, inputs);
  if (inputs.empty())
    return std::nullopt;
  ShapeVector result = inputs[0];
  if (op == "Cast") {
    Expected<int64_t> to = node.getInt("to", 0);
    if (!to)
      return to.takeError();
    if (*to != TensorProto::INT64 && *to != TensorProto::INT32)
      return std::nullopt;
    return result;
  }
  // Between a scalar and a vector of one; other ranks are no shapes.
  if ((op == "Unsqueeze" && result.isScalar) ||
      (op == "Squeeze" && !result.isScalar && result.values.size() == 1)) {
    result.isScalar = !result.isScalar;
    return result;
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The value of a Constant node, whichever attribute holds it.
static Expected<ConstantValue> getConstantNode(Importer &importer, const Node &node) {
  StringRef name = node.getOutput(0);
  Expected<const TensorProto *> tensorAttribute = node.getTensor("value");
  if (!tensorAttribute)
    return tensorAttribute.takeError();
  if (*tensorAttribute) {
    Expected<HostTensor> tensor = decodeTensor(**tensorAttribute, importer.getExternalData());
    if (!tensor)
      return node.error(tensor.takeError());
    if (tensor->name.empty())
      tensor->name = name.str();
    return ConstantValue{std::move(*tensor), std::nullopt};
  }
  Expected<std::optional<SmallVector<int64_t>>> ints = node.getInts("value_ints");
  if (!ints)
    return ints.takeError();
  Expected<std::optional<SmallVector<float>>> floats = node.getFloats("value_floats");
  if (!floats)
    return floats.takeError();
  Expected<int64_t> integer = node.getInt("value_int", 0);
  if (!integer)
    return integer.takeError();
  Expected<float> number = node.getFloat("value_float", 0);
  if (!number)
    return number.takeError();
  int64_t size = static_cast<int64_t>(*ints ? (*ints)->size() : *floats ? (*floats)->size() : 0);
  if (size > kMaxDimension)
    return node.error("has too many elements");
  if (*ints)
    return ConstantValue{HostTensor::fromIntegers(name, TensorProto::INT64, size, **ints),
                         std::nullopt};
  if (*floats)
    return ConstantValue{HostTensor::fromFloats(name, size, **floats), std::nullopt};
  if (node.hasAttribute("value_int"))
    return ConstantValue{HostTensor::fromIntegers(name, TensorProto::INT64, {}, *integer),
                         std::nullopt};
  if (node.hasAttribute("value_float"))
    return ConstantValue{HostTensor::fromFloats(name, {}, *number), std::nullopt};
  return node.error("has no value of a supported kind");
}

static Expected<std::optional<ConstantValue>> foldCast(const Node &node,
                                                       const ConstantValue &input) {
  Expected<int64_t> to = node.getInt("to", 0);
  if (!to)
    return to.takeError();
  if (input.quantization)
    return std::nullopt;
  bool toFloat = *to == TensorProto::FLOAT;
  if (!input.tensor.isInteger()) {
    if (!toFloat)
      return std::nullopt;
    Expected<HostTensor> tensor = convertToFloat32(input.tensor);
    if (!tensor)
      return node.error(tensor.takeError());
    return ConstantValue{std::move(*tensor), std::nullopt};
  }
  Expected<SmallVector<int64_t, 0>> integers = input.tensor.integers();
  if (!integers)
    return node.error(integers.takeError());
  if (*to == TensorProto::INT64 || *to == TensorProto::INT32)
    return ConstantValue{HostTensor::fromIntegers(input.tensor.name, static_cast<int32_t>(*to),
                                                  input.tensor.shape, *integers),
                         std::nullopt};
  if (!toFloat)
    return std::nullopt;
  SmallVector<float, 0> floats(integers->begin(), integers->end());
  return ConstantValue{HostTensor::fromFloats(input.tensor.name, input.tensor.shape, floats),
                       std::nullopt};
}

/// `input` with another shape.
static Expected<std::optional<ConstantValue>>
foldReshape(const Node &node, const ConstantValue &input, Expected<SmallVector<int64_t>> shape) {
  if (!shape)
    return shape.takeError();
  if (Error error = checkShape(*shape, /*allowDynamic=*/false))
    return node.error(std::move(error));
  ConstantValue result = input;
  int64_t elements = 1;
  for (int64_t size : *shape)
    elements *= size;
  if (elements != input.tensor.numElements())
    return node.error("cannot reshape {} into {}", formatShape(input.tensor.shape),
                      formatShape(*shape));
  if (input.quantization && input.quantization->axis) {
    // Scales stay with their dimension if everything up to it stays.
    size_t kept = static_cast<size_t>(*input.quantization->axis) + 1;
    if (shape->size() < kept ||
        ArrayRef(*shape).take_front(kept) != ArrayRef(input.tensor.shape).take_front(kept))
      return node.error("reshapes a constant across the dimension that its scales belong to");
  }
  result.tensor = input.tensor.reshaped(*shape);
  return result;
}

/// The constant that `node` makes of constants, or nothing if no rule here applies.
static Expected<std::optional<ConstantValue>> foldConstantNode(Importer &importer,
                                                               const Node &node) {
  StringRef op = node.getOperator();
  Expected<std::optional<ConstantValue>> input = importer.findConstant(node, 0);
  if (!input || !*input)
    return input;
  const ConstantValue &value = **input;
  ArrayRef<int64_t> shape = value.tensor.shape;
  if (op == "DequantizeLinear")
    return dequantizeConstant(importer, node, value);
  if (op == "QuantizeLinear")
    return quantizeConstant(importer, node, value);
  if (op == "Cast") {
    if (Error error = importer.charge(&node, 8 * value.tensor.numElements()))
      return error;
    return foldCast(node, value);
  }
  if (op == "Transpose") {
    Expected<SmallVector<int64_t>> permutation =
        getPermutation(node, static_cast<int64_t>(shape.size()));
    if (!permutation)
      return permutation.takeError();
    if (Error error = importer.charge(&node, value.tensor.bytes.size()))
      return error;
    return value.transposed(*permutation);
  }
  if (op == "Reshape")
    return foldReshape(node, value, getReshapeShape(importer, node, shape));
  if (op == "Flatten")
    return foldReshape(node, value, getFlattenShape(importer, node, shape));
  if (op == "Squeeze")
    return foldReshape(node, value, getSqueezeShape(importer, node, shape));
  if (op == "Unsqueeze")
    return foldReshape(node, value, getUnsqueezeShape(importer, node, shape));
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Any node
//===----------------------------------------------------------------------===//

/// The shape of input 0, or the part of it that attributes start and end (since version 15) select.
static Expected<ShapeVector> getShapeOf(Importer &importer, const Node &node) {
  Expected<const ImportedValue *> value = importer.getValue(node, 0);
  if (!value)
    return value.takeError();
  ShapeVector result;
  if (const auto *tensor = std::get_if<RuntimeTensor>(*value))
    result.values.assign(tensor->shape.begin(), tensor->shape.end());
  else if (const auto *constant = std::get_if<ConstantValue>(*value))
    result.values.assign(constant->tensor.shape.begin(), constant->tensor.shape.end());
  else if (const auto &vector = std::get<ShapeVector>(**value); !vector.isScalar)
    result.values.push_back(static_cast<int64_t>(vector.values.size()));
  int64_t rank = static_cast<int64_t>(result.values.size());
  Expected<int64_t> start = node.getInt("start", 0);
  if (!start)
    return start.takeError();
  Expected<int64_t> end = node.getInt("end", rank);
  if (!end)
    return end.takeError();
  auto clampIndex = [&](int64_t index) {
    return std::clamp<int64_t>(index < 0 ? index + rank : index, 0, rank);
  };
  int64_t from = clampIndex(*start), to = std::max(clampIndex(*end), from);
  result.values = SmallVector<int64_t>(ArrayRef(result.values).slice(from, to - from));
  return result;
}

Expected<bool> qcc::onnx::foldNode(Importer &importer, const Node &node) {
  if (!node.getDomain().empty())
    return false;
  StringRef op = node.getOperator();
  if (op == "Constant") {
    Expected<ConstantValue> constant = getConstantNode(importer, node);
    if (!constant)
      return constant.takeError();
    importer.bind(node, 0, std::move(*constant));
    return true;
  }
  if (op == "Identity") {
    Expected<const ImportedValue *> value = importer.getValue(node, 0);
    if (!value)
      return value.takeError();
    importer.bind(node, 0, ImportedValue(**value));
    return true;
  }
  if (op == "Shape") {
    Expected<ShapeVector> shape = getShapeOf(importer, node);
    if (!shape)
      return shape.takeError();
    importer.bind(node, 0, std::move(*shape));
    return true;
  }
  if (!importer.hasConstantInputs(node))
    return false;
  Expected<std::optional<SmallVector<ShapeVector>>> shapeInputs = getShapeInputs(importer, node);
  if (!shapeInputs)
    return shapeInputs.takeError();
  if (*shapeInputs) {
    FoldedShape folded = foldShapeNode(importer, node, **shapeInputs);
    if (!folded)
      return folded.takeError();
    if (*folded) {
      importer.bind(node, 0, std::move(**folded));
      return true;
    }
  }
  Expected<std::optional<ConstantValue>> folded = foldConstantNode(importer, node);
  if (!folded)
    return folded.takeError();
  if (!*folded)
    return false;
  importer.bind(node, 0, std::move(**folded));
  return true;
}

//===- Exporter.cpp - The state of one export ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Exporter.h"

#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include <cmath>
#include <numeric>

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::TensorProto;

std::string qcc::onnx::printType(Type type) {
  std::string text;
  raw_string_ostream(text) << type;
  return text;
}

static Type getElement(Value value) { return getElementTypeOrSelf(value.getType()); }

//===----------------------------------------------------------------------===//
// Building the graph
//===----------------------------------------------------------------------===//

static ::onnx::AttributeProto *addAttribute(::onnx::NodeProto *node, StringRef name,
                                            ::onnx::AttributeProto::AttributeType type) {
  ::onnx::AttributeProto *attribute = node->add_attribute();
  attribute->set_name(name.str());
  attribute->set_type(type);
  return attribute;
}

void qcc::onnx::setInt(::onnx::NodeProto *node, StringRef name, int64_t value) {
  addAttribute(node, name, ::onnx::AttributeProto::INT)->set_i(value);
}

void qcc::onnx::setFloat(::onnx::NodeProto *node, StringRef name, float value) {
  addAttribute(node, name, ::onnx::AttributeProto::FLOAT)->set_f(value);
}

void qcc::onnx::setInts(::onnx::NodeProto *node, StringRef name, ArrayRef<int64_t> values) {
  ::onnx::AttributeProto *attribute = addAttribute(node, name, ::onnx::AttributeProto::INTS);
  for (int64_t value : values)
    attribute->add_ints(value);
}

std::string Exporter::makeUnique(StringRef name) {
  if (names.try_emplace(name, 0).second)
    return name.str();
  while (true) {
    std::string candidate = fmt::format("{}_{}", name, ++names[name]);
    if (names.try_emplace(candidate, 0).second)
      return candidate;
  }
}

std::string Exporter::getName(Operation *op) {
  StringRef name = cnn::getLayerName(op);
  return name.empty() ? op->getName().stripDialect().str() : name.str();
}

::onnx::NodeProto *Exporter::addNode(StringRef op, StringRef name, ArrayRef<std::string> inputs,
                                     StringRef output) {
  ::onnx::NodeProto *node = graph.add_node();
  node->set_op_type(op.str());
  node->set_name(name.str());
  for (const std::string &input : inputs)
    node->add_input(input);
  node->add_output(makeUnique(output));
  return node;
}

static TensorProto *addTensor(::onnx::GraphProto &graph, StringRef name, int32_t type,
                              ArrayRef<int64_t> shape, ArrayRef<char> bytes) {
  TensorProto *tensor = graph.add_initializer();
  tensor->set_name(name.str());
  tensor->set_data_type(type);
  for (int64_t size : shape)
    tensor->add_dims(size);
  tensor->set_raw_data(bytes.data(), bytes.size());
  return tensor;
}

std::string Exporter::addFloats(StringRef name, ArrayRef<int64_t> shape, ArrayRef<float> values) {
  std::string unique = makeUnique(name);
  addTensor(graph, unique, TensorProto::FLOAT, shape,
            ArrayRef(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)));
  return unique;
}

std::string Exporter::addIntegers(StringRef name, ArrayRef<int64_t> values) {
  std::string unique = makeUnique(name);
  addTensor(
      graph, unique, TensorProto::INT64, static_cast<int64_t>(values.size()),
      ArrayRef(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(int64_t)));
  return unique;
}

std::string Exporter::addClip(StringRef name, std::string tensor, float min, float max,
                              StringRef output) {
  SmallVector<std::string> inputs = {std::move(tensor), "", ""};
  if (!std::isinf(min))
    inputs[1] = addFloats((name + ".min").str(), {}, min);
  if (!std::isinf(max))
    inputs[2] = addFloats((name + ".max").str(), {}, max);
  return addNode("Clip", name, inputs, output)->output(0);
}

std::string Exporter::addActivation(StringRef name, std::string tensor,
                                    cnn::ActivationAttr activation, StringRef output) {
  std::string node = fmt::format("{}.activation", name);
  if (activation.isRelu())
    return addNode("Relu", node, tensor, output)->output(0);
  return addClip(node, std::move(tensor), activation.getLower(), activation.getUpper(), output);
}

//===----------------------------------------------------------------------===//
// Quantization parameters
//===----------------------------------------------------------------------===//

/// The ONNX type of the codes of `type`, or UNDEFINED.
static int32_t getCodeType(quant::QuantizedType type) {
  unsigned width = type.getStorageTypeIntegralWidth();
  if (width == 8)
    return type.isSigned() ? TensorProto::INT8 : TensorProto::UINT8;
  return width == 32 && type.isSigned() ? TensorProto::INT32 : TensorProto::UNDEFINED;
}

/// Adds DequantizeLinear for `codes` of type `element`.
Error Exporter::dequantize(Type element, StringRef name, const std::string &codes, int64_t axis,
                           std::string &result, StringRef nodeName) {
  auto type = cast<quant::QuantizedType>(element);
  int32_t codeType = getCodeType(type);
  if (codeType == TensorProto::UNDEFINED)
    return makeError("codes of {} bits have no form in ONNX", type.getStorageTypeIntegralWidth());
  SmallVector<float> scales;
  SmallVector<int64_t> zeroPoints;
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  if (perAxis) {
    scales.assign(perAxis.getScales().begin(), perAxis.getScales().end());
    zeroPoints.assign(perAxis.getZeroPoints().begin(), perAxis.getZeroPoints().end());
  } else if (auto uniform = dyn_cast<quant::UniformQuantizedType>(element)) {
    scales = {static_cast<float>(uniform.getScale())};
    zeroPoints = {uniform.getZeroPoint()};
  } else {
    return makeError("a quantized type of an unknown kind");
  }
  SmallVector<int64_t, 1> shape;
  if (perAxis)
    shape.push_back(static_cast<int64_t>(scales.size()));
  SmallVector<std::string> inputs = {codes, addFloats((name + "_scale").str(), shape, scales)};
  if (codeType != TensorProto::INT32) {
    SmallVector<char> bytes(zeroPoints.begin(), zeroPoints.end());
    inputs.push_back(makeUnique((name + "_zero_point").str()));
    addTensor(graph, inputs.back(), codeType, shape, bytes);
  } else if (any_of(zeroPoints, [](int64_t zeroPoint) { return zeroPoint != 0; })) {
    return makeError("int32 codes with a zero point have no form in ONNX");
  }
  ::onnx::NodeProto *node =
      addNode("DequantizeLinear", nodeName.empty() ? (name + ".dequantize").str() : nodeName.str(),
              inputs, (name + ".real").str());
  if (perAxis)
    setInt(node, "axis", axis);
  result = node->output(0);
  return Error::success();
}

Error Exporter::define(Value result, Tensor tensor) {
  Type element = getElement(result);
  if (element.isF32()) {
    tensors[result] = std::move(tensor);
    return Error::success();
  }
  auto type = dyn_cast<quant::UniformQuantizedType>(element);
  if (!type || type.getStorageTypeIntegralWidth() != 8)
    return makeError("a result of element type {} has no form in ONNX", printType(element));
  Operation *op = result.getDefiningOp();
  std::string name = getName(op), node = isa<cnn::QuantizeOp>(op) ? name : name + ".quantize";
  float scale = static_cast<float>(type.getScale());
  int64_t zeroPoint = type.getZeroPoint();
  // QuantizeLinear saturates at the ends of the codes' type. Where the range is narrower, a clip
  // before it does.
  if (type.hasStorageTypeBounds()) {
    auto real = [&](int64_t code) { return static_cast<float>(code - zeroPoint) * scale; };
    tensor.name = addClip(name + ".range", tensor.name, real(type.getStorageTypeMin()),
                          real(type.getStorageTypeMax()), name + ".range");
  }
  std::string scaleName = addFloats(name + ".scale", {}, scale);
  std::string zeroName = makeUnique(name + ".zero_point");
  char code = static_cast<char>(zeroPoint);
  addTensor(graph, zeroName, getCodeType(type), {}, code);
  auto known = wanted.find(result);
  std::string output = known != wanted.end() ? known->second : name + ".codes";
  if (known != wanted.end())
    names.erase(output); // reserved for this very value
  tensor.name =
      addNode("QuantizeLinear", node, {tensor.name, scaleName, zeroName}, output)->output(0);
  tensors[result] = std::move(tensor);
  return Error::success();
}

std::string Exporter::getRealName(Value result) {
  std::string name = getName(result.getDefiningOp());
  if (!getElement(result).isF32())
    return name + ".real";
  auto known = wanted.find(result);
  if (known == wanted.end())
    return name;
  names.erase(known->second); // reserved for this very value
  return known->second;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

const Tensor *Exporter::find(Value value) const {
  auto known = tensors.find(value);
  return known == tensors.end() ? nullptr : &known->second;
}

std::optional<Constant> Exporter::getConstant(Value value) {
  if (auto dequantize = value.getDefiningOp<cnn::DequantizeOp>())
    value = dequantize.getInput();
  ElementsAttr elements = cnn::getConstant(value);
  if (!elements)
    return std::nullopt;
  return Constant{elements, cast<RankedTensorType>(value.getType())};
}

Expected<Tensor> Exporter::getReal(Value value, StringRef nodeName) {
  if (std::optional<Constant> constant = getConstant(value)) {
    auto known = reals.find(value);
    if (known != reals.end())
      return known->second;
    SmallVector<int64_t> identity(constant->type.getRank());
    std::iota(identity.begin(), identity.end(), 0);
    Expected<std::string> name = addConstant(*constant, identity, "constant");
    if (!name)
      return name.takeError();
    return reals[value] = Tensor{*name, Form()};
  }
  const Tensor *tensor = find(value);
  if (!tensor)
    return makeError("an operand of type {} has no form in ONNX", printType(value.getType()));
  if (getElement(value).isF32())
    return *tensor;
  auto known = reals.find(value);
  if (known != reals.end())
    return known->second;
  Tensor real{"", tensor->form};
  std::string name = tensor->name;
  if (Error error = dequantize(getElement(value), name, name, 0, real.name, nodeName))
    return error;
  return reals[value] = real;
}

Tensor Exporter::convert(Value value, Tensor tensor, Form::Kind kind) {
  if (tensor.form.kind == kind)
    return tensor;
  if (kind == Form::ChannelsFirst) {
    ::onnx::NodeProto *node =
        addNode("Transpose", tensor.name + ".nchw", tensor.name, tensor.name + ".nchw");
    setInts(node, "perm", {0, 3, 1, 2});
    return {node->output(0), {Form::ChannelsFirst, {}}};
  }
  bool flattened = tensor.form.kind == Form::Flattened;
  std::string image = tensor.name;
  if (flattened) {
    auto [channels, height, width] = tensor.form.image;
    std::string shape = addIntegers(tensor.name + ".shape", {0, channels, height, width});
    image = addNode("Reshape", tensor.name + ".image", {tensor.name, shape}, tensor.name + ".image")
                ->output(0);
  }
  ::onnx::NodeProto *node =
      addNode("Transpose", tensor.name + ".nhwc", image, tensor.name + ".nhwc");
  setInts(node, "perm", {0, 2, 3, 1});
  if (!flattened)
    return {node->output(0), Form()};
  return {
      addNode("Flatten", tensor.name + ".flat", node->output(0), tensor.name + ".flat")->output(0),
      Form()};
}

Expected<Tensor> Exporter::getReal(Value value, Form::Kind kind) {
  Expected<Tensor> tensor = getReal(value);
  if (!tensor)
    return tensor.takeError();
  return convert(value, std::move(*tensor), kind);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The dimension that `type` is quantized along, if any.
static std::optional<int64_t> getAxis(Type element) {
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element);
  return perAxis ? std::optional<int64_t>(perAxis.getQuantizedDimension()) : std::nullopt;
}

Expected<std::string> Exporter::addBytes(const Constant &constant, ArrayRef<char> bytes,
                                         ArrayRef<int64_t> shape, std::optional<int64_t> axis,
                                         StringRef name) {
  std::string unique = makeUnique(name);
  Type element = constant.type.getElementType();
  if (element.isF32()) {
    addTensor(graph, unique, TensorProto::FLOAT, shape, bytes);
    return unique;
  }
  auto type = dyn_cast<quant::QuantizedType>(element);
  if (!type)
    return makeError("a constant of element type {} has no form in ONNX", printType(element));
  addTensor(graph, unique, getCodeType(type), shape, bytes);
  std::string result;
  if (Error error = dequantize(element, unique, unique, axis.value_or(0), result))
    return error;
  return result;
}

Expected<std::string> Exporter::addConstant(const Constant &constant, ArrayRef<int64_t> permutation,
                                            StringRef name) {
  FailureOr<SmallVector<char, 0>> bytes = cnn::readBytes(constant.elements);
  if (failed(bytes))
    return makeError("the data of constant '{}' cannot be read",
                     cnn::getResourceName(constant.elements, name));
  ArrayRef<int64_t> shape = constant.type.getShape();
  SmallVector<int64_t> permuted;
  for (int64_t dim : permutation)
    permuted.push_back(shape[dim]);
  std::optional<int64_t> axis = getAxis(constant.type.getElementType());
  if (axis)
    axis = llvm::find(permutation, *axis) - permutation.begin();
  unsigned width = constant.elements.getShapedType().getElementTypeBitWidth() / 8;
  return addBytes(constant, cnn::transposeBytes(*bytes, shape, permutation, width), permuted, axis,
                  name);
}

Expected<std::string> Exporter::addFlattenedConstant(const Constant &constant, int64_t axis,
                                                     std::array<int64_t, 3> image, StringRef name) {
  FailureOr<SmallVector<char, 0>> bytes = cnn::readBytes(constant.elements);
  if (failed(bytes))
    return makeError("the data of constant '{}' cannot be read",
                     cnn::getResourceName(constant.elements, name));
  auto [channels, height, width] = image;
  // Split the dimension into H, W, C and put C in front.
  SmallVector<int64_t> split, permutation;
  for (auto [i, size] : enumerate(constant.type.getShape())) {
    int64_t dim = static_cast<int64_t>(split.size());
    if (static_cast<int64_t>(i) == axis) {
      split.append({height, width, channels});
      permutation.append({dim + 2, dim, dim + 1});
    } else {
      split.push_back(size);
      permutation.push_back(dim);
    }
  }
  std::optional<int64_t> quantizedAxis = getAxis(constant.type.getElementType());
  if (quantizedAxis == axis)
    return makeError("a constant is quantized along the features of a flattened image");
  unsigned elementBytes = constant.elements.getShapedType().getElementTypeBitWidth() / 8;
  return addBytes(constant, cnn::transposeBytes(*bytes, split, permutation, elementBytes),
                  constant.type.getShape(), quantizedAxis, name);
}

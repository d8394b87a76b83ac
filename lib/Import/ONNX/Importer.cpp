//===- Importer.cpp - The state of one import ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Importer.h"
#include "Operators.h"

#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "mlir/IR/Verifier.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

Importer::Importer(const Graph &graph, ExternalData &external, const ImportOptions &options,
                   MLIRContext &context, uint64_t modelBytes)
    : graph(graph), external(external), options(options), builder(&context),
      modelBytes(modelBytes) {}

//===----------------------------------------------------------------------===//
// Values by name
//===----------------------------------------------------------------------===//

Expected<const ImportedValue *> Importer::getValue(const Node &node, size_t i) {
  StringRef name = node.getInput(i);
  if (name.empty())
    return node.error("input {} is missing", i);
  auto known = values.find(name);
  if (known != values.end())
    return &known->second;
  const ::onnx::TensorProto *initializer = graph.getInitializer(name);
  if (!initializer)
    return node.error("input {}, '{}', has no value", i, printable(name));
  // Initializers are decoded when they are first read: those that nobody reads cost nothing and may
  // be of any type.
  Expected<HostTensor> tensor = decodeTensor(*initializer, external);
  if (!tensor)
    return node.error(tensor.takeError());
  return &(values[name] = ConstantValue{std::move(*tensor), std::nullopt});
}

Expected<std::optional<ConstantValue>> Importer::findConstant(const Node &node, size_t i) {
  StringRef name = node.getInput(i);
  if (name.empty() || (!values.contains(name) && !graph.getInitializer(name)))
    return std::nullopt;
  Expected<const ImportedValue *> value = getValue(node, i);
  if (!value)
    return value.takeError();
  if (const auto *constant = std::get_if<ConstantValue>(*value))
    return *constant;
  return std::nullopt;
}

bool Importer::hasConstantInputs(const Node &node) const {
  for (size_t i = 0; i < node.getNumInputs(); ++i) {
    auto value = values.find(node.getInput(i));
    bool known = value == values.end() ? graph.getInitializer(node.getInput(i)) != nullptr
                                       : !std::holds_alternative<RuntimeTensor>(value->second);
    if (node.hasInput(i) && !known)
      return false;
  }
  return true;
}

Expected<RuntimeTensor> Importer::getTensor(const Node &node, size_t i) {
  Expected<const ImportedValue *> value = getValue(node, i);
  if (!value)
    return value.takeError();
  if (const auto *tensor = std::get_if<RuntimeTensor>(*value))
    return *tensor;
  const auto *constant = std::get_if<ConstantValue>(*value);
  if (!constant || (!constant->quantization && !constant->tensor.isFloat32()))
    return node.error("input {}, '{}', is a constant of integers, but must be a tensor of floats",
                      i, printable(node.getInput(i)));
  Expected<Value> op = createConstant(&node, *constant);
  if (!op)
    return op.takeError();
  return RuntimeTensor{*op, constant->tensor.shape, getOnnxOrder(constant->tensor.shape.size()),
                       std::nullopt};
}

Expected<RuntimeTensor> Importer::getFloatTensor(const Node &node, size_t i) {
  Expected<RuntimeTensor> tensor = getTensor(node, i);
  if (tensor && !tensor->isFloat())
    return node.error("input {}, '{}', has quantized elements, but must have floats", i,
                      printable(node.getInput(i)));
  return tensor;
}

Expected<ConstantValue> Importer::getConstant(const Node &node, size_t i, StringRef what) {
  Expected<const ImportedValue *> value = getValue(node, i);
  if (!value)
    return value.takeError();
  if (const auto *constant = std::get_if<ConstantValue>(*value))
    return *constant;
  return node.error("{} '{}' must be a constant", what, printable(node.getInput(i)));
}

Expected<SmallVector<float, 0>> Importer::getFloats(const Node &node, size_t i, StringRef what) {
  Expected<ConstantValue> constant = getConstant(node, i, what);
  if (!constant)
    return constant.takeError();
  if (constant->quantization)
    return node.error("{} '{}' must not be quantized", what, printable(node.getInput(i)));
  Expected<SmallVector<float, 0>> floats = constant->tensor.floats();
  if (!floats)
    return node.error(floats.takeError());
  return floats;
}

Expected<float> Importer::getScalar(const Node &node, size_t i, StringRef what, float fallback) {
  if (!node.hasInput(i))
    return fallback;
  Expected<SmallVector<float, 0>> floats = getFloats(node, i, what);
  if (!floats)
    return floats.takeError();
  if (floats->size() != 1)
    return node.error("{} '{}' must be one number, but has {}", what, printable(node.getInput(i)),
                      floats->size());
  return floats->front();
}

/// More integers than any shape needs; a limit keeps arithmetic on shapes from becoming arithmetic
/// on data.
static constexpr int64_t kMaxShapeVector = 1024;

Expected<ShapeVector> Importer::getShapeVector(const Node &node, size_t i, StringRef what) {
  Expected<const ImportedValue *> value = getValue(node, i);
  if (!value)
    return value.takeError();
  if (const auto *shape = std::get_if<ShapeVector>(*value))
    return *shape;
  const auto *constant = std::get_if<ConstantValue>(*value);
  if (!constant)
    return node.error("{} '{}' must be known at compile time", what, printable(node.getInput(i)));
  if (constant->quantization || constant->tensor.shape.size() > 1 ||
      constant->tensor.numElements() > kMaxShapeVector)
    return node.error("{} '{}' must be a vector of at most {} integers", what,
                      printable(node.getInput(i)), kMaxShapeVector);
  Expected<SmallVector<int64_t, 0>> integers = constant->tensor.integers();
  if (!integers)
    return node.error(integers.takeError());
  ShapeVector result;
  result.isScalar = constant->tensor.shape.empty();
  for (int64_t integer : *integers)
    // The smallest integer stands for the batch here, and for "as far as there is" in models; so
    // does the next one.
    result.values.push_back(integer == ShapedType::kDynamic ? integer + 1 : integer);
  return result;
}

Expected<SmallVector<int64_t>> Importer::getIntegers(const Node &node, size_t i, StringRef what) {
  Expected<ShapeVector> vector = getShapeVector(node, i, what);
  if (!vector)
    return vector.takeError();
  if (is_contained(vector->values, ShapedType::kDynamic))
    return node.error("{} '{}' depends on the batch", what, printable(node.getInput(i)));
  return std::move(vector->values);
}

void Importer::bind(const Node &node, size_t i, ImportedValue value) {
  if (StringRef name = node.getOutput(i); !name.empty())
    values[name] = std::move(value);
}

void Importer::bind(const Node &node, Value value, ArrayRef<int64_t> shape,
                    ArrayRef<int64_t> order) {
  bind(node, 0, RuntimeTensor{value, SmallVector<int64_t, 4>(shape), Order(order), std::nullopt});
}

//===----------------------------------------------------------------------===//
// Order of dimensions
//===----------------------------------------------------------------------===//

Expected<RuntimeTensor> Importer::reorder(const Node *node, RuntimeTensor tensor,
                                          ArrayRef<int64_t> order) {
  if (tensor.flattened) {
    Expected<RuntimeTensor> plain = toOnnxOrder(node, tensor);
    if (!plain)
      return plain.takeError();
    tensor = std::move(*plain);
  }
  if (ArrayRef<int64_t>(tensor.order) == order)
    return tensor;
  Order from = tensor.order, to(order);
  Value &known = reordered[{tensor.value.getAsOpaquePointer(), to}];
  if (!known) {
    SmallVector<int64_t> permutation, shape;
    for (int64_t dim : to) {
      permutation.push_back(tensor.getStoredAxis(dim));
      shape.push_back(tensor.shape[dim]);
    }
    // A reshape may have a dynamic dimension only in front.
    bool reshapes = hasSameBytes(tensor.shape, from, to) &&
                    !is_contained(drop_begin(shape), ShapedType::kDynamic) &&
                    (shape.empty() || ShapedType::isDynamic(shape[0]) ==
                                          ShapedType::isDynamic(tensor.shape[from[0]]));
    bool last = to == getChannelsLastOrder();
    std::string name = node ? "" : "input";
    Location loc = tensor.value.getLoc();
    if (auto named = dyn_cast<NameLoc>(loc))
      name = named.getName().str();
    name += last ? ".nhwc" : ".transposed";
    Expected<Value> result =
        reshapes ? createReshape(node, name, tensor.value, shape)
                 : create<cnn::TransposeOp>(node, name, tensor.getElementType(), tensor.value,
                                            ArrayRef<int64_t>(permutation));
    if (!result)
      return result.takeError();
    known = *result;
    reordered[{known.getAsOpaquePointer(), from}] = tensor.value;
  }
  tensor.value = reordered[{tensor.value.getAsOpaquePointer(), to}];
  tensor.order = to;
  return tensor;
}

Expected<RuntimeTensor> Importer::toOnnxOrder(const Node *node, const RuntimeTensor &tensor) {
  Order plain = getOnnxOrder(tensor.getRank());
  if (!tensor.flattened)
    return reorder(node, tensor, plain);
  // [N, H*W*C] -> [N, H, W, C] -> [N, C, H, W] -> [N, C*H*W]
  auto [channels, height, width] = *tensor.flattened;
  int64_t batch = tensor.shape[0];
  std::string name = "value";
  if (auto named = dyn_cast<NameLoc>(tensor.value.getLoc()))
    name = named.getName().str();
  Expected<Value> image = createReshape(node, name + ".nhwc", tensor.value,
                                        ArrayRef<int64_t>({batch, height, width, channels}));
  if (!image)
    return image.takeError();
  Expected<RuntimeTensor> transposed = reorder(
      node, {*image, {batch, channels, height, width}, getChannelsLastOrder(), std::nullopt},
      getOnnxOrder(4));
  if (!transposed)
    return transposed.takeError();
  Expected<Value> flat =
      create<cnn::FlattenOp>(node, name + ".flat", tensor.getElementType(), transposed->value);
  if (!flat)
    return flat.takeError();
  return RuntimeTensor{*flat, tensor.shape, plain, std::nullopt};
}

Expected<RuntimeTensor> Importer::getImage(const Node &node, size_t i) {
  Expected<RuntimeTensor> tensor = getTensor(node, i);
  if (!tensor)
    return tensor.takeError();
  if (tensor->getRank() != 4)
    return node.error("input {}, '{}', has rank {}; only images [N, C, H, W] are supported", i,
                      printable(node.getInput(i)), tensor->getRank());
  return reorder(&node, std::move(*tensor), getChannelsLastOrder());
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Location Importer::getLocation(const Node *node) {
  if (!node)
    return builder.getUnknownLoc();
  return NameLoc::get(builder.getStringAttr(getLayerName(*node, graph)));
}

std::string Importer::makeName(const Node *node, StringRef name) {
  return names.makeUnique(name.empty() && node ? StringRef(getLayerName(*node, graph)) : name);
}

Error Importer::takeDiagnostics(const Node *node, StringRef fallback) {
  std::string text = diagnostics.empty() ? fallback.str() : std::move(diagnostics);
  diagnostics.clear();
  return locate(node, makeError("{}", text));
}

Expected<Value> Importer::finish(const Node *node, StringRef name, OperationState &state) {
  Operation *op = Operation::create(state);
  auto fail = [&](Error error) -> Expected<Value> {
    op->destroy();
    return std::move(error);
  };
  // The interface speaks through diagnostics; run() collects them.
  auto layer = cast<cnn::LayerOpInterface>(op);
  FailureOr<SmallVector<int64_t>> shape =
      layer.inferResultShape([&] { return emitError(state.location); });
  if (failed(shape))
    return fail(takeDiagnostics(node, "operands and attributes do not fit together"));
  if (Error error = checkShape(*shape, /*allowDynamic=*/true))
    return fail(locate(node, std::move(error)));
  if (is_contained(*shape, 0))
    return fail(locate(
        node, makeError("the result has no elements, its shape is {}", formatShape(*shape))));
  Type element = cast<RankedTensorType>(op->getResult(0).getType()).getElementType();
  op->getResult(0).setType(RankedTensorType::get(*shape, element));
  std::string unique = makeName(node, name);
  op->setAttr(cnn::kNameAttr, builder.getStringAttr(unique));
  op->setLoc(NameLoc::get(builder.getStringAttr(unique)));
  if (failed(verify(op)))
    return fail(takeDiagnostics(node, "operands and attributes do not fit together"));
  builder.insert(op);
  return op->getResult(0);
}

Expected<Value> Importer::createReshape(const Node *node, StringRef name, Value value,
                                        ArrayRef<int64_t> shape) {
  Type element = cast<RankedTensorType>(value.getType()).getElementType();
  OperationState state(getLocation(node), cnn::ReshapeOp::getOperationName());
  cnn::ReshapeOp::build(builder, state, RankedTensorType::get(shape, element), value);
  return finish(node, name, state);
}

Expected<Type> Importer::getQuantizedType(const Node *node, int32_t type,
                                          const QuantizationInfo &info) {
  bool isSigned = type != ::onnx::TensorProto::UINT8;
  unsigned width = type == ::onnx::TensorProto::INT32 ? 32 : 8;
  if (width == 8 && isSigned && type != ::onnx::TensorProto::INT8)
    return locate(node, makeError("codes of type {} are not supported, only int8 and uint8",
                                  elementTypeName(type)));
  int64_t min = quant::QuantizedType::getDefaultMinimumForInteger(isSigned, width);
  int64_t max = quant::QuantizedType::getDefaultMaximumForInteger(isSigned, width);
  for (float scale : info.scales)
    if (!(scale > 0) || std::isinf(scale))
      return locate(node, makeError("scale {} is not a positive number", scale));
  for (int64_t zeroPoint : info.zeroPoints)
    if (zeroPoint < min || zeroPoint > max)
      return locate(node, makeError("zero point {} is outside of {}..{}", zeroPoint, min, max));
  quantized = true;

  auto report = [&] { return emitError(getLocation(node)); };
  unsigned flags = isSigned ? quant::QuantizationFlags::Signed : 0;
  Type storage = builder.getIntegerType(width), expressed = builder.getF32Type();
  Type result;
  if (info.axis) {
    SmallVector<double> scales(info.scales.begin(), info.scales.end());
    result = quant::UniformQuantizedPerAxisType::getChecked(
        report, flags, storage, expressed, scales, info.zeroPoints,
        static_cast<int32_t>(*info.axis), min, max);
  } else {
    result = quant::UniformQuantizedType::getChecked(report, flags, storage, expressed,
                                                     info.scales[0], info.zeroPoints[0], min, max);
  }
  if (!result)
    return takeDiagnostics(node, "impossible quantization parameters");
  return result;
}

/// The builtin type of the codes or floats of `tensor`.
static Type getBuiltinType(OpBuilder &builder, const HostTensor &tensor) {
  switch (tensor.type) {
  case ::onnx::TensorProto::FLOAT:
    return builder.getF32Type();
  case ::onnx::TensorProto::INT8:
    return builder.getI8Type();
  case ::onnx::TensorProto::UINT8:
    return builder.getIntegerType(8, /*isSigned=*/false);
  case ::onnx::TensorProto::INT32:
    return builder.getI32Type();
  default:
    return nullptr;
  }
}

Error Importer::charge(const Node *node, uint64_t bytes) {
  constantBytes += bytes;
  if (constantBytes <= 8 * (modelBytes + external.getTotalSize()) + (1 << 20))
    return Error::success();
  return locate(
      node,
      makeError("the model uses its constants so often that they would fill many times its size"));
}

Expected<Value> Importer::createCodes(const Node *node, const ConstantValue &constant) {
  const HostTensor &tensor = constant.tensor;
  std::string name = printable(tensor.name);
  Type type = getBuiltinType(builder, tensor);
  if (!type)
    return locate(node,
                  makeError("constant '{}' is {}; only float, int8, uint8 and int32 are supported",
                            name, elementTypeName(tensor.type)));
  if (tensor.numElements() == 0)
    return locate(node, makeError("constant '{}' is empty", name));
  if (Error error = charge(node, tensor.bytes.size()))
    return error;

  Type result = type;
  if (constant.quantization) {
    const QuantizationInfo &info = *constant.quantization;
    if (info.axis && info.scales.size() != static_cast<size_t>(tensor.shape[*info.axis]))
      return locate(node,
                    makeError("constant '{}' of shape {} has {} scales along dimension {}", name,
                              formatShape(tensor.shape), info.scales.size(), *info.axis));
    Expected<Type> quantizedType = getQuantizedType(node, tensor.type, info);
    if (!quantizedType)
      return quantizedType.takeError();
    result = *quantizedType;
  }
  ElementsAttr value =
      cnn::makeElements(RankedTensorType::get(tensor.shape, type), tensor.bytes, tensor.name);
  Location loc = NameLoc::get(builder.getStringAttr(tensor.name));
  return cnn::ConstantOp::create(builder, loc, RankedTensorType::get(tensor.shape, result), value)
      .getResult();
}

Expected<Value> Importer::createConstant(const Node *node, const ConstantValue &constant) {
  Expected<Value> codes = createCodes(node, constant);
  if (!codes || !constant.quantization)
    return codes;
  return create<cnn::DequantizeOp>(node, constant.tensor.name + ".real", getF32(), *codes,
                                   FloatAttr(), IntegerAttr());
}

//===- ImportGraph.cpp - Inputs, nodes and outputs of a graph, in that order ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Importer.h"
#include "Operators.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

/// Names of the values whose readers will ask for channels-last order, directly or through
/// operators that take any.
static llvm::StringSet<> findChannelsLastValues(const Graph &graph) {
  llvm::StringSet<> wanted;
  for (const Node &node : reverse(graph.getNodes())) {
    const Operator *op = findOperator(node);
    if (!op || op->layout == Operator::Fixed)
      continue;
    bool wants = op->layout == Operator::Required;
    for (size_t i = 0; i < node.getNumOutputs() && !wants; ++i)
      wants = wanted.contains(node.getOutput(i));
    for (size_t i = 0; i < node.getNumInputs() && wants; ++i)
      wanted.insert(node.getInput(i));
  }
  return wanted;
}

/// The inputs of `op` that hold scale and zero point of its input `i`; nothing if that one is not
/// quantized. A scale at 0 stands for 1, because input 0 is never a scale.
static std::optional<std::pair<size_t, size_t>> getScaleInputs(StringRef op, size_t i) {
  bool first = i == 0;
  if (first && (op == "DequantizeLinear" || op == "QLinearConv" || op == "QLinearMatMul" ||
                op == "QLinearGlobalAveragePool"))
    return std::pair(1, 2);
  if (op == "QLinearAdd" || op == "QLinearMul")
    return first ? std::pair(1, 2) : std::pair(4, 5);
  if (first && (op == "ConvInteger" || op == "MatMulInteger"))
    return std::pair(0, 2);
  return std::nullopt;
}

/// True for operators whose result has the codes, and so the parameters, of their first input.
static bool keepsCodes(StringRef op) {
  return op == "MaxPool" || op == "GlobalMaxPool" || op == "Transpose" || op == "Reshape" ||
         op == "Flatten" || op == "Squeeze" || op == "Unsqueeze" || op == "Identity" ||
         op == "Pad" || op == "Concat";
}

Expected<Type> Importer::getInputElementType(const ::onnx::ValueInfoProto &input) {
  int32_t type = input.type().tensor_type().elem_type();
  if (type == ::onnx::TensorProto::FLOAT)
    return builder.getF32Type();
  std::string name = printable(input.name());
  if (type != ::onnx::TensorProto::UINT8 && type != ::onnx::TensorProto::INT8)
    return makeError("input '{}' has elements of type {}; only float, int8 and uint8 are supported",
                     name, elementTypeName(type));

  // Codes alone say nothing; the first reader that dequantizes them knows their scale.
  SmallVector<StringRef> worklist = {input.name()};
  llvm::StringSet<> seen;
  // Bounded, because every input of a hostile model could reach every node.
  constexpr size_t limit = 64;
  while (!worklist.empty() && seen.size() < limit) {
    StringRef value = worklist.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    for (size_t index : graph.getConsumers(value)) {
      const Node &node = graph.getNodes()[index];
      if (keepsCodes(node.getOperator()))
        worklist.push_back(node.getOutput(0));
      for (size_t i = 0; i < node.getNumInputs(); ++i) {
        auto inputs = getScaleInputs(node.getOperator(), i);
        if (node.getInput(i) != value || !inputs)
          continue;
        Expected<ScaleAndZeroPoint> scale =
            readScale(*this, node, inputs->first, inputs->second, std::nullopt);
        if (!scale)
          return scale.takeError();
        return getQuantizedType(&node, type, scale->info);
      }
    }
  }
  return makeError(
      "input '{}' has elements of type {}, but nothing in the model says what they stand for", name,
      elementTypeName(type));
}

Error Importer::importInputs(func::FuncOp function) {
  llvm::StringSet<> channelsLast = findChannelsLastValues(graph);
  Block *block = &function.getBody().front();
  for (auto [i, input] : enumerate(graph.getInputs())) {
    std::string name = printable(input->name());
    if (!input->type().has_tensor_type())
      return makeError("input '{}' must be a tensor", name);
    const ::onnx::TypeProto::Tensor &type = input->type().tensor_type();
    if (!type.has_shape() || type.shape().dim_size() == 0)
      return makeError("input '{}' must have a shape with at least the batch", name);
    SmallVector<int64_t, 4> shape;
    for (const auto &dim : type.shape().dim()) {
      bool known = dim.has_dim_value() && dim.dim_value() > 0;
      if (!known && !shape.empty())
        return makeError("input '{}': size of dimension {} is not known; only the batch, dimension "
                         "0, may be dynamic",
                         name, shape.size());
      shape.push_back(known ? dim.dim_value() : options.batch.value_or(ShapedType::kDynamic));
      if (shape.size() > static_cast<size_t>(kMaxRank))
        break;
    }
    if (Error error = checkShape(shape, /*allowDynamic=*/true))
      return addContext(std::move(error), fmt::format("input '{}'", name));
    Expected<Type> element = getInputElementType(*input);
    if (!element)
      return addContext(element.takeError(), fmt::format("input '{}'", name));

    std::string unique = names.makeUnique(input->name());
    Location loc = NameLoc::get(builder.getStringAttr(unique));
    RuntimeTensor tensor{block->addArgument(RankedTensorType::get(shape, *element), loc), shape,
                         getOnnxOrder(shape.size()), std::nullopt};
    if (shape.size() == 4 && channelsLast.contains(input->name())) {
      Expected<RuntimeTensor> image = reorder(nullptr, tensor, getChannelsLastOrder());
      if (!image)
        return addContext(image.takeError(), fmt::format("input '{}'", name));
      tensor = *image;
    }
    values[input->name()] = tensor;
  }
  function.setType(builder.getFunctionType(block->getArgumentTypes(), {}));
  for (auto [i, input] : enumerate(graph.getInputs()))
    function.setArgAttr(i, cnn::kNameAttr, builder.getStringAttr(input->name()));
  return Error::success();
}

Error Importer::importNodes() {
  // Constants first, so that a layer finds its bias even if that is dequantized by a later node.
  for (const Node &node : graph.getNodes()) {
    if (!hasConstantInputs(node))
      continue;
    Expected<bool> folded = foldNode(*this, node);
    if (!folded)
      return folded.takeError();
    if (*folded)
      markImported(node);
  }
  for (const Node &node : graph.getNodes()) {
    if (imported.contains(node.getIndex()))
      continue;
    Expected<bool> folded = foldNode(*this, node);
    if (!folded)
      return folded.takeError();
    if (*folded)
      continue;
    if (Error error = findOperator(node)->import(*this, node))
      return error;
  }
  return Error::success();
}

Error Importer::importOutputs(func::FuncOp function) {
  SmallVector<Value> results;
  SmallVector<Type> types;
  for (const ::onnx::ValueInfoProto *output : graph.getOutputs()) {
    // Through a node of its own, so that outputs read values as nodes do.
    ::onnx::NodeProto proto;
    proto.set_op_type("output");
    proto.add_input(output->name());
    proto.set_name(output->name());
    Node node(proto, 0, 0);
    Expected<RuntimeTensor> tensor = getTensor(node, 0);
    if (!tensor)
      return tensor.takeError();
    Expected<RuntimeTensor> plain = toOnnxOrder(nullptr, *tensor);
    if (!plain)
      return addContext(plain.takeError(), node.describe());
    results.push_back(plain->value);
    types.push_back(plain->value.getType());
  }
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(), types));
  for (auto [i, output] : enumerate(graph.getOutputs()))
    function.setResultAttr(i, cnn::kNameAttr, builder.getStringAttr(output->name()));
  return Error::success();
}

/// All operators of `graph` that have no row in the table, in one error.
static Error checkOperators(const Graph &graph) {
  constexpr size_t shown = 20;
  std::string text;
  size_t count = 0;
  for (const Node &node : graph.getNodes()) {
    if (findOperator(node))
      continue;
    if (count++ >= shown)
      continue;
    text += text.empty() ? "" : ", ";
    text += node.getDomain().empty() ? "" : printable(node.getDomain()) + ":";
    text += fmt::format("{} ({})", printable(node.getOperator()), node.describe());
  }
  if (count == 0)
    return Error::success();
  if (count > shown)
    text += fmt::format(" and {} more", count - shown);
  return makeError("unsupported operators: {}", text);
}

Expected<OwningOpRef<ModuleOp>> Importer::run(StringRef moduleName) {
  if (Error error = checkOperators(graph))
    return error;
  if (options.batch && (*options.batch < 1 || *options.batch > kMaxDimension))
    return makeError("a batch of {} is not possible", *options.batch);

  MLIRContext *context = builder.getContext();
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && diagnostics.empty())
      diagnostics = diagnostic.str();
    return success();
  });
  Location loc = NameLoc::get(builder.getStringAttr(moduleName));
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  auto function = func::FuncOp::create(loc, "main", builder.getFunctionType({}, {}));
  module->push_back(function);
  builder.setInsertionPointToEnd(function.addEntryBlock());

  if (Error error = importInputs(function))
    return error;
  if (Error error = importNodes())
    return error;
  if (Error error = importOutputs(function))
    return error;
  if (quantized)
    module->getOperation()->setAttr(
        cnn::kContractAttr, cnn::NumericContractAttr::get(context, cnn::NumericContract::Onnx));
  if (failed(verify(*module)))
    return takeDiagnostics(nullptr, "the module does not verify");
  return module;
}

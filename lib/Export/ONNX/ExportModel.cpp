//===- ExportModel.cpp - Modules of the cnn dialect as ONNX models ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Export/ONNX/ExportModel.h"

#include "Exporter.h"

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::TensorProto;

Error Exporter::addValueInfo(::onnx::ValueInfoProto &info, Value value, StringRef name) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return makeError("'{}' is no tensor", name);
  int32_t element = TensorProto::UNDEFINED;
  if (type.getElementType().isF32())
    element = TensorProto::FLOAT;
  else if (auto quantized = dyn_cast<quant::UniformQuantizedType>(type.getElementType());
           quantized && quantized.getStorageTypeIntegralWidth() == 8)
    element = quantized.isSigned() ? TensorProto::INT8 : TensorProto::UINT8;
  if (element == TensorProto::UNDEFINED)
    return makeError("'{}' has elements of type {}, which the model's borders cannot have", name,
                     printType(type.getElementType()));
  info.set_name(name.str());
  ::onnx::TypeProto::Tensor *tensor = info.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(element);
  for (int64_t size : type.getShape()) {
    auto *dim = tensor->mutable_shape()->add_dim();
    if (ShapedType::isDynamic(size))
      dim->set_dim_param("N");
    else
      dim->set_dim_value(size);
  }
  return Error::success();
}

/// The name that attribute `cnn.name` in `attributes` gives, or `fallback`.
static std::string getBorderName(DictionaryAttr attributes, std::string fallback) {
  auto name = attributes ? attributes.getAs<StringAttr>(cnn::kNameAttr) : nullptr;
  return name ? name.getValue().str() : std::move(fallback);
}

Error Exporter::exportOperation(Operation *op) {
  Error error = exportLayer(*this, op);
  if (!error)
    return error;
  return addContext(std::move(error), fmt::format("cannot export '{}' ({})", getName(op),
                                                  StringRef(op->getName().getStringRef())));
}

Error Exporter::exportResults(func::ReturnOp op, func::FuncOp function) {
  for (auto [i, value] : enumerate(op.getOperands())) {
    std::string name = graph.output(static_cast<int>(i)).name();
    std::string tensor;
    if (const Tensor *known = find(value)) {
      tensor = convert(value, *known, Form::Same).name;
    } else {
      Expected<Tensor> constant = getReal(value);
      if (!constant)
        return addContext(constant.takeError(), fmt::format("result '{}'", name));
      tensor = constant->name;
    }
    if (tensor == name)
      continue;
    names.erase(name); // reserved for this very value
    addNode("Identity", name, tensor, name);
  }
  return Error::success();
}

Error Exporter::run(func::FuncOp function) {
  auto returnOp = dyn_cast<func::ReturnOp>(function.getBody().front().getTerminator());
  if (!returnOp || !function.getBody().hasOneBlock())
    return makeError("function '{}' must be one block that ends in return",
                     StringRef(function.getName()));
  for (auto [i, argument] : enumerate(function.getArguments())) {
    std::string name =
        makeUnique(getBorderName(function.getArgAttrDict(i), fmt::format("input{}", i)));
    if (Error error = addValueInfo(*graph.add_input(), argument, name))
      return error;
    tensors[argument] = Tensor{name, Form()};
  }
  // Reserve the names of results before any other value can take them.
  for (auto [i, value] : enumerate(returnOp.getOperands())) {
    std::string name =
        makeUnique(getBorderName(function.getResultAttrDict(i), fmt::format("output{}", i)));
    if (Error error = addValueInfo(*graph.add_output(), value, name))
      return error;
    // A dequantized value is named where it is dequantized, and an argument has its own name.
    if (value.getDefiningOp() &&
        !isa<cnn::DequantizeOp, cnn::ReshapeOp, cnn::TransposeOp>(value.getDefiningOp()))
      wanted.try_emplace(value, name);
  }
  for (Operation &op : function.getBody().front().without_terminator())
    if (Error error = exportOperation(&op))
      return error;
  return exportResults(returnOp, function);
}

Error qcc::onnx::exportModel(ModuleOp module, raw_ostream &stream) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function || function.isDeclaration())
    return makeError("the module has no function 'main' to export");
  ::onnx::ModelProto model;
  model.set_ir_version(7);
  model.set_producer_name("qcc");
  model.mutable_graph()->set_name("main");
  Exporter exporter(*model.mutable_graph());
  if (Error error = exporter.run(function))
    return error;
  ::onnx::OperatorSetIdProto *opset = model.add_opset_import();
  opset->set_domain("");
  opset->set_version(exporter.getOpset());
  if (model.ByteSizeLong() > static_cast<size_t>(std::numeric_limits<int>::max()))
    return makeError("the model would be larger than 2 GiB, which no protobuf message can be");
  std::string bytes;
  if (!model.SerializeToString(&bytes))
    return makeError("the model cannot be serialized");
  stream << bytes;
  return Error::success();
}

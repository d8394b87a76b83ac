//===- ModelInterface.cpp - What a caller of a model's object sees ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelInterface.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"
#include "qcc/Execution/Callable.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/ModelFile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

using namespace mlir;
using namespace qcc;

using llvm::Expected;

static std::string getCType(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "float";
  case ElementType::F64:
    return "double";
  case ElementType::Bool:
  case ElementType::U8:
    return "uint8_t";
  case ElementType::I8:
    return "int8_t";
  case ElementType::F16:
  case ElementType::BF16:
  case ElementType::U16:
    return "uint16_t";
  case ElementType::I16:
    return "int16_t";
  case ElementType::U32:
    return "uint32_t";
  case ElementType::I32:
    return "int32_t";
  case ElementType::U64:
    return "uint64_t";
  case ElementType::I64:
    return "int64_t";
  }
  llvm_unreachable("covered switch");
}

static Expected<InterfaceTensor> readTensor(const TensorSpec &spec, Attribute quantization) {
  InterfaceTensor tensor;
  tensor.name = spec.name;
  tensor.type = getCType(spec.type);
  tensor.elementBytes = static_cast<int64_t>(getElementSize(spec.type));
  if (spec.shape.empty())
    return makeError("'{}' has no batch dimension", spec.name);
  tensor.shape.assign(spec.shape.begin() + 1, spec.shape.end());
  if (llvm::is_contained(tensor.shape, -1))
    return makeError("'{}' has a size other than the batch that is not known: {}", spec.name,
                     formatShape(spec.shape));
  if (auto type = dyn_cast_or_null<TypeAttr>(quantization)) {
    QuantParams params = cnn::getParams(cast<quant::UniformQuantizedType>(type.getValue()));
    tensor.codes = CodeMeaning{params.scale, params.zeroPoint};
  }
  return tensor;
}

static Expected<InterfaceEntry> readEntry(ModuleOp module, func::FuncOp function) {
  auto signature = FunctionSignature::get(module, function.getName());
  if (!signature)
    return signature.takeError();
  InterfaceEntry entry;
  bool codes = function.getName() != "main";
  entry.suffix = codes ? "run_codes" : "run";
  entry.summary = codes ? "the codes" : "the values";
  for (auto [i, spec] : llvm::enumerate(signature->inputs)) {
    auto tensor = readTensor(spec, function.getArgAttr(i, cnn::kQuantizationAttr));
    if (!tensor)
      return tensor.takeError();
    entry.inputs.push_back(std::move(*tensor));
  }
  for (auto [i, spec] : llvm::enumerate(signature->outputs)) {
    auto tensor = readTensor(spec, function.getResultAttr(i, cnn::kQuantizationAttr));
    if (!tensor)
      return tensor.takeError();
    entry.outputs.push_back(std::move(*tensor));
  }
  return entry;
}

Expected<ObjectInterface> qcc::readInterface(ModuleOp module, const EmitOptions &options) {
  ObjectInterface interface;
  interface.name = options.name;
  if (!isCIdentifier(options.name))
    return makeError("'{}' is not a name in C", options.name);
  auto targets = resolveTargets(options.triple, options.isa);
  if (!targets)
    return targets.takeError();
  interface.targets = std::move(*targets);
  if (auto contract = module->getAttrOfType<cnn::NumericContractAttr>(cnn::kContractAttr))
    interface.contract = stringifyNumericContract(contract.getValue()).str();
  if (module->hasAttr(cnn::kPreprocessingAttr)) {
    Preprocessing pixels = getPreprocessing(module);
    interface.preprocessing = InterfacePreprocessing{pixels.divisor,
                                                     {pixels.mean.begin(), pixels.mean.end()},
                                                     {pixels.std.begin(), pixels.std.end()}};
  }
  for (StringRef name : {"main", "main_codes"}) {
    auto function = module.lookupSymbol<func::FuncOp>(name);
    if (!function && name == "main")
      return makeError("the model has no function @main");
    if (!function)
      continue;
    auto entry = readEntry(module, function);
    if (!entry)
      return entry.takeError();
    interface.entries.push_back(std::move(*entry));
  }
  return interface;
}

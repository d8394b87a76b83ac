//===- Callable.cpp - a compiled function that takes and returns tensors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Callable.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Support/Diagnostics.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Signature
//===----------------------------------------------------------------------===//

static std::string format(ElementType type, ArrayRef<int64_t> shape) {
  return fmt::format("{}{}", getElementTypeName(type), formatShape(shape));
}

std::string qcc::formatSpec(const TensorSpec &spec) { return format(spec.type, spec.shape); }

static std::optional<ElementType> getElementType(mlir::Type type) {
  if (auto quantized = mlir::dyn_cast<mlir::quant::QuantizedType>(type)) {
    switch (quantized.getStorageTypeIntegralWidth()) {
    case 8:
      return quantized.isSigned() ? ElementType::I8 : ElementType::U8;
    case 16:
      return quantized.isSigned() ? ElementType::I16 : ElementType::U16;
    case 32:
      return quantized.isSigned() ? ElementType::I32 : ElementType::U32;
    default:
      return std::nullopt;
    }
  }
  if (type.isF16())
    return ElementType::F16;
  if (type.isBF16())
    return ElementType::BF16;
  if (type.isF32())
    return ElementType::F32;
  if (type.isF64())
    return ElementType::F64;
  auto integer = mlir::dyn_cast<mlir::IntegerType>(type);
  if (!integer)
    return std::nullopt;
  switch (integer.getWidth()) {
  case 1:
    return ElementType::Bool;
  case 8:
    return integer.isUnsigned() ? ElementType::U8 : ElementType::I8;
  case 16:
    return integer.isUnsigned() ? ElementType::U16 : ElementType::I16;
  case 32:
    return integer.isUnsigned() ? ElementType::U32 : ElementType::I32;
  case 64:
    return integer.isUnsigned() ? ElementType::U64 : ElementType::I64;
  default:
    return std::nullopt;
  }
}

static Expected<TensorSpec> getSpec(mlir::Type type, mlir::Attribute nameAttr, StringRef role,
                                    size_t index) {
  TensorSpec spec;
  auto name = mlir::dyn_cast_or_null<mlir::StringAttr>(nameAttr);
  spec.name = name ? name.str() : fmt::format("{}{}", role, index);
  auto tensor = mlir::dyn_cast<mlir::RankedTensorType>(type);
  std::optional<ElementType> element;
  if (tensor)
    element = getElementType(tensor.getElementType());
  if (!element) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return makeError("{} '{}' is a {}; only ranked tensors of numbers can be passed", role,
                     spec.name, text);
  }
  spec.type = *element;
  for (int64_t size : tensor.getShape())
    spec.shape.push_back(mlir::ShapedType::isDynamic(size) ? -1 : size);
  return spec;
}

Expected<FunctionSignature> FunctionSignature::get(mlir::ModuleOp module, StringRef name) {
  auto function = module.lookupSymbol<mlir::func::FuncOp>(name);
  if (!function || function.isDeclaration())
    return makeError("the module has no function '{}' with a body", name);
  FunctionSignature signature;
  signature.function = name.str();
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto spec = getSpec(type, function.getArgAttr(i, cnn::kNameAttr), "input", i);
    if (!spec)
      return addContext(spec.takeError(), fmt::format("function '{}'", name));
    signature.inputs.push_back(std::move(*spec));
  }
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    auto spec = getSpec(type, function.getResultAttr(i, cnn::kNameAttr), "output", i);
    if (!spec)
      return addContext(spec.takeError(), fmt::format("function '{}'", name));
    signature.outputs.push_back(std::move(*spec));
  }
  return signature;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Callable::~Callable() = default;

bool Callable::fits(ArrayRef<int64_t> shape, const TensorSpec &spec) {
  return llvm::equal(shape, spec.shape, [](int64_t given, int64_t expected) {
    return expected < 0 ? given >= 0 : given == expected;
  });
}

Expected<std::optional<int64_t>> Callable::checkInputs(ArrayRef<TensorView> inputs) const {
  if (inputs.size() != signature.inputs.size())
    return makeError("function '{}' takes {} input{}, and {} given", signature.function,
                     signature.inputs.size(), signature.inputs.size() == 1 ? "" : "s",
                     inputs.size() == 1 ? "1 was" : fmt::format("{} were", inputs.size()));
  const TensorSpec *batchSpec = nullptr;
  std::optional<int64_t> batch;
  for (auto [input, spec] : llvm::zip_equal(inputs, signature.inputs)) {
    if (input.type != spec.type || !fits(input.shape, spec))
      return makeError("input '{}' must be {}, not {}", spec.name, formatSpec(spec),
                       format(input.type, input.shape));
    if (spec.shape.empty() || spec.shape[0] >= 0)
      continue;
    if (batchSpec && input.shape[0] != *batch)
      return makeError("input '{}' has a batch of {}, but input '{}' one of {}", batchSpec->name,
                       *batch, spec.name, input.shape[0]);
    batchSpec = &spec;
    batch = input.shape[0];
  }
  return batch;
}

Expected<SmallVector<HostTensor>> Callable::runViews(ArrayRef<TensorView> inputs) const {
  auto batch = checkInputs(inputs);
  if (!batch)
    return batch.takeError();
  return call(inputs, *batch);
}

Expected<SmallVector<HostTensor>> Callable::run(ArrayRef<HostTensor> inputs) const {
  SmallVector<TensorView> views(inputs.begin(), inputs.end());
  return runViews(views);
}

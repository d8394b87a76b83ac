//===- CNNOps.cpp - Verifiers and interfaces of the cnn dialect's operations ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include "qcc/Dialect/CNN/IR/Window.h"

using namespace mlir;
using namespace qcc::cnn;

#include "qcc/Dialect/CNN/IR/CNNInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "qcc/Dialect/CNN/IR/CNNOps.cpp.inc"

ValueLevel qcc::cnn::getLevel(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (isa<FloatType>(element))
    return ValueLevel::Float;
  if (isa<quant::QuantizedType>(element))
    return ValueLevel::Quantized;
  return cast<IntegerType>(element).getWidth() <= 16 ? ValueLevel::Code : ValueLevel::Accumulator;
}

StringRef qcc::cnn::getLayerName(Operation *op) {
  auto name = op->getAttrOfType<StringAttr>(kNameAttr);
  return name ? name.getValue() : StringRef();
}

static Type elementOf(Value value) { return getElementTypeOrSelf(value.getType()); }

/// The range of codes of an integer type; signless counts as signed.
static std::pair<int64_t, int64_t> codeRange(Type type) {
  auto integer = cast<IntegerType>(type);
  if (integer.getWidth() == 64)
    return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  int64_t size = int64_t{1} << integer.getWidth();
  return integer.isUnsigned() ? std::pair<int64_t, int64_t>{0, size - 1}
                              : std::pair<int64_t, int64_t>{-size / 2, size / 2 - 1};
}

/// I32Attr gives its value as unsigned; codes are signed.
static int64_t signedCode(uint32_t attribute) { return static_cast<int32_t>(attribute); }

static LogicalResult requireCode(Operation *op, int64_t code, Type type, StringRef what) {
  auto [min, max] = codeRange(type);
  if (code >= min && code <= max)
    return success();
  return op->emitOpError() << what << " " << code << " is not a code of " << type;
}

//===----------------------------------------------------------------------===//
// Rules about element types that several operations share
//===----------------------------------------------------------------------===//

/// The result's element type is the input's: the operation only moves or selects elements.
static LogicalResult verifySameElementType(Operation *op) {
  Type result = elementOf(op->getResult(0));
  for (Value operand : op->getOperands())
    if (elementOf(operand) != result)
      return op->emitOpError("keeps its input's element type, but takes ")
             << elementOf(operand) << " and produces " << result;
  return success();
}

/// conv2d and linear: which element types go together at each level.
template <typename Op> static LogicalResult verifyWeighted(Op op) {
  Type input = elementOf(op.getInput()), weights = elementOf(op.getWeights());
  Type bias = op.getBias() ? elementOf(op.getBias()) : Type();
  Type output = elementOf(op.getOutput());
  switch (getLevel(input)) {
  case ValueLevel::Float:
    if (!weights.isF32() || !output.isF32() || (bias && !bias.isF32()))
      return op.emitOpError("on a float input needs float weights, bias and result");
    return success();
  case ValueLevel::Quantized: {
    if (!isa<quant::UniformQuantizedType>(input) || !isa<quant::UniformQuantizedType>(output))
      return op.emitOpError("on a quantized input needs input and result quantized per tensor");
    if (!isa<quant::QuantizedType>(weights))
      return op.emitOpError("on a quantized input needs quantized weights");
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(weights))
      if (perAxis.getQuantizedDimension() != 0)
        return op.emitOpError("weights must be quantized along dimension 0, the output channels");
    if (bias && !bias.isF32() && !isa<quant::QuantizedType>(bias))
      return op.emitOpError("on a quantized input needs a float or quantized bias");
    return success();
  }
  case ValueLevel::Code:
    if (!weights.isInteger(8) && !weights.isInteger(16))
      return op.emitOpError("on codes needs weights of i8 or i16");
    if (!output.isInteger(32) && !output.isInteger(64))
      return op.emitOpError("on codes produces accumulators of i32 or i64");
    if (bias && !bias.isInteger(32) && !bias.isInteger(64))
      return op.emitOpError("on codes needs a bias of i32 or i64");
    if (op.getActivation())
      return op.emitOpError(
          "on codes cannot have an activation: it is a bound of the requantization");
    return success();
  case ValueLevel::Accumulator:
    return op.emitOpError("cannot take accumulators; requantize them first");
  }
  llvm_unreachable("covered switch");
}

/// A bound or padding value: f32 on real tensors, a code of the element type on integer ones.
static LogicalResult verifyElementAttr(Operation *op, Attribute value, Type element,
                                       StringRef name) {
  bool real = getLevel(element) == ValueLevel::Float || getLevel(element) == ValueLevel::Quantized;
  if (real != isa<FloatAttr>(value))
    return op->emitOpError() << name << " must be " << (real ? "f32" : "i32") << " for " << element;
  if (auto code = dyn_cast<IntegerAttr>(value))
    return requireCode(op, code.getInt(), element, name);
  return success();
}

/// A type with a scale for each channel fits its shape.
static LogicalResult verifyChannels(Operation *op, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(tensor.getElementType());
  if (!perAxis)
    return success();
  int64_t dim = perAxis.getQuantizedDimension();
  if (dim < 0 || dim >= tensor.getRank() ||
      tensor.getDimSize(dim) != static_cast<int64_t>(perAxis.getScales().size()))
    return op->emitOpError("type ")
           << type << " has " << perAxis.getScales().size() << " scales for dimension " << dim;
  return success();
}

//===----------------------------------------------------------------------===//
// Weighted layers
//===----------------------------------------------------------------------===//

void Conv2DOp::build(OpBuilder &builder, OperationState &state, Type output, Value input,
                     Value weights, Value bias, const Window2D &window, int64_t groups,
                     ActivationAttr activation, int64_t padValue) {
  build(builder, state, output, input, weights, bias, window.strides, window.padding,
        window.dilations, groups, activation, padValue, /*bounds=*/nullptr);
}

QuantizationRole Conv2DOp::getQuantizationRole() { return QuantizationRole::Weighted; }
OpOperand *Conv2DOp::getWeightsOperand() { return &getWeightsMutable(); }
OpOperand *Conv2DOp::getBiasOperand() { return getBias() ? &*getBiasMutable().begin() : nullptr; }
bool Conv2DOp::canFuseActivation() { return getLevel(getInput().getType()) != ValueLevel::Code; }

LogicalResult Conv2DOp::verify() {
  if (failed(verifyWeighted(*this)))
    return failure();
  if (getLevel(getInput().getType()) == ValueLevel::Code)
    return requireCode(*this, getPadValue(), elementOf(getInput()), "pad_value");
  if (getPadValue() != 0)
    return emitOpError("pad_value is for codes; padding of real values is 0");
  return success();
}

QuantizationRole LinearOp::getQuantizationRole() { return QuantizationRole::Weighted; }
OpOperand *LinearOp::getWeightsOperand() { return &getWeightsMutable(); }
OpOperand *LinearOp::getBiasOperand() { return getBias() ? &*getBiasMutable().begin() : nullptr; }
bool LinearOp::canFuseActivation() { return getLevel(getInput().getType()) != ValueLevel::Code; }
LogicalResult LinearOp::verify() { return verifyWeighted(*this); }

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

QuantizationRole ReluOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult ReluOp::verify() {
  if (getLevel(getInput().getType()) == ValueLevel::Code)
    return emitOpError("on codes does not know the zero point; use cnn.clamp");
  return verifySameElementType(*this);
}

QuantizationRole ClampOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult ClampOp::verify() {
  Type element = elementOf(getInput());
  if (failed(verifySameElementType(*this)) ||
      failed(verifyElementAttr(*this, getMin(), element, "min")) ||
      failed(verifyElementAttr(*this, getMax(), element, "max")))
    return failure();
  bool ordered = isa<FloatAttr>(getMin())
                     ? cast<FloatAttr>(getMin()).getValueAsDouble() <=
                           cast<FloatAttr>(getMax()).getValueAsDouble()
                     : cast<IntegerAttr>(getMin()).getInt() <= cast<IntegerAttr>(getMax()).getInt();
  if (!ordered)
    return emitOpError("min ") << getMin() << " is above max " << getMax();
  return success();
}

QuantizationRole LeakyReluOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
QuantizationRole SigmoidOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
QuantizationRole HardSwishOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
QuantizationRole SoftmaxOp::getQuantizationRole() { return QuantizationRole::FloatOnly; }

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

/// A window that lies wholly in the padding would have no element.
template <typename Pool> static LogicalResult verifyPadding(Pool op) {
  ArrayRef<int64_t> kernel = op.getKernel(), padding = op.getPadding();
  for (unsigned dim : {0U, 1U})
    if (padding[2 * dim] >= kernel[dim] || padding[2 * dim + 1] >= kernel[dim])
      return op.emitOpError("padding must be smaller than the kernel, or some windows are empty");
  return success();
}

QuantizationRole MaxPool2DOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult MaxPool2DOp::verify() {
  if (getLevel(getInput().getType()) == ValueLevel::Code && elementOf(getInput()).isInteger(16))
    return emitOpError("codes have 8 bits");
  if (failed(verifyPadding(*this)))
    return failure();
  return verifySameElementType(*this);
}

QuantizationRole AvgPool2DOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
LogicalResult AvgPool2DOp::verify() {
  for (auto [counted, padding] : llvm::zip(getCountedPadding(), getPadding()))
    if (counted > padding)
      return emitOpError("counted_padding cannot exceed padding");
  return verifyPadding(*this);
}

QuantizationRole GlobalAvgPoolOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
QuantizationRole SumPool2DOp::getQuantizationRole() { return QuantizationRole::None; }
LogicalResult SumPool2DOp::verify() {
  if (failed(requireCode(*this, signedCode(getZeroPoint()), elementOf(getInput()), "zero_point")))
    return failure();
  return verifyPadding(*this);
}

//===----------------------------------------------------------------------===//
// Layers with several inputs
//===----------------------------------------------------------------------===//

static SmallVector<OpOperand *> allOperands(Operation *op) {
  return llvm::map_to_vector(op->getOpOperands(), [](OpOperand &operand) { return &operand; });
}

QuantizationRole AddOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
SmallVector<OpOperand *> AddOp::getActivationOperands() { return allOperands(*this); }
bool AddOp::canFuseActivation() { return true; }
QuantizationRole MulOp::getQuantizationRole() { return QuantizationRole::OwnParameters; }
SmallVector<OpOperand *> MulOp::getActivationOperands() { return allOperands(*this); }
bool MulOp::canFuseActivation() { return true; }

QuantizationRole ConcatOp::getQuantizationRole() { return QuantizationRole::UnifiedParameters; }
SmallVector<OpOperand *> ConcatOp::getActivationOperands() { return allOperands(*this); }
LogicalResult ConcatOp::verify() {
  ValueLevel level = getLevel(getOutput().getType());
  if (level != ValueLevel::Quantized)
    return verifySameElementType(*this);
  for (Value input : getInputs())
    if (getLevel(input.getType()) != level)
      return emitOpError("mixes quantized and other inputs");
  return success();
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

QuantizationRole FlattenOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult FlattenOp::verify() { return verifySameElementType(*this); }
QuantizationRole ReshapeOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult ReshapeOp::verify() { return verifySameElementType(*this); }
QuantizationRole TransposeOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult TransposeOp::verify() { return verifySameElementType(*this); }
QuantizationRole PadOp::getQuantizationRole() { return QuantizationRole::SharedParameters; }
LogicalResult PadOp::verify() {
  if (failed(verifySameElementType(*this)))
    return failure();
  return verifyElementAttr(*this, getValue(), elementOf(getInput()), "value");
}

//===----------------------------------------------------------------------===//
// Float only
//===----------------------------------------------------------------------===//

QuantizationRole BatchNormOp::getQuantizationRole() { return QuantizationRole::FloatOnly; }
LogicalResult BatchNormOp::verify() {
  // Written so that NaN fails, too.
  if (!(getEpsilon().convertToFloat() >= 0.0F))
    return emitOpError("epsilon must not be negative");
  return success();
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

ParseResult ConstantOp::parse(OpAsmParser &parser, OperationState &result) {
  ElementsAttr value;
  if (parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseAttribute(value, "value", result.attributes))
    return failure();
  Type type = value.getShapedType();
  if (succeeded(parser.parseOptionalKeyword("as")) && parser.parseType(type))
    return failure();
  result.addTypes(type);
  return success();
}

void ConstantOp::print(OpAsmPrinter &printer) {
  printer.printOptionalAttrDict((*this)->getAttrs(), /*elidedAttrs=*/{"value"});
  printer << " " << getValue();
  if (getOutput().getType() != getValue().getShapedType())
    printer << " as " << getOutput().getType();
}

/// The integer type that the codes of `type` are stored in: unsigned types are spelled as such,
/// signed ones signless.
static IntegerType storageType(quant::QuantizedType type) {
  auto storage = cast<IntegerType>(type.getStorageType());
  if (type.isSigned())
    return storage;
  return IntegerType::get(type.getContext(), storage.getWidth(), IntegerType::Unsigned);
}

LogicalResult ConstantOp::verify() {
  auto type = cast<RankedTensorType>(getOutput().getType());
  ShapedType valueType = getValue().getShapedType();
  if (valueType.getShape() != type.getShape())
    return emitOpError("value has type ") << valueType << ", but the result is " << type;
  Type expected = type.getElementType();
  if (auto quantized = dyn_cast<quant::QuantizedType>(expected))
    expected = storageType(quantized);
  if (valueType.getElementType() != expected)
    return emitOpError("value must have elements of ")
           << expected << " for a result of " << type.getElementType() << ", not of "
           << valueType.getElementType();
  return verifyChannels(*this, type);
}

// Whatever matches constants relies on this to succeed. Of a quantized constant it is the codes
// without their parameters, which the result's type has: folders of quantized operations must not
// take it for the value.
OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

//===----------------------------------------------------------------------===//
// Between the levels
//===----------------------------------------------------------------------===//

/// The parameters are in the type at the quantized level, in attributes at the integer level.
static LogicalResult verifyParameters(Operation *op, Type element, ArrayRef<StringRef> required) {
  bool inType = getLevel(element) == ValueLevel::Quantized;
  if (getLevel(element) == ValueLevel::Float)
    return op->emitOpError("needs codes on one side, not ") << element;
  for (StringRef name : required)
    if (op->hasAttr(name) == inType)
      return op->emitOpError() << (inType ? "has attribute '" : "needs attribute '") << name
                               << (inType ? "', but the type holds the parameters"
                                          : "': the type holds no parameters");
  if (auto scale = op->getAttrOfType<FloatAttr>("scale"))
    if (!(scale.getValueAsDouble() > 0.0) || scale.getValue().isInfinity())
      return op->emitOpError("scale must be positive and finite");
  return success();
}

QuantizationRole QuantizeOp::getQuantizationRole() { return QuantizationRole::None; }
LogicalResult QuantizeOp::verify() {
  Type element = elementOf(getOutput());
  if (failed(verifyParameters(*this, element, {"scale", "zero_point", "min", "max", "contract"})))
    return failure();
  if (getLevel(element) == ValueLevel::Quantized)
    return verifyChannels(*this, getType());
  if (failed(requireCode(*this, signedCode(*getZeroPoint()), element, "zero_point")) ||
      failed(requireCode(*this, signedCode(*getMin()), element, "min")) ||
      failed(requireCode(*this, signedCode(*getMax()), element, "max")))
    return failure();
  if (signedCode(*getMin()) > signedCode(*getMax()))
    return emitOpError("min ") << signedCode(*getMin()) << " is above max "
                               << signedCode(*getMax());
  return success();
}

QuantizationRole DequantizeOp::getQuantizationRole() { return QuantizationRole::None; }
LogicalResult DequantizeOp::verify() {
  if (failed(verifyParameters(*this, elementOf(getInput()), {"scale", "zero_point"})))
    return failure();
  return verifyChannels(*this, getInput().getType());
}

QuantizationRole RequantizeOp::getQuantizationRole() { return QuantizationRole::None; }
LogicalResult RequantizeOp::verify() {
  Type element = elementOf(getOutput());
  if (failed(requireCode(*this, signedCode(getZeroPoint()), element, "zero_point")) ||
      failed(requireCode(*this, signedCode(getMin()), element, "min")) ||
      failed(requireCode(*this, signedCode(getMax()), element, "max")))
    return failure();
  if (signedCode(getMin()) > signedCode(getMax()))
    return emitOpError("min ") << signedCode(getMin()) << " is above max " << signedCode(getMax());
  return success();
}

QuantizationRole LookupOp::getQuantizationRole() { return QuantizationRole::None; }
LogicalResult LookupOp::verify() {
  if (elementOf(getTable()) != elementOf(getOutput()))
    return emitOpError("produces elements of its table, ")
           << elementOf(getTable()) << ", not " << elementOf(getOutput());
  return success();
}

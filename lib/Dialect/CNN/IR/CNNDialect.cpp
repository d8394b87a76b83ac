//===- CNNDialect.cpp - The cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/CNN/IR/CNNOps.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc::cnn;

// What #cnn.bounds says of pairs, and its closing bracket, which would stand behind a space
// otherwise.
static ParseResult parsePairBounds(AsmParser &parser, int64_t &min, int64_t &max, bool &every) {
  if (parser.parseLSquare() || parser.parseInteger(min) || parser.parseComma() ||
      parser.parseInteger(max) || parser.parseRSquare())
    return failure();
  every = succeeded(parser.parseOptionalComma());
  if (every && parser.parseKeyword("every_pair"))
    return failure();
  return parser.parseGreater();
}

static void printPairBounds(AsmPrinter &printer, int64_t min, int64_t max, bool every) {
  printer << '[' << min << ", " << max << ']' << (every ? ", every_pair>" : ">");
}

#include "qcc/Dialect/CNN/IR/CNNDialect.cpp.inc"

#include "qcc/Dialect/CNN/IR/CNNEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "qcc/Dialect/CNN/IR/CNNAttributes.cpp.inc"

void CNNDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "qcc/Dialect/CNN/IR/CNNAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "qcc/Dialect/CNN/IR/CNNOps.cpp.inc"
      >();
}

Operation *CNNDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                           Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || !isa<RankedTensorType>(type))
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

static LogicalResult verifyName(Operation *op, NamedAttribute attribute) {
  auto name = dyn_cast<StringAttr>(attribute.getValue());
  if (!name || name.empty())
    return op->emitError("'cnn.name' must be a string that is not empty");
  return success();
}

LogicalResult CNNDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name == kNameAttr)
    return verifyName(op, attribute);
  if (name == kKeepFloatAttr) {
    if (!isa<UnitAttr>(attribute.getValue()) || !isa<LayerOpInterface>(op))
      return op->emitError("'cnn.keep_float' is a unit attribute of a layer");
    return success();
  }
  bool known = name == kContractAttr || name == kPreprocessingAttr || name == kQConfigAttr;
  if (!known)
    return op->emitError("'") << name << "' is not an attribute of the cnn dialect";
  if (!isa<ModuleOp>(op))
    return op->emitError("'") << name << "' belongs on a module";
  if (name == kContractAttr && !isa<NumericContractAttr>(attribute.getValue()))
    return op->emitError("'cnn.contract' must be a #cnn.contract");
  if (name == kPreprocessingAttr && !isa<PreprocessingAttr>(attribute.getValue()))
    return op->emitError("'cnn.preprocessing' must be a #cnn.preprocessing");
  if (name == kQConfigAttr && !isa<StringAttr>(attribute.getValue()))
    return op->emitError("'cnn.qconfig' must be a string");
  return success();
}

static LogicalResult verifyQuantization(Operation *op, NamedAttribute attribute) {
  auto type = dyn_cast<TypeAttr>(attribute.getValue());
  if (!type || !isa<quant::UniformQuantizedType>(type.getValue()))
    return op->emitError("'cnn.quantization' must be a !quant.uniform type, per tensor");
  return success();
}

LogicalResult CNNDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                                   NamedAttribute attribute) {
  if (attribute.getName() == kNameAttr)
    return verifyName(op, attribute);
  if (attribute.getName() == kQuantizationAttr)
    return verifyQuantization(op, attribute);
  return op->emitError("'") << attribute.getName().getValue() << "' does not belong on an argument";
}

LogicalResult CNNDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                                      NamedAttribute attribute) {
  if (attribute.getName() == kNameAttr)
    return verifyName(op, attribute);
  if (attribute.getName() == kQuantizationAttr)
    return verifyQuantization(op, attribute);
  return op->emitError("'") << attribute.getName().getValue() << "' does not belong on a result";
}

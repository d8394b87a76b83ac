//===- CNNAttributes.cpp - The attributes of the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/IR/CNNDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace qcc::cnn;

//===----------------------------------------------------------------------===//
// ActivationAttr
//===----------------------------------------------------------------------===//

ActivationAttr ActivationAttr::get(MLIRContext *context, float min, float max) {
  auto f32 = Float32Type::get(context);
  return get(context, FloatAttr::get(f32, min), FloatAttr::get(f32, max));
}

ActivationAttr ActivationAttr::getRelu(MLIRContext *context) {
  return get(context, 0.0F, std::numeric_limits<float>::infinity());
}

float ActivationAttr::getLower() { return getMin().getValue().convertToFloat(); }
float ActivationAttr::getUpper() { return getMax().getValue().convertToFloat(); }

bool ActivationAttr::isRelu() {
  return getLower() == 0.0F && getUpper() == std::numeric_limits<float>::infinity();
}

ActivationAttr ActivationAttr::then(ActivationAttr next) {
  // Clamping is min(max(x, lower), upper), so a later clamp clamps the bounds of an earlier one.
  auto clamp = [&](float x) { return std::min(std::max(x, next.getLower()), next.getUpper()); };
  return get(getContext(), clamp(getLower()), clamp(getUpper()));
}

LogicalResult ActivationAttr::verify(function_ref<InFlightDiagnostic()> emitError, FloatAttr min,
                                     FloatAttr max) {
  if (!min || !max || !min.getType().isF32() || !max.getType().isF32())
    return emitError() << "bounds of an activation are f32";
  // Written so that NaN fails, too.
  if (!(min.getValue().convertToFloat() <= max.getValue().convertToFloat()))
    return emitError() << "lower bound " << min.getValueAsDouble() << " is above upper bound "
                       << max.getValueAsDouble();
  return success();
}

Attribute ActivationAttr::parse(AsmParser &parser, Type) {
  Type f32 = parser.getBuilder().getF32Type();
  StringRef kind;
  FloatAttr min, max;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&kind))
    return {};
  if (kind == "relu") {
    if (parser.parseGreater())
      return {};
    return getRelu(parser.getContext());
  }
  if (kind != "clamp") {
    parser.emitError(loc, "expected 'relu' or 'clamp'");
    return {};
  }
  if (parser.parseComma() || parser.parseAttribute(min, f32) || parser.parseComma() ||
      parser.parseAttribute(max, f32) || parser.parseGreater())
    return {};
  return parser.getChecked<ActivationAttr>(loc, parser.getContext(), min, max);
}

void ActivationAttr::print(AsmPrinter &printer) const {
  ActivationAttr self = *this;
  if (self.isRelu()) {
    printer << "<relu>";
    return;
  }
  printer << "<clamp, ";
  printer.printAttributeWithoutType(getMin());
  printer << ", ";
  printer.printAttributeWithoutType(getMax());
  printer << ">";
}

//===----------------------------------------------------------------------===//
// BoundsAttr
//===----------------------------------------------------------------------===//

template <typename Int> static bool fits(int64_t min, int64_t max) {
  return min >= std::numeric_limits<Int>::min() && max <= std::numeric_limits<Int>::max();
}

bool BoundsAttr::fitsInt32() { return fits<int32_t>(getAccumulatorMin(), getAccumulatorMax()); }
bool BoundsAttr::pairFitsInt16() { return fits<int16_t>(getPairMin(), getPairMax()); }

//===----------------------------------------------------------------------===//
// PreprocessingAttr
//===----------------------------------------------------------------------===//

LogicalResult PreprocessingAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                        FloatAttr divisor, DenseF32ArrayAttr mean,
                                        DenseF32ArrayAttr std) {
  auto usable = [](float x) { return std::isfinite(x) && x != 0.0F; };
  if (!divisor || !divisor.getType().isF32() || !usable(divisor.getValue().convertToFloat()))
    return emitError() << "divisor must be a finite f32 other than 0";
  if (!llvm::all_of(std.asArrayRef(), usable))
    return emitError() << "every element of std must be finite and not 0";
  if (!llvm::all_of(mean.asArrayRef(), [](float x) { return std::isfinite(x); }))
    return emitError() << "every element of mean must be finite";
  return success();
}

Attribute PreprocessingAttr::parse(AsmParser &parser, Type) {
  Type f32 = parser.getBuilder().getF32Type();
  SMLoc loc = parser.getCurrentLocation();
  FloatAttr divisor;
  SmallVector<float> mean, std;
  auto parseList = [&](StringRef name, SmallVectorImpl<float> &list) {
    auto element = [&]() -> ParseResult {
      FloatAttr value;
      if (parser.parseAttribute(value, f32))
        return failure();
      list.push_back(value.getValue().convertToFloat());
      return success();
    };
    return ParseResult(
        failure(parser.parseComma() || parser.parseKeyword(name) || parser.parseEqual() ||
                parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, element)));
  };
  if (parser.parseLess() || parser.parseKeyword("divisor") || parser.parseEqual() ||
      parser.parseAttribute(divisor, f32) || parseList("mean", mean) || parseList("std", std) ||
      parser.parseGreater())
    return {};
  auto *context = parser.getContext();
  return parser.getChecked<PreprocessingAttr>(loc, context, divisor,
                                              DenseF32ArrayAttr::get(context, mean),
                                              DenseF32ArrayAttr::get(context, std));
}

void PreprocessingAttr::print(AsmPrinter &printer) const {
  Type f32 = getDivisor().getType();
  auto printFloat = [&](float x) { printer.printAttributeWithoutType(FloatAttr::get(f32, x)); };
  auto printList = [&](StringRef name, ArrayRef<float> list) {
    printer << ", " << name << " = [";
    llvm::interleaveComma(list, printer, printFloat);
    printer << "]";
  };
  printer << "<divisor = ";
  printer.printAttributeWithoutType(getDivisor());
  printList("mean", getMean());
  printList("std", getStd());
  printer << ">";
}

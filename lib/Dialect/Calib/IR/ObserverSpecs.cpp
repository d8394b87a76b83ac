//===- ObserverSpecs.cpp - what the attributes of calib.observe mean ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/Calib/IR/ObserverSpecs.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "qcc/Quantization/Observer.h"
#include "qcc/Support/Diagnostics.h"

using namespace mlir;
using namespace qcc;

// Both enumerations list the kinds in the same order.
#define QCC_SAME(kind)                                                                             \
  static_assert(static_cast<int>(qcc::ObserverKind::kind) ==                                       \
                static_cast<int>(calib::ObserverKind::kind))
QCC_SAME(MinMax);
QCC_SAME(MovingAverageMinMax);
QCC_SAME(PerChannelMinMax);
QCC_SAME(MovingAveragePerChannelMinMax);
QCC_SAME(Histogram);
QCC_SAME(HistogramTorch113);
QCC_SAME(Percentile);
QCC_SAME(Entropy);
#undef QCC_SAME

qcc::ObserverKind calib::toLibrary(calib::ObserverKind kind) {
  return static_cast<qcc::ObserverKind>(kind);
}

calib::ObserverKind calib::toDialect(qcc::ObserverKind kind) {
  return static_cast<calib::ObserverKind>(kind);
}

ObserverSpec calib::getObserverSpec(ObserveOp op) {
  ObserverSpec spec;
  spec.kind = toLibrary(op.getObserver());
  spec.symmetric = op.getSymmetric();
  spec.isSigned = !cast<IntegerType>(op.getStorage()).isUnsigned();
  spec.axis = op.getAxis().value_or(0);
  spec.fakeQuantize = op.getFakeQuantize();
  if (auto percentile = op->getAttrOfType<FloatAttr>("percentile"))
    spec.percentile = percentile.getValueAsDouble();
  if (auto bins = op->getAttrOfType<IntegerAttr>("bins"))
    spec.bins = bins.getInt();
  if (auto constant = op->getAttrOfType<FloatAttr>("averaging_constant"))
    spec.averagingConstant = constant.getValueAsDouble();
  if (auto passes = op->getAttrOfType<IntegerAttr>("passes"))
    spec.passes = passes.getInt();
  // The flags are the ones whose code range is the operation's.
  for (auto [reduceRange, restricted] : {std::pair(false, false), {true, false}, {false, true}}) {
    spec.reduceRange = reduceRange;
    spec.restricted = restricted;
    if (spec.codeRange().min == static_cast<int64_t>(op.getMin()) &&
        spec.codeRange().max == static_cast<int64_t>(op.getMax()))
      break;
  }
  return spec;
}

calib::ObserveOp calib::buildObserve(OpBuilder &builder, Location loc, Value value,
                                     llvm::StringRef name, const ObserverSpec &spec) {
  auto storage = builder.getIntegerType(8, spec.isSigned);
  auto op = ObserveOp::create(
      builder, loc, value.getType(), value, builder.getStringAttr(name),
      ObserverKindAttr::get(builder.getContext(), toDialect(spec.kind)), TypeAttr::get(storage),
      builder.getI64IntegerAttr(spec.codeRange().min),
      builder.getI64IntegerAttr(spec.codeRange().max),
      spec.symmetric ? builder.getUnitAttr() : UnitAttr(),
      spec.isPerChannel() ? builder.getI64IntegerAttr(spec.axis) : IntegerAttr(),
      spec.kind == qcc::ObserverKind::Percentile ? builder.getF64FloatAttr(spec.percentile)
                                                 : FloatAttr(),
      spec.fakeQuantize ? builder.getUnitAttr() : UnitAttr(), /*params=*/TypeAttr(),
      /*keep_float=*/UnitAttr());
  // Written where they are not the default.
  if (spec.bins != ObserverSpec().bins)
    op->setAttr("bins", builder.getI64IntegerAttr(spec.bins));
  if (spec.averagingConstant != ObserverSpec().averagingConstant)
    op->setAttr("averaging_constant", builder.getF64FloatAttr(spec.averagingConstant));
  if (spec.passes != ObserverSpec().passes)
    op->setAttr("passes", builder.getI64IntegerAttr(spec.passes));
  return op;
}

llvm::Error calib::checkObserve(ObserveOp op) {
  ObserverSpec spec = getObserverSpec(op);
  auto min = static_cast<int64_t>(op.getMin()), max = static_cast<int64_t>(op.getMax());
  if (spec.codeRange().min != min || spec.codeRange().max != max)
    return makeError("no observer has the code range [{}, {}] for {} codes", min, max,
                     spec.isSigned ? "signed" : "unsigned");
  return checkSpec(spec);
}

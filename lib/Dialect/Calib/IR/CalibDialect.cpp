//===- CalibDialect.cpp - The calib dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/Calib/IR/CalibOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc::calib;

#include "qcc/Dialect/Calib/IR/CalibDialect.cpp.inc"

#include "qcc/Dialect/Calib/IR/CalibEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "qcc/Dialect/Calib/IR/CalibAttributes.cpp.inc"

void CalibDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "qcc/Dialect/Calib/IR/CalibAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "qcc/Dialect/Calib/IR/CalibOps.cpp.inc"
      >();
}

LogicalResult ObserveOp::verify() {
  if (getName().empty())
    return emitOpError("needs a name: calibration tables are keyed by it");
  auto storage = cast<IntegerType>(getStorage());
  int64_t lowest = storage.isUnsigned() ? 0 : -128;
  if (getCodeMin() < lowest || getCodeMax() > lowest + 255 || getCodeMin() >= getCodeMax())
    return emitOpError("code range [")
           << getCodeMin() << ", " << getCodeMax() << "] is not a range within " << storage;
  bool perChannel = getObserver() == ObserverKind::PerChannelMinMax ||
                    getObserver() == ObserverKind::MovingAveragePerChannelMinMax;
  if (perChannel != getAxis().has_value())
    return emitOpError(perChannel ? "a per-channel observer needs an axis"
                                  : "only a per-channel observer has an axis");
  auto type = cast<RankedTensorType>(getInput().getType());
  if (getAxis() && *getAxis() >= static_cast<uint64_t>(type.getRank()))
    return emitOpError("axis ") << static_cast<int64_t>(*getAxis()) << " is outside of rank "
                                << type.getRank();
  if (getParams() &&
      !isa<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType>(*getParams()))
    return emitOpError("params must be a uniform quantized type, not ") << *getParams();
  return success();
}

#define GET_OP_CLASSES
#include "qcc/Dialect/Calib/IR/CalibOps.cpp.inc"

//===- CalibOps.h - The calib dialect and its operation ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CALIB_IR_CALIBOPS_H
#define QCC_DIALECT_CALIB_IR_CALIBOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "qcc/Dialect/Calib/IR/CalibDialect.h.inc"

#include "qcc/Dialect/Calib/IR/CalibEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "qcc/Dialect/Calib/IR/CalibAttributes.h.inc"

#define GET_OP_CLASSES
#include "qcc/Dialect/Calib/IR/CalibOps.h.inc"

#endif // QCC_DIALECT_CALIB_IR_CALIBOPS_H

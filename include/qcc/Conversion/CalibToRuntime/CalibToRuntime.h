//===- CalibToRuntime.h - from calib.observe to calls of a calibration's runtime ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the compiled code and the one who runs it must agree on: the names of the runtime's
// functions, and which observe has which number.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CONVERSION_CALIBTORUNTIME_CALIBTORUNTIME_H
#define QCC_CONVERSION_CALIBTORUNTIME_CALIBTORUNTIME_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

namespace qcc {

#define GEN_PASS_DECL_CONVERTCALIBTORUNTIME
#include "qcc/Conversion/Passes.h.inc"

/// An external global whose address is the runtime's context, the first argument of its functions.
inline constexpr llvm::StringLiteral kCalibSessionSymbol = "qcc_calib_session";
/// (context, number, value): observes the value.
inline constexpr llvm::StringLiteral kCalibObserveFunction = "qcc_calib_observe";
/// (context, number, value, result): observes the value and writes what its codes mean to the
/// result, whose shape is the value's.
inline constexpr llvm::StringLiteral kCalibFakeQuantizeFunction = "qcc_calib_fake_quantize";

/// The observes of a module by name; those of one name share one observer. The number of a name, by
/// which calls refer to it, is its index in the map: names are in the order in which they first
/// appear in the module.
llvm::MapVector<mlir::StringAttr, llvm::SmallVector<calib::ObserveOp, 1>>
getObservesByName(mlir::ModuleOp module);

} // namespace qcc

#endif // QCC_CONVERSION_CALIBTORUNTIME_CALIBTORUNTIME_H

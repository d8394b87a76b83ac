//===- Passes.h - Passes on the calib dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CALIB_TRANSFORMS_PASSES_H
#define QCC_DIALECT_CALIB_TRANSFORMS_PASSES_H

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Quantization/CalibrationTable.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace qcc::calib {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "qcc/Dialect/Calib/Transforms/Passes.h.inc"

/// What `calib-apply-table` does with a table that is already in memory. Errors are reported at the
/// observers.
mlir::LogicalResult applyTable(mlir::ModuleOp module, const CalibrationTable &table);

} // namespace qcc::calib

#endif // QCC_DIALECT_CALIB_TRANSFORMS_PASSES_H

//===- ObserverSpecs.h - what the attributes of calib.observe mean ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that translates between calib.observe and the quantization library's ObserverSpec.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CALIB_IR_OBSERVERSPECS_H
#define QCC_DIALECT_CALIB_IR_OBSERVERSPECS_H

#include "mlir/IR/Builders.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Quantization/QConfig.h"
#include "llvm/Support/Error.h"

namespace qcc::calib {

/// The same kind in the library, and in the dialect.
qcc::ObserverKind toLibrary(ObserverKind kind);
ObserverKind toDialect(qcc::ObserverKind kind);

/// How the operation's value is observed. The attributes `bins` (i64) and `averaging_constant`
/// (f64) are the spec's fields of these names, where they are there; the operation need not declare
/// them. Of an operation that its verifier accepts, the spec's codeRange() is the operation's.
ObserverSpec getObserverSpec(ObserveOp op);

/// An operation whose value is observed as `spec` says: the inverse.
ObserveOp buildObserve(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value,
                       llvm::StringRef name, const ObserverSpec &spec);

/// Says why no observer can be made of the operation: a code range that is none of the storage
/// type's full, reduced and restricted ones (see ObserverSpec::codeRange), and what checkSpec
/// refuses.
llvm::Error checkObserve(ObserveOp op);

} // namespace qcc::calib

#endif // QCC_DIALECT_CALIB_IR_OBSERVERSPECS_H

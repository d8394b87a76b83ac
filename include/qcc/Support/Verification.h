//===- Verification.h - How often passes are checked ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_VERIFICATION_H
#define QCC_SUPPORT_VERIFICATION_H

#include "mlir/Pass/PassManager.h"

namespace qcc {

/// For pipelines from the integer level to machine code: verifying the module after every pass is a
/// quarter of the time that compiling takes, and finds mistakes of passes, not of models. Builds
/// with assertions do it all the same, and so does qcc-opt. What is read from a file, and the code
/// that comes out, are verified in any case.
inline void omitVerification(mlir::PassManager &manager) {
#ifdef NDEBUG
  manager.enableVerifier(false);
#else
  (void)manager;
#endif
}

} // namespace qcc

#endif // QCC_SUPPORT_VERIFICATION_H

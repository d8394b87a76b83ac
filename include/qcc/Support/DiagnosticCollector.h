//===- DiagnosticCollector.h - diagnostics as the text of an error ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR reports failures to handlers of the context; the library returns them. This turns one into
// the other.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_DIAGNOSTICCOLLECTOR_H
#define QCC_SUPPORT_DIAGNOSTICCOLLECTOR_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"
#include <mutex>
#include <string>

namespace qcc {

/// As long as it exists, it takes the errors of a context; everything else goes on to the handlers
/// that were there before.
class DiagnosticCollector {
public:
  /// `ofThread`: only the errors of this thread, where others use the context at the same time.
  explicit DiagnosticCollector(mlir::MLIRContext *context, bool ofThread = false);

  /// The errors so far, one per line, or `fallback` if there were none.
  llvm::Error takeError(llvm::StringRef fallback);

private:
  void append(const mlir::Diagnostic &diagnostic);

  std::mutex mutex;
  std::string text;
  size_t count = 0;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace qcc

#endif // QCC_SUPPORT_DIAGNOSTICCOLLECTOR_H

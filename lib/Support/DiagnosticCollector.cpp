//===- DiagnosticCollector.cpp - diagnostics as the text of an error ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/DiagnosticCollector.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace qcc;

/// A pass that fails at each of a thousand operations, or prints a weight, tells enough with these.
static constexpr size_t kMaxErrors = 16;
static constexpr size_t kMaxLength = 1000;

static std::string shorten(std::string text) {
  if (text.size() > kMaxLength) {
    text.resize(kMaxLength);
    text += " ...";
  }
  return text;
}

/// "file:line:column: ", or nothing for a location that is not in a file.
static std::string formatLocation(Location location) {
  if (auto file = location->findInstanceOf<FileLineColLoc>())
    return fmt::format("{}:{}:{}: ", file.getFilename().getValue(), file.getLine(),
                       file.getColumn());
  return "";
}

DiagnosticCollector::DiagnosticCollector(MLIRContext *context, bool ofThread)
    : handler(context, [this, ofThread, thread = llvm::get_threadid()](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error ||
            (ofThread && llvm::get_threadid() != thread))
          return failure();
        append(diagnostic);
        return success();
      }) {}

void DiagnosticCollector::append(const Diagnostic &diagnostic) {
  std::lock_guard lock(mutex);
  if (++count > kMaxErrors)
    return;
  if (!text.empty())
    text += '\n';
  text += formatLocation(diagnostic.getLocation()) + shorten(diagnostic.str());
  for (const Diagnostic &note : const_cast<Diagnostic &>(diagnostic).getNotes())
    text += "\n  note: " + formatLocation(note.getLocation()) + shorten(note.str());
}

llvm::Error DiagnosticCollector::takeError(llvm::StringRef fallback) {
  std::lock_guard lock(mutex);
  if (text.empty())
    return makeError("{}", fallback);
  std::string more = count > kMaxErrors ? fmt::format("\n{} more errors", count - kMaxErrors) : "";
  count = 0;
  return makeError("{}{}", std::exchange(text, ""), more);
}

//===- Report.cpp - Results, for people and for programs ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "qcc/Support/Diagnostics.h"

using namespace qcc;
using namespace qcc::peers;

llvm::Expected<Report> Report::create(llvm::StringRef jsonPath) {
  Report report;
  if (jsonPath.empty())
    return report;
  std::error_code error;
  report.file = std::make_unique<llvm::raw_fd_ostream>(jsonPath, error);
  if (error)
    return makeError("cannot write '{}': {}", jsonPath, error.message());
  return report;
}

void Report::addResult(llvm::json::Object result) {
  if (!file)
    return;
  *file << llvm::json::Value(std::move(result)) << "\n";
  file->flush();
}

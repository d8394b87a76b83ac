//===- Report.h - Results, for people and for programs ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_REPORT_H
#define QCC_BENCHMARKS_PEERS_REPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>

namespace qcc::peers {

/// Text on standard output and, in a file, one line of JSON for each result. Everything is written
/// at once: measuring takes its time.
class Report {
public:
  /// Without a path there is no file.
  static llvm::Expected<Report> create(llvm::StringRef jsonPath);

  void addText(llvm::StringRef text) {
    llvm::outs() << text;
    llvm::outs().flush();
  }
  void addResult(llvm::json::Object result);

private:
  std::unique_ptr<llvm::raw_fd_ostream> file;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_REPORT_H

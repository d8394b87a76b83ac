//===- Progress.h - one line that tells how far long work has come ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Library code that works for long takes a `llvm::function_ref<void(uint64_t done)>` and knows
// nothing of terminals; a tool passes a Progress. It shows count, rate and time left on one line
// that is rewritten in place and erased at the end, and shows nothing at all where nobody watches
// (not a terminal, or disabled).
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_PROGRESS_H
#define QCC_SUPPORT_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <cstdint>
#include <string>

namespace qcc {

/// `Progress progress = Progress::forStderr("calibrating", images); calibrate(module, data,
/// progress);` Not synchronized: call it from one thread at a time.
class Progress {
public:
  /// Draws on `os`, which must outlive this object, if `enabled`; otherwise every call does
  /// nothing. `total` is the value of `done` at the end, 0 if unknown (then no share and no time
  /// left are shown). `columns` is the width that a line is cut to, so that it can be rewritten.
  Progress(llvm::raw_ostream &os, llvm::StringRef title, uint64_t total, bool enabled,
           unsigned columns = 80);

  /// Draws on standard error if that is a terminal and `enabled` (a tool's "not --quiet").
  static Progress forStderr(llvm::StringRef title, uint64_t total, bool enabled = true);

  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  ~Progress() { finish(); }

  /// Says that `done` of `total` units are done. Draws at most ten times a second, so it may be
  /// called for each item.
  void operator()(uint64_t done);

  /// Erases the line. Called by the destructor; call it earlier to print something else.
  void finish();

private:
  using Clock = std::chrono::steady_clock;

  llvm::raw_ostream &os;
  std::string title;
  uint64_t total;
  bool enabled;
  unsigned columns;
  bool drawn = false;
  Clock::time_point start;
  Clock::time_point lastDraw;
};

/// The text of a line: "calibrating 640/10000 (6%), 1280/s, 7 s left". `seconds` is the time since
/// the start.
std::string formatProgress(llvm::StringRef title, uint64_t done, uint64_t total, double seconds);

} // namespace qcc

#endif // QCC_SUPPORT_PROGRESS_H

//===- Progress.cpp - one line that tells how far long work has come ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/Progress.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/Process.h"
#include <cmath>

using namespace llvm;
using namespace qcc;

static constexpr std::chrono::milliseconds drawInterval(100);

/// "12 s", "3:07" or "2:03:07".
static std::string formatDuration(double seconds) {
  // Anything longer is no estimate, and must not overflow the conversion.
  if (!(seconds < 1e6))
    return "days";
  auto whole = static_cast<unsigned>(std::lround(seconds));
  if (whole < 60)
    return fmt::format("{} s", whole);
  if (whole < 3600)
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string qcc::formatProgress(StringRef title, uint64_t done, uint64_t total, double seconds) {
  std::string line = fmt::format("{} {}", title, done);
  if (total) {
    double share = static_cast<double>(done) / static_cast<double>(total);
    line += fmt::format("/{} ({}%)", total, static_cast<unsigned>(100 * std::min(share, 1.0)));
  }
  if (done == 0 || seconds <= 0)
    return line;
  double rate = static_cast<double>(done) / seconds;
  line += rate < 10 ? fmt::format(", {:.1f}/s", rate) : fmt::format(", {:.0f}/s", rate);
  if (done < total)
    line += fmt::format(", {} left", formatDuration(static_cast<double>(total - done) / rate));
  return line;
}

Progress::Progress(raw_ostream &os, StringRef title, uint64_t total, bool enabled, unsigned columns)
    : os(os), title(title), total(total), enabled(enabled), columns(columns), start(Clock::now()),
      lastDraw(start) {}

Progress Progress::forStderr(StringRef title, uint64_t total, bool enabled) {
  unsigned columns = sys::Process::StandardErrColumns();
  return Progress(errs(), title, total, enabled && sys::Process::StandardErrIsDisplayed(),
                  columns ? columns : 80);
}

void Progress::operator()(uint64_t done) {
  if (!enabled)
    return;
  Clock::time_point now = Clock::now();
  // The first line comes after one interval, so that short work stays silent.
  if (now - lastDraw < drawInterval)
    return;
  lastDraw = now;
  drawn = true;
  std::string line =
      formatProgress(title, done, total, std::chrono::duration<double>(now - start).count());
  // A line that reaches the last column would wrap, and could not be rewritten.
  if (columns && line.size() >= columns)
    line.resize(columns - 1);
  os << '\r' << line << "\x1b[K";
  os.flush();
}

void Progress::finish() {
  if (drawn) {
    os << "\r\x1b[K";
    os.flush();
  }
  drawn = false;
  enabled = false;
}

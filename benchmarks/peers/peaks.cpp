//===- peaks.cpp - Prints what one core can do at most ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Peaks.h"
#include "Report.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace qcc;
namespace cl = llvm::cl;

namespace {
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<int> rounds{"rounds", cl::desc("Turns of each (default 20)"), cl::init(20),
                      cl::cat(category)};
  cl::opt<double> seconds{"seconds", cl::desc("Length of a turn (default 0.01)"), cl::init(0.01),
                          cl::cat(category)};
  cl::opt<std::string> json{"json", cl::desc("Also write a line of JSON for each result"),
                            cl::value_desc("file"), cl::cat(category)};
};
} // namespace

static void add(peers::Report &report, const std::string &name, llvm::StringRef unit,
                const peers::Rate &rate) {
  report.addResult(llvm::json::Object{
      {"name", name}, {"unit", unit}, {"median", rate.median}, {"best", rate.best}});
  report.addText(
      fmt::format("{:<32} {:>8.1f} {:<7} (best {:.1f})\n", name, rate.median, unit, rate.best));
}

static llvm::Error run(const Options &options) {
  if (options.rounds < 1)
    return makeError("there must be at least one round");
  auto report = peers::Report::create(options.json);
  if (!report)
    return report.takeError();
  auto arithmetic = peers::getArithmeticPeaks();
  if (arithmetic.empty())
    report->addText("multiplications are measured from AVX2 on, which this machine has not\n");
  peers::TurnOptions turns{options.rounds, options.seconds};
  for (const peers::ArithmeticPeak &peak : arithmetic)
    add(*report, peak.name.str(), "GMAC/s", peers::measureArithmetic(peak, turns));
  for (const peers::ReadingPeak &peak : peers::getReadingPeaks()) {
    std::string size = peak.bytes >> 20 ? fmt::format("{} MiB", peak.bytes >> 20)
                                        : fmt::format("{} KiB", peak.bytes >> 10);
    add(*report, fmt::format("read {}, {}", peak.name, size), "GB/s",
        peers::measureReading(peak, turns));
  }
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser(); // LLVM has options of its own
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv,
                              "the most that one core multiplies and reads in a second\n");
  if (llvm::Error error = run(options)) {
    llvm::errs() << "peaks: error: " << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}

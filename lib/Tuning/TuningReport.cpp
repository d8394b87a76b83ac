//===- TuningReport.cpp - Measurements as text ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/Diagnostics.h"
#include "qcc/Tuning/Tuning.h"

#include "llvm/Support/raw_ostream.h"

using namespace qcc;

std::string qcc::toText(const TunedKernel &kernel) {
  std::string text = fmt::format("{} ({})\n  {:>12}  {:>12}  {:>6}  strategy", kernel.name,
                                 kernel.key, "model", "ns per image", "ratio");
  for (auto [i, candidate] : llvm::enumerate(kernel.candidates)) {
    std::string strategy;
    llvm::raw_string_ostream(strategy) << candidate.strategy;
    std::string cost = candidate.cost > 0 ? fmt::format("{:.0f}", candidate.cost) : "-";
    text += fmt::format("\n{} {:>12}  {:>12.1f}  {:>6.3f}  {}", i == kernel.winner ? "*" : " ",
                        cost, candidate.seconds * 1e9, candidate.ratio, strategy);
  }
  return text;
}

std::string qcc::toText(const TunedLevel &level) {
  size_t changed =
      llvm::count_if(level.kernels, [](const TunedKernel &kernel) { return kernel.winner != 0; });
  std::string known =
      level.known ? fmt::format("; {} were measured before", level.known) : std::string();
  return fmt::format("{}: {} kernels measured, {} of them are faster with another strategy than "
                     "the cost model's choice{}",
                     level.isa, level.kernels.size(), changed, known);
}

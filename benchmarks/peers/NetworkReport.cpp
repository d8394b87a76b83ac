//===- NetworkReport.cpp - What is told of a network and its peer ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkReport.h"

#include "llvm/Support/Path.h"

using namespace qcc;
using namespace qcc::peers;

void qcc::peers::addResult(Report &report, const NetworkOptions &options, const QccNetwork &network,
                           const Limits &limits, NetworkResult result) {
  auto batch = static_cast<double>(result.batch);
  double us = 1e6 / batch;
  const Turns &turns = result.turns;
  // Threads share the work, and each core has a limit of its own.
  double limit = limits.getLeastSeconds(network.getProducts() * batch, network.getWeightBytes()) /
                 options.threads;
  llvm::json::Object object{{"model", llvm::sys::path::stem(options.modelPath)},
                            {"peer", result.peer},
                            {"batch", result.batch},
                            {"threads", static_cast<int64_t>(options.threads)},
                            {"limit_us_per_image", limit * us},
                            {"qcc_us_per_image", turns.ours * us},
                            {result.key.str() + "_us_per_image", turns.theirs * us},
                            {"ratio", turns.ratio},
                            {"ratio_min", turns.leastRatio},
                            {"ratio_max", turns.mostRatio}};
  for (auto &[name, value] : result.fields)
    object[name] = std::move(value);
  report.addResult(std::move(object));
  report.addText(fmt::format(
      "batch {:<4} {}: qcc {:>8.2f} us ({:.0f} % of the limit)  {} {:>8.2f} us per image; ratio "
      "{:.2f} (median of {} pairs, {:.2f} to {:.2f}); {}\n",
      result.batch, options.describeThreads(), turns.ours * us, 100 * limit / turns.ours,
      result.peer.str(), turns.theirs * us, turns.ratio, options.rounds.getValue(),
      turns.leastRatio, turns.mostRatio, result.text));
}

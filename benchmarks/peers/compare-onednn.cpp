//===- compare-onednn.cpp - Layers of qcc and of oneDNN, alternating in one process ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each distinct convolution and linear layer of two networks, alone: u8 activations, s8 weights, a
// scale for each channel, a 32-bit bias, requantized to u8 behind a relu. Both sides run on one
// thread, warm, on the same numbers, in turns of some milliseconds.
//
// Both are timed as they would run inside of a network, with activations and weights where and as
// they want them: of qcc the kernel with the border of its padded input (see QccLayer.h), of oneDNN
// the primitive, with activations channels last or in the order that it asks for, whichever is
// faster. What a layer alone does not show is what either does between layers.
//
//===----------------------------------------------------------------------===//

#include "OneDnn.h"
#include "OneDnnPrimitive.h"
#include "Peaks.h"
#include "QccLayer.h"
#include "Report.h"
#include "Turns.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

#include <cmath>
#include <cstdlib>

using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
using llvm::Expected;
namespace cl = llvm::cl;

namespace {
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<std::string> isa{
      "isa", cl::desc("The level of the instruction set (default: this machine's best)"),
      cl::value_desc("level"), cl::cat(category)};
  cl::opt<int64_t> batch{"batch", cl::desc("Images per call (default 1)"), cl::init(1),
                         cl::value_desc("N"), cl::cat(category)};
  cl::opt<std::string> filter{"filter", cl::desc("Only layers whose network and name contain this"),
                              cl::value_desc("text"), cl::cat(category)};
  cl::opt<int> rounds{"rounds", cl::desc("Turns of each (default 20)"), cl::init(20),
                      cl::cat(category)};
  cl::opt<double> seconds{"seconds", cl::desc("Length of a turn (default 0.004)"), cl::init(0.004),
                          cl::cat(category)};
  cl::opt<bool> verbose{"verbose", cl::desc("Also qcc's strategy and oneDNN's implementation"),
                        cl::cat(category)};
  cl::opt<std::string> json{"json", cl::desc("Also write a line of JSON for each result"),
                            cl::value_desc("file"), cl::cat(category)};
};

struct Result {
  Layer layer;
  Turns turns;
  /// Codes differ by rounding.
  int difference = 0;
  std::string strategy, implementation;
};
} // namespace

static Expected<Result> compare(const Options &options, const Layer &layer,
                                mlir::MLIRContext &context) {
  LayerData data(layer, options.batch);
  auto ours = QccLayer::create(layer, data, options.isa, context);
  if (!ours)
    return ours.takeError();
  auto theirs = OneDnnLayer::create(layer, data);
  if (!theirs)
    return theirs.takeError();
  auto output = (*ours)->computeOutput();
  if (!output)
    return output.takeError();
  auto turns = takeTurns(
      {options.rounds, options.seconds}, [&] { return (*ours)->run(); },
      [&] { return (*theirs)->run(); });
  if (!turns)
    return turns.takeError();
  auto expected = (*theirs)->getOutput();
  if (!expected)
    return expected.takeError();
  Result result{layer, *turns, 0, (*ours)->getStrategy().str(),
                (*theirs)->getImplementation().str()};
  for (auto [a, b] : llvm::zip_equal(output->getBytes(), expected->getBytes()))
    result.difference = std::max(result.difference, std::abs(int(a) - int(b)));
  return result;
}

/// What qcc compiles for.
static const TargetDescription &getLevel(const Options &options) {
  return options.isa.empty() ? getHostDescription()
                             : *llvm::cantFail(resolveTarget("", options.isa)).description;
}

/// Of one image.
static double toMicroseconds(const Options &options, double time) {
  return time * 1e6 / static_cast<double>(options.batch);
}

static double getGMACs(const Options &options, const Layer &layer, double time) {
  return static_cast<double>(layer.getMACs() * options.batch) / time * 1e-9;
}

static void add(const Options &options, Report &report, const Network &network,
                const Limits &limits, const Result &result) {
  const Layer &layer = result.layer;
  const Turns &turns = result.turns;
  double limit = limits.getLeastSeconds(static_cast<double>(layer.getMACs() * options.batch),
                                        static_cast<double>(layer.getNumWeights()));
  report.addResult(
      llvm::json::Object{{"network", network.name},
                         {"layer", layer.getName()},
                         {"count", layer.count},
                         {"isa", getLevel(options).isa},
                         {"batch", options.batch.getValue()},
                         {"macs", layer.getMACs()},
                         {"qcc_us_per_image", toMicroseconds(options, turns.ours)},
                         {"onednn_us_per_image", toMicroseconds(options, turns.theirs)},
                         {"limit_us_per_image", toMicroseconds(options, limit)},
                         {"qcc_gmacs", getGMACs(options, layer, turns.ours)},
                         {"onednn_gmacs", getGMACs(options, layer, turns.theirs)},
                         {"ratio", turns.ratio},
                         {"ratio_min", turns.leastRatio},
                         {"ratio_max", turns.mostRatio},
                         {"largest_difference", result.difference},
                         {"qcc_strategy", result.strategy},
                         {"onednn_implementation", result.implementation}});
  report.addText(fmt::format(
      "{:<28} x{:<2} {:>8.2f} {:>9.1f} {:>9.1f} {:>7.2f} {:>14} {:>8.0f} {:>8.0f} {:>5.0f} % "
      "{:>5}\n",
      layer.getName(), layer.count, static_cast<double>(layer.getMACs()) * 1e-6,
      toMicroseconds(options, turns.ours), toMicroseconds(options, turns.theirs), turns.ratio,
      fmt::format("{:.2f} to {:.2f}", turns.leastRatio, turns.mostRatio),
      getGMACs(options, layer, turns.ours), getGMACs(options, layer, turns.theirs),
      100 * limit / turns.ours, result.difference));
  if (options.verbose)
    report.addText(fmt::format("    {}\n    {}\n", result.strategy, result.implementation));
}

static void addSummary(const Options &options, Report &report, const Network &network,
                       llvm::ArrayRef<Result> results) {
  double logarithms = 0, ours = 0, theirs = 0;
  for (const Result &result : results) {
    auto count = static_cast<double>(result.layer.count);
    logarithms += std::log(result.turns.ratio);
    ours += count * toMicroseconds(options, result.turns.ours);
    theirs += count * toMicroseconds(options, result.turns.theirs);
  }
  double mean = std::exp(logarithms / static_cast<double>(results.size()));
  report.addResult(llvm::json::Object{{"network", network.name},
                                      {"layers", static_cast<int64_t>(results.size())},
                                      {"isa", getLevel(options).isa},
                                      {"batch", options.batch.getValue()},
                                      {"geometric_mean", mean},
                                      {"qcc_us_per_image", ours},
                                      {"onednn_us_per_image", theirs},
                                      {"ratio", theirs / ours}});
  std::string text = fmt::format(
      "geometric mean of {} ratios: {:.2f}; each layer as often as the network has it: qcc {:.0f} "
      "us, oneDNN {:.0f} us, ratio {:.2f}\nlowest ratios:\n",
      results.size(), mean, ours, theirs, theirs / ours);
  llvm::SmallVector<Result> worst(results);
  llvm::sort(worst, [](const Result &a, const Result &b) { return a.turns.ratio < b.turns.ratio; });
  for (const Result &result : llvm::ArrayRef(worst).take_front(5))
    text += fmt::format("  {:.2f}  {}\n", result.turns.ratio, result.layer.getName());
  report.addText(text);
}

static Error run(const Options &options) {
  if (options.batch < 1 || options.rounds < 1)
    return makeError("the batch and the rounds must be at least 1");
  if (auto target = resolveTarget(/*triple=*/"", options.isa); !target)
    return target.takeError();
  if (Error error = keepToCores(/*threads=*/1))
    return error;
  if (Error error = holdOneDnn(options.isa.empty() ? "" : getLevel(options).isa, /*threads=*/1))
    return error;
  auto report = Report::create(options.json);
  if (!report)
    return report.takeError();
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  report->addText(fmt::format(
      "qcc ({}) and oneDNN {}, int8, batch {}, one thread; each layer alone, its activations where "
      "and as each side wants them.\nOf qcc the kernel and the border of its padded input are "
      "timed, "
      "no copy of the input. A ratio above 1: qcc is faster.\nMMAC and us are of one image; limit "
      "is "
      "how near qcc is to what the core multiplies, or reads of weights, at most;\ndif is the "
      "largest difference of two codes.\n",
      getLevel(options).isa, getOneDnnVersion(), options.batch.getValue()));
  Limits limits = Limits::measure(getLevel(options).isa, /*isFloat=*/false);
  bool any = false;
  for (const Network &network : {makeResNet50(), makeMobileNetV2()}) {
    llvm::SmallVector<Result> results;
    for (const Layer &layer : network.layers) {
      if (!llvm::StringRef(network.name + " " + layer.getName()).contains(options.filter))
        continue;
      if (results.empty())
        report->addText(fmt::format(
            "\n{:<32} {:>8} {:>9} {:>9} {:>7} {:>14} {:>8} {:>8} {:>7} {:>5}\n{:<32} {:>8} {:>9} "
            "{:>9} {:>7} {:>14} {:>8} {:>8} {:>7}\n",
            network.name, "MMAC", "us", "us", "ratio", "least to most", "GMAC/s", "GMAC/s", "limit",
            "dif", "", "", "qcc", "oneDNN", "", "", "qcc", "oneDNN", "qcc"));
      auto result = compare(options, layer, context);
      if (!result)
        return addContext(result.takeError(), layer.getName());
      add(options, *report, network, limits, *result);
      results.push_back(std::move(*result));
    }
    if (!results.empty())
      addSummary(options, *report, network, results);
    any |= !results.empty();
  }
  if (!any)
    return makeError("no layer's name contains '{}'", options.filter.getValue());
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser(); // LLVM has options of its own
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "time of the layers of ResNet-50 and MobileNetV2, in qcc's code and in "
      "oneDNN's primitives, one thread\n");
  if (Error error = run(options)) {
    llvm::errs() << "compare-onednn: error: " << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}

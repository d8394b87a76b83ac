//===- compare-onednn-network.cpp - A CNN of qcc and of oneDNN ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A small CNN on 28 x 28 pixels: on qcc's side an int8 model, on oneDNN's its layers, chained by
// hand (see OneDnnChain.h). Both take u8 codes and give codes, run on one thread, warm, in turns of
// some milliseconds. Of the model only the input's and the output's shapes are checked; the caller
// knows that it has these layers.
//
// oneDNN's weights, biases and scales are random, since time does not depend on them, and the
// results of the two sides are not compared. It has no zero points, which is in its favour.
//
//===----------------------------------------------------------------------===//

#include "NetworkReport.h"
#include "OneDnnChain.h"
#include "OneDnnPrimitive.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
namespace cl = llvm::cl;

namespace {
struct Options : NetworkOptions {
  cl::opt<bool> verbose{"verbose", cl::desc("Also oneDNN's layouts and implementations"),
                        cl::cat(category)};

  Options() : NetworkOptions("Both sides' level of the instruction set") {}
};
} // namespace

/// The layers of the network. Images of 28 x 28 become 64 of 14 x 14, which the first linear layer
/// takes as a vector.
static std::vector<ChainStep> makeSteps() {
  Layer first{.size = 28, .inputs = 1, .outputs = 32, .kernel = 3, .padding = 1};
  Layer second{.size = 28, .inputs = 32, .outputs = 64, .kernel = 3, .padding = 1};
  Layer third{.inputs = int64_t(64) * 14 * 14, .outputs = 128};
  Layer fourth{.inputs = 128, .outputs = 10};
  return {{.layer = first},
          {.layer = second, .pooling = 2},
          {.layer = third},
          {.layer = fourth, .hasRelu = false}};
}

static Error compare(const Options &options, Report &report, QccNetwork &network,
                     const Limits &limits, int64_t batch) {
  if (Error error = network.bind(batch, options.threads))
    return error;
  auto chain = OneDnnChain::create(makeSteps(), batch);
  if (!chain)
    return chain.takeError();
  auto turns =
      takeTurns(options.getTurns(), [&] { return network.run(); }, [&] { return (*chain)->run(); });
  if (!turns)
    return turns.takeError();

  int64_t reorders = (*chain)->getNumReorders();
  addResult(report, options, network, limits,
            {.peer = "oneDNN",
             .key = "onednn",
             .batch = batch,
             .turns = *turns,
             .fields = llvm::json::Object{{"onednn_reorders", reorders},
                                          {"onednn_implementation", (*chain)->describe()}},
             .text = fmt::format("{} reorders", reorders)});
  if (options.verbose)
    report.addText(fmt::format("    {}\n", (*chain)->describe()));
  return Error::success();
}

static Error run(const Options &options) {
  if (Error error = options.check())
    return error;
  auto target = resolveTarget(/*triple=*/"", options.isa);
  if (!target)
    return target.takeError();
  if (Error error = keepToCores(options.threads))
    return error;
  if (Error error =
          holdOneDnn(options.isa.empty() ? "" : target->description->isa, options.threads))
    return error;
  auto report = Report::create(options.json);
  if (!report)
    return report.takeError();
  RunOptions run;
  run.isa = options.isa;
  run.raw = true;
  auto network = QccNetwork::create(options.modelPath, run);
  if (!network)
    return network.takeError();
  const TensorSpec &input = (*network)->getInputSpec(), &output = (*network)->getOutputSpec();
  if (input.type != ElementType::U8 || input.shape.size() != 4 ||
      llvm::ArrayRef(input.shape).drop_front() != llvm::ArrayRef<int64_t>({1, 28, 28}) ||
      output.type != ElementType::U8 || output.shape.size() != 2 || output.shape[1] != 10)
    return makeError("the model must take u8 codes of [N, 1, 28, 28] to u8 codes of [N, 10], not "
                     "{} to {}",
                     formatSpec(input), formatSpec(output));
  report->addText(fmt::format("qcc and a chain of primitives of oneDNN {}, u8 codes to codes. "
                              "A ratio above 1: qcc is faster.\n",
                              getOneDnnVersion()));
  Limits limits = Limits::measure(target->description->isa, /*isFloat=*/false);
  for (int64_t batch : options.getBatches())
    if (Error error = compare(options, *report, **network, limits, batch))
      return error;
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser(); // LLVM has options of its own
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "time of qcc's code of a small int8 CNN beside a chain of oneDNN's primitives\n"
      "\n"
      "  The model has 3x3 convolutions 1->32 and 32->64, a 2x2 max pooling, and linear layers\n"
      "  12544->128->10, on images of 28 x 28.\n");
  if (Error error = run(options)) {
    llvm::errs() << "compare-onednn-network: error: " << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}

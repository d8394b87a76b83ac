//===- compare-onnxruntime.cpp - qcc and ONNX Runtime, alternating in one process ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both run the same ONNX model on the same input, warm, with input and output in memory, in turns
// of some milliseconds.
//
//===----------------------------------------------------------------------===//

#include "NetworkOptions.h"
#include "OnnxRuntime.h"
#include "QccNetwork.h"
#include "Report.h"
#include "Turns.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace qcc;
using llvm::Error;
namespace cl = llvm::cl;

namespace {
struct Options : peers::NetworkOptions {
  cl::opt<std::string> library{"onnxruntime", cl::Required,
                               cl::desc("The path of libonnxruntime.so.1"), cl::value_desc("file"),
                               cl::cat(category)};

  Options() : NetworkOptions("qcc's level of the instruction set") {}
};
} // namespace

static Error compare(const Options &options, peers::Report &report, peers::QccNetwork &network,
                     peers::OnnxRuntime &peer, int64_t batch) {
  if (Error error = network.bind(batch))
    return error;
  HostTensor theirs(ElementType::F32, network.getOutput().getShape());
  if (Error error = peer.bind(network.getInput(), theirs))
    return error;
  auto ours = [&] { return network.run(); };
  auto runPeer = [&] { return peer.run(); };

  auto turns = peers::takeTurns({options.rounds, options.seconds}, ours, runPeer);
  if (!turns)
    return turns.takeError();
  float difference = 0;
  for (auto [a, b] : llvm::zip_equal(network.getOutput().getData<float>(), theirs.getData<float>()))
    difference = std::max(difference, std::abs(a - b));

  double us = 1e6 / static_cast<double>(batch);
  report.addResult(llvm::json::Object{{"model", llvm::sys::path::stem(options.modelPath)},
                                      {"batch", batch},
                                      {"qcc_us_per_image", turns->ours * us},
                                      {"onnxruntime_us_per_image", turns->theirs * us},
                                      {"ratio", turns->ratio},
                                      {"ratio_min", turns->leastRatio},
                                      {"ratio_max", turns->mostRatio},
                                      {"largest_difference", difference}});
  report.addText(fmt::format(
      "batch {:<4} qcc {:>8.2f} us  ONNX Runtime {:>8.2f} us per image; ratio {:.2f} (median of "
      "{} pairs, {:.2f} to {:.2f}); largest difference of an output {:.3g}\n",
      batch, turns->ours * us, turns->theirs * us, turns->ratio, options.rounds.getValue(),
      turns->leastRatio, turns->mostRatio, difference));
  return Error::success();
}

static Error run(const Options &options) {
  if (options.rounds < 1)
    return makeError("there must be at least one round");
  auto report = peers::Report::create(options.json);
  if (!report)
    return report.takeError();
  RunOptions run;
  run.isa = options.isa;
  auto network = peers::QccNetwork::create(options.modelPath, run);
  if (!network)
    return network.takeError();
  const TensorSpec &input = (*network)->getInputSpec(), &output = (*network)->getOutputSpec();
  if (input.type != ElementType::F32 || output.type != ElementType::F32)
    return makeError("the model must take float32 to float32");
  auto peer = peers::OnnxRuntime::create(options.library, options.modelPath, input.name,
                                         output.name, /*threads=*/1);
  if (!peer)
    return peer.takeError();
  for (int64_t batch : options.getBatches())
    if (Error error = compare(options, *report, **network, **peer, batch))
      return error;
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv, "time of qcc's code beside ONNX Runtime's, one thread\n");
  if (Error error = run(options)) {
    llvm::errs() << "compare-onnxruntime: error: " << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}

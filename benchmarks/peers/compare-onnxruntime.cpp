//===- compare-onnxruntime.cpp - qcc and ONNX Runtime, in turns ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both run the same ONNX model on the same input, warm, with input and output in memory, in turns
// of some milliseconds, each in a process of its own.
//
//===----------------------------------------------------------------------===//

#include "NetworkReport.h"
#include "OnnxRuntimeProcess.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include <algorithm>

using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
namespace cl = llvm::cl;

namespace {
struct Options : NetworkOptions {
  cl::opt<std::string> library{"onnxruntime", cl::Required,
                               cl::desc("The path of libonnxruntime.so.1"), cl::value_desc("file"),
                               cl::cat(category)};

  Options() : NetworkOptions("qcc's level of the instruction set") {}
};
} // namespace

static Error compare(const Options &options, Report &report, QccNetwork &network,
                     OnnxRuntimeProcess &peer, const Limits &limits, int64_t batch) {
  if (Error error = network.bind(batch, options.threads))
    return error;
  HostTensor theirs(ElementType::F32, network.getOutput().getShape());
  if (Error error = peer.bind(network.getInput(), theirs))
    return error;
  auto turns = alternate(
      options.rounds, [&] { return takeTurn(options.getTurns(), [&] { return network.run(); }); },
      [&] { return peer.takeTurn(); });
  if (!turns)
    return turns.takeError();
  if (Error error = peer.read(theirs))
    return error;
  float difference = 0;
  for (auto [a, b] : llvm::zip_equal(network.getOutput().getData<float>(), theirs.getData<float>()))
    difference = std::max(difference, std::abs(a - b));

  addResult(report, options, network, limits,
            {.peer = "ONNX Runtime",
             .key = "onnxruntime",
             .batch = batch,
             .turns = *turns,
             .fields = llvm::json::Object{{"largest_difference", difference}},
             .text = fmt::format("largest difference of an output {:.3g}", difference)});
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
  auto peer = OnnxRuntimeProcess::start(options.getTurns());
  if (!peer)
    return peer.takeError();
  auto report = Report::create(options.json);
  if (!report)
    return report.takeError();
  RunOptions run;
  run.isa = options.isa;
  auto network = QccNetwork::create(options.modelPath, run);
  if (!network)
    return network.takeError();
  const TensorSpec &input = (*network)->getInputSpec(), &output = (*network)->getOutputSpec();
  if (input.type != ElementType::F32 || output.type != ElementType::F32)
    return makeError("the model must take float32 to float32");
  if (Error error = (*peer)->load(options.library, options.modelPath, input.name, output.name))
    return error;
  Limits limits = Limits::measure(target->description->isa, (*network)->isFloat());
  for (int64_t batch : options.getBatches())
    if (Error error = compare(options, *report, **network, **peer, limits, batch))
      return error;
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser(); // LLVM has options of its own
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv, "time of qcc's code beside ONNX Runtime's\n");
  if (Error error = run(options)) {
    llvm::errs() << "compare-onnxruntime: error: " << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}

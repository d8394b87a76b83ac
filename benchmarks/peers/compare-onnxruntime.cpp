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

#include "OnnxRuntime.h"
#include "Report.h"
#include "Turns.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"
#include "qcc/Tools/ModelFile.h"
#include "qcc/Tools/Registration.h"
#include "qcc/Tools/Run.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <random>

using namespace qcc;
using llvm::Error;
namespace cl = llvm::cl;

namespace {
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<std::string> modelPath{cl::Positional, cl::Required, cl::desc("MODEL.onnx"),
                                 cl::cat(category)};
  cl::opt<std::string> library{"onnxruntime", cl::Required,
                               cl::desc("The path of libonnxruntime.so.1"), cl::value_desc("file"),
                               cl::cat(category)};
  cl::opt<std::string> isa{"isa", cl::desc("qcc's level of the instruction set"),
                           cl::value_desc("level"), cl::cat(category)};
  cl::list<int64_t> batches{"batch", cl::CommaSeparated, cl::desc("Images per call (default 1,64)"),
                            cl::value_desc("N"), cl::cat(category)};
  cl::opt<int> rounds{"rounds", cl::desc("Turns of each (default 60)"), cl::init(60),
                      cl::cat(category)};
  cl::opt<double> seconds{"seconds", cl::desc("Length of a turn (default 0.02)"), cl::init(0.02),
                          cl::cat(category)};
  cl::opt<std::string> json{"json", cl::desc("Also write a line of JSON for each result"),
                            cl::value_desc("file"), cl::cat(category)};
};
} // namespace

static Error compare(const Options &options, peers::Report &report, const Session &session,
                     peers::OnnxRuntime &peer, int64_t batch) {
  auto shape = llvm::to_vector_of<int64_t>(session.inputs()[0].shape);
  shape[0] = batch;
  HostTensor input(ElementType::F32, shape);
  std::mt19937 random(1);
  for (float &value : input.getMutableData<float>())
    value = static_cast<float>(random() >> 8) * 0x1p-24F;
  auto results = session.run(input);
  if (!results)
    return results.takeError();
  HostTensor output(results->front()), theirs(ElementType::F32, output.getShape());
  if (Error error = peer.bind(input, theirs))
    return error;

  const NetworkFunction *network = session.getNetwork();
  HostTensor workspace(
      ElementType::U8,
      llvm::SmallVector<int64_t>{static_cast<int64_t>(network->getWorkspace().bytes) + 64});
  auto ours = [&]() -> Error {
    if (network->call({input.getBytes().data()}, {output.getMutableBytes().data()}, batch,
                      workspace.getMutableBytes().data()))
      return makeError("the network does not take a batch of {}", batch);
    return Error::success();
  };
  auto runPeer = [&] { return peer.run(); };

  auto turns = peers::takeTurns({options.rounds, options.seconds}, ours, runPeer);
  if (!turns)
    return turns.takeError();
  float difference = 0;
  for (auto [a, b] : llvm::zip_equal(output.getData<float>(), theirs.getData<float>()))
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
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = loadModel(options.modelPath, context);
  if (!module)
    return module.takeError();
  RunOptions run;
  run.isa = options.isa;
  auto session = prepareSession(**module, run);
  if (!session)
    return session.takeError();
  if ((*session)->inputs().size() != 1 || (*session)->outputs().size() != 1 ||
      (*session)->inputs()[0].type != ElementType::F32 || !(*session)->getNetwork())
    return makeError("the model must be a network of one float32 input and one output");
  auto peer =
      peers::OnnxRuntime::create(options.library, options.modelPath, (*session)->inputs()[0].name,
                                 (*session)->outputs()[0].name, /*threads=*/1);
  if (!peer)
    return peer.takeError();
  llvm::SmallVector<int64_t> batches(options.batches.begin(), options.batches.end());
  if (batches.empty())
    for (int64_t batch : {1, 64})
      batches.push_back(batch);
  for (int64_t batch : batches)
    if (Error error = compare(options, *report, **session, **peer, batch))
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

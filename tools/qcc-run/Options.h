//===- Options.h - The command line of qcc-run --- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_QCC_RUN_OPTIONS_H
#define QCC_TOOLS_QCC_RUN_OPTIONS_H

#include "../ToolSupport.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Run.h"

namespace qcc::tool {

/// Made on first use, which is after the libraries\' options were dropped.
inline llvm::cl::OptionCategory &category() {
  static llvm::cl::OptionCategory instance("qcc-run options");
  return instance;
}

struct Options {
  llvm::cl::opt<std::string> model{llvm::cl::Positional, llvm::cl::Required,
                                   llvm::cl::desc("MODEL (.onnx, .mlir, .mlirbc)"),
                                   llvm::cl::cat(category())};
  llvm::cl::list<std::string> inputs{"input",
                                     llvm::cl::desc("A .npy file for each input, in order"),
                                     llvm::cl::value_desc("x.npy"), llvm::cl::cat(category())};
  llvm::cl::list<std::string> outputs{"output",
                                      llvm::cl::desc("A .npy file for each output, in order"),
                                      llvm::cl::value_desc("y.npy"), llvm::cl::cat(category())};
  llvm::cl::opt<bool> raw{"raw", llvm::cl::desc("Integer codes in and out"),
                          llvm::cl::cat(category())};
  llvm::cl::opt<std::string> evaluate{"evaluate",
                                      llvm::cl::desc("Classify the test split in this folder"),
                                      llvm::cl::value_desc("dir"), llvm::cl::cat(category())};
  llvm::cl::opt<std::string> compare{
      "compare",
      llvm::cl::desc("Compare with this model, the reference (unless it is the "
                     "quantized one of the two)"),
      llvm::cl::value_desc("model"), llvm::cl::cat(category())};
  llvm::cl::opt<std::string> data{"data",
                                  llvm::cl::desc("The folder whose test split --compare and "
                                                 "--check-lowering run on"),
                                  llvm::cl::value_desc("dir"), llvm::cl::cat(category())};
  llvm::cl::opt<int64_t> limit{"limit", llvm::cl::desc("Only the first N images (default all)"),
                               llvm::cl::value_desc("N"), llvm::cl::init(0),
                               llvm::cl::cat(category())};
  llvm::cl::opt<bool> benchmark{
      "benchmark", llvm::cl::desc("Measure the time of a call, input and output in memory"),
      llvm::cl::cat(category())};
  llvm::cl::opt<bool> checkLowering{
      "check-lowering",
      llvm::cl::desc("Check that optimized code gives the reference lowering's bytes, on --input "
                     "or on the test split in --data"),
      llvm::cl::cat(category())};
  llvm::cl::opt<std::string> isa{
      "isa",
      llvm::cl::desc("The level of the instruction set to use (qcc --print-targets lists them; "
                     "default: this machine's best)"),
      llvm::cl::value_desc("level"), llvm::cl::cat(category())};
  llvm::cl::opt<bool> reference{
      "reference",
      llvm::cl::desc(
          "Run the plain lowering that says what the bytes must be; it takes every model"),
      llvm::cl::cat(category())};
  llvm::cl::opt<int64_t> batch{
      "batch", llvm::cl::desc("Images per call (default 64; with --benchmark 1)"),
      llvm::cl::value_desc("N"), llvm::cl::init(0), llvm::cl::cat(category())};
  llvm::cl::opt<unsigned> threads{
      "threads", llvm::cl::desc("Threads; 0: one per core (default; with --benchmark 1)"),
      llvm::cl::value_desc("N"), llvm::cl::init(0), llvm::cl::cat(category())};
  llvm::cl::opt<std::string> contract{
      "contract",
      llvm::cl::desc("Run a quantized model under fbgemm, qnnpack or onnx "
                     "(default: what it was made for)"),
      llvm::cl::value_desc("name"), llvm::cl::cat(category())};
  llvm::cl::opt<std::string> cacheDir{
      "cache-dir",
      llvm::cl::desc("Keep optimized code in this folder, and take it from there the next time "
                     "(with --input, --evaluate and --benchmark)"),
      llvm::cl::value_desc("dir"), llvm::cl::cat(category())};
  llvm::cl::opt<bool> tune{
      "tune",
      llvm::cl::desc("Measure the best few strategies of each kernel first and use the winners, "
                     "with --benchmark for its --batch (qcc --tune keeps them)"),
      llvm::cl::cat(category())};
  llvm::cl::opt<bool> json{"json", llvm::cl::desc("Print one JSON object"),
                           llvm::cl::cat(category())};
  llvm::cl::opt<bool> quiet{"quiet", llvm::cl::desc("No progress"), llvm::cl::cat(category())};
  llvm::cl::opt<bool> gdb{"jit-gdb", llvm::cl::desc("Tell an attached gdb of the compiled code"),
                          llvm::cl::cat(category())};
  llvm::cl::opt<bool> perf{"jit-perf",
                           llvm::cl::desc("Write what perf needs to know of the compiled code"),
                           llvm::cl::cat(category())};
  tool::PreprocessingOptions pixels{category()};

  llvm::Error check() const {
    bool files = !inputs.empty() && !checkLowering;
    int modes = files + !evaluate.empty() + !compare.empty() + benchmark + checkLowering;
    if (modes != 1)
      return makeError(
          "give one of --input, --evaluate, --compare, --benchmark and --check-lowering");
    if (reference && !isa.empty())
      return makeError("--isa is for optimized code, which --reference does without");
    if (reference && checkLowering)
      return makeError("--check-lowering runs the reference lowering anyway");
    if (checkLowering && inputs.empty() == data.empty())
      return makeError("--check-lowering needs --input=x.npy or --data=DIR");
    if (checkLowering && !outputs.empty())
      return makeError("--check-lowering writes no --output");
    if (files && outputs.empty())
      return makeError("--input needs --output=y.npy");
    if (!compare.empty() && data.empty())
      return makeError("--compare needs --data=DIR, the folder with test images");
    if (raw && inputs.empty() && !benchmark)
      return makeError("--raw goes with --input or --benchmark");
    if (json && files)
      return makeError("--json goes with --evaluate, --compare, --benchmark or --check-lowering");
    bool forImages = limit.getNumOccurrences() || !data.empty() || !pixels.scale.empty() ||
                     !pixels.mean.empty() || !pixels.std.empty();
    if ((!inputs.empty() || benchmark) && forImages)
      return makeError(
          "--limit, --data, --scale, --mean and --std are for images, with --evaluate or "
          "--compare; --input runs on tensors as they are, --benchmark on random ones");
    if (tune && (reference || !cacheDir.empty()))
      return makeError("--tune is for optimized code that is not kept; to keep it, tune the model "
                       "with qcc --tune --emit=mlirbc");
    if (!cacheDir.empty() && (reference || checkLowering || !compare.empty()))
      return makeError("--cache-dir keeps optimized code, for --input, --evaluate or --benchmark");
    if (limit < 0 || (batch.getNumOccurrences() && batch < 1))
      return makeError("--limit must not be negative, and --batch must be at least 1");
    return llvm::Error::success();
  }

  RunOptions runOptions() const {
    RunOptions run;
    run.contract = contract;
    run.raw = raw;
    run.reference = reference;
    run.isa = isa;
    run.tune = tune;
    run.tuneProgress = showProgress("tuning", !quiet);
    if (tune && benchmark)
      run.tuneBatch = batch > 0 ? batch : 1;
    run.jit.notifyDebugger = gdb;
    run.jit.notifyPerf = perf;
    return run;
  }

  EvaluationOptions evaluationOptions(const std::function<void(uint64_t)> &progress) const {
    EvaluationOptions result;
    if (batch > 0)
      result.batchSize = batch;
    if (limit > 0)
      result.limit = limit;
    result.threads = threads;
    result.progress = progress;
    return result;
  }
};

} // namespace qcc::tool

#endif // QCC_TOOLS_QCC_RUN_OPTIONS_H

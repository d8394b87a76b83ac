//===- qcc-run.cpp - Runs, evaluates and compares models with the JIT ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "qcc/Data/Dataset.h"
#include "qcc/Support/Progress.h"
#include "qcc/Tools/Registration.h"
#include "qcc/Tools/Run.h"
#include "qcc/Tools/SessionCache.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Threading.h"

namespace cl = llvm::cl;
using namespace qcc;
using tool::Options;

using llvm::Error;
using llvm::Expected;

static constexpr llvm::StringLiteral kTool = "qcc-run";

static constexpr llvm::StringLiteral kOverview =
    "qcc-run: runs a model with the JIT\n\n"
    "  qcc-run model.mlirbc --input=x.npy --output=y.npy\n"
    "      runs it on a tensor; with --raw, on codes\n"
    "  qcc-run model.mlirbc --evaluate=DATA\n"
    "      classifies the test images in folder DATA (IDX or .npy) and counts right answers\n"
    "  qcc-run int8.mlirbc --compare=float.onnx --data=DATA\n"
    "      compares two models on test images, answers and layer by layer\n"
    "  qcc-run model.mlirbc --benchmark --batch=64 --isa=avx2\n"
    "      measures the time of a call with 64 images, in code for a level of the instruction "
    "set\n"
    "  qcc-run model.mlirbc --check-lowering --data=DATA\n"
    "      checks that optimized code gives the bytes of the plain reference lowering\n";

static void print(const Options &options, llvm::json::Object object, const std::string &text) {
  if (options.json)
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(object))) << "\n";
  else
    llvm::outs() << text;
}

/// Calls `run` (`evaluate` or `compare`, their sessions bound) on the test images in `folder`,
/// preprocessed as the model (`own`) and the command line say, with progress on the terminal.
template <typename Run>
static auto onTestImages(const Preprocessing &own, const Options &options, llvm::StringRef title,
                         llvm::StringRef folder, bool requireLabels, Run run)
    -> std::invoke_result_t<Run, const Dataset &, const Preprocessing &,
                            const EvaluationOptions &> {
  auto dataset = openDataset(folder, Split::Test, {.requireLabels = requireLabels, .layout = {}});
  if (!dataset)
    return dataset.takeError();
  auto given = options.pixels.get(own);
  if (!given)
    return given.takeError();
  int64_t count = dataset->getNumImages();
  if (options.limit > 0)
    count = std::min<int64_t>(count, options.limit);
  Progress progress = Progress::forStderr(title, count, !options.quiet);
  return run(*dataset, given->value_or(own),
             options.evaluationOptions([&](uint64_t done) { progress(done); }));
}

static Error evaluateModel(const RunnableModel &model, const Options &options) {
  auto result = onTestImages(
      model.preprocessing, options, "evaluating", options.evaluate, /*requireLabels=*/true,
      [&](const auto &...arguments) { return evaluate(*model.session, arguments...); });
  if (!result)
    return result.takeError();
  llvm::json::Object object = toJSON(*result);
  object["model"] = options.model.getValue();
  print(options, std::move(object), toText(*result));
  return Error::success();
}

static Error compareModels(mlir::ModuleOp module, const Options &options) {
  auto other = loadModel(options.compare, *module.getContext());
  if (!other)
    return other.takeError();
  // The reference is the model compared with, except where that is the quantized one and this is
  // not.
  mlir::ModuleOp reference = **other, subject = module;
  bool swapped = isQuantized(reference) && !isQuantized(subject);
  if (swapped)
    std::swap(reference, subject);
  RunOptions run = options.runOptions();
  run.exposeLayers = true;
  auto referenceSession = prepareSession(reference, run);
  if (!referenceSession)
    return referenceSession.takeError();
  auto subjectSession = prepareSession(subject, run);
  if (!subjectSession)
    return subjectSession.takeError();
  auto result = onTestImages(getPreprocessing(module), options, "comparing", options.data,
                             /*requireLabels=*/false, [&](const auto &...arguments) {
                               return compare(**referenceSession, **subjectSession, arguments...);
                             });
  if (!result)
    return result.takeError();
  llvm::json::Object object = toJSON(*result);
  object["reference"] = swapped ? options.model.getValue() : options.compare.getValue();
  object["model"] = swapped ? options.compare.getValue() : options.model.getValue();
  print(options, std::move(object), toText(*result));
  return Error::success();
}

static Error runModel(const RunnableModel &model, const Options &options) {
  return runFiles(*model.session, options.inputs, options.outputs);
}

static Error benchmarkModel(const RunnableModel &model, const Options &options) {
  BenchmarkOptions benchmarkOptions;
  if (options.batch > 0)
    benchmarkOptions.batch = options.batch;
  if (options.threads.getNumOccurrences() > 0)
    benchmarkOptions.threads = llvm::hardware_concurrency(options.threads).compute_thread_count();
  auto result = benchmark(*model.session, benchmarkOptions);
  if (!result)
    return result.takeError();
  llvm::json::Object object = toJSON(*result);
  object["model"] = options.model.getValue();
  print(options, std::move(object), toText(*result));
  return Error::success();
}

static Error checkLowering(mlir::ModuleOp module, const Options &options) {
  RunOptions run = options.runOptions();
  auto optimized = prepareSession(module, run);
  if (!optimized)
    return optimized.takeError();
  run.reference = true;
  auto reference = prepareSession(module, run);
  if (!reference)
    return reference.takeError();
  auto check = [&]() -> Expected<AgreementResult> {
    if (options.inputs.empty())
      return onTestImages(getPreprocessing(module), options, "checking", options.data,
                          /*requireLabels=*/false, [&](const auto &...arguments) {
                            return checkAgreement(**reference, **optimized, arguments...);
                          });
    auto inputs = readInputs(**reference, options.inputs);
    if (!inputs)
      return inputs.takeError();
    return checkAgreement(**reference, **optimized, *inputs);
  };
  auto result = check();
  if (!result)
    return result.takeError();
  llvm::json::Object object = toJSON(*result);
  object["model"] = options.model.getValue();
  print(options, std::move(object), toText(*result));
  if (!result->agree())
    return makeError("the optimized lowering does not agree with the reference lowering");
  return Error::success();
}

/// Runs `body` on the model and its context, whose diagnostics are printed. `contents` are the
/// model's file if that was read.
template <typename Body>
static auto withModule(const Options &options, std::unique_ptr<llvm::MemoryBuffer> contents,
                       Body body) {
  using Result = decltype(body(mlir::ModuleOp()));
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = contents ? loadModel(std::move(contents), options.model, context)
                         : loadModel(options.model, context);
  if (!module)
    return Result(module.takeError());
  // Standard output belongs to the result; remarks say what stayed in float, and what the reference
  // lowering takes.
  tool::DiagnosticPrinter printer(&context, kTool, /*remarks=*/!options.quiet);
  return body(**module);
}

/// `keep` is told of what was compiled.
static Expected<RunnableModel>
compileModel(const Options &options, std::unique_ptr<llvm::MemoryBuffer> contents = nullptr,
             const std::function<void(const CompiledModel &)> &keep = {}) {
  return withModule(options, std::move(contents),
                    [&](mlir::ModuleOp module) -> Expected<RunnableModel> {
                      RunnableModel model;
                      model.preprocessing = getPreprocessing(module);
                      RunOptions run = options.runOptions();
                      if (keep)
                        run.onCompiled = [&](CompiledModel &compiled) {
                          compiled.preprocessing = model.preprocessing;
                          keep(compiled);
                        };
                      auto session = prepareSession(module, run);
                      if (!session)
                        return session.takeError();
                      model.session = std::move(*session);
                      return model;
                    });
}

/// From the cache if there is one: a model that was compiled before is not even parsed.
static Expected<RunnableModel> prepareModel(const Options &options) {
  if (options.cacheDir.empty())
    return compileModel(options);
  return SessionCache(options.cacheDir)
      .get(
          options.model, options.runOptions(),
          [&](std::unique_ptr<llvm::MemoryBuffer> contents, const auto &keep) {
            return compileModel(options, std::move(contents), keep);
          },
          [](const std::string &text) {
            llvm::WithColor::warning(llvm::errs(), kTool) << text << "\n";
          });
}

static Error runTool(const Options &options) {
  if (!options.compare.empty() || options.checkLowering)
    return withModule(options, nullptr, [&](mlir::ModuleOp module) {
      return options.checkLowering ? checkLowering(module, options)
                                   : compareModels(module, options);
    });
  auto model = prepareModel(options);
  if (!model)
    return model.takeError();
  auto run = !options.evaluate.empty() ? evaluateModel
             : options.benchmark       ? benchmarkModel
                                       : runModel;
  return run(*model, options);
}

static int runMain(int argc, char **argv) {
  tool::dropLibraryOptions();
  Options options;
  cl::HideUnrelatedOptions(tool::category());
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  if (Error error = options.check())
    return tool::fail(kTool, std::move(error), tool::WrongUsage);
  if (Error error = runTool(options))
    return tool::fail(kTool, std::move(error));
  return tool::Done;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tool::finish(kTool, runMain(argc, argv));
}

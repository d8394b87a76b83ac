//===- Run.cpp - Running, evaluating and comparing models: what the tool qcc-run does ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/Run.h"
#include "qcc/Data/Npy.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"
#include "qcc/Tuning/Tuning.h"

#include <cmath>

using namespace mlir;
using namespace qcc;

using llvm::Error;
using llvm::Expected;

Expected<std::unique_ptr<Session>> qcc::prepareSession(ModuleOp module, const RunOptions &options) {
  WalkResult observers = module.walk([](calib::ObserveOp) { return WalkResult::interrupt(); });
  if (observers.wasInterrupted())
    return makeError(
        "the model has observers and is not quantized yet; compile it with a calibration "
        "table or with data to calibrate with");
  if (!module.lookupSymbol<func::FuncOp>("main"))
    return makeError("the model has no function @main");
  // What is exposed changes @main's signature, which the session reads before it lowers anything: a
  // copy gets it first.
  OwningOpRef<ModuleOp> copy = module.clone();
  PassManager pm(module.getContext());
  IntegerOptions integer;
  integer.contract = options.contract;
  buildRunnablePipeline(pm, integer, {.layers = options.exposeLayers, .codes = options.raw});
  if (options.configure)
    options.configure(pm);
  if (failed(pm.run(*copy)))
    return makeError("the model could not be lowered to integers");
  SessionOptions session;
  session.configure = options.configure;
  session.jit = options.jit;
  if (options.reference) {
    session.lowering = [](OpPassManager &pm) { buildReferenceLoweringPipeline(pm); };
    return Session::compile(*copy, session);
  }
  auto target = resolveTarget(/*triple=*/"", options.isa);
  if (!target)
    return target.takeError();
  if (Error error = checkHostSupports(*target->description))
    return std::move(error);
  if (options.tune) {
    TuningOptions tuning;
    tuning.batch = options.tuneBatch;
    tuning.progress = options.tuneProgress;
    tuning.configure = options.configure;
    auto level = tune(*copy, *target, tuning);
    if (!level)
      return level.takeError();
    emitRemark(module.getLoc()) << toText(*level);
  }
  session.jit.setTarget(*target->description);
  session.onCompiled = options.onCompiled;
  session.lowering = [&](OpPassManager &pm) {
    PlanOptions plan;
    plan.isa = target->description->isa.str();
    buildOptimizedLoweringPipeline(pm, plan);
  };
  auto compiled = Session::compile(*copy, session);
  if (!compiled)
    return addContext(compiled.takeError(), "optimized code (--reference takes every model)");
  return compiled;
}

Expected<SmallVector<HostTensor>> qcc::readInputs(const Session &session,
                                                  ArrayRef<std::string> inputs) {
  if (inputs.size() != session.inputs().size())
    return makeError("the model has {} inputs, but {} files were given", session.inputs().size(),
                     inputs.size());
  SmallVector<HostTensor> tensors;
  for (const std::string &input : inputs) {
    auto tensor = readNpy(input);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

Error qcc::runFiles(const Session &session, ArrayRef<std::string> inputs,
                    ArrayRef<std::string> outputs) {
  if (outputs.size() > session.outputs().size())
    return makeError("the model has {} outputs, but {} files were named for them",
                     session.outputs().size(), outputs.size());
  auto tensors = readInputs(session, inputs);
  if (!tensors)
    return tensors.takeError();
  auto results = session.run(*tensors);
  if (!results)
    return results.takeError();
  for (auto [path, result] : llvm::zip(outputs, *results))
    if (Error error = writeNpy(path, result))
      return error;
  return Error::success();
}

bool qcc::isQuantized(ModuleOp module) {
  WalkResult walk = module.walk([](Operation *op) {
    bool quantized = llvm::any_of(op->getResultTypes(), [](Type type) {
      Type element = getElementTypeOrSelf(type);
      return isa<quant::QuantizedType>(element) || element.isUnsignedInteger(8);
    });
    return quantized ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walk.wasInterrupted();
}

llvm::json::Object qcc::toJSON(const EvaluationResult &result) {
  return llvm::json::Object{{"correct", result.correct},
                            {"count", result.count},
                            {"accuracy", result.getAccuracy()},
                            {"images_per_second", result.getImagesPerSecond()},
                            {"seconds", result.seconds}};
}

/// JSON has no infinities.
static llvm::json::Value finiteOrText(double value) {
  if (std::isfinite(value))
    return llvm::json::Value(value);
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

llvm::json::Object qcc::toJSON(const ComparisonResult &result) {
  llvm::json::Array layers;
  for (const LayerComparison &layer : result.layers)
    layers.push_back(llvm::json::Object{{"name", layer.name},
                                        {"sqnr_db", finiteOrText(layer.sqnr)},
                                        {"cosine", finiteOrText(layer.cosine)},
                                        {"max_difference", finiteOrText(layer.maxDifference)}});
  llvm::json::Object object{
      {"count", result.count},
      {"agreeing", result.agreeing},
      {"agreement", result.count ? double(result.agreeing) / double(result.count) : 0.0},
      {"layers", std::move(layers)},
      {"only_in_reference", llvm::json::Array(result.onlyInReference)},
      {"only_in_other", llvm::json::Array(result.onlyInOther)}};
  if (result.referenceCorrect >= 0) {
    object["reference_correct"] = result.referenceCorrect;
    object["other_correct"] = result.otherCorrect;
  }
  return object;
}

std::string qcc::toText(const EvaluationResult &result) {
  return fmt::format("{} of {} images right ({:.2f} %), {:.0f} images per second\n", result.correct,
                     result.count, 100 * result.getAccuracy(), result.getImagesPerSecond());
}

llvm::json::Object qcc::toJSON(const BenchmarkResult &result) {
  return llvm::json::Object{{"batch", result.batch},
                            {"runs", result.runs},
                            {"median_us", result.median * 1e6},
                            {"minimum_us", result.minimum * 1e6},
                            {"images_per_second", result.getImagesPerSecond()},
                            {"threads", result.threads}};
}

std::string qcc::toText(const BenchmarkResult &result) {
  auto perImage = [&](double seconds) { return seconds * 1e6 / double(result.batch); };
  return fmt::format("batch {}: {:.2f} us per image (median of {} runs; fastest {:.2f}), {:.0f} "
                     "images per second on {}\n",
                     result.batch, perImage(result.median), result.runs, perImage(result.minimum),
                     result.getImagesPerSecond(),
                     result.threads == 1 ? "one thread"
                                         : fmt::format("{} threads", result.threads));
}

llvm::json::Object qcc::toJSON(const AgreementResult &result) {
  llvm::json::Array outputs;
  for (const OutputAgreement &output : result.outputs)
    outputs.push_back(llvm::json::Object{{"name", output.name},
                                         {"elements", output.elements},
                                         {"differing", output.differing},
                                         {"max_difference", finiteOrText(output.maxDifference)},
                                         {"max_magnitude", finiteOrText(output.maxMagnitude)}});
  return llvm::json::Object{
      {"count", result.count}, {"agree", result.agree()}, {"outputs", std::move(outputs)}};
}

std::string qcc::toText(const AgreementResult &result) {
  size_t width = 6;
  for (const OutputAgreement &output : result.outputs)
    width = std::max(width, output.name.size());
  std::string text = fmt::format("{:<{}}  {:>9}  {:>9}  {:>14}  {:>14}\n", "output", width,
                                 "elements", "differing", "max difference", "max magnitude");
  for (const OutputAgreement &output : result.outputs)
    text +=
        fmt::format("{:<{}}  {:>9}  {:>9}  {:>14.6g}  {:>14.6g}\n", output.name, width,
                    output.elements, output.differing, output.maxDifference, output.maxMagnitude);
  bool same = llvm::all_of(result.outputs, [](auto &output) { return output.differing == 0; });
  return text + fmt::format("{} images: the lowerings {}\n", result.count,
                            same             ? "give the same bytes"
                            : result.agree() ? "agree within what float may differ"
                                             : "DIFFER");
}

std::string qcc::toText(const ComparisonResult &result) {
  std::string text;
  auto line = [&]<typename... Args>(fmt::format_string<Args...> format, Args &&...args) {
    text += fmt::format(format, std::forward<Args>(args)...) + "\n";
  };
  auto percent = [&](int64_t n) {
    return result.count ? 100.0 * double(n) / double(result.count) : 0.0;
  };
  line("images       {}", result.count);
  if (result.referenceCorrect >= 0) {
    line("reference    {} right ({:.2f} %)", result.referenceCorrect,
         percent(result.referenceCorrect));
    line("this model   {} right ({:.2f} %)", result.otherCorrect, percent(result.otherCorrect));
  }
  line("agreement    {} ({:.2f} %)", result.agreeing, percent(result.agreeing));
  line("");
  size_t width = 5;
  for (const LayerComparison &layer : result.layers)
    width = std::max(width, layer.name.size());
  line("{:<{}}  {:>9}  {:>9}  {:>14}", "layer", width, "SQNR (dB)", "cosine", "max difference");
  for (const LayerComparison &layer : result.layers)
    line("{:<{}}  {:>9.2f}  {:>9.6f}  {:>14.6g}", layer.name, width, layer.sqnr, layer.cosine,
         layer.maxDifference);
  for (const std::string &name : result.onlyInReference)
    line("{:<{}}  only in the reference", name, width);
  for (const std::string &name : result.onlyInOther)
    line("{:<{}}  only in this model", name, width);
  return text;
}

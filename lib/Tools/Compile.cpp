//===- Compile.cpp - From a model file to a quantized one: what the tool qcc does ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/Compile.h"
#include "qcc/Data/Batches.h"
#include "qcc/Data/Dataset.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Dialect/Calib/Transforms/Passes.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Execution/Calibration.h"
#include "qcc/Execution/MemoryNeed.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/ModelFile.h"
#include "qcc/Tuning/Tuning.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace qcc;

using llvm::Error;
using llvm::Expected;

namespace {
/// Runs one phase after the other until the last that was asked for.
class Compiler {
public:
  Compiler(ModuleOp module, const CompileOptions &options) : module(module), options(options) {}

  Error run() {
    if (Error error = check())
      return error;
    if (options.preprocessing)
      setPreprocessing(module, *options.preprocessing);
    if (wants(Phase::Fuse))
      if (Error error = runPasses("fuse", buildFusePipeline))
        return error;
    // Inserting observers needs no data; what comes after it does.
    bool calibrated = !options.calibrationData.empty() || !options.calibrationTable.empty();
    bool quantize = calibrated || options.until == Phase::Observe;
    bool asked = !options.qconfig.empty() || !options.activationObserver.empty() || options.strict;
    if (!quantize && asked && wants(Phase::Observe) && !hasObservers())
      module.emitWarning("the model is not quantized here: there is neither data to calibrate with "
                         "nor a calibration table");
    if (Error error = quantize ? quantizeFloat() : keepLevel())
      return error;
    return lower();
  }

private:
  bool wants(Phase phase) const { return options.until >= phase; }

  Error check() const {
    if (!options.calibrationData.empty() && !options.calibrationTable.empty())
      return makeError("both a calibration table and data to calibrate with were given; use one");
    if (!options.saveTable.empty() && options.calibrationData.empty())
      return makeError(
          "there is no calibration whose table could be saved; name data to calibrate with");
    if (!options.contract.empty() && !parseContract(options.contract))
      return makeError("unknown contract '{}'; there are fbgemm, qnnpack and onnx",
                       options.contract);
    if (!llvm::is_contained(getPhases(options.lowering), options.until))
      return makeError("the phase '{}' is not one of the {} lowering",
                       stringifyPhase(options.until),
                       options.lowering == Lowering::Reference ? "reference" : "optimized");
    if (!options.saveTable.empty() && !wants(Phase::Calibrate))
      return makeError("--until={} is before the calibration whose table is to be saved",
                       stringifyPhase(options.until));
    if (!options.qconfig.empty() || !options.activationObserver.empty()) {
      auto config = lookupQConfig(options.qconfig.empty() ? "fbgemm" : options.qconfig);
      if (config && !options.activationObserver.empty())
        config =
            withActivationObserver(std::move(*config), llvm::StringRef(options.activationObserver));
      if (!config)
        return config.takeError();
    }
    if (options.calibrationBatches < 1 || options.calibrationBatchSize < 1)
      return makeError("calibration needs at least one batch of at least one image");
    return Error::success();
  }

  Error runPasses(StringRef what, llvm::function_ref<void(OpPassManager &)> build) {
    PassManager pm(module.getContext());
    if (options.configure)
      options.configure(pm);
    build(pm);
    if (failed(pm.run(module)))
      return makeError("phase '{}' failed", what);
    return Error::success();
  }

  void setContract() {
    if (auto contract = parseContract(options.contract))
      module->setAttr(cnn::kContractAttr, cnn::NumericContractAttr::get(
                                              module.getContext(), cnn::fromContract(*contract)));
  }

  /// A model that is not to be quantized here: float, or quantized already.
  Error keepLevel() {
    if (hasObservers() && wants(Phase::Quantize) && hasParameters())
      return quantizeObserved();
    if (hasObservers() && wants(Phase::QDQ))
      return makeError(
          "the model has observers without parameters; give a calibration table or data to "
          "calibrate with");
    setContract();
    return wants(Phase::Quantize) ? fuseQDQ() : Error::success();
  }

  bool hasObservers() {
    return module.walk([](calib::ObserveOp) { return WalkResult::interrupt(); }).wasInterrupted();
  }
  bool hasParameters() {
    return !module
                .walk([](calib::ObserveOp op) {
                  return op.getParams() ? WalkResult::advance() : WalkResult::interrupt();
                })
                .wasInterrupted();
  }

  Error quantizeFloat() {
    if (!wants(Phase::Observe))
      return Error::success();
    std::optional<CalibrationTable> table;
    if (!options.calibrationTable.empty()) {
      auto loaded = CalibrationTable::load(options.calibrationTable);
      if (!loaded)
        return loaded.takeError();
      table = std::move(*loaded);
    }
    if (!hasObservers())
      if (Error error = observe(table ? table->qconfig() : ""))
        return error;
    setContract();
    if (!wants(Phase::Calibrate))
      return Error::success();
    if (!table) {
      auto made = calibrateOnData(module, options);
      if (!made)
        return made.takeError();
      table = std::move(*made);
    }
    if (!options.saveTable.empty())
      if (Error error = table->save(options.saveTable))
        return error;
    if (failed(calib::applyTable(module, *table)))
      return makeError("the calibration table does not fit the model");
    return quantizeObserved();
  }

  /// Inserts observers by the configuration that was asked for, else by the one that the table was
  /// made with.
  Error observe(StringRef tableConfig) {
    ObserveOptions observe;
    observe.qconfig = !options.qconfig.empty() ? options.qconfig
                      : !tableConfig.empty()   ? tableConfig.str()
                                               : "fbgemm";
    observe.activationObserver = options.activationObserver;
    if (auto config = lookupQConfig(observe.qconfig.getValue()); !config)
      return addContext(config.takeError(), options.calibrationTable);
    if (!tableConfig.empty() && tableConfig != StringRef(observe.qconfig))
      module.emitWarning("the calibration table was made with qconfig ")
          << tableConfig << ", but " << StringRef(observe.qconfig)
          << " is used: its ranges are, its way to codes is not";
    if (Error error =
            runPasses("observe", [&](OpPassManager &pm) { buildObservePipeline(pm, observe); }))
      return error;
    if (!hasObservers())
      return makeError(
          "there is nothing to quantize: no layer of the model is float and has an int8 form");
    return Error::success();
  }

  Error quantizeObserved() {
    setContract();
    if (wants(Phase::QDQ))
      if (Error error = runPasses("qdq", buildQDQPipeline))
        return error;
    return wants(Phase::Quantize) ? fuseQDQ() : Error::success();
  }

  Error fuseQDQ() {
    QuantizeOptions quantize;
    quantize.strict = options.strict;
    return runPasses("quantize", [&](OpPassManager &pm) { buildFuseQDQPipeline(pm, quantize); });
  }

  static void addCodes(OpPassManager &pm) {
    pm.addPass(cnn::createCNNExposeCodes(cnn::CNNExposeCodesOptions{/*copy=*/true}));
  }

  /// The levels to tune for: those of `options` that this machine has.
  Expected<std::vector<Target>> getTunedTargets() {
    auto targets = resolveTargets(options.triple, options.isa);
    if (!targets)
      return targets.takeError();
    std::vector<Target> supported;
    for (const Target &target : *targets) {
      Error missing = checkCanTune(target);
      if (!missing) {
        supported.push_back(target);
        continue;
      }
      if (targets->size() == 1)
        return addContext(std::move(missing), "--tune measures on this machine");
      emitRemark(module.getLoc()) << "not tuned, the cost model chooses: "
                                  << toString(std::move(missing));
    }
    if (supported.empty())
      return makeError("--tune measures on this machine, which has none of the levels");
    return supported;
  }

  /// Kernels are those of values and of codes, so that what an object needs is there whichever
  /// level of the module is kept.
  Error tune() {
    auto targets = getTunedTargets();
    if (!targets)
      return targets.takeError();
    OwningOpRef<ModuleOp> copy = module.clone();
    PassManager pm(module.getContext());
    if (options.configure)
      options.configure(pm);
    addCodes(pm);
    IntegerOptions integer;
    integer.contract = options.contract;
    buildIntegerPipeline(pm, integer);
    if (failed(pm.run(*copy)))
      return makeError("phase 'tune' failed");
    if (Error error = MemoryNeed::of(*copy).check(/*batch=*/1))
      return error;
    TuningOptions tuning;
    tuning.batch = options.tuneBatch;
    tuning.configure = options.configure;
    tuning.progress = options.tuneProgress;
    for (const Target &target : *targets) {
      auto level = qcc::tune(*copy, target, tuning);
      if (!level)
        return level.takeError();
      if (options.report)
        for (const TunedKernel &kernel : level->kernels)
          emitRemark(module.getLoc()) << target.description->isa << ": " << toText(kernel);
      emitRemark(module.getLoc()) << toText(*level);
    }
    if (Attribute tuned = (*copy)->getAttr(codegen::kTunedAttr))
      module->setAttr(codegen::kTunedAttr, tuned);
    return Error::success();
  }

  Error lower() {
    if (options.tune)
      if (Error error = tune())
        return error;
    if (!wants(Phase::Integer))
      return Error::success();
    if (options.addCodes)
      if (Error error = runPasses("codes", addCodes))
        return error;
    IntegerOptions integer;
    integer.contract = options.contract;
    integer.report = options.report;
    if (Error error =
            runPasses("integer", [&](OpPassManager &pm) { buildIntegerPipeline(pm, integer); }))
      return error;
    if (!wants(Phase::Plan))
      return Error::success();
    if (Error error = MemoryNeed::of(module).check(/*batch=*/1))
      return error;
    return options.lowering == Lowering::Reference ? lowerPlainly() : optimize();
  }

  Error lowerPlainly() {
    ReferenceLoweringOptions lowering;
    lowering.until = *parseReferencePhase(stringifyPhase(options.until));
    return runPasses(stringifyPhase(options.until),
                     [&](OpPassManager &pm) { buildReferenceLoweringPipeline(pm, lowering); });
  }

  Error optimize() {
    PlanOptions plan;
    plan.triple = options.triple;
    plan.isa = options.isa;
    return runPasses(stringifyPhase(options.until), [&](OpPassManager &pm) {
      buildPlanPipeline(pm, plan);
      if (wants(Phase::Loops))
        buildVectorLoopsPipeline(pm);
      if (wants(Phase::ISA))
        buildISAPipeline(pm);
      if (wants(Phase::LLVM))
        buildMachinePipeline(pm);
    });
  }

  ModuleOp module;
  const CompileOptions &options;
};
} // namespace

Error qcc::compileModel(ModuleOp module, const CompileOptions &options) {
  return Compiler(module, options).run();
}

Expected<CalibrationTable> qcc::calibrateOnData(ModuleOp module, const CompileOptions &options) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.getNumArguments() != 1)
    return makeError("calibration needs a function @main with one input");
  auto inputType = dyn_cast<RankedTensorType>(main.getArgumentTypes().front());
  if (!inputType || inputType.getRank() == 0)
    return makeError("calibration needs an input with a batch dimension");
  auto dataset =
      openDataset(options.calibrationData, Split::Train, {.requireLabels = false, .layout = {}});
  if (!dataset)
    return dataset.takeError();
  SmallVector<int64_t> shape(inputType.getShape());
  auto filler = BatchFiller::create(*dataset, shape, getPreprocessing(module));
  if (!filler)
    return addContext(filler.takeError(), "the data does not fit the model");

  int64_t wanted;
  if (llvm::MulOverflow(options.calibrationBatches, options.calibrationBatchSize, wanted) ||
      wanted > dataset->getNumImages())
    return makeError("{} batches of {} images were asked for, but '{}' has only {} images",
                     options.calibrationBatches, options.calibrationBatchSize, dataset->imagesFile,
                     dataset->getNumImages());
  if (!ShapedType::isDynamic(shape[0]) && shape[0] != options.calibrationBatchSize)
    return makeError(
        "the model takes batches of {} images only; set the calibration batch size to that",
        shape[0]);
  Batches batches(dataset->getNumImages(), {.batchSize = options.calibrationBatchSize,
                                            .shuffle = options.shuffle,
                                            .seed = options.seed,
                                            .limit = wanted});
  size_t next = 0;
  auto source = [&]() -> Expected<std::optional<HostTensor>> {
    if (next == batches.size())
      return std::nullopt;
    ArrayRef<int64_t> indices = batches[next++];
    shape[0] = static_cast<int64_t>(indices.size());
    HostTensor batch(ElementType::F32, shape);
    if (Error error = filler->fill(indices, batch.getMutableData<float>()))
      return error;
    return batch;
  };
  CalibrationOptions calibration;
  calibration.session.lowering = buildCalibrationPipeline;
  if (options.configure)
    calibration.session.configure = options.configure;
  if (options.progress)
    calibration.progress = [&](uint64_t done) { options.progress(done, wanted); };
  return calibrate(module, source, calibration);
}

//===- Pipelines.cpp - The compiler's phases, from an imported model to integers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Conversion/Passes.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/Calib/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace qcc;

static constexpr std::pair<Phase, llvm::StringLiteral> kPhases[] = {
    {Phase::Import, "import"},   {Phase::Fuse, "fuse"},
    {Phase::Observe, "observe"}, {Phase::Calibrate, "calibrate"},
    {Phase::QDQ, "qdq"},         {Phase::Quantize, "quantize"},
    {Phase::Integer, "integer"}, {Phase::Plan, "plan"},
    {Phase::Linalg, "linalg"},   {Phase::Bufferize, "bufferize"},
    {Phase::Loops, "loops"},     {Phase::ISA, "isa"},
    {Phase::LLVM, "llvm"}};

ArrayRef<Phase> qcc::allPhases() {
  static const SmallVector<Phase> phases = llvm::to_vector(llvm::make_first_range(kPhases));
  return phases;
}

SmallVector<Phase> qcc::getPhases(Lowering lowering) {
  return llvm::filter_to_vector(allPhases(), [&](Phase phase) {
    switch (phase) {
    case Phase::Plan:
    case Phase::ISA:
      return lowering == Lowering::Optimized;
    case Phase::Linalg:
    case Phase::Bufferize:
      return lowering == Lowering::Reference;
    default:
      return true;
    }
  });
}

StringRef qcc::stringifyPhase(Phase phase) {
  return llvm::find_if(kPhases, [&](auto &entry) { return entry.first == phase; })->second;
}

std::optional<Phase> qcc::parsePhase(StringRef name) {
  for (auto &[phase, phaseName] : kPhases)
    if (phaseName == name)
      return phase;
  return std::nullopt;
}

void qcc::buildFusePipeline(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(cnn::createCNNFoldBatchNorm());
  pm.addNestedPass<func::FuncOp>(cnn::createCNNFoldPad());
  pm.addNestedPass<func::FuncOp>(cnn::createCNNFuseLayers());
  // Not for correctness: drops transposes that are reshapes, and what folding left behind.
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
}

void qcc::buildObservePipeline(OpPassManager &pm, const ObserveOptions &options) {
  calib::CalibInsertObserversOptions passOptions;
  passOptions.qconfig = options.qconfig;
  passOptions.activationObserver = options.activationObserver;
  pm.addPass(calib::createCalibInsertObservers(passOptions));
}

void qcc::buildQDQPipeline(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(cnn::createCNNInsertQDQ());
}

void qcc::buildFuseQDQPipeline(OpPassManager &pm, const QuantizeOptions &options) {
  pm.addNestedPass<func::FuncOp>(cnn::createCNNQuantizeWeights());
  pm.addNestedPass<func::FuncOp>(cnn::createCNNFuseQDQ());
  pm.addNestedPass<func::FuncOp>(
      cnn::createCNNVerifyQuantized(cnn::CNNVerifyQuantizedOptions{options.strict}));
}

void qcc::buildQuantizePipeline(OpPassManager &pm, const QuantizeOptions &options) {
  buildQDQPipeline(pm);
  buildFuseQDQPipeline(pm, options);
}

void qcc::buildIntegerPipeline(OpPassManager &pm, const IntegerOptions &options) {
  pm.addPass(cnn::createCNNLowerQuantized(cnn::CNNLowerQuantizedOptions{options.contract}));
  pm.addNestedPass<func::FuncOp>(
      cnn::createCNNProveAccumulators(cnn::CNNProveAccumulatorsOptions{options.report}));
  pm.addNestedPass<func::FuncOp>(cnn::createCNNPoolAccumulators());
}

void qcc::buildRunnablePipeline(OpPassManager &pm, const IntegerOptions &options,
                                const ExposeOptions &expose) {
  buildFusePipeline(pm);
  buildFuseQDQPipeline(pm, QuantizeOptions());
  if (expose.layers)
    pm.addPass(cnn::createCNNExposeLayers());
  if (expose.codes)
    pm.addPass(cnn::createCNNExposeCodes());
  buildIntegerPipeline(pm, options);
}

void qcc::buildRunPipeline(OpPassManager &pm, const IntegerOptions &options) {
  buildRunnablePipeline(pm, options);
  buildReferenceLoweringPipeline(pm);
}

void qcc::buildCalibrationPipeline(OpPassManager &pm) {
  pm.addPass(createConvertCalibToRuntime());
  buildReferenceLoweringPipeline(pm);
}

void qcc::registerPipelines() {
  PassPipelineRegistration<>("qcc-fuse", "Fold normalizations, pads and activations into layers",
                             buildFusePipeline);
  PassPipelineRegistration<ObserveOptions>(
      "qcc-observe", "Insert the observers of a quantization configuration", buildObservePipeline);
  PassPipelineRegistration<QuantizeOptions>(
      "qcc-quantize", "From observers with parameters to layers on quantized types",
      buildQuantizePipeline);
  PassPipelineRegistration<IntegerOptions>(
      "qcc-integer", "From quantized types to codes, accumulators proved", buildIntegerPipeline);
  PassPipelineRegistration<IntegerOptions>(
      "qcc-lower", "From a model at any level to the LLVM dialect, by the reference lowering",
      buildRunPipeline);
  registerReferenceLoweringPipeline();
}

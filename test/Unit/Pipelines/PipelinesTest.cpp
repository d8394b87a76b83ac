//===- PipelinesTest.cpp - Phases, and pipelines that can be written down ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassRegistry.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace qcc;
using testing::HasSubstr;

namespace {

TEST(Phases, NamesAreTheirOwn) {
  for (Phase phase : allPhases())
    EXPECT_EQ(parsePhase(stringifyPhase(phase)), phase) << stringifyPhase(phase).str();
  for (llvm::StringRef name : {"", "Fuse", "fuse ", "fus"})
    EXPECT_FALSE(parsePhase(name)) << name.str();
}

TEST(Phases, EachLoweringPassesItsOwn) {
  auto optimized = getPhases(Lowering::Optimized), reference = getPhases(Lowering::Reference);
  for (auto &phases : {optimized, reference}) {
    EXPECT_TRUE(llvm::is_sorted(phases));
    EXPECT_EQ(phases.front(), Phase::Import);
    EXPECT_EQ(phases.back(), Phase::LLVM);
  }
  for (Phase phase : allPhases())
    EXPECT_TRUE(llvm::is_contained(optimized, phase) || llvm::is_contained(reference, phase))
        << stringifyPhase(phase).str();
  EXPECT_FALSE(llvm::is_contained(optimized, Phase::Linalg));
  EXPECT_FALSE(llvm::is_contained(reference, Phase::Plan));
}

/// What a crash or a reproducer writes of a pipeline must be the same pipeline when it is read.
TEST(Pipelines, TextIsThePipeline) {
  registerAllPasses();
  mlir::MLIRContext context;
  PlanOptions plan;
  plan.triple = "x86_64-unknown-linux-gnu";
  plan.isa = "avx512-vnni";
  plan.images = 4;
  plan.frontImages = 2;
  ObserveOptions observe;
  observe.qconfig = "qnnpack";
  observe.activationObserver = "minmax";
  QuantizeOptions quantize;
  quantize.strict = true;
  IntegerOptions integer;
  integer.contract = "onnx";
  integer.report = true;
  std::pair<llvm::StringRef, std::function<void(mlir::OpPassManager &)>> pipelines[] = {
      {"fuse", [&](auto &pm) { buildFusePipeline(pm); }},
      {"observe", [&](auto &pm) { buildObservePipeline(pm, observe); }},
      {"quantize", [&](auto &pm) { buildQuantizePipeline(pm, quantize); }},
      {"integer", [&](auto &pm) { buildIntegerPipeline(pm, integer); }},
      {"runnable", [&](auto &pm) { buildRunnablePipeline(pm, integer, {true, true}); }},
      {"run", [&](auto &pm) { buildRunPipeline(pm, integer); }},
      {"optimized", [&](auto &pm) { buildOptimizedLoweringPipeline(pm, plan); }},
  };
  for (auto &[name, build] : pipelines) {
    mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
    build(pm);
    EXPECT_GT(pm.size(), 0U) << name.str();
    std::string text, again;
    llvm::raw_string_ostream stream(text), streamAgain(again);
    pm.printAsTextualPipeline(stream);
    mlir::PassManager parsed(&context, mlir::ModuleOp::getOperationName());
    std::string message;
    llvm::raw_string_ostream errors(message);
    llvm::StringRef inner = text;
    ASSERT_TRUE(inner.consume_front("builtin.module(") && inner.consume_back(")")) << text;
    ASSERT_TRUE(succeeded(mlir::parsePassPipeline(inner, parsed, errors)))
        << name.str() << ": " << message << " in " << text;
    parsed.printAsTextualPipeline(streamAgain);
    EXPECT_EQ(text, again) << name.str();
  }
}

TEST(Pipelines, OptionsReachPasses) {
  mlir::MLIRContext context;
  PlanOptions plan;
  plan.isa = "avx2";
  plan.images = 7;
  plan.leastSplitCycles = 12345;
  plan.leastStreamBytes = 54321;
  mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
  buildPlanPipeline(pm, plan);
  std::string text;
  llvm::raw_string_ostream stream(text);
  pm.printAsTextualPipeline(stream);
  for (const char *part : {"avx2", "=7", "=12345", "=54321"})
    EXPECT_THAT(text, HasSubstr(part));
}

} // namespace

//===- OptimizedLowering.cpp - From the integer level to vectorized machine code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace qcc;

void qcc::buildKernelsPipeline(OpPassManager &pm, const PlanOptions &options) {
  pm.addPass(
      codegen::createAttachTarget(codegen::AttachTargetOptions{options.triple, options.isa}));
  pm.addNestedPass<func::FuncOp>(codegen::createMaterializePadding());
  pm.addPass(codegen::createFormKernels());
}

void qcc::buildDecisionsPipeline(OpPassManager &pm, const PlanOptions &options) {
  pm.addPass(codegen::createSelectStrategy());
  pm.addPass(codegen::createSplitKernels(codegen::SplitKernelsOptions{options.leastSplitCycles}));
  pm.addPass(codegen::createPackWeights());
  pm.addPass(
      codegen::createPlanMemory(codegen::PlanMemoryOptions{options.images, options.frontImages}));
  pm.addPass(codegen::createStreamWeights(codegen::StreamWeightsOptions{options.leastStreamBytes}));
}

void qcc::buildPlanPipeline(OpPassManager &pm, const PlanOptions &options) {
  buildKernelsPipeline(pm, options);
  buildDecisionsPipeline(pm, options);
}

void qcc::buildVectorLoopsPipeline(OpPassManager &pm) {
  pm.addPass(codegen::createLowerToLoops());
  // Not for correctness: index arithmetic is emitted where it is used, over and over.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(codegen::createVerifyVectorized());
}

void qcc::buildISAPipeline(OpPassManager &pm) { pm.addPass(codegen::createLowerDot()); }

void qcc::buildMachinePipeline(OpPassManager &pm) {
  // Vector operations on memory become pointers and instructions only after loops are control flow.
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createSCFToControlFlowPass());
  // What is left of rounding, in kernels that took the reference lowering, must not call a library.
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  // Every buffer's shape and strides are known: functions take bare pointers.
  ConvertFuncToLLVMPassOptions funcOptions;
  funcOptions.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(funcOptions));
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(codegen::createFlattenConstants());
  pm.addPass(codegen::createEmitEntry());
  pm.addPass(codegen::createSetMachineAttributes());
}

void qcc::buildOptimizedLoweringPipeline(OpPassManager &pm, const PlanOptions &options) {
  buildPlanPipeline(pm, options);
  buildVectorLoopsPipeline(pm);
  buildISAPipeline(pm);
  buildMachinePipeline(pm);
}

void qcc::registerOptimizedLoweringPipelines() {
  PassPipelineRegistration<PlanOptions>("qcc-plan", "Kernels, strategies, packed weights, memory",
                                        buildPlanPipeline);
  PassPipelineRegistration<>("qcc-vector-loops", "From the plan to loops over vectors",
                             buildVectorLoopsPipeline);
  PassPipelineRegistration<>("qcc-isa", "From loops to the target's instructions",
                             buildISAPipeline);
  PassPipelineRegistration<>("qcc-machine", "From instructions to the LLVM dialect",
                             buildMachinePipeline);
  PassPipelineRegistration<PlanOptions>("qcc-optimized-lowering",
                                        "From the integer level to the LLVM dialect, vectorized",
                                        buildOptimizedLoweringPipeline);
}

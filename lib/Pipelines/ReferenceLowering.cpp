//===- ReferenceLowering.cpp - From the cnn dialect to LLVM, plainly ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Pipelines/ReferenceLowering.h"

#include "qcc/Conversion/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/BufferDeallocationOpInterfaceImpl.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/Transforms/BufferDeallocationOpInterfaceImpl.h"
#include "mlir/Dialect/ControlFlow/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/Transforms/AllocationOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/BufferDeallocationOpInterfaceImpl.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace qcc;

static constexpr std::pair<ReferencePhase, llvm::StringLiteral> phaseNames[] = {
    {ReferencePhase::Linalg, "linalg"},
    {ReferencePhase::Bufferize, "bufferize"},
    {ReferencePhase::Loops, "loops"},
    {ReferencePhase::LLVM, "llvm"}};

StringRef qcc::stringifyReferencePhase(ReferencePhase phase) {
  for (auto [candidate, name] : phaseNames)
    if (candidate == phase)
      return name;
  return "";
}

std::optional<ReferencePhase> qcc::parseReferencePhase(StringRef name) {
  for (auto [phase, candidate] : phaseNames)
    if (candidate == name)
      return phase;
  return std::nullopt;
}

void qcc::registerReferenceLoweringInterfaces(DialectRegistry &registry) {
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
  cf::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  arith::registerBufferDeallocationOpInterfaceExternalModels(registry);
  cf::registerBufferDeallocationOpInterfaceExternalModels(registry);
  scf::registerBufferDeallocationOpInterfaceExternalModels(registry);
  memref::registerAllocationOpInterfaceExternalModels(registry);
}

void qcc::buildCNNToLinalgPhase(OpPassManager &pm) { pm.addPass(createConvertCNNToLinalg()); }

void qcc::buildBufferizePhase(OpPassManager &pm) {
  pm.addPass(createVerifyNoQuantTypes());

  // Buffers are row-major and start at their allocation, at function boundaries too: what a caller
  // hands over.
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.functionBoundaryTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  options.unknownTypeConversion = bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  pm.addPass(createVerifyBufferized());

  // Every buffer gets an owner that releases it. A function's caller owns its results; where the
  // function does not own what it returns (an argument, a constant), this makes a copy.
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
  pm.addPass(createDistinctResults());
  pm.addPass(createCopyToLinalg());
}

void qcc::buildLoopsPhase(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  // Views become offsets and strides, in affine arithmetic like the subscripts of windows.
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void qcc::buildLLVMPhase(OpPassManager &pm) {
  pm.addPass(createEmitCInterface());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertMathToLLVMPass());
  // Alignment by aligned_alloc, not by arithmetic on malloc's result: LLVM knows that such a
  // pointer aliases no other, which is what lets it keep sums in registers.
  FinalizeMemRefToLLVMConversionPassOptions memrefOptions;
  memrefOptions.useAlignedAlloc = true;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memrefOptions));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createDropAnnotations());
}

void qcc::buildReferenceLoweringPipeline(OpPassManager &pm,
                                         const ReferenceLoweringOptions &options) {
  buildCNNToLinalgPhase(pm);
  if (options.until == ReferencePhase::Linalg)
    return;
  buildBufferizePhase(pm);
  if (options.until == ReferencePhase::Bufferize)
    return;
  buildLoopsPhase(pm);
  if (options.until == ReferencePhase::Loops)
    return;
  buildLLVMPhase(pm);
}

namespace {

struct PipelineOptions : PassPipelineOptions<PipelineOptions> {
  Option<ReferencePhase> until{
      *this, "until", llvm::cl::desc("The last phase to run"), llvm::cl::init(ReferencePhase::LLVM),
      llvm::cl::values(clEnumValN(ReferencePhase::Linalg, "linalg", "linalg on tensors"),
                       clEnumValN(ReferencePhase::Bufferize, "bufferize", "linalg on buffers"),
                       clEnumValN(ReferencePhase::Loops, "loops", "loops over loads and stores"),
                       clEnumValN(ReferencePhase::LLVM, "llvm", "the LLVM dialect"))};
};

} // namespace

void qcc::registerReferenceLoweringPipeline() {
  PassPipelineRegistration<PipelineOptions>("qcc-reference-lowering",
                                            "Lower the cnn dialect to LLVM plainly",
                                            [](OpPassManager &pm, const PipelineOptions &options) {
                                              ReferenceLoweringOptions lowering;
                                              lowering.until = options.until;
                                              buildReferenceLoweringPipeline(pm, lowering);
                                            });
}

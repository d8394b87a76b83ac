//===- OptimizedLowering.h - From the integer level to vectorized machine code ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The fast lowering. It takes a module at the float or at the integer level whose entry is @main,
// and gives one of the LLVM dialect with a function for each entry:
//
//   i32 main_run(input pointers..., output pointers..., batch, workspace pointer)
//
// which is reentrant, allocates nothing and calls nothing. Each phase is a function of its own.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_PIPELINES_OPTIMIZEDLOWERING_H
#define QCC_PIPELINES_OPTIMIZEDLOWERING_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <string>

namespace qcc {

struct PlanOptions : mlir::PassPipelineOptions<PlanOptions> {
  Option<std::string> triple{*this, "triple",
                             llvm::cl::desc("LLVM triple; default: this machine's")};
  Option<std::string> isa{*this, "isa", llvm::cl::desc("ISA level; default: this machine's best")};
  Option<int64_t> images{*this, "images",
                         llvm::cl::desc("Images in a block; 0: chosen by the size of the cache"),
                         llvm::cl::init(0)};
  Option<int64_t> frontImages{
      *this, "front-images",
      llvm::cl::desc("With images: those that run at a time before the last linear layers; 0: all"),
      llvm::cl::init(0)};
  Option<int64_t> leastSplitCycles{
      *this, "least-split-cycles",
      llvm::cl::desc("Cycles of a kernel from which on threads share it (qcc-split-kernels)"),
      llvm::cl::init(10000)};
  Option<int64_t> leastStreamBytes{
      *this, "least-stream-bytes",
      llvm::cl::desc("Weights of a linear layer from which on they are read while the convolution "
                     "before it computes (qcc-stream-weights)"),
      llvm::cl::init(131072)};
};

/// The two halves of the plan: the target and kernels without strategies; what is decided about
/// them.
void buildKernelsPipeline(mlir::OpPassManager &pm, const PlanOptions &options);
void buildDecisionsPipeline(mlir::OpPassManager &pm, const PlanOptions &options);
/// integer -> plan: kernels, strategies, packed weights, the memory plan.
void buildPlanPipeline(mlir::OpPassManager &pm, const PlanOptions &options);
/// plan -> loops: loops over vectors, codegen.dot, one arena.
void buildVectorLoopsPipeline(mlir::OpPassManager &pm);
/// loops -> isa: codegen.dot to instructions.
void buildISAPipeline(mlir::OpPassManager &pm);
/// isa -> the LLVM dialect.
void buildMachinePipeline(mlir::OpPassManager &pm);

/// All of them.
void buildOptimizedLoweringPipeline(mlir::OpPassManager &pm, const PlanOptions &options);

/// Makes them known as qcc-plan, qcc-vector-loops, qcc-isa, qcc-machine and qcc-optimized-lowering.
void registerOptimizedLoweringPipelines();

} // namespace qcc

#endif // QCC_PIPELINES_OPTIMIZEDLOWERING_H

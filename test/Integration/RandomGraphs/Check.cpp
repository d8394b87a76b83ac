//===- Check.cpp - whether compiled code in this process agrees ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Expectation.h"
#include "GuardedMemory.h"
#include "TileEmulation.h"
#include "qcc/Execution/Session.h"
#include "qcc/Execution/TaskThreads.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

using llvm::Error;
using llvm::Expected;

static Expected<std::unique_ptr<Session>> compileOptimized(ModuleOp module,
                                                           const RandomGraph &graph,
                                                           const TargetDescription &target,
                                                           const CheckOptions &options) {
  SessionOptions session;
  session.lowering = [&](OpPassManager &pm) {
    PlanOptions plan;
    plan.isa = target.isa.str();
    plan.images = graph.blockImages;
    plan.frontImages = graph.frontImages;
    plan.leastSplitCycles = graph.leastSplitCycles;
    plan.leastStreamBytes = graph.leastStreamBytes;
    buildOptimizedLoweringPipeline(pm, plan);
  };
  session.jit.optLevel = options.optLevel;
  session.jit.setTarget(target);
  auto result = Session::compile(module, session);
  if (!result)
    return addContext(result.takeError(), "optimized lowering");
  if (!(*result)->getNetwork())
    return makeError("the optimized lowering left no network");
  return result;
}

/// Runs the network in guarded memory, on several threads if there are any; results as tensors.
static Expected<SmallVector<HostTensor>> runGuarded(const NetworkFunction &network,
                                                    const ExpectedRun &run, GuardedMemory::End end,
                                                    TaskThreads *threads = nullptr) {
  std::vector<GuardedMemory> memories;
  auto allocate = [&](size_t bytes, size_t alignment) -> Error {
    auto memory = GuardedMemory::create(bytes, alignment, end);
    if (!memory)
      return memory.takeError();
    memories.push_back(std::move(*memory));
    return Error::success();
  };
  SmallVector<const void *> inputPointers;
  for (const HostTensor &input : run.inputs) {
    if (Error error = allocate(input.getSizeInBytes(), getElementSize(input.getElementType())))
      return error;
    llvm::copy(input.getBytes(), memories.back().bytes().begin());
    inputPointers.push_back(memories.back().bytes().data());
  }
  SmallVector<void *> outputPointers;
  for (const HostTensor &output : run.expected) {
    if (Error error = allocate(output.getSizeInBytes(), getElementSize(output.getElementType())))
      return error;
    outputPointers.push_back(memories.back().bytes().data());
  }
  const WorkspaceSpec &workspace = network.getWorkspace();
  if (Error error =
          allocate(workspace.bytes * (threads ? threads->size() : 1), workspace.alignment))
    return error;

  void *memory = memories.back().bytes().data();
  int32_t status =
      threads ? network.callParallel(inputPointers, outputPointers, run.batch, memory, *threads)
              : network.call(inputPointers, outputPointers, run.batch, memory);
  if (status != 0)
    return makeError("the network returned {}", status);
  if (hasTilesInUse())
    return makeError("the network left tiles configured");
  if (!llvm::all_of(memories, [](const GuardedMemory &memory) { return memory.isIntact(); }))
    return makeError("the network wrote beside a buffer");
  for (auto [input, memory] : llvm::zip(run.inputs, memories))
    if (!llvm::equal(input.getBytes(), memory.bytes()))
      return makeError("the network wrote to an input");
  SmallVector<HostTensor> results(run.expected);
  for (auto [i, result] : llvm::enumerate(results))
    llvm::copy(memories[run.inputs.size() + i].bytes(), result.getMutableBytes().begin());
  return results;
}

Expected<CheckResult> qcc::random::checkGraph(const RandomGraph &graph, uint64_t seed,
                                              const CheckOptions &options) {
  auto expectation = computeExpectation(graph, seed);
  if (!expectation)
    return expectation.takeError();
  CheckResult result = {expectation->constantResults, expectation->results};

  ScopedDiagnosticHandler remarks(graph.module.get().getContext(), [&](Diagnostic &diagnostic) {
    result.referenceKernels += diagnostic.getSeverity() == DiagnosticSeverity::Remark;
    return success(diagnostic.getSeverity() == DiagnosticSeverity::Remark);
  });
  TaskThreads threads(2 + static_cast<unsigned>(seed % 3));
  for (const TargetDescription *target : options.targets) {
    auto optimized = compileOptimized(*expectation->module, graph, *target, options);
    if (!optimized)
      return addContext(optimized.takeError(), target->isa);
    const NetworkFunction &network = *(*optimized)->getNetwork();
    for (const ExpectedRun &run : expectation->runs)
      for (GuardedMemory::End end : {GuardedMemory::End::First, GuardedMemory::End::Last}) {
        std::string where = fmt::format("{}, batch {}", target->isa, run.batch);
        auto actual = runGuarded(network, run, end);
        if (!actual)
          return addContext(actual.takeError(), where);
        if (Error error = expectation->compare(run, *actual))
          return addContext(std::move(error), where);
        // Threads change nothing, not even what floats are rounded to.
        auto parallel = runGuarded(network, run, end, &threads);
        if (!parallel)
          return addContext(parallel.takeError(), where + " on threads");
        for (auto [one, several] : llvm::zip_equal(*actual, *parallel))
          if (one.getBytes() != several.getBytes())
            return makeError("{}: {} threads give another result than one", where, threads.size());
      }
    // As everybody else calls it, once.
    const ExpectedRun &run = expectation->runs.front();
    auto plain = (*optimized)->run(run.inputs);
    if (!plain)
      return addContext(plain.takeError(), target->isa);
    if (Error error = expectation->compare(run, *plain))
      return addContext(std::move(error), target->isa);
  }
  return result;
}

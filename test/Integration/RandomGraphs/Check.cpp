//===- Check.cpp - whether two lowerings of a graph agree ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "GuardedMemory.h"
#include "Random.h"
#include "qcc/Execution/Session.h"
#include "qcc/Execution/TaskThreads.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Support/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"
#include <cstring>
#include <limits>

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

using llvm::Error;
using llvm::Expected;

/// How far float results may differ, relative to the largest magnitude in the tensor, for each
/// layer that may round in another way.
static constexpr double kTolerance = 1e-5;

/// From the level at which graphs are made to the one that both lowerings start from.
static Expected<OwningOpRef<ModuleOp>> prepare(const RandomGraph &graph) {
  OwningOpRef<ModuleOp> module = graph.module.get().clone();
  PassManager pm(module->getContext());
  if (graph.fuse)
    buildFusePipeline(pm);
  buildIntegerPipeline(pm, IntegerOptions());
  if (failed(pm.run(*module)))
    return makeError("the graph cannot be lowered to integers");
  return module;
}

static Expected<std::unique_ptr<Session>> compileReference(ModuleOp module,
                                                           const CheckOptions &options) {
  SessionOptions session;
  session.lowering = [](OpPassManager &pm) { buildReferenceLoweringPipeline(pm); };
  session.jit.optLevel = options.optLevel;
  auto result = Session::compile(module, session);
  if (!result)
    return addContext(result.takeError(), "reference lowering");
  return result;
}

static Expected<std::unique_ptr<Session>> compileOptimized(ModuleOp module,
                                                           const RandomGraph &graph,
                                                           const TargetDescription &target,
                                                           const CheckOptions &options) {
  SessionOptions session;
  session.lowering = [&](OpPassManager &pm) {
    PlanOptions plan;
    plan.isa = target.isa.str();
    plan.images = graph.blockImages;
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

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

static void fill(HostTensor &tensor, Random &random, bool specials) {
  if (tensor.getElementType() == ElementType::F32) {
    double scale = random.logarithmic(0.5, 4);
    for (float &value : tensor.getMutableData<float>())
      value = static_cast<float>(random.normal() * scale);
    if (specials)
      for (float &value : tensor.getMutableData<float>())
        if (random.chance(0.02))
          value = random.pick({std::numeric_limits<float>::quiet_NaN(),
                               std::numeric_limits<float>::infinity(),
                               -std::numeric_limits<float>::infinity(), 1e30F, -3e9F, 0.0F, -0.0F});
    return;
  }
  // Many extreme codes: they are what overflows.
  bool extreme = random.chance(0.2);
  for (uint8_t &byte : tensor.getMutableBytes())
    byte = static_cast<uint8_t>(extreme ? random.pick({0, 127, 128, 255}) : random.integer(0, 255));
}

static SmallVector<HostTensor> makeInputs(const Session &session, int64_t batch, uint64_t seed,
                                          bool specials) {
  Random random(seed, 1000 + static_cast<uint64_t>(batch));
  specials &= random.chance(0.3);
  SmallVector<HostTensor> inputs;
  for (const TensorSpec &spec : session.inputs()) {
    SmallVector<int64_t, 4> shape = spec.shape;
    if (shape[0] < 0)
      shape[0] = batch;
    inputs.emplace_back(spec.type, shape);
    fill(inputs.back(), random, specials);
  }
  return inputs;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static std::string describe(const HostTensor &tensor, size_t index) {
  if (tensor.getElementType() == ElementType::F32)
    return fmt::format("{:.9g}", tensor.getData<float>()[index]);
  if (tensor.getElementType() == ElementType::I8)
    return fmt::format("{}", static_cast<int>(tensor.getData<int8_t>()[index]));
  if (tensor.getElementType() == ElementType::I32)
    return fmt::format("{}", tensor.getData<int32_t>()[index]);
  return fmt::format("{}", static_cast<int>(tensor.getBytes()[index]));
}

/// The elements that differ.
static SmallVector<size_t> findDifferences(const HostTensor &expected, const HostTensor &actual,
                                           bool exact, double tolerance) {
  SmallVector<size_t> differing;
  auto count = static_cast<size_t>(expected.getNumElements());
  if (exact || expected.getElementType() != ElementType::F32) {
    size_t size = getElementSize(expected.getElementType());
    for (size_t i = 0; i < count; ++i)
      if (std::memcmp(expected.getBytes().data() + i * size, actual.getBytes().data() + i * size,
                      size) != 0)
        differing.push_back(i);
    return differing;
  }
  ArrayRef<float> a = expected.getData<float>(), b = actual.getData<float>();
  double largest = 0;
  for (float value : a)
    if (std::isfinite(value))
      largest = std::max(largest, std::abs(static_cast<double>(value)));
  for (size_t i = 0; i < count; ++i) {
    bool equal = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])) ||
                 std::abs(static_cast<double>(a[i]) - b[i]) <= tolerance * largest;
    if (!equal)
      differing.push_back(i);
  }
  return differing;
}

static SmallVector<int64_t> getPosition(const HostTensor &tensor, size_t index) {
  SmallVector<int64_t> position(tensor.getShape().size());
  for (size_t i = position.size(); i-- > 0;) {
    position[i] = static_cast<int64_t>(index) % tensor.getDim(i);
    index /= static_cast<size_t>(tensor.getDim(i));
  }
  return position;
}

static Error compareResults(ArrayRef<HostTensor> expected, ArrayRef<HostTensor> actual,
                            const RandomGraph &graph) {
  double tolerance = kTolerance * graph.layers;
  for (auto [i, e, a] : llvm::enumerate(expected, actual)) {
    SmallVector<size_t> differing = findDifferences(e, a, graph.exact[i], tolerance);
    if (differing.empty())
      continue;
    size_t first = differing.front();
    return makeError("result {} of shape {} differs in {} of {} elements, first at {}: {} instead "
                     "of {}",
                     i, formatShape(e.getShape()), differing.size(), e.getNumElements(),
                     formatShape(getPosition(e, first)), describe(a, first), describe(e, first));
  }
  return Error::success();
}

/// Runs the network in guarded memory, on several threads if there are any; results as tensors.
static Expected<SmallVector<HostTensor>>
runGuarded(const NetworkFunction &network, ArrayRef<HostTensor> inputs, ArrayRef<HostTensor> like,
           int64_t batch, GuardedMemory::End end, TaskThreads *threads = nullptr) {
  std::vector<GuardedMemory> memories;
  auto allocate = [&](size_t bytes, size_t alignment) -> Error {
    auto memory = GuardedMemory::create(bytes, alignment, end);
    if (!memory)
      return memory.takeError();
    memories.push_back(std::move(*memory));
    return Error::success();
  };
  SmallVector<const void *> inputPointers;
  for (const HostTensor &input : inputs) {
    if (Error error = allocate(input.getSizeInBytes(), getElementSize(input.getElementType())))
      return error;
    llvm::copy(input.getBytes(), memories.back().bytes().begin());
    inputPointers.push_back(memories.back().bytes().data());
  }
  SmallVector<void *> outputPointers;
  for (const HostTensor &output : like) {
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
      threads ? network.callParallel(inputPointers, outputPointers, batch, memory, *threads)
              : network.call(inputPointers, outputPointers, batch, memory);
  if (status != 0)
    return makeError("the network returned {}", status);
  if (!llvm::all_of(memories, [](const GuardedMemory &memory) { return memory.isIntact(); }))
    return makeError("the network wrote beside a buffer");
  for (auto [input, memory] : llvm::zip(inputs, memories))
    if (!llvm::equal(input.getBytes(), memory.bytes()))
      return makeError("the network wrote to an input");
  SmallVector<HostTensor> results(like.begin(), like.end());
  for (auto [i, result] : llvm::enumerate(results))
    llvm::copy(memories[inputs.size() + i].bytes(), result.getMutableBytes().begin());
  return results;
}

static bool isConstant(const HostTensor &tensor) {
  size_t size = getElementSize(tensor.getElementType());
  ArrayRef<uint8_t> bytes = tensor.getBytes();
  return bytes.empty() || llvm::equal(bytes.drop_front(size), bytes.drop_back(size));
}

Expected<CheckResult> qcc::random::checkGraph(const RandomGraph &graph, uint64_t seed,
                                              const CheckOptions &options) {
  CheckResult result;
  auto module = prepare(graph);
  if (!module)
    return module.takeError();
  auto reference = compileReference(**module, options);
  if (!reference)
    return reference.takeError();

  struct Run {
    int64_t batch;
    SmallVector<HostTensor> inputs, expected;
  };
  std::vector<Run> runs;
  bool specials = graph.kind != "float";
  for (int64_t batch : graph.batches) {
    SmallVector<HostTensor> inputs = makeInputs(**reference, batch, seed, specials);
    auto expected = (*reference)->run(inputs);
    if (!expected)
      return expected.takeError();
    if (batch > 0)
      for (const HostTensor &tensor : *expected) {
        ++result.results;
        result.constantResults += tensor.getNumElements() > 4 && isConstant(tensor);
      }
    runs.push_back({batch, std::move(inputs), std::move(*expected)});
  }

  ScopedDiagnosticHandler remarks(graph.module.get().getContext(), [&](Diagnostic &diagnostic) {
    result.referenceKernels += diagnostic.getSeverity() == DiagnosticSeverity::Remark;
    return success(diagnostic.getSeverity() == DiagnosticSeverity::Remark);
  });
  TaskThreads threads(2 + static_cast<unsigned>(seed % 3));
  for (const TargetDescription *target : options.targets) {
    auto optimized = compileOptimized(**module, graph, *target, options);
    if (!optimized)
      return addContext(optimized.takeError(), target->isa);
    for (const Run &run : runs)
      for (GuardedMemory::End end : {GuardedMemory::End::First, GuardedMemory::End::Last}) {
        std::string where = fmt::format("{}, batch {}", target->isa, run.batch);
        auto actual =
            runGuarded(*(*optimized)->getNetwork(), run.inputs, run.expected, run.batch, end);
        if (!actual)
          return addContext(actual.takeError(), where);
        if (Error error = compareResults(run.expected, *actual, graph))
          return addContext(std::move(error), where);
        // Threads change nothing, not even what floats are rounded to.
        auto parallel = runGuarded(*(*optimized)->getNetwork(), run.inputs, run.expected, run.batch,
                                   end, &threads);
        if (!parallel)
          return addContext(parallel.takeError(), where + " on threads");
        for (auto [one, several] : llvm::zip_equal(*actual, *parallel))
          if (one.getBytes() != several.getBytes())
            return makeError("{}: {} threads give another result than one", where, threads.size());
      }
    // As everybody else calls it, once.
    auto plain = (*optimized)->run(runs.front().inputs);
    if (!plain)
      return addContext(plain.takeError(), target->isa);
    if (Error error = compareResults(runs.front().expected, *plain, graph))
      return addContext(std::move(error), target->isa);
  }
  return result;
}

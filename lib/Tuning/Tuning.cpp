//===- Tuning.cpp - Strategies by measurement ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tuning/Tuning.h"
#include "KernelAlone.h"
#include "qcc/Codegen/Strategy.h"
#include "qcc/Codegen/TunedStrategies.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/DiagnosticCollector.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"

#include <chrono>

using namespace mlir;
using namespace qcc;
using llvm::Error;
using llvm::Expected;

/// Odd, so that a median is one of them.
static constexpr int64_t kRounds = 15;

namespace {
/// A kernel with several strategies, and the first call of it.
struct Task {
  func::CallOp call;
  std::string name, key;
  codegen::StrategyRanking ranking;
  /// In a block of the network that calls it.
  int64_t images = 1;
};

class Tuner {
public:
  Tuner(ModuleOp module, const Target &target, const TuningOptions &options)
      : module(module), target(target), options(options) {}

  Expected<TunedLevel> run() {
    if (Error error = checkCanTune(target))
      return std::move(error);
    // What else is to be said is said when the module is compiled.
    ScopedDiagnosticHandler quiet(module.getContext(), [](Diagnostic &diagnostic) {
      return success(diagnostic.getSeverity() != DiagnosticSeverity::Error);
    });
    result.isa = target.description->isa.str();
    OwningOpRef<ModuleOp> kernels = module.clone();
    auto tasks = findTasks(*kernels);
    if (!tasks)
      return tasks.takeError();
    for (const Task &task : *tasks) {
      auto kernel = tuneKernel(task);
      if (!kernel)
        return addContext(kernel.takeError(),
                          fmt::format("tuning '{}' for {}", task.name, result.isa));
      codegen::setTunedStrategy(module, result.isa, kernel->key,
                                kernel->candidates[kernel->winner].strategy);
      result.kernels.push_back(std::move(*kernel));
      if (options.progress)
        options.progress(result.kernels.size(), tasks->size());
    }
    return std::move(result);
  }

private:
  Error runPasses(ModuleOp on, llvm::function_ref<void(OpPassManager &, PlanOptions &)> build) {
    DiagnosticCollector diagnostics(on.getContext());
    PassManager pm(on.getContext());
    if (options.configure)
      options.configure(pm);
    PlanOptions plan;
    plan.triple = target.triple.str();
    plan.isa = target.description->isa.str();
    build(pm, plan);
    if (failed(pm.run(on)))
      return diagnostics.takeError("a pass failed without saying why");
    return Error::success();
  }

  /// Makes kernels of the module's layers and finds those to measure.
  Expected<std::vector<Task>> findTasks(ModuleOp kernels);
  /// Compiles candidates, compares their results and measures them.
  Expected<std::vector<MeasuredStrategy>> measure(const Task &task,
                                                  ArrayRef<codegen::StrategyCandidate> candidates);
  Expected<TunedKernel> tuneKernel(const Task &task);

  ModuleOp module;
  const Target &target;
  const TuningOptions &options;
  TunedLevel result;
};
} // namespace

Expected<std::vector<Task>> Tuner::findTasks(ModuleOp kernels) {
  if (Error error = runPasses(kernels, buildKernelsPipeline))
    return std::move(error);
  // How many images a block has is decided last.
  OwningOpRef<ModuleOp> planned = kernels.clone();
  if (Error error = runPasses(*planned, buildDecisionsPipeline))
    return std::move(error);
  std::vector<Task> tasks;
  llvm::StringSet<> seen;
  kernels.walk([&](func::CallOp call) {
    auto kernel = kernels.lookupSymbol<func::FuncOp>(call.getCallee());
    if (!kernel || !codegen::isKernel(kernel) || !seen.insert(call.getCallee()).second)
      return;
    auto ranking = codegen::rankStrategies(kernel, *target.description, options.candidates);
    if (ranking.size() < 2)
      return;
    std::string key = codegen::getKernelKey(kernel);
    if (codegen::getTunedStrategy(module, result.isa, key)) {
      ++result.known;
      return;
    }
    auto network =
        planned->lookupSymbol<func::FuncOp>(call->getParentOfType<func::FuncOp>().getName());
    auto arena = network->getAttrOfType<codegen::ArenaAttr>(codegen::kArenaAttr);
    auto calls = call->getBlock()->getOps<func::CallOp>();
    bool isInFront = std::distance(calls.begin(), llvm::find(calls, call)) < arena.getFront();
    tasks.push_back({call, call.getCallee().str(), std::move(key), std::move(ranking),
                     isInFront ? arena.getFrontImages() : arena.getImages()});
  });
  return tasks;
}

//===----------------------------------------------------------------------===//
// Measurements
//===----------------------------------------------------------------------===//

/// Seconds of each of `calls` calls, the code and its data warm.
static Expected<double> timeCalls(const KernelAlone &kernel, KernelMemory &memory, int64_t calls) {
  using Clock = std::chrono::steady_clock;
  if (Error error = kernel.run(memory))
    return std::move(error);
  Clock::time_point start = Clock::now();
  for (int64_t i = 0; i < calls; ++i)
    if (Error error = kernel.run(memory))
      return std::move(error);
  return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(calls);
}

static double getMedian(std::vector<double> values) {
  llvm::sort(values);
  return values[values.size() / 2];
}

/// True if the kernel reads floats: what it computes may then be rounded in another order.
static bool readsFloats(func::CallOp call) {
  return llvm::any_of(call.getOperands(), [](Value operand) {
    return !operand.getDefiningOp<cnn::ConstantOp>() &&
           getElementTypeOrSelf(operand.getType()).isF32();
  });
}

static std::string describe(Attribute strategy) {
  std::string text;
  llvm::raw_string_ostream(text) << strategy;
  return text;
}

Expected<std::vector<MeasuredStrategy>>
Tuner::measure(const Task &task, ArrayRef<codegen::StrategyCandidate> candidates) {
  KernelAloneOptions alone;
  alone.images = task.images;
  alone.batch = options.batch > 0 ? std::min(options.batch, task.images) : task.images;
  alone.configure = options.configure;
  std::vector<MeasuredStrategy> measured;
  std::vector<KernelAlone> kernels;
  std::optional<KernelMemory> memory;
  HostTensor expected;
  for (const codegen::StrategyCandidate &candidate : candidates) {
    auto kernel = KernelAlone::create(task.call, candidate.strategy, target, alone);
    if (!kernel)
      return addContext(kernel.takeError(), describe(candidate.strategy));
    if (!memory) {
      auto created = KernelMemory::create(kernel->getSession(), kernel->getBatch());
      if (!created)
        return created.takeError();
      memory = std::move(*created);
    }
    if (Error error = kernel->run(*memory))
      return addContext(std::move(error), describe(candidate.strategy));
    if (kernels.empty())
      expected = memory->copyOutput();
    else if (Error error = checkSameResult(expected, memory->copyOutput(), readsFloats(task.call)))
      return addContext(std::move(error), describe(candidate.strategy) + " against " +
                                              describe(candidates.front().strategy));
    kernels.push_back(std::move(*kernel));
    measured.push_back({candidate.strategy, candidate.cost});
  }

  auto once = timeCalls(kernels.front(), *memory, 1);
  if (!once)
    return once.takeError();
  double perSample = options.secondsPerKernel / static_cast<double>(kRounds * kernels.size());
  auto calls = static_cast<int64_t>(std::clamp(perSample / std::max(*once, 1e-9), 1.0, 1e6));
  std::vector<std::vector<double>> seconds(kernels.size()), ratios(kernels.size());
  for (int64_t round = 0; round < kRounds; ++round) {
    memory->move(round);
    for (auto [i, kernel] : llvm::enumerate(kernels)) {
      auto time = timeCalls(kernel, *memory, calls);
      if (!time)
        return time.takeError();
      seconds[i].push_back(*time);
      ratios[i].push_back(*time / seconds[0].back());
    }
  }
  for (auto [i, candidate] : llvm::enumerate(measured)) {
    candidate.seconds = getMedian(seconds[i]) / static_cast<double>(kernels.front().getBatch());
    candidate.ratio = getMedian(ratios[i]);
  }
  return measured;
}

Expected<TunedKernel> Tuner::tuneKernel(const Task &task) {
  TunedKernel tuned;
  tuned.name = task.name;
  tuned.key = task.key;
  auto measured = measure(task, task.ranking);
  if (!measured)
    return measured.takeError();
  tuned.candidates = std::move(*measured);
  auto best =
      llvm::min_element(tuned.candidates, [](auto &a, auto &b) { return a.ratio < b.ratio; });
  if (best == tuned.candidates.begin() || best->ratio > 1 - options.leastGain)
    return tuned;
  // Code and constants may have lain well or badly: both are compiled again, to other places.
  auto index = static_cast<size_t>(best - tuned.candidates.begin());
  auto again = measure(task, {task.ranking.front(), task.ranking[index]});
  if (!again)
    return again.takeError();
  best->ratio = std::max(best->ratio, again->back().ratio);
  if (best->ratio <= 1 - options.leastGain)
    tuned.winner = index;
  return tuned;
}

Error qcc::checkCanTune(const Target &target) {
  // The generic level is of no architecture.
  llvm::Triple host(llvm::sys::getProcessTriple());
  if (host.getArch() != target.triple.getArch())
    return makeError("this machine, {}, cannot execute code for {}", host.str(),
                     target.triple.str());
  return checkHostSupports(*target.description);
}

Expected<TunedLevel> qcc::tune(ModuleOp module, const Target &target,
                               const TuningOptions &options) {
  return Tuner(module, target, options).run();
}

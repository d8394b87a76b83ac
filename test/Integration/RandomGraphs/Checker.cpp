//===- Checker.cpp - Checks random networks and reports failures ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checker.h"
#include "TileEmulation.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Program.h"

using namespace qcc;
using namespace qcc::random;

using llvm::Error;
using llvm::Expected;

volatile uint64_t qcc::random::currentSeed = 0;

/// An error if this process cannot execute code for a level, with what it emulates.
static Error checkSupport(const TargetDescription &description, bool emulatesTiles) {
  Error error = checkHostSupports(description);
  if (!error || !emulatesTiles || description.isa != "amx")
    return error;
  consumeError(std::move(error));
  return Error::success();
}

/// Every level whose code this process executes.
static std::vector<const TargetDescription *> getHostTargets(bool emulatesTiles) {
  std::vector<const TargetDescription *> targets;
  llvm::Triple host = llvm::cantFail(resolveTarget("", "generic")).triple;
  for (const TargetDescription &description : allTargetDescriptions()) {
    if (description.arch != llvm::Triple::UnknownArch && description.arch != host.getArch())
      continue;
    if (Error error = checkSupport(description, emulatesTiles))
      consumeError(std::move(error));
    else
      targets.push_back(&description);
  }
  return targets;
}

static std::vector<std::string> splitWords(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(text, words);
  return {words.begin(), words.end()};
}

/// An error if a command's first word is no program.
static Error findProgram(const std::vector<std::string> &words) {
  std::string name = words.empty() ? "" : words.front();
  if (llvm::sys::findProgramByName(name))
    return Error::success();
  return makeError("there is no program '{}'", name);
}

Expected<RandomGraph> qcc::random::makeGraph(mlir::MLIRContext &context,
                                             const GraphOptions &options) {
  RandomGraph graph = makeRandomGraph(context, options);
  if (!graph.module)
    return makeError("the generator made an invalid network");
  return graph;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

Error Checker::prepare() {
  bool isDefault = options.isa == "each";
  if (options.hasObjects()) {
    if (!folder.isValid())
      return makeError("there is no folder for temporary files");
    objects = {options.triple,
               isDefault ? "all" : options.isa.getValue(),
               splitWords(options.compiler),
               {},
               folder.getPath().str()};
    for (const std::string &launcher : options.launchers)
      objects.launchers.push_back(splitWords(launcher));
    if (objects.launchers.empty())
      objects.launchers.emplace_back();
    if (Error error = findProgram(objects.compiler))
      return error;
    // A program without a launcher is started as it is.
    for (const std::vector<std::string> &launcher : objects.launchers)
      if (Error error = launcher.empty() ? Error::success() : findProgram(launcher))
        return error;
    return resolveTargets(objects.triple, objects.isa).takeError();
  }
  if (options.emulate)
    if (Error error = emulateTiles())
      return error;
  targets = getHostTargets(options.emulate);
  if (isDefault || options.isa == "all")
    return Error::success();
  auto target = resolveTarget("", options.isa);
  if (!target)
    return target.takeError();
  targets = {target->description};
  return checkSupport(*target->description, options.emulate);
}

/// A context of its own for each network, so that the constants of earlier ones are gone.
std::unique_ptr<mlir::MLIRContext> Checker::createContext() const {
  return std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
}

Expected<CheckResult> Checker::runInProcess(const GraphOptions &options) {
  currentSeed = options.seed;
  auto context = createContext();
  auto graph = makeGraph(*context, options);
  if (!graph)
    return graph.takeError();
  CheckOptions check = {targets, this->options.optLevel};
  if (this->options.isa == "each")
    check.targets = {targets[options.seed % targets.size()]};
  return checkGraph(*graph, options.seed, check);
}

Expected<CheckResult> Checker::runObjects(Graphs graphs) {
  CheckResult result;
  ObjectProgram program(objects);
  for (const GraphOptions &options : graphs) {
    currentSeed = options.seed;
    auto context = createContext();
    auto graph = makeGraph(*context, options);
    if (!graph)
      return graph.takeError();
    auto expectation = computeExpectation(*graph, options.seed);
    if (!expectation)
      return expectation.takeError();
    result.results += expectation->results;
    result.constantResults += expectation->constantResults;
    if (Error error = program.add(options.seed, *graph, std::move(*expectation)))
      return error;
  }
  if (Error error = program.run())
    return error;
  return result;
}

Expected<CheckResult> Checker::run(Graphs graphs) {
  return options.hasObjects() ? runObjects(graphs) : runInProcess(graphs.front());
}

void Checker::check(Graphs graphs) {
  auto result = run(graphs);
  if (!result && graphs.size() > 1) {
    // Which of them is found one by one.
    unsigned before = failures;
    for (size_t i = 0; i < graphs.size() && failures < options.failures; ++i)
      check(graphs.slice(i, 1));
    std::string text = toString(result.takeError());
    if (failures > before)
      return;
    ++failures;
    llvm::errs() << fmt::format("FAILED: networks {} to {} together, but none of them alone: {}\n",
                                graphs.front().seed, graphs.back().seed, text);
    return;
  }
  checked += graphs.size();
  if (!result) {
    ++failures;
    report(graphs.front(), toString(result.takeError()));
    return;
  }
  total.results += result->results;
  total.constantResults += result->constantResults;
  total.referenceKernels += result->referenceKernels;
  if (options.coverage)
    llvm::for_each(graphs, [&](const GraphOptions &graph) { count(graph); });
}

void Checker::count(const GraphOptions &options) {
  auto context = createContext();
  RandomGraph graph = makeRandomGraph(*context, options);
  graph.module->walk([&](mlir::Operation *op) {
    if (op->getName().getDialectNamespace() == "cnn" &&
        !op->hasTrait<mlir::OpTrait::ConstantLike>())
      ++operations[op->getName().stripDialect().str()];
  });
}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

/// The shortest beginning of a failing network that fails, too.
GraphOptions Checker::shrink(GraphOptions failing) {
  unsigned layers = makeRandomGraph(*createContext(), failing).layers;
  for (unsigned n = 1; n <= std::min(failing.maxLayers, layers); ++n)
    for (bool lastOnly : {true, false}) {
      GraphOptions shorter = {failing.seed, n, lastOnly};
      auto result = run(shorter);
      if (result)
        continue;
      consumeError(result.takeError());
      return shorter;
    }
  return failing;
}

/// What checks the network again.
std::string Checker::getCommand(const GraphOptions &graph) const {
  std::string command = fmt::format("random-graphs --seed={}", graph.seed);
  if (options.hasObjects()) {
    command += fmt::format(" --cc='{}' --isa={}", options.compiler, objects.isa);
    if (!options.triple.empty())
      command += fmt::format(" --target={}", options.triple);
    for (const std::string &launcher : options.launchers)
      command += fmt::format(" --launcher='{}'", launcher);
  } else if (options.isa == "each") {
    command += fmt::format(" --isa={}", targets[graph.seed % targets.size()]->isa);
  } else {
    command += fmt::format(" --isa={}", options.isa);
  }
  if (options.emulate)
    command += " --emulate-tiles";
  if (graph.maxLayers != ~0U)
    command += fmt::format(" --layers={}", graph.maxLayers);
  if (graph.lastOnly)
    command += " --last";
  if (options.optLevel != 1)
    command += fmt::format(" --opt-level={}", options.optLevel);
  return command;
}

void Checker::report(const GraphOptions &failing, std::string text) {
  GraphOptions shorter = shrink(failing);
  if (auto result = run(shorter); !result)
    text = toString(result.takeError());
  llvm::errs() << fmt::format("FAILED: {}\n  {}\n", text, getCommand(shorter));
  auto context = createContext();
  RandomGraph graph = makeRandomGraph(*context, shorter);
  llvm::errs() << fmt::format("// {}, {}fused, blocks of {} images, {} in front\n", graph.kind,
                              graph.fuse ? "" : "not ", graph.blockImages, graph.frontImages);
  mlir::OpPrintingFlags flags;
  flags.elideLargeElementsAttrs(16).elideLargeResourceString(16);
  if (graph.module)
    graph.module->print(llvm::errs(), flags);
  llvm::errs() << "\n";
}

bool Checker::finish(double seconds) const {
  llvm::outs() << fmt::format("{} networks in {:.1f} s, {} failed; {} results ({} of one value)",
                              checked, seconds, failures, total.results, total.constantResults);
  if (!options.hasObjects())
    llvm::outs() << fmt::format(", {} kernels took the reference lowering", total.referenceKernels);
  llvm::outs() << "\n";
  for (const auto &[name, times] : operations)
    llvm::outs() << fmt::format("  {:8} {}\n", times, name);
  return failures == 0;
}

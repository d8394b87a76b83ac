//===- random-graphs.cpp - compares the lowerings on random networks ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes small random networks and compares what the optimized lowering computes with what the
// reference lowering does: byte for byte on codes, to a tolerance in float. A failure is reduced to
// the shortest beginning of its network that still fails, and printed with the command that shows
// it again.
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

#include <chrono>
#include <csignal>
#include <map>
#include <unistd.h>

namespace cl = llvm::cl;
using namespace qcc;
using namespace qcc::random;

using llvm::Error;
using llvm::Expected;

namespace {
struct Options {
  cl::opt<uint64_t> seed{"seed", cl::desc("Check the network of this seed only")};
  cl::opt<uint64_t> start{"start", cl::desc("The first seed (default 0)"), cl::init(0)};
  cl::opt<unsigned> count{"count", cl::desc("How many seeds (default 100)"), cl::init(100)};
  cl::opt<std::string> isa{
      "isa", cl::desc("A level, 'all' that this machine has, or 'each' in turn (default)"),
      cl::init("each")};
  cl::opt<unsigned> layers{"layers", cl::desc("Only the first N layers of each network"),
                           cl::init(~0U)};
  cl::opt<bool> last{"last", cl::desc("Return only what the last layer computes")};
  cl::opt<unsigned> optLevel{"opt-level", cl::desc("Of the code generator, 0 to 3 (default 1)"),
                             cl::init(1)};
  cl::opt<unsigned> failures{"max-failures", cl::desc("Stop after N failures (default 5)"),
                             cl::init(5)};
  cl::opt<unsigned> seconds{"max-seconds", cl::desc("Begin nothing new after N seconds"),
                            cl::init(0)};
  cl::opt<std::string> save{"save", cl::desc("Write the network of --seed to a file and stop"),
                            cl::value_desc("file.mlir")};
};

/// For the handler of signals: a crash of compiled code ends the process.
volatile uint64_t currentSeed = 0;
} // namespace

static void reportCrash(int signal) {
  char text[96];
  auto end = fmt::format_to_n(text, sizeof(text),
                              "random-graphs: crash in the network of --seed={}\n", currentSeed);
  (void)!write(STDERR_FILENO, text, std::min(end.size, sizeof(text)));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// Every level whose code this machine executes.
static std::vector<const TargetDescription *> getHostTargets() {
  std::vector<const TargetDescription *> targets;
  llvm::Triple host = llvm::cantFail(resolveTarget("", "generic")).triple;
  for (const TargetDescription &description : allTargetDescriptions()) {
    if (description.arch != llvm::Triple::UnknownArch && description.arch != host.getArch())
      continue;
    if (Error error = checkHostSupports(description))
      consumeError(std::move(error));
    else
      targets.push_back(&description);
  }
  return targets;
}

static Expected<std::vector<const TargetDescription *>>
chooseTargets(const Options &options, uint64_t seed,
              const std::vector<const TargetDescription *> &host) {
  if (options.isa == "all")
    return host;
  if (options.isa == "each")
    return std::vector{host[seed % host.size()]};
  auto target = resolveTarget("", options.isa);
  if (!target)
    return target.takeError();
  if (Error error = checkHostSupports(*target->description))
    return error;
  return std::vector{target->description};
}

static Expected<CheckResult> check(mlir::MLIRContext &context, const GraphOptions &graphOptions,
                                   const CheckOptions &options) {
  RandomGraph graph = makeRandomGraph(context, graphOptions);
  if (!graph.module)
    return makeError("the generator made an invalid network");
  return checkGraph(graph, graphOptions.seed, options);
}

/// The shortest beginning of a failing graph that fails, too.
static GraphOptions shrink(mlir::MLIRContext &context, GraphOptions failing,
                           const CheckOptions &options) {
  mlir::ScopedDiagnosticHandler quiet(&context, [](mlir::Diagnostic &) { return llvm::success(); });
  unsigned layers = std::min(failing.maxLayers, makeRandomGraph(context, failing).layers);
  for (unsigned n = 1; n <= layers; ++n) {
    for (bool lastOnly : {true, false}) {
      GraphOptions shorter = {failing.seed, n, lastOnly};
      auto result = check(context, shorter, options);
      if (result)
        continue;
      consumeError(result.takeError());
      return shorter;
    }
  }
  return failing;
}

static void report(mlir::MLIRContext &context, GraphOptions graphOptions,
                   const CheckOptions &options, std::string text) {
  GraphOptions shorter = shrink(context, graphOptions, options);
  if (auto result = check(context, shorter, options); !result)
    text = toString(result.takeError());
  std::string isas;
  if (options.targets.size() == 1)
    isas = fmt::format(" --isa={}", options.targets.front()->isa);
  else
    isas = " --isa=all";
  llvm::errs() << fmt::format(
      "FAILED: {}\n  random-graphs --seed={}{}{}{}{}\n", text, shorter.seed, isas,
      shorter.maxLayers == ~0U ? "" : fmt::format(" --layers={}", shorter.maxLayers),
      shorter.lastOnly ? " --last" : "",
      options.optLevel == 1 ? "" : fmt::format(" --opt-level={}", options.optLevel));
  RandomGraph graph = makeRandomGraph(context, shorter);
  llvm::errs() << fmt::format("// {}, {}fused, blocks of {} images\n", graph.kind,
                              graph.fuse ? "" : "not ", graph.blockImages);
  mlir::OpPrintingFlags flags;
  flags.elideLargeElementsAttrs(16).elideLargeResourceString(16);
  if (graph.module)
    graph.module->print(llvm::errs(), flags);
  llvm::errs() << "\n";
}

static Error save(mlir::MLIRContext &context, const GraphOptions &graphOptions,
                  llvm::StringRef path) {
  RandomGraph graph = makeRandomGraph(context, graphOptions);
  std::error_code code;
  llvm::ToolOutputFile file(path, code, llvm::sys::fs::OF_Text);
  if (code)
    return makeError("{}: {}", path, code.message());
  if (!graph.module)
    return makeError("the generator made an invalid network");
  graph.module->print(file.os());
  file.keep();
  return Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::ParseCommandLineOptions(argc, argv,
                              "random-graphs: compares the lowerings on random networks\n");
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    std::signal(signal, reportCrash);

  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  auto host = getHostTargets();
  uint64_t first = options.seed.getNumOccurrences() ? options.seed : options.start;
  uint64_t count = options.seed.getNumOccurrences() ? 1 : options.count;
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };

  unsigned failures = 0, checked = 0, results = 0, constant = 0, referenceKernels = 0;
  for (uint64_t seed = first; seed < first + count && failures < options.failures; ++seed) {
    if (options.seconds && elapsed() > options.seconds)
      break;
    currentSeed = seed;
    // A context of its own, so that the constants of earlier networks are gone.
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    GraphOptions graphOptions = {seed, options.layers, options.last};
    auto targets = chooseTargets(options, seed, host);
    if (!targets) {
      llvm::errs() << "random-graphs: " << toString(targets.takeError()) << "\n";
      return 2;
    }
    CheckOptions checkOptions = {std::move(*targets), options.optLevel};
    if (!options.save.empty()) {
      if (Error error = save(context, graphOptions, options.save)) {
        llvm::errs() << "random-graphs: " << toString(std::move(error)) << "\n";
        return 1;
      }
      return 0;
    }
    ++checked;
    auto result = check(context, graphOptions, checkOptions);
    if (!result) {
      ++failures;
      report(context, graphOptions, checkOptions, toString(result.takeError()));
      continue;
    }
    results += result->results;
    constant += result->constantResults;
    referenceKernels += result->referenceKernels;
  }
  llvm::outs() << fmt::format(
      "{} networks in {:.1f} s, {} failed; {} results ({} of one value), {} kernels took the "
      "reference lowering\n",
      checked, elapsed(), failures, results, constant, referenceKernels);
  return failures ? 1 : 0;
}

//===- random-graphs.cpp - compares the lowerings on random networks ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes small random networks and compares what the optimized lowering computes with what the
// reference lowering does: byte for byte on codes, to a tolerance in float. The code runs in this
// process, or, with --cc, in programs that are made of emitted objects and may run on an emulator.
// A failure is reduced to the shortest beginning of its network that still fails, and printed with
// the command that shows it again.
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Objects.h"
#include "TileEmulation.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Program.h"
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
  cl::opt<bool> emulate{"emulate-tiles",
                        cl::desc("Let the AMX level run on a processor that lacks only its tiles")};
  cl::opt<unsigned> layers{"layers", cl::desc("Only the first N layers of each network"),
                           cl::init(~0U)};
  cl::opt<bool> last{"last", cl::desc("Return only what the last layer computes")};
  cl::opt<unsigned> optLevel{"opt-level",
                             cl::desc("Of the code generator in this process, 0 to 3 (default 1)"),
                             cl::init(1)};
  cl::opt<unsigned> failures{"max-failures", cl::desc("Stop after N failures (default 5)"),
                             cl::init(5)};
  cl::opt<unsigned> seconds{"max-seconds", cl::desc("Begin nothing new after N seconds"),
                            cl::init(0)};
  cl::opt<bool> coverage{"coverage", cl::desc("Say how often each operation was checked")};
  cl::opt<std::string> save{"save", cl::desc("Write the network of --seed to a file and stop"),
                            cl::value_desc("file.mlir")};

  cl::OptionCategory objects{"Emitted objects"};
  cl::opt<std::string> compiler{
      "cc",
      cl::desc("Check emitted objects, in programs that this compiler of C makes with its options; "
               "--isa names the levels of each object then (default all)"),
      cl::value_desc("words"), cl::cat(objects)};
  cl::opt<std::string> triple{"target", cl::desc("LLVM triple (default: this machine's)"),
                              cl::cat(objects)};
  cl::list<std::string> launchers{
      "launcher",
      cl::desc("What starts the program, such as 'qemu-aarch64 -cpu max'; once for each"),
      cl::value_desc("words"), cl::cat(objects)};
  cl::opt<unsigned> together{"together", cl::desc("Networks in one program (default 50)"),
                             cl::init(50), cl::cat(objects)};

  /// Whether emitted objects are checked, rather than code in this process.
  bool hasObjects() const { return !compiler.empty(); }
};

/// Between two lines that say how far a long run is.
constexpr double kProgressSeconds = 60;

/// For the handler of signals: a crash of compiled code ends the process.
volatile uint64_t currentSeed = 0;

/// A folder that is gone when this is.
class TemporaryFolder {
public:
  TemporaryFolder() { valid = !llvm::sys::fs::createUniqueDirectory("random-graphs", path); }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder() {
    if (valid)
      (void)llvm::sys::fs::remove_directories(path);
  }

  bool isValid() const { return valid; }
  llvm::StringRef getPath() const { return path; }

private:
  llvm::SmallString<128> path;
  bool valid = false;
};

/// Checks networks in one way, and counts.
class Checker {
public:
  using Graphs = llvm::ArrayRef<GraphOptions>;

  Checker(const Options &options, const mlir::DialectRegistry &registry)
      : options(options), registry(registry) {}

  /// Finds the targets and the folder that the options ask for.
  Error prepare();

  /// Checks some networks at once, and reports those that fail.
  void check(Graphs graphs);

  /// Prints a summary; true if nothing failed.
  bool finish(double seconds) const;
  unsigned getFailures() const { return failures; }

private:
  std::unique_ptr<mlir::MLIRContext> createContext() const;
  Expected<CheckResult> run(Graphs graphs);
  Expected<CheckResult> runInProcess(const GraphOptions &graph);
  Expected<CheckResult> runObjects(Graphs graphs);
  void count(const GraphOptions &graph);
  GraphOptions shrink(GraphOptions failing);
  void report(const GraphOptions &failing, std::string text);
  std::string getCommand(const GraphOptions &graph) const;

  const Options &options;
  const mlir::DialectRegistry &registry;
  /// The levels to check in this process: all of them, or each in turn.
  std::vector<const TargetDescription *> targets;
  TemporaryFolder folder;
  ObjectOptions objects;

  uint64_t checked = 0;
  unsigned failures = 0;
  CheckResult total;
  std::map<std::string, unsigned> operations;
};
} // namespace

static void reportCrash(int signal) {
  char text[96];
  auto end = fmt::format_to_n(text, sizeof(text),
                              "random-graphs: crash in the network of --seed={}\n", currentSeed);
  (void)!write(STDERR_FILENO, text, std::min(end.size, sizeof(text)));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

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

static Expected<RandomGraph> makeGraph(mlir::MLIRContext &context, const GraphOptions &options) {
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

static Error save(mlir::MLIRContext &context, const GraphOptions &graphOptions,
                  llvm::StringRef path) {
  auto graph = makeGraph(context, graphOptions);
  if (!graph)
    return graph.takeError();
  std::error_code code;
  llvm::ToolOutputFile file(path, code, llvm::sys::fs::OF_Text);
  if (code)
    return makeError("{}: {}", path, code.message());
  graph->module->print(file.os());
  file.keep();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Options options;
  cl::ParseCommandLineOptions(argc, argv,
                              "random-graphs: compares the lowerings on random networks\n");
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    std::signal(signal, reportCrash);
  if (options.emulate && options.hasObjects()) {
    llvm::errs() << "random-graphs: error: --emulate-tiles is for code in this process, not --cc\n";
    return 2;
  }
  auto fail = [](Error error) {
    llvm::errs() << "random-graphs: error: " << toString(std::move(error)) << "\n";
    return 2;
  };

  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  if (!options.save.empty()) {
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    if (Error error = save(context, {options.seed, options.layers, options.last}, options.save))
      return fail(std::move(error));
    return 0;
  }

  Checker checker(options, registry);
  if (Error error = checker.prepare())
    return fail(std::move(error));
  bool isOne = options.seed.getNumOccurrences() > 0;
  uint64_t first = isOne ? options.seed : options.start, end = first + (isOne ? 1 : +options.count);
  uint64_t step = options.hasObjects() ? std::max(1U, +options.together) : 1;
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  double reported = 0;
  for (uint64_t seed = first; seed < end && checker.getFailures() < options.failures;
       seed += step) {
    if (options.seconds && elapsed() > options.seconds)
      break;
    std::vector<GraphOptions> graphs;
    for (uint64_t i = seed; i < std::min(seed + step, end); ++i)
      graphs.push_back({i, options.layers, options.last});
    checker.check(graphs);
    if (elapsed() > reported + kProgressSeconds) {
      reported = elapsed();
      llvm::errs() << fmt::format("random-graphs: {} of {} networks, {} failed\n",
                                  graphs.back().seed + 1 - first, end - first,
                                  checker.getFailures());
    }
  }
  return checker.finish(elapsed()) ? 0 : 1;
}

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

#include "Checker.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Registration.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"

#include <chrono>
#include <csignal>
#include <unistd.h>

namespace cl = llvm::cl;
using namespace qcc;
using namespace qcc::random;

using llvm::Error;

/// Between two lines that say how far a long run is.
static constexpr double kProgressSeconds = 60;

static void reportCrash(int signal) {
  char text[96];
  auto end = fmt::format_to_n(text, sizeof(text),
                              "random-graphs: crash in the network of --seed={}\n", currentSeed);
  (void)!write(STDERR_FILENO, text, std::min(end.size, sizeof(text)));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
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

//===- models.cpp - Time of models at each level, batch and number of threads ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The models named on the command line, float or int8, of one input and one output, from a random
// input in memory to the result, for every level of the instruction set that this machine has.
//
//   models-benchmark [--benchmark_filter=REGEX...] MODEL...
//
//===----------------------------------------------------------------------===//

#include "peers/QccNetwork.h"
#include "qcc/Target/TargetDescription.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <benchmark/benchmark.h>
#include <fmt/format.h>

using namespace qcc;
using namespace qcc::peers;

static void runModel(benchmark::State &state, const std::string &path, llvm::StringRef isa) {
  RunOptions options;
  options.isa = isa.str();
  auto network = QccNetwork::create(path, options);
  if (!network)
    return state.SkipWithError(toString(network.takeError()).c_str());
  auto threads = static_cast<unsigned>(state.range(1));
  if (llvm::Error error = (*network)->bind(state.range(0), threads))
    return state.SkipWithError(toString(std::move(error)).c_str());
  for (auto _ : state)
    if (llvm::Error error = (*network)->run())
      return state.SkipWithError(toString(std::move(error)).c_str());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  llvm::ArrayRef<char *> models = llvm::ArrayRef(argv, argc).drop_front();
  if (models.empty() || llvm::any_of(models, [](const char *name) { return name[0] == '-'; })) {
    llvm::errs() << "models-benchmark: error: expected options of Google Benchmark, then models "
                    "(.onnx, .mlir, .mlirbc)\n";
    return 1;
  }
  for (std::string path : models)
    for (const TargetDescription &level : allTargetDescriptions()) {
      if (llvm::Error error = checkHostSupports(level)) {
        llvm::consumeError(std::move(error));
        continue;
      }
      std::string name = fmt::format("{}/{}", llvm::sys::path::stem(path), level.isa);
      benchmark::RegisterBenchmark(
          name.c_str(),
          [path, &level](benchmark::State &state) { runModel(state, path, level.isa); })
          ->ArgNames({"batch", "threads"})
          ->ArgsProduct({{1, 64}, {1, 2}})
          ->UseRealTime()
          ->Unit(benchmark::kMicrosecond);
    }
  benchmark::RunSpecifiedBenchmarks();
}

//===- layers.cpp - Time of the layers of well-known networks at each level ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each distinct layer of ResNet-50 and MobileNetV2, int8, alone, as it is inside of a network, for
// every level of the instruction set that this machine has. A layer is compiled when it is first
// run, so that
// --benchmark_filter is quick: "MobileNetV2/.*/avx2/.*". `GMAC/s` is of the thread's own time.
//
//===----------------------------------------------------------------------===//

#include "peers/QccLayer.h"
#include "qcc/Target/TargetDescription.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include <benchmark/benchmark.h>
#include <fmt/format.h>

using namespace qcc;
using namespace qcc::peers;

static void runLayer(benchmark::State &state, const Layer &layer, llvm::StringRef isa) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  int64_t batch = state.range(0);
  LayerData data(layer, batch);
  auto compiled = QccLayer::create(layer, data, isa, context);
  if (!compiled)
    return state.SkipWithError(toString(compiled.takeError()).c_str());
  // The kernel alone is run; that it computes what the whole layer does is checked first.
  if (auto output = (*compiled)->computeOutput(); !output)
    return state.SkipWithError(toString(output.takeError()).c_str());
  for (auto _ : state)
    if (llvm::Error error = (*compiled)->run())
      return state.SkipWithError(toString(std::move(error)).c_str());
  state.counters["GMAC/s"] = benchmark::Counter(static_cast<double>(layer.getMACs() * batch) * 1e-9,
                                                benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel((*compiled)->getStrategy().str());
}

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  for (const Network &network : {makeResNet50(), makeMobileNetV2()})
    for (const Layer &layer : network.layers)
      for (const TargetDescription &level : allTargetDescriptions()) {
        if (llvm::Error error = checkHostSupports(level)) {
          llvm::consumeError(std::move(error));
          continue;
        }
        std::string name = fmt::format("{}/{}/{}", network.name, layer.getName(), level.isa);
        benchmark::RegisterBenchmark(
            name.c_str(),
            [layer, &level](benchmark::State &state) { runLayer(state, layer, level.isa); })
            ->ArgName("batch")
            ->Arg(1)
            ->Arg(8)
            ->Unit(benchmark::kMicrosecond);
      }
  benchmark::RunSpecifiedBenchmarks();
}

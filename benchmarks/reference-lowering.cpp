//===- reference-lowering.cpp - Time of layers and observers under the reference lowering ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What evaluation and calibration cost, and the baseline that faster lowerings are compared with.
// Each layer is compiled as a module of its own and runs warm, with its input in memory;
// `items_per_second` counts multiply-accumulates.
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Session.h"
#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Quantization/Observer.h"
#include "qcc/Tools/Registration.h"
#include "qcc/Tools/Run.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Parser/Parser.h"
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <random>

using namespace qcc;

namespace {
struct Conv {
  int64_t size, inputs, outputs, kernel, padding, groups;

  int64_t macs() const {
    int64_t out = size + 2 * padding - kernel + 1;
    return out * out * outputs * kernel * kernel * inputs / groups;
  }

  /// The layer as a module, on `f32` or on codes.
  std::string module(bool integer) const {
    int64_t out = size + 2 * padding - kernel + 1;
    auto type = [](std::initializer_list<int64_t> shape, llvm::StringRef element) {
      return fmt::format("tensor<{}x{}>", fmt::join(shape, "x"), element.str());
    };
    std::string input = type({1, size, size, inputs}, integer ? "ui8" : "f32");
    std::string weights = type({outputs, kernel, kernel, inputs / groups}, integer ? "i8" : "f32");
    std::string output = type({1, out, out, outputs}, integer ? "i32" : "f32");
    return fmt::format("func.func @main(%x: {0}) -> {2} {{\n"
                       "  %w = cnn.constant dense<{3}> : {1}\n"
                       "  %y = cnn.conv2d %x, %w {{groups = {5} : i64, padding = array<i64: {4}, "
                       "{4}, {4}, {4}>}} : ({0}, {1}) -> {2}\n"
                       "  return %y : {2}\n}}\n",
                       input, weights, output, integer ? "3" : "0.5", padding, groups);
  }
};

void runConv(benchmark::State &state, const Conv &conv, bool integer) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(conv.module(integer), &context);
  auto session = prepareSession(*module);
  if (!session) {
    state.SkipWithError(toString(session.takeError()).c_str());
    return;
  }
  HostTensor input(integer ? ElementType::U8 : ElementType::F32,
                   {1, conv.size, conv.size, conv.inputs});
  for (auto _ : state) {
    auto result = (*session)->run({input});
    if (!result) {
      state.SkipWithError(toString(result.takeError()).c_str());
      return;
    }
    benchmark::DoNotOptimize(result->front().getBytes().data());
  }
  state.SetItemsProcessed(state.iterations() * conv.macs());
}

/// One batch of 3.2 million values, as a convolution of MNIST's size has.
void runObserver(benchmark::State &state, const char *name) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(64 * 28 * 28 * 64);
  for (float &value : values)
    value = std::max(normal(random), 0.0F);
  ObserverSpec spec;
  auto kind = parseObserverKind(name);
  if (!kind) {
    state.SkipWithError(toString(kind.takeError()).c_str());
    return;
  }
  spec.kind = *kind;
  for (auto _ : state) {
    auto observer = createObserver(spec);
    if (llvm::Error error = observer->observe(values))
      state.SkipWithError(toString(std::move(error)).c_str());
    benchmark::DoNotOptimize(observer->quantParams());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(values.size()));
}

constexpr Conv kFirst{28, 1, 32, 3, 1, 1};
constexpr Conv kSecond{28, 32, 64, 3, 1, 1};
constexpr Conv kPointwise{14, 256, 256, 1, 0, 1};
constexpr Conv kDepthwise{14, 256, 256, 3, 1, 256};
} // namespace

BENCHMARK_CAPTURE(runConv, conv3x3_1to32_float, kFirst, false);
BENCHMARK_CAPTURE(runConv, conv3x3_1to32_int8, kFirst, true);
BENCHMARK_CAPTURE(runConv, conv3x3_32to64_float, kSecond, false);
BENCHMARK_CAPTURE(runConv, conv3x3_32to64_int8, kSecond, true);
BENCHMARK_CAPTURE(runConv, conv1x1_256to256_float, kPointwise, false);
BENCHMARK_CAPTURE(runConv, conv1x1_256to256_int8, kPointwise, true);
BENCHMARK_CAPTURE(runConv, depthwise3x3_256_float, kDepthwise, false);
BENCHMARK_CAPTURE(runConv, depthwise3x3_256_int8, kDepthwise, true);
BENCHMARK_CAPTURE(runObserver, min_max, "min-max");
BENCHMARK_CAPTURE(runObserver, histogram, "histogram");
BENCHMARK_CAPTURE(runObserver, entropy, "entropy");

BENCHMARK_MAIN();

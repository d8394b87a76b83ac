//===- RandomGraph.cpp - random networks of the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomGraph.h"
#include "GraphBuilder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

namespace {
/// Streams of a seed's random numbers. Those of layer i are its own, so that a shorter graph is the
/// beginning of a longer one.
enum Stream : uint64_t { Whole = 0, Outputs = 1, FirstLayer = 16 };
} // namespace

static Shape randomInputShape(Random &random, int64_t batch) {
  if (random.chance(0.12))
    return {batch, random.integer(1, 200)};
  if (random.chance(0.08)) {
    // As large as images are, with as many channels as that leaves room for.
    auto height = static_cast<int64_t>(random.logarithmic(17, 225));
    auto width = random.chance(0.6) ? height : static_cast<int64_t>(random.logarithmic(1, 225));
    int64_t most = std::min<int64_t>(kMaxElements / (height * width), 16);
    return {batch, height, width, random.chance(0.3) ? most : random.integer(1, most)};
  }
  int64_t height = random.integer(1, 16);
  int64_t width = random.chance(0.6) ? height : random.integer(1, 16);
  int64_t channels = random.pick({int64_t{1}, int64_t{1}, int64_t{3}, int64_t{3}, int64_t{4},
                                  int64_t{8}, int64_t{16}, int64_t{32}, random.integer(1, 70)});
  return {batch, height, width, channels};
}

/// One layer; which ones are possible depends on what is there.
static void addLayer(GraphBuilder &graph, bool quantized) {
  int total = 0;
  for (const LayerKind &kind : allLayerKinds())
    total += quantized ? kind.quantized : kind.real;
  for (int attempt = 0; attempt < 50; ++attempt) {
    int64_t ticket = graph.random.integer(0, total - 1);
    for (const LayerKind &kind : allLayerKinds()) {
      ticket -= quantized ? kind.quantized : kind.real;
      if (ticket >= 0)
        continue;
      if (kind.make(graph))
        return;
      break;
    }
  }
}

/// What attempts left behind, and what nothing reads.
static void eraseUnused(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (op.use_empty() && !op.hasTrait<OpTrait::IsTerminator>())
      op.erase();
}

/// Chooses results: all that nothing reads, and now and then something that is read, too.
static SmallVector<GraphValue> chooseResults(GraphBuilder &graph, size_t numInputs, bool lastOnly) {
  if (lastOnly)
    return {graph.values.back()};
  SmallVector<GraphValue> results;
  for (GraphValue value : llvm::drop_begin(graph.values, numInputs))
    if (value.value.use_empty())
      results.push_back(value);
  if (results.size() > 4)
    results.erase(results.begin(), results.end() - 4);
  if (results.empty() || graph.random.chance(0.25))
    results.push_back(graph.pick());
  if (graph.random.chance(0.05))
    results.push_back(results.front());
  return results;
}

RandomGraph qcc::random::makeRandomGraph(MLIRContext &context, const GraphOptions &options) {
  context.loadDialect<cnn::CNNDialect, func::FuncDialect, quant::QuantDialect>();
  Random whole(options.seed, Stream::Whole);
  bool quantized = whole.chance(0.75);
  Contract contract = whole.pick({Contract::Fbgemm, Contract::Qnnpack, Contract::Onnx});
  bool isSigned = contract == Contract::Onnx && whole.chance(0.5);

  RandomGraph result;
  result.kind =
      !quantized ? "float" : ((isSigned ? "i8, " : "u8, ") + stringifyContract(contract)).str();
  result.fuse = whole.chance(0.5);
  result.blockImages =
      whole.pick({int64_t{0}, int64_t{0}, int64_t{1}, int64_t{3}, int64_t{8}, int64_t{16}});
  result.frontImages = whole.pick({int64_t{0}, int64_t{1}, int64_t{2}});
  // Kernels are small here: all that can be are split, most often.
  result.leastSplitCycles = whole.chance(0.7) ? 0 : 10000;
  // The same of linear layers whose weights are read while the convolution before them computes.
  result.leastStreamBytes = whole.chance(0.7) ? 0 : 131072;
  bool dynamic = whole.chance(0.7);
  int64_t fixed = whole.integer(1, 6);
  int64_t batch = dynamic ? ShapedType::kDynamic : fixed;
  int64_t some = whole.integer(0, 70), blocks = result.blockImages * whole.integer(1, 3);
  if (!dynamic)
    result.batches = {fixed};
  else if (blocks > 0)
    result.batches = {1, some, blocks, blocks + 1};
  else
    result.batches = {1, 3, some};

  OpBuilder builder(&context);
  result.module = ModuleOp::create(builder.getUnknownLoc());
  if (quantized)
    (*result.module)
        ->setAttr(cnn::kContractAttr,
                  cnn::NumericContractAttr::get(&context, cnn::fromContract(contract)));
  builder.setInsertionPointToStart(result.module->getBody());
  auto main = func::FuncOp::create(builder, builder.getUnknownLoc(), "main",
                                   builder.getFunctionType({}, {}));
  Block *body = main.addEntryBlock();
  builder.setInsertionPointToStart(body);

  GraphBuilder graph(builder, contract, isSigned);
  graph.random = whole;
  SmallVector<Type> inputTypes;
  auto numInputs = static_cast<size_t>(whole.chance(0.25) ? 2 : 1);
  for (size_t i = 0; i < numInputs; ++i) {
    Shape shape = randomInputShape(graph.random, batch);
    auto codes = graph.activationType(graph.random.logarithmic(0.005, 0.05));
    bool raw = quantized && graph.random.chance(0.3);
    inputTypes.push_back(RankedTensorType::get(shape, raw ? Type(codes) : graph.f32()));
    Value input = body->addArgument(inputTypes.back(), builder.getUnknownLoc());
    if (quantized && !raw)
      input = graph.make("quantize", input, codes);
    graph.values.push_back({input, true});
  }

  auto layers = static_cast<unsigned>(whole.integer(1, 6));
  result.layers = std::min(layers, options.maxLayers);
  for (unsigned i = 0; i < result.layers; ++i) {
    graph.random = Random(options.seed, Stream::FirstLayer + i);
    addLayer(graph, quantized);
  }

  graph.random = Random(options.seed, Stream::Outputs);
  SmallVector<Value> results;
  for (GraphValue value : chooseResults(graph, numInputs, options.lastOnly)) {
    if (isQuantized(value.value) && graph.random.chance(0.5))
      value.value = graph.make("dequantize", value.value, graph.f32());
    results.push_back(value.value);
    result.exact.push_back(value.exact);
  }
  func::ReturnOp::create(graph.builder, builder.getUnknownLoc(), results);
  eraseUnused(*body);
  main.setFunctionType(builder.getFunctionType(inputTypes, ValueRange(results).getTypes()));
  if (failed(verify(*result.module)))
    result.module = {};
  return result;
}

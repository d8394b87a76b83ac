//===- Expectation.cpp - what a random network computes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expectation.h"
#include "Random.h"
#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Execution/Session.h"
#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Support/Diagnostics.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include <cstring>
#include <limits>

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

using llvm::Error;
using llvm::Expected;

/// How far float results may differ, relative to the largest magnitude in the tensor and of what it
/// is a sum of (see Expectation::biases), for each layer that may round in another way.
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

static Expected<std::unique_ptr<Session>> compileReference(ModuleOp module) {
  SessionOptions session;
  session.lowering = [](OpPassManager &pm) { buildReferenceLoweringPipeline(pm); };
  // Compiling takes longer than running.
  session.jit.optLevel = 0;
  auto result = Session::compile(module, session);
  if (!result)
    return addContext(result.takeError(), "reference lowering");
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
                                           bool exact, double tolerance, double bias) {
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
  double largest = bias;
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

Error Expectation::compare(const ExpectedRun &run, ArrayRef<HostTensor> actual) const {
  for (auto [i, e, a] : llvm::enumerate(run.expected, actual)) {
    SmallVector<size_t> differing = findDifferences(e, a, exact[i], kTolerance * layers, biases[i]);
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

/// See Expectation::biases.
static double findBias(Value result) {
  Operation *op = result.getDefiningOp();
  while (
      op &&
      isa<cnn::ReluOp, cnn::ClampOp, cnn::LeakyReluOp, cnn::MaxPool2DOp, cnn::AvgPool2DOp,
          cnn::GlobalAvgPoolOp, cnn::FlattenOp, cnn::ReshapeOp, cnn::TransposeOp, cnn::PadOp>(op))
    op = op->getOperand(0).getDefiningOp();
  auto layer = dyn_cast_or_null<cnn::LayerOpInterface>(op);
  OpOperand *bias = layer ? layer.getBiasOperand() : nullptr;
  FailureOr<double> largest = failure();
  if (bias)
    largest = cnn::findLargestMagnitude(bias->get());
  return succeeded(largest) ? *largest : 0;
}

static std::vector<double> findBiases(ModuleOp module) {
  std::vector<double> biases;
  module.walk([&](func::ReturnOp op) {
    for (Value result : op.getOperands())
      biases.push_back(findBias(result));
  });
  return biases;
}

static bool isConstant(const HostTensor &tensor) {
  size_t size = getElementSize(tensor.getElementType());
  ArrayRef<uint8_t> bytes = tensor.getBytes();
  return bytes.empty() || llvm::equal(bytes.drop_front(size), bytes.drop_back(size));
}

Expected<Expectation> qcc::random::computeExpectation(const RandomGraph &graph, uint64_t seed) {
  Expectation result;
  result.exact = graph.exact;
  result.layers = graph.layers;
  result.biases = findBiases(graph.module.get());
  auto module = prepare(graph);
  if (!module)
    return module.takeError();
  result.module = std::move(*module);
  auto reference = compileReference(*result.module);
  if (!reference)
    return reference.takeError();
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
    result.runs.push_back({batch, std::move(inputs), std::move(*expected)});
  }
  return result;
}

//===- OneDnnChain.cpp - A network as a chain of oneDNN's primitives ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDnnChain.h"
#include "OneDnnPrimitive.h"
#include "Turns.h"

using namespace qcc;
using namespace qcc::peers;
using dnnl::memory;
using llvm::Error;
using llvm::Expected;

namespace {
/// A way in which activations between primitives can lie.
struct Layout {
  /// Each primitive says how it wants its source and its destination, with reorders where they
  /// differ; otherwise all are channels last.
  bool isChosen = false;
  /// A linear layer gets images as vectors, where they lie so, and not as images.
  bool isFlattened = false;
};
} // namespace

static std::string describeLayout(Layout layout) {
  return fmt::format("{}, linear layers on {}",
                     layout.isChosen ? "as each primitive wants" : "channels last",
                     layout.isFlattened ? "vectors" : "images");
}

struct OneDnnChain::State {
  State(llvm::ArrayRef<ChainStep> steps, llvm::ArrayRef<LayerData> tensors, Layout layout);

  void run() {
    for (const OneDnnPrimitive &primitive : primitives)
      primitive.run(device.stream);
  }

  memory::desc chooseDestination(const memory::dims &dims, bool isOutput) const;
  /// Views `current` as vectors if it is channels last.
  void flatten();
  /// Appends what reads `current`.
  void add(OneDnnPrimitive primitive);
  llvm::ArrayRef<uint8_t> getOutput() const;

  Layout layout;
  /// Primitives read the input and the biases in it.
  std::vector<LayerData> data;
  OneDnnDevice device;
  std::vector<OneDnnPrimitive> primitives;
  memory current;
  int64_t reorders = 0;
};

memory::desc OneDnnChain::State::chooseDestination(const memory::dims &dims, bool isOutput) const {
  memory::desc plain = makeChannelsLast(dims, memory::data_type::u8);
  return isOutput || !layout.isChosen ? plain : makeAnyOrder(plain);
}

void OneDnnChain::State::flatten() {
  memory::dims dims = current.get_desc().dims();
  if (current.get_desc() != makeChannelsLast(dims, memory::data_type::u8))
    return;
  int64_t elements = 1;
  for (int64_t dim : llvm::ArrayRef(dims).drop_front())
    elements *= dim;
  // The memory stays the destination of the primitive before.
  current = memory(makeChannelsLast({dims.front(), elements}, memory::data_type::u8), device.engine,
                   current.get_data_handle());
}

void OneDnnChain::State::add(OneDnnPrimitive primitive) {
  if (primitive.getSourceDesc() != current.get_desc()) {
    auto reorder =
        OneDnnPrimitive::makeReorder(device, current.get_desc(), primitive.getSourceDesc());
    reorder.setSource(current);
    current = reorder.getDestination();
    primitives.push_back(std::move(reorder));
    ++reorders;
  }
  primitive.setSource(current);
  current = primitive.getDestination();
  primitives.push_back(std::move(primitive));
}

OneDnnChain::State::State(llvm::ArrayRef<ChainStep> steps, llvm::ArrayRef<LayerData> tensors,
                          Layout layout)
    : layout(layout) {
  const HostTensor &input = tensors.front().input;
  int64_t batch = input.getDim(0), size = steps.front().layer.size;
  current = device.view(
      makeChannelsLast({batch, steps.front().layer.inputs, size, size}, memory::data_type::u8),
      input);
  for (auto [step, constants] : llvm::zip_equal(steps, tensors)) {
    const Layer &layer = step.layer;
    bool isOutput = &step == &steps.back();
    memory::dims dims = {batch, layer.outputs};
    if (!layer.isLinear())
      dims.insert(dims.end(), 2, layer.getOutputSize());
    if (layer.isLinear() && layout.isFlattened)
      flatten();
    memory::desc source = current.get_desc();
    if (layout.isChosen)
      source = makeAnyOrder(source);
    add(OneDnnPrimitive::makeLayer(device, layer, constants, step.hasRelu, source,
                                   chooseDestination(dims, isOutput && step.pooling == 1)));
    if (step.pooling == 1)
      continue;
    dims[2] /= step.pooling;
    dims[3] /= step.pooling;
    // A pooling has no source of its own choice.
    add(OneDnnPrimitive::makeMaxPooling(device, step.pooling, current.get_desc(),
                                        chooseDestination(dims, isOutput)));
  }
}

llvm::ArrayRef<uint8_t> OneDnnChain::State::getOutput() const {
  return {static_cast<const uint8_t *>(current.get_data_handle()), current.get_desc().get_size()};
}

OneDnnChain::OneDnnChain(std::unique_ptr<State> state) : state(std::move(state)) {}
OneDnnChain::~OneDnnChain() = default;
int64_t OneDnnChain::getNumReorders() const { return state->reorders; }

std::string OneDnnChain::describe() const {
  std::string text = describeLayout(state->layout);
  llvm::StringRef separator = ": ";
  for (const OneDnnPrimitive &primitive : state->primitives) {
    text += fmt::format("{}{}", separator, primitive.getImplementation());
    separator = ", ";
  }
  return text;
}

Expected<std::unique_ptr<OneDnnChain>> OneDnnChain::create(llvm::ArrayRef<ChainStep> steps,
                                                           int64_t batch) {
  std::vector<LayerData> data;
  for (const ChainStep &step : steps)
    data.emplace_back(step.layer, batch);
  std::unique_ptr<State> best;
  for (Layout layout : {Layout{false, false}, {false, true}, {true, false}, {true, true}}) {
    std::unique_ptr<State> other;
    if (Error error = guardOneDnn([&] {
          other = std::make_unique<State>(steps, data, layout);
          other->run();
        }))
      return std::move(error);
    if (!best) {
      best = std::move(other);
      continue;
    }
    if (best->getOutput() != other->getOutput())
      return makeError("oneDNN computes something else with activations {}",
                       describeLayout(layout));
    auto turns = takeTurns(
        {.rounds = 10, .seconds = 0.004}, [&] { return guardOneDnn([&] { best->run(); }); },
        [&] { return guardOneDnn([&] { other->run(); }); });
    if (!turns)
      return turns.takeError();
    if (turns->ratio < 1)
      best = std::move(other);
  }
  best->data = std::move(data);
  return std::unique_ptr<OneDnnChain>(new OneDnnChain(std::move(best)));
}

Error OneDnnChain::run() {
  return guardOneDnn([&] { state->run(); });
}

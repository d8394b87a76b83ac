//===- OneDnn.cpp - One layer as a primitive of oneDNN ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDnn.h"
#include "OneDnnPrimitive.h"
#include "Turns.h"

using namespace qcc;
using namespace qcc::peers;
using dnnl::memory;
using llvm::Error;
using llvm::Expected;

namespace {
/// The two ways in which activations can lie.
enum class Activations { ChannelsLast, AsThePrimitiveWants };
} // namespace

struct OneDnnLayer::State {
  State(const Layer &layer, const LayerData &data, Activations activations);

  void run() { primitive.run(device.stream); }

  OneDnnDevice device;
  OneDnnPrimitive primitive;
  memory::desc plainDestination;
  HostTensor output;
};

OneDnnLayer::State::State(const Layer &layer, const LayerData &data, Activations activations)
    : output(data.makeOutput(layer)) {
  int64_t batch = data.input.getDim(0), outSize = layer.getOutputSize();
  auto makePlain = [&](int64_t channels, int64_t size) {
    return makeChannelsLast(layer.isLinear() ? memory::dims{batch, channels}
                                             : memory::dims{batch, channels, size, size},
                            memory::data_type::u8);
  };
  memory::desc plainSource = makePlain(layer.inputs, layer.size);
  plainDestination = makePlain(layer.outputs, outSize);
  bool isPlain = activations == Activations::ChannelsLast;
  primitive = OneDnnPrimitive::makeLayer(
      device, layer, data, /*hasRelu=*/true, isPlain ? plainSource : makeAnyOrder(plainSource),
      isPlain ? plainDestination : makeAnyOrder(plainDestination));
  primitive.setSource(memory(primitive.getSourceDesc(), device.engine));
  device.reorder(device.view(plainSource, data.input), primitive.getSource());
}

OneDnnLayer::OneDnnLayer(std::unique_ptr<State> state) : state(std::move(state)) {}
OneDnnLayer::~OneDnnLayer() = default;
llvm::StringRef OneDnnLayer::getImplementation() const {
  return state->primitive.getImplementation();
}

Expected<std::unique_ptr<OneDnnLayer>> OneDnnLayer::create(const Layer &layer,
                                                           const LayerData &data) {
  std::unique_ptr<State> plain, own;
  if (Error error = guardOneDnn([&] {
        plain = std::make_unique<State>(layer, data, Activations::ChannelsLast);
        own = std::make_unique<State>(layer, data, Activations::AsThePrimitiveWants);
      }))
    return std::move(error);
  auto getDestinationDesc = [](const State &state) {
    return state.primitive.getDestination().get_desc();
  };
  if (own->primitive.getSourceDesc() == plain->primitive.getSourceDesc() &&
      getDestinationDesc(*own) == getDestinationDesc(*plain))
    return std::unique_ptr<OneDnnLayer>(new OneDnnLayer(std::move(plain)));
  auto turns = takeTurns(
      {.rounds = 5, .seconds = 0.004}, [&] { return guardOneDnn([&] { plain->run(); }); },
      [&] { return guardOneDnn([&] { own->run(); }); });
  if (!turns)
    return turns.takeError();
  return std::unique_ptr<OneDnnLayer>(new OneDnnLayer(std::move(turns->ratio < 1 ? own : plain)));
}

Error OneDnnLayer::run() {
  return guardOneDnn([&] { state->run(); });
}

Expected<HostTensor> OneDnnLayer::getOutput() {
  if (Error error = guardOneDnn([&] {
        state->device.reorder(state->primitive.getDestination(),
                              state->device.view(state->plainDestination, state->output));
      }))
    return std::move(error);
  return state->output;
}

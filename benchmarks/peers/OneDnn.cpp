//===- OneDnn.cpp - One layer as a primitive of oneDNN ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDnn.h"
#include "Turns.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/DynamicLibrary.h"

#include <oneapi/dnnl/dnnl.hpp>
#include <optional>

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

  /// Copies between orders of elements.
  void reorder(memory from, memory to) {
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
  }
  memory makeMemory(const memory::desc &desc, const HostTensor &tensor) {
    return memory(desc, engine, const_cast<uint8_t *>(tensor.getBytes().data()));
  }
  void run() {
    // As the C++ interface does, but for the map of arguments that it copies at every call.
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive.get(), stream.get(),
                                                   static_cast<int>(arguments.size()),
                                                   arguments.data()),
                            "could not run a primitive");
  }

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::primitive primitive;
  memory source, weights, bias, destination;
  memory::desc plainDestination;
  std::vector<dnnl_exec_arg_t> arguments;
  std::string implementation;
  HostTensor output;
};

/// Of elements that lie in the order of `order`, the slowest dimension first.
static memory::desc makeDesc(const memory::dims &dims, memory::data_type type,
                             llvm::ArrayRef<size_t> order) {
  memory::dims strides(dims.size());
  int64_t stride = 1;
  for (size_t dim : llvm::reverse(order)) {
    strides[dim] = stride;
    stride *= dims[dim];
  }
  return memory::desc(dims, type, strides);
}

OneDnnLayer::State::State(const Layer &layer, const LayerData &data, Activations activations)
    : output(data.makeOutput(layer)) {
  using Type = memory::data_type;
  int64_t batch = data.input.getDim(0), outSize = layer.getOutputSize();
  bool isLinear = layer.isLinear(), isGrouped = layer.groups > 1;
  auto makeAny = [](const memory::desc &desc) {
    return memory::desc(desc.dims(), desc.data_type(), memory::format_tag::any);
  };

  memory::desc plainSource, plainWeights;
  if (isLinear) {
    plainSource = makeDesc({batch, layer.inputs}, Type::u8, {0, 1});
    plainDestination = makeDesc({batch, layer.outputs}, Type::u8, {0, 1});
    plainWeights = makeDesc({layer.outputs, layer.inputs}, Type::s8, {0, 1});
  } else {
    plainSource = makeDesc({batch, layer.inputs, layer.size, layer.size}, Type::u8, {0, 2, 3, 1});
    plainDestination = makeDesc({batch, layer.outputs, outSize, outSize}, Type::u8, {0, 2, 3, 1});
    int64_t outputs = layer.outputs / layer.groups, inputs = layer.inputs / layer.groups;
    plainWeights =
        isGrouped ? makeDesc({layer.groups, outputs, inputs, layer.kernel, layer.kernel}, Type::s8,
                             {0, 1, 3, 4, 2})
                  : makeDesc({outputs, inputs, layer.kernel, layer.kernel}, Type::s8, {0, 2, 3, 1});
  }
  memory::desc biasDesc({layer.outputs}, Type::s32, memory::format_tag::x);
  bool isPlain = activations == Activations::ChannelsLast;
  memory::desc sourceDesc = isPlain ? plainSource : makeAny(plainSource);
  memory::desc destinationDesc = isPlain ? plainDestination : makeAny(plainDestination);

  dnnl::primitive_attr attributes;
  llvm::ArrayRef<float> multipliers = data.multipliers.getData<float>();
  attributes.set_output_scales(/*mask=*/1 << 1, {multipliers.begin(), multipliers.end()});
  dnnl::post_ops postOps;
  postOps.append_eltwise(/*scale=*/1, dnnl::algorithm::eltwise_relu, /*alpha=*/0, /*beta=*/0);
  attributes.set_post_ops(postOps);

  auto prepare = [&](const auto &description) {
    source = memory(description.src_desc(), engine);
    destination = memory(description.dst_desc(), engine);
    weights = memory(description.weights_desc(), engine);
    implementation = description.impl_info_str();
  };
  auto kind = dnnl::prop_kind::forward_inference;
  if (isLinear) {
    dnnl::inner_product_forward::desc desc(kind, sourceDesc, makeAny(plainWeights), biasDesc,
                                           destinationDesc);
    dnnl::inner_product_forward::primitive_desc chosen(desc, attributes, engine);
    prepare(chosen);
    primitive = dnnl::inner_product_forward(chosen);
  } else {
    memory::dims strides(2, layer.stride), padding(2, layer.padding);
    dnnl::convolution_forward::desc desc(kind, dnnl::algorithm::convolution_direct, sourceDesc,
                                         makeAny(plainWeights), biasDesc, destinationDesc, strides,
                                         padding, padding);
    dnnl::convolution_forward::primitive_desc chosen(desc, attributes, engine);
    prepare(chosen);
    primitive = dnnl::convolution_forward(chosen);
  }
  bias = makeMemory(biasDesc, data.bias);
  reorder(makeMemory(plainSource, data.input), source);
  reorder(makeMemory(plainWeights, data.weights), weights);
  arguments = {{DNNL_ARG_SRC, source.get()},
               {DNNL_ARG_WEIGHTS, weights.get()},
               {DNNL_ARG_BIAS, bias.get()},
               {DNNL_ARG_DST, destination.get()}};
}

/// Calls what may throw.
template <typename Function> static Error guard(Function function) {
  try {
    function();
  } catch (const dnnl::error &error) {
    return makeError("oneDNN: {} (status {})", error.what(), static_cast<int>(error.status));
  }
  return Error::success();
}

OneDnnLayer::OneDnnLayer(std::unique_ptr<State> state) : state(std::move(state)) {}
OneDnnLayer::~OneDnnLayer() = default;
llvm::StringRef OneDnnLayer::getImplementation() const { return state->implementation; }

std::string OneDnnLayer::getVersion() {
  const dnnl_version_t *version = dnnl_version();
  return fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
}

Error OneDnnLayer::holdTo(llvm::StringRef isa) {
  auto level = llvm::StringSwitch<std::optional<dnnl_cpu_isa_t>>(isa)
                   .Case("amx", dnnl_cpu_isa_avx512_core_amx)
                   .Case("avx512-vnni", dnnl_cpu_isa_avx512_core_vnni)
                   .Case("avx-vnni", dnnl_cpu_isa_avx2_vnni)
                   .Case("avx2", dnnl_cpu_isa_avx2)
                   .Default(std::nullopt);
  if (!level)
    return makeError("oneDNN has no level like '{}'; there are amx, avx512-vnni, avx-vnni and avx2",
                     isa);
  if (dnnl_set_max_cpu_isa(*level) != dnnl_success)
    return makeError("oneDNN cannot be held to {}", isa);
  return Error::success();
}

Expected<std::unique_ptr<OneDnnLayer>> OneDnnLayer::create(const Layer &layer,
                                                           const LayerData &data) {
  // Its OpenMP came with it and has no header here.
  if (void *set = llvm::sys::DynamicLibrary::SearchForAddressOfSymbol("omp_set_num_threads"))
    reinterpret_cast<void (*)(int)>(set)(1);
  std::unique_ptr<State> plain, own;
  if (Error error = guard([&] {
        plain = std::make_unique<State>(layer, data, Activations::ChannelsLast);
        own = std::make_unique<State>(layer, data, Activations::AsThePrimitiveWants);
      }))
    return std::move(error);
  if (own->source.get_desc() == plain->source.get_desc() &&
      own->destination.get_desc() == plain->destination.get_desc())
    return std::unique_ptr<OneDnnLayer>(new OneDnnLayer(std::move(plain)));
  auto turns = takeTurns(
      {.rounds = 5, .seconds = 0.004}, [&] { return guard([&] { plain->run(); }); },
      [&] { return guard([&] { own->run(); }); });
  if (!turns)
    return turns.takeError();
  return std::unique_ptr<OneDnnLayer>(new OneDnnLayer(std::move(turns->ratio < 1 ? own : plain)));
}

Error OneDnnLayer::run() {
  return guard([&] { state->run(); });
}

Expected<HostTensor> OneDnnLayer::getOutput() {
  if (Error error = guard([&] {
        state->reorder(state->destination,
                       state->makeMemory(state->plainDestination, state->output));
      }))
    return std::move(error);
  return state->output;
}

//===- OneDnnPrimitive.cpp - Primitives of oneDNN with their memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDnnPrimitive.h"

#include "llvm/ADT/StringSwitch.h"

#include <cstdlib>
#include <dlfcn.h>
#include <optional>

using namespace qcc;
using namespace qcc::peers;
using dnnl::memory;
using llvm::Error;

std::string peers::getOneDnnVersion() {
  const dnnl_version_t *version = dnnl_version();
  return fmt::format("{}.{}.{}", version->major, version->minor, version->patch);
}

Error peers::holdOneDnn(llvm::StringRef isa, unsigned threads) {
  // The library's OpenMP came with it and has no header here.
  if (void *set = dlsym(RTLD_DEFAULT, "omp_set_num_threads"))
    reinterpret_cast<void (*)(int)>(set)(static_cast<int>(threads));
  else if (dnnl_version()->cpu_runtime != DNNL_RUNTIME_SEQ)
    return makeError("how many threads oneDNN takes cannot be said: they are not OpenMP's");
  if (isa.empty() || std::getenv("DNNL_MAX_CPU_ISA"))
    return Error::success();
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

void OneDnnDevice::reorder(memory from, memory to) {
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
}

memory OneDnnDevice::view(const memory::desc &desc, const HostTensor &tensor) {
  return memory(desc, engine, const_cast<uint8_t *>(tensor.getBytes().data()));
}

memory::desc peers::makeChannelsLast(const memory::dims &dims, memory::data_type type) {
  size_t rank = dims.size();
  llvm::SmallVector<size_t> order; // the slowest first
  for (size_t dim = 0; dim < rank; ++dim)
    order.push_back(dim);
  if (rank > 2)
    std::rotate(order.end() - 3, order.end() - 2, order.end());
  memory::dims strides(rank);
  int64_t stride = 1;
  for (size_t dim : llvm::reverse(order)) {
    strides[dim] = stride;
    stride *= dims[dim];
  }
  return memory::desc(dims, type, strides);
}

memory::desc peers::makeAnyOrder(const memory::desc &desc) {
  return memory::desc(desc.dims(), desc.data_type(), memory::format_tag::any);
}

void OneDnnPrimitive::addConstant(int argument, const memory &memory) {
  constants.push_back(memory);
  arguments.push_back({argument, memory.get()});
}

void OneDnnPrimitive::setSource(const memory &memory) {
  source = memory;
  arguments.push_back({DNNL_ARG_SRC, source.get()});
}

void OneDnnPrimitive::run(const dnnl::stream &stream) const {
  // As the C++ interface does, but for the map of arguments that it copies at every call.
  dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive.get(), stream.get(),
                                                 static_cast<int>(arguments.size()),
                                                 arguments.data()),
                          "could not run a primitive");
}

template <typename Kind>
OneDnnPrimitive OneDnnPrimitive::make(OneDnnDevice &device,
                                      const typename Kind::primitive_desc &chosen) {
  OneDnnPrimitive result;
  result.primitive = Kind(chosen);
  result.sourceDesc = chosen.src_desc();
  result.destination = memory(chosen.dst_desc(), device.engine);
  result.arguments.push_back({DNNL_ARG_DST, result.destination.get()});
  result.implementation = chosen.impl_info_str();
  return result;
}

static dnnl::primitive_attr makeAttributes(const LayerData &data, bool hasRelu) {
  dnnl::primitive_attr attributes;
  llvm::ArrayRef<float> multipliers = data.multipliers.getData<float>();
  attributes.set_output_scales(/*mask=*/1 << 1, {multipliers.begin(), multipliers.end()});
  if (hasRelu) {
    dnnl::post_ops postOps;
    postOps.append_eltwise(/*scale=*/1, dnnl::algorithm::eltwise_relu, /*alpha=*/0, /*beta=*/0);
    attributes.set_post_ops(postOps);
  }
  return attributes;
}

OneDnnPrimitive OneDnnPrimitive::makeLayer(OneDnnDevice &device, const Layer &layer,
                                           const LayerData &data, bool hasRelu,
                                           const memory::desc &source,
                                           const memory::desc &destination) {
  memory::dims shape;
  if (layer.isLinear()) {
    shape = source.dims();
    shape[0] = layer.outputs;
  } else {
    shape = {layer.outputs / layer.groups, layer.inputs / layer.groups, layer.kernel, layer.kernel};
    if (layer.groups > 1)
      shape.insert(shape.begin(), layer.groups);
  }
  memory::desc plainWeights = makeChannelsLast(shape, memory::data_type::s8);
  memory::desc bias({layer.outputs}, memory::data_type::s32, memory::format_tag::x);
  dnnl::primitive_attr attributes = makeAttributes(data, hasRelu);
  auto finish = [&](OneDnnPrimitive result, const memory::desc &wanted) {
    memory weights(wanted, device.engine);
    device.reorder(device.view(plainWeights, data.weights), weights);
    result.addConstant(DNNL_ARG_WEIGHTS, weights);
    result.addConstant(DNNL_ARG_BIAS, device.view(bias, data.bias));
    return result;
  };
  auto kind = dnnl::prop_kind::forward_inference;
  if (layer.isLinear()) {
    using Linear = dnnl::inner_product_forward;
    Linear::primitive_desc chosen({kind, source, makeAnyOrder(plainWeights), bias, destination},
                                  attributes, device.engine);
    return finish(make<Linear>(device, chosen), chosen.weights_desc());
  }
  using Convolution = dnnl::convolution_forward;
  memory::dims strides(2, layer.stride), padding(2, layer.padding);
  Convolution::primitive_desc chosen({kind, dnnl::algorithm::convolution_direct, source,
                                      makeAnyOrder(plainWeights), bias, destination, strides,
                                      padding, padding},
                                     attributes, device.engine);
  return finish(make<Convolution>(device, chosen), chosen.weights_desc());
}

OneDnnPrimitive OneDnnPrimitive::makeMaxPooling(OneDnnDevice &device, int64_t size,
                                                const memory::desc &source,
                                                const memory::desc &destination) {
  using Pooling = dnnl::pooling_forward;
  memory::dims window(2, size), padding(2, 0);
  Pooling::primitive_desc chosen({dnnl::prop_kind::forward_inference, dnnl::algorithm::pooling_max,
                                  source, destination, window, window, padding, padding},
                                 device.engine);
  return make<Pooling>(device, chosen);
}

OneDnnPrimitive OneDnnPrimitive::makeReorder(OneDnnDevice &device, const memory::desc &source,
                                             const memory::desc &destination) {
  return make<dnnl::reorder>(
      device, dnnl::reorder::primitive_desc(device.engine, source, device.engine, destination));
}

//===- OneDnnPrimitive.h - Primitives of oneDNN with their memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For version 2 of the library. Weights are in the order that the primitive wants, reordered once;
// scratch memory is the library's, which makes it once, too. Functions that make or run primitives
// throw dnnl::error; guardOneDnn() makes it an error of ours.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_ONEDNNPRIMITIVE_H
#define QCC_BENCHMARKS_PEERS_ONEDNNPRIMITIVE_H

#include "LayerData.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/Support/Error.h"

#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <vector>

namespace qcc::peers {

/// Keeps the library to so many threads and, unless `isa` is empty or the library's own variable
/// says otherwise, from using more than a level of qcc's has. Before any primitive is made, on the
/// thread that runs them.
llvm::Error holdOneDnn(llvm::StringRef isa, unsigned threads);

/// "2.6.3"
std::string getOneDnnVersion();

/// Calls what may throw.
template <typename Function> llvm::Error guardOneDnn(Function function) {
  try {
    function();
  } catch (const dnnl::error &error) {
    return makeError("oneDNN: {} (status {})", error.what(), static_cast<int>(error.status));
  }
  return llvm::Error::success();
}

/// Where primitives run: this machine, in order.
struct OneDnnDevice {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};

  /// Copies between orders of elements.
  void reorder(dnnl::memory from, dnnl::memory to);
  /// The tensor itself, as elements of `desc`.
  dnnl::memory view(const dnnl::memory::desc &desc, const HostTensor &tensor);
};

/// Elements in the order of [N, H, W, C], of dimensions that are named [N, C, H, W]; of weights,
/// [G, O, H, W, I]; of two dimensions, as they are.
dnnl::memory::desc makeChannelsLast(const dnnl::memory::dims &dims, dnnl::memory::data_type type);
/// The same elements in the order that a primitive wants.
dnnl::memory::desc makeAnyOrder(const dnnl::memory::desc &desc);

class OneDnnPrimitive {
public:
  /// A layer with its requantization and, if asked for, a relu behind it. `source` may be images
  /// that a linear layer takes as vectors.
  static OneDnnPrimitive makeLayer(OneDnnDevice &device, const Layer &layer, const LayerData &data,
                                   bool hasRelu, const dnnl::memory::desc &source,
                                   const dnnl::memory::desc &destination);
  /// The maxima of windows of size x size that do not overlap.
  static OneDnnPrimitive makeMaxPooling(OneDnnDevice &device, int64_t size,
                                        const dnnl::memory::desc &source,
                                        const dnnl::memory::desc &destination);
  static OneDnnPrimitive makeReorder(OneDnnDevice &device, const dnnl::memory::desc &source,
                                     const dnnl::memory::desc &destination);

  /// Its order is the one asked for, or what the primitive wants.
  const dnnl::memory::desc &getSourceDesc() const { return sourceDesc; }
  /// Must be called once, before it runs.
  void setSource(const dnnl::memory &memory);
  const dnnl::memory &getSource() const { return source; }
  const dnnl::memory &getDestination() const { return destination; }

  void run(const dnnl::stream &stream) const;

  /// What the library calls the code that runs: "brgconv:avx512_core_amx_int8".
  llvm::StringRef getImplementation() const { return implementation; }

private:
  /// From a description, what is the same for all kinds.
  template <typename Kind>
  static OneDnnPrimitive make(OneDnnDevice &device, const typename Kind::primitive_desc &chosen);
  void addConstant(int argument, const dnnl::memory &memory);

  dnnl::primitive primitive;
  dnnl::memory::desc sourceDesc;
  dnnl::memory source, destination;
  std::vector<dnnl::memory> constants;
  std::vector<dnnl_exec_arg_t> arguments;
  std::string implementation;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_ONEDNNPRIMITIVE_H

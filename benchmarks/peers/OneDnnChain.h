//===- OneDnnChain.h - A network as a chain of oneDNN's primitives ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As somebody would write it by hand. Codes go from primitive to primitive in memory that is made
// once. How activations are best laid out the library does not say, so several ways are measured,
// and the fastest is kept.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_ONEDNNCHAIN_H
#define QCC_BENCHMARKS_PEERS_ONEDNNCHAIN_H

#include "Layers.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace qcc::peers {

struct ChainStep {
  Layer layer;
  bool hasRelu = true;
  /// Height and width of the windows of a max pooling behind it; 1: none.
  int64_t pooling = 1;
};

class OneDnnChain {
public:
  /// Layers with random weights, each with its requantization. A linear layer takes images as
  /// vectors. Input and output are u8 codes, channels last; see holdOneDnn(). An error also if two
  /// ways of laying out activations do not compute the same.
  static llvm::Expected<std::unique_ptr<OneDnnChain>> create(llvm::ArrayRef<ChainStep> steps,
                                                             int64_t batch);
  ~OneDnnChain();

  llvm::Error run();

  /// How activations are laid out, and what the library calls the code of each primitive, in order:
  /// "channels last, linear layers on vectors: brgconv:avx512_core_amx_int8, ...".
  std::string describe() const;
  /// Changes of layout in between, which run() counts.
  int64_t getNumReorders() const;

private:
  struct State;
  explicit OneDnnChain(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_ONEDNNCHAIN_H

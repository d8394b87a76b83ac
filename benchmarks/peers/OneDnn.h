//===- OneDnn.h - One layer as a primitive of oneDNN ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Activations lie as its caller has them, channels last, or as the primitive wants them; what is
// faster is kept.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_ONEDNN_H
#define QCC_BENCHMARKS_PEERS_ONEDNN_H

#include "LayerData.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace qcc::peers {

class OneDnnLayer {
public:
  /// The layer with its requantization and relu; see holdOneDnn().
  static llvm::Expected<std::unique_ptr<OneDnnLayer>> create(const Layer &layer,
                                                             const LayerData &data);
  ~OneDnnLayer();

  llvm::Error run();

  /// What the last run computed, channels last.
  llvm::Expected<HostTensor> getOutput();

  /// What the library calls the code that runs: "brgconv:avx512_core_amx_int8".
  llvm::StringRef getImplementation() const;

private:
  struct State;
  explicit OneDnnLayer(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_ONEDNN_H

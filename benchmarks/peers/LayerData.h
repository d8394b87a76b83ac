//===- LayerData.h - What a layer is measured on ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_LAYERDATA_H
#define QCC_BENCHMARKS_PEERS_LAYERDATA_H

#include "Layers.h"
#include "qcc/Data/Tensor.h"

namespace qcc::peers {

/// Random codes and constants of one layer: its results are codes, the negative ones cut by a relu,
/// of zero point 0, and few are too large.
struct LayerData {
  LayerData(const Layer &layer, int64_t batch);

  HostTensor makeOutput(const Layer &layer) const;

  /// u8, channels last.
  HostTensor input;
  /// i8, [outputs, height, width, inputs of a group]. Two products never exceed 16 bits: some
  /// instructions would saturate.
  HostTensor weights;
  /// i32 and f32, one for each output channel.
  HostTensor bias, multipliers;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_LAYERDATA_H

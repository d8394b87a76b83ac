//===- Names.h - Names for operations, each used once ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_NAMES_H
#define QCC_LIB_IMPORT_ONNX_NAMES_H

#include "Graph.h"

#include "llvm/ADT/DenseMap.h"

namespace qcc::onnx {

/// The name that a layer goes by in calibration tables and comparisons: the node's own; or, for a
/// layer with weights, what is left of its weights' name without "weight" and the like; or the name
/// of its first output. "conv1.weight" makes "conv1", as do "conv1_w" and "conv1.weight_quantized".
std::string getLayerName(const Node &node, const Graph &graph);

/// Hands out names once each.
class Names {
public:
  /// `name`, or `name` with the first free number after it: "conv1", "conv1_1", ...
  std::string makeUnique(llvm::StringRef name);

private:
  llvm::StringMap<unsigned> taken;
};

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_NAMES_H

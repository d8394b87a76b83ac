//===- Layers.h - What layers with weights have in common, whatever operator they come from ---*-
// C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_LAYERS_H
#define QCC_LIB_IMPORT_ONNX_LAYERS_H

#include "Importer.h"

namespace qcc::onnx {

/// The constants of a convolution or linear layer, and what its result is.
struct LayerParts {
  ConstantValue weights;
  std::optional<ConstantValue> bias;
  mlir::Type elementType;
  /// Whether constants keep their codes (the layer computes on codes) or are dequantized.
  bool keepCodes = false;
};

/// The convolution of input `inputIndex`, with `weights` [O, I/groups, KH, KW]; binds output 0.
llvm::Error buildConv(Importer &importer, const Node &node, size_t inputIndex,
                      const LayerParts &parts);

/// The linear layer on `input` [N, I], with `weights` [O, I].
llvm::Expected<mlir::Value> buildLinear(Importer &importer, const Node &node,
                                        const RuntimeTensor &input, const LayerParts &parts);

/// `node` as MatMul: input `inputIndex` times `parts.weights`, here [I, O] as ONNX has them.
/// `resultNode` is the node whose output 0 is bound, which is another one if a following addition
/// became the bias.
llvm::Error buildMatMul(Importer &importer, const Node &node, size_t inputIndex, LayerParts parts,
                        const Node &resultNode);

/// Weights of unsigned codes with signed ones that stand for the same numbers: codes and zero
/// points less 128.
llvm::Expected<ConstantValue> makeCodesSigned(const Node &node, const ConstantValue &weights);

/// `constant` as a vector of `size` elements, or nothing if it has another shape than [size], [1,
/// size], [1] or []. A single float is repeated.
std::optional<ConstantValue> asVector(const ConstantValue &constant, int64_t size);

/// `constant`, whose dimension `axis` goes along the features of a flattened image, with these in
/// channels-last order.
ConstantValue permuteFeatures(const ConstantValue &constant, int64_t axis,
                              std::array<int64_t, 3> image);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_LAYERS_H

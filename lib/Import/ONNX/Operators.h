//===- Operators.h - The table of operators ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One row per ONNX operator. A handler imports one node: it reads inputs and attributes, builds
// operations and binds the node's outputs. To add an operator, write a handler in the OpsXxx.cpp it
// belongs to and add a row.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_OPERATORS_H
#define QCC_LIB_IMPORT_ONNX_OPERATORS_H

#include "Importer.h"

namespace qcc::onnx {

using Handler = llvm::Error (*)(Importer &importer, const Node &node);

struct Operator {
  /// "Conv", or "com.microsoft:QLinearAdd" for domains other than ONNX's own.
  llvm::StringLiteral name;
  Handler import;
  /// Whether its images must be channels last (Required), may be in any order (Any), or must be in
  /// ONNX's order (Fixed). A graph's input is put into channels-last order at once if that is what
  /// its readers will ask for.
  enum Layout { Required, Any, Fixed } layout;
};

/// The row of `node`'s operator, or null if it is not supported.
const Operator *findOperator(const Node &node);
llvm::ArrayRef<Operator> getOperators();

/// Evaluates `node` if all that it depends on is known, and binds its output. False if it must be
/// imported.
llvm::Expected<bool> foldNode(Importer &importer, const Node &node);

/// Scale and zero point at inputs `scale` and `scale + 1` of `node`, for codes of `codeRank`
/// dimensions. `type` is that of the zero point, or UNDEFINED if it is left out.
struct ScaleAndZeroPoint {
  QuantizationInfo info;
  int32_t type;
};
llvm::Expected<ScaleAndZeroPoint> readScale(Importer &importer, const Node &node, size_t scale,
                                            size_t zeroPoint, std::optional<int64_t> axis);

// Handlers, by file.
// OpsConv.cpp
llvm::Error importConv(Importer &importer, const Node &node);
// OpsLinear.cpp
llvm::Error importGemm(Importer &importer, const Node &node);
llvm::Error importMatMul(Importer &importer, const Node &node);
// OpsPool.cpp
llvm::Error importMaxPool(Importer &importer, const Node &node);
llvm::Error importAveragePool(Importer &importer, const Node &node);
llvm::Error importGlobalAveragePool(Importer &importer, const Node &node);
llvm::Error importGlobalMaxPool(Importer &importer, const Node &node);
llvm::Error importReduceMean(Importer &importer, const Node &node);
// OpsElementwise.cpp
llvm::Error importRelu(Importer &importer, const Node &node);
llvm::Error importLeakyRelu(Importer &importer, const Node &node);
llvm::Error importClip(Importer &importer, const Node &node);
llvm::Error importSigmoid(Importer &importer, const Node &node);
llvm::Error importHardSwish(Importer &importer, const Node &node);
llvm::Error importHardSigmoid(Importer &importer, const Node &node);
llvm::Error importAdd(Importer &importer, const Node &node);
llvm::Error importSub(Importer &importer, const Node &node);
llvm::Error importMul(Importer &importer, const Node &node);
llvm::Error importDiv(Importer &importer, const Node &node);
llvm::Error importDropout(Importer &importer, const Node &node);
llvm::Error importCast(Importer &importer, const Node &node);
// OpsNormalization.cpp
llvm::Error importBatchNormalization(Importer &importer, const Node &node);
llvm::Error importSoftmax(Importer &importer, const Node &node);
// OpsShape.cpp
llvm::Error importConcat(Importer &importer, const Node &node);
llvm::Error importFlatten(Importer &importer, const Node &node);
llvm::Error importReshape(Importer &importer, const Node &node);
llvm::Error importSqueeze(Importer &importer, const Node &node);
llvm::Error importUnsqueeze(Importer &importer, const Node &node);
llvm::Error importTranspose(Importer &importer, const Node &node);
llvm::Error importPad(Importer &importer, const Node &node);
/// For operators that are only ever folded: their inputs are not constants, and the error says so.
llvm::Error importFoldedOnly(Importer &importer, const Node &node);
// OpsQuantized.cpp
llvm::Error importQuantizeLinear(Importer &importer, const Node &node);
llvm::Error importDequantizeLinear(Importer &importer, const Node &node);
llvm::Error importQLinearConv(Importer &importer, const Node &node);
llvm::Error importQLinearMatMul(Importer &importer, const Node &node);
llvm::Error importConvInteger(Importer &importer, const Node &node);
llvm::Error importMatMulInteger(Importer &importer, const Node &node);
llvm::Error importQLinearAdd(Importer &importer, const Node &node);
llvm::Error importQLinearMul(Importer &importer, const Node &node);
llvm::Error importQLinearGlobalAveragePool(Importer &importer, const Node &node);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_OPERATORS_H

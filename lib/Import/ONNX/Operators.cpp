//===- Operators.cpp - The table of operators ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operators.h"

using namespace llvm;
using namespace qcc::onnx;

// Operators whose row says importFoldedOnly compute shapes; foldNode evaluates them.
static constexpr Operator operators[] = {
    {"Add", importAdd, Operator::Any},
    {"AveragePool", importAveragePool, Operator::Required},
    {"BatchNormalization", importBatchNormalization, Operator::Required},
    {"Cast", importCast, Operator::Any},
    {"Clip", importClip, Operator::Any},
    {"Concat", importConcat, Operator::Any},
    {"Constant", importFoldedOnly, Operator::Fixed},
    {"ConstantOfShape", importFoldedOnly, Operator::Fixed},
    {"Conv", importConv, Operator::Required},
    {"ConvInteger", importConvInteger, Operator::Required},
    {"DequantizeLinear", importDequantizeLinear, Operator::Any},
    {"Div", importDiv, Operator::Any},
    {"Dropout", importDropout, Operator::Any},
    {"Flatten", importFlatten, Operator::Fixed},
    {"Gather", importFoldedOnly, Operator::Fixed},
    {"Gemm", importGemm, Operator::Fixed},
    {"GlobalAveragePool", importGlobalAveragePool, Operator::Required},
    {"GlobalMaxPool", importGlobalMaxPool, Operator::Required},
    {"HardSigmoid", importHardSigmoid, Operator::Any},
    {"HardSwish", importHardSwish, Operator::Any},
    {"Identity", importFoldedOnly, Operator::Any},
    {"LeakyRelu", importLeakyRelu, Operator::Any},
    {"MatMul", importMatMul, Operator::Fixed},
    {"MatMulInteger", importMatMulInteger, Operator::Fixed},
    {"MaxPool", importMaxPool, Operator::Required},
    {"Mul", importMul, Operator::Any},
    {"Pad", importPad, Operator::Any},
    {"QLinearConv", importQLinearConv, Operator::Required},
    {"QLinearMatMul", importQLinearMatMul, Operator::Fixed},
    {"QuantizeLinear", importQuantizeLinear, Operator::Any},
    {"ReduceMean", importReduceMean, Operator::Required},
    {"Relu", importRelu, Operator::Any},
    {"Reshape", importReshape, Operator::Fixed},
    {"Shape", importFoldedOnly, Operator::Fixed},
    {"Sigmoid", importSigmoid, Operator::Any},
    {"Slice", importFoldedOnly, Operator::Fixed},
    {"Softmax", importSoftmax, Operator::Any},
    {"Squeeze", importSqueeze, Operator::Fixed},
    {"Sub", importSub, Operator::Any},
    {"Transpose", importTranspose, Operator::Fixed},
    {"Unsqueeze", importUnsqueeze, Operator::Fixed},
    // What ONNX Runtime's quantizer writes in its QOperator format.
    {"com.microsoft:QLinearAdd", importQLinearAdd, Operator::Any},
    {"com.microsoft:QLinearGlobalAveragePool", importQLinearGlobalAveragePool, Operator::Required},
    {"com.microsoft:QLinearMul", importQLinearMul, Operator::Any},
};

ArrayRef<Operator> qcc::onnx::getOperators() { return operators; }

const Operator *qcc::onnx::findOperator(const Node &node) {
  static const auto *table = [] {
    auto *map = new StringMap<const Operator *>;
    for (const Operator &op : operators)
      (*map)[op.name] = &op;
    return map;
  }();
  if (node.getDomain().empty())
    return table->lookup(node.getOperator());
  return table->lookup((node.getDomain() + ":" + node.getOperator()).str());
}

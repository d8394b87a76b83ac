//===- QuantizedConstants.h - QuantizeLinear and DequantizeLinear of constants ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_QUANTIZEDCONSTANTS_H
#define QCC_LIB_IMPORT_ONNX_QUANTIZEDCONSTANTS_H

#include "Importer.h"

namespace qcc::onnx {

/// The ONNX type of the codes that `node`, a QuantizeLinear, makes: that of its zero point,
/// `zeroPointType`, or of attribute `output_dtype`, or uint8.
llvm::Expected<int32_t> getCodeType(const Node &node, int32_t zeroPointType);

/// `codes` with the parameters that `node`, a DequantizeLinear, has: floats that are still stored
/// as codes.
llvm::Expected<ConstantValue> dequantizeConstant(Importer &importer, const Node &node,
                                                 const ConstantValue &codes);

/// `floats` as the codes that `node`, a QuantizeLinear, makes of them.
llvm::Expected<ConstantValue> quantizeConstant(Importer &importer, const Node &node,
                                               const ConstantValue &floats);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_QUANTIZEDCONSTANTS_H

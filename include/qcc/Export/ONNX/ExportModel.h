//===- ExportModel.h - Modules of the cnn dialect as ONNX models ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way out: what qcc quantized can be run, inspected or compared by every tool that reads ONNX.
// The exported graph is an ordinary channels-first one; quantized layers are in the Q/DQ form that
// ONNX Runtime and others fuse.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXPORT_ONNX_EXPORTMODEL_H
#define QCC_EXPORT_ONNX_EXPORTMODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace qcc::onnx {

/// Writes the function `main` of `module` to `stream` as an ONNX model (operator set 13, or 14
/// where an operator needs it).
///
/// `module` is at the float or the quantized level, or between them. Quantized values become
/// QuantizeLinear and DequantizeLinear around float operators, codes of weights and int32 biases
/// constants with a DequantizeLinear. Fused activations become Relu and Clip. Layout leaves no
/// trace where it can be folded into constants; elsewhere it becomes Transpose. Numbers are those
/// of ONNX: a module under another numeric contract may differ from its export in the last place of
/// a code.
///
/// The same module gives the same bytes. Operations without a form in ONNX (all of the integer
/// level) are errors that name the operation; nothing is written then.
llvm::Error exportModel(mlir::ModuleOp module, llvm::raw_ostream &stream);

} // namespace qcc::onnx

#endif // QCC_EXPORT_ONNX_EXPORTMODEL_H

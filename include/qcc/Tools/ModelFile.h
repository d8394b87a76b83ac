//===- ModelFile.h - Reading and writing models of any format ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_MODELFILE_H
#define QCC_TOOLS_MODELFILE_H

#include "qcc/Data/Preprocessing.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace qcc {

/// The formats that a module can be written in.
enum class ModelFormat {
  Text,     ///< MLIR text.
  Bytecode, ///< MLIR bytecode: weights as raw bytes.
  LLVMIR,   ///< LLVM IR text, of a module that was lowered to the LLVM dialect.
};

/// Reads an ONNX model (.onnx), MLIR text (.mlir) or bytecode (.mlirbc; also recognized by its
/// first bytes). Errors name the file and hold what parser and verifier said.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> loadModel(llvm::StringRef path,
                                                            mlir::MLIRContext &context);

/// The same of a file that was read already, whose name is `path`; an ONNX model cannot have data
/// in other files then.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
loadModel(std::unique_ptr<llvm::MemoryBuffer> contents, llvm::StringRef path,
          mlir::MLIRContext &context);

/// Writes `module` to `path` ("-" is standard output) as a whole or not at all.
llvm::Error saveModel(mlir::ModuleOp module, llvm::StringRef path, ModelFormat format);

/// How the module's input is made from pixels: what it says itself, or pixels / 255.
Preprocessing getPreprocessing(mlir::ModuleOp module);

/// Writes `preprocessing` into the module.
void setPreprocessing(mlir::ModuleOp module, const Preprocessing &preprocessing);

/// A divisor from the text of a `--scale` option, the factor of a pixel: a number such as
/// `0.00392`, or a fraction such as `1/255`, which is exact.
llvm::Expected<float> parseScaleAsDivisor(llvm::StringRef text);

} // namespace qcc

#endif // QCC_TOOLS_MODELFILE_H

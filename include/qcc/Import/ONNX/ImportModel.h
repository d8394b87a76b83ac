//===- ImportModel.h - ONNX models into the cnn dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way in for models that other frameworks trained. ONNX is channels first and lets any value
// have any layout; what comes out is the cnn dialect's one layout, channels last, with weights
// already permuted for it, so that no later pass knows where a model came from. Inputs and outputs
// of the model keep ONNX's order.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_IMPORT_ONNX_IMPORTMODEL_H
#define QCC_IMPORT_ONNX_IMPORTMODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <optional>
#include <vector>

namespace qcc::onnx {

struct ImportOptions {
  /// The batch size of models whose batch is dynamic; without it, the batch stays dynamic.
  std::optional<int64_t> batch;
};

/// The model in the file `path` as a module with one public function, `main`.
///
/// - A first dimension that the model names or leaves open becomes a dynamic batch; every other
/// dimension must be known.
/// - Every operation carries `cnn.name`: its ONNX node's name, or the name that its weights have in
/// common, or the name of
///   its output; arguments and results carry the graph's input and output names.
/// - Models with quantized values get `cnn.contract = #cnn.contract<onnx>`.
/// - External data is read from `path`'s folder and from nowhere else.
///
/// Errors name the file and the node. Unsupported operators are reported together. No input,
/// however malformed, makes this crash, and time and memory are bounded by a multiple of the size
/// of the file(s).
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
importModel(llvm::StringRef path, mlir::MLIRContext &context, const ImportOptions &options = {});

/// The same for a model in memory, which cannot have external data. `buffer`'s identifier is used
/// in errors.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> importModel(llvm::MemoryBufferRef buffer,
                                                              mlir::MLIRContext &context,
                                                              const ImportOptions &options = {});

/// The operators that the importer knows, sorted, those of other domains as "domain:Operator". For
/// documentation and for tools that check a model beforehand.
std::vector<llvm::StringRef> getSupportedOperators();

} // namespace qcc::onnx

#endif // QCC_IMPORT_ONNX_IMPORTMODEL_H

//===- onnx-import-fuzzer.cpp - Feeds random bytes to the ONNX importer ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Any bytes must give a module that verifies or an error. What imports is exported, too, and that
// must import again.
//
//===----------------------------------------------------------------------===//

#include "qcc/Export/ONNX/ExportModel.h"
#include "qcc/Import/ONNX/ImportModel.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

using namespace llvm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // Types, attributes and resources live as long as their context: a new one each time keeps runs
  // independent.
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto module = qcc::onnx::importModel(MemoryBufferRef(bytes, "fuzz"), context);
  if (!module) {
    consumeError(module.takeError());
    return 0;
  }
  if (failed(mlir::verify(**module)))
    __builtin_trap();
  std::string exported;
  raw_string_ostream stream(exported);
  if (Error error = qcc::onnx::exportModel(**module, stream)) {
    consumeError(std::move(error));
    return 0;
  }
  auto again = qcc::onnx::importModel(MemoryBufferRef(exported, "exported"), context);
  if (!again) {
    errs() << "the exported model does not import: " << toString(again.takeError()) << "\n";
    __builtin_trap();
  }
  return 0;
}

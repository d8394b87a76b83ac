//===- ModelFile.cpp - Reading and writing models of any format ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/ModelFile.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Import/ONNX/ImportModel.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

#include <cmath>

using namespace mlir;
using namespace qcc;

using llvm::Error;
using llvm::Expected;

static Expected<OwningOpRef<ModuleOp>> parse(std::unique_ptr<llvm::MemoryBuffer> contents,
                                             StringRef path, MLIRContext &context) {
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(contents), llvm::SMLoc());
  // What the parser says, as it would look on a terminal: with the line and a caret.
  std::string messages;
  llvm::raw_string_ostream stream(messages);
  SourceMgrDiagnosticHandler handler(sources, &context, stream);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return makeError("cannot read the model '{}':\n{}", path, StringRef(messages).rtrim());
  return module;
}

static Error checkExtension(StringRef path) {
  StringRef extension = llvm::sys::path::extension(path);
  if (extension == ".onnx" || extension == ".mlir" || extension == ".mlirbc")
    return Error::success();
  return makeError("'{}' is not a model: expected a name that ends in .onnx, .mlir or .mlirbc",
                   path);
}

Expected<OwningOpRef<ModuleOp>> qcc::loadModel(StringRef path, MLIRContext &context) {
  if (Error error = checkExtension(path))
    return std::move(error);
  if (llvm::sys::path::extension(path) == ".onnx")
    return onnx::importModel(path, context);
  auto buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  return parse(std::move(*buffer), path, context);
}

Expected<OwningOpRef<ModuleOp>> qcc::loadModel(std::unique_ptr<llvm::MemoryBuffer> contents,
                                               StringRef path, MLIRContext &context) {
  if (Error error = checkExtension(path))
    return std::move(error);
  if (llvm::sys::path::extension(path) == ".onnx")
    return onnx::importModel(contents->getMemBufferRef(), context);
  return parse(std::move(contents), path, context);
}

static Error writeLLVMIR(ModuleOp module, llvm::raw_ostream &os) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(module, context);
  if (!translated)
    return makeError("the module could not be translated to LLVM IR");
  translated->print(os, nullptr);
  return Error::success();
}

Error qcc::saveModel(ModuleOp module, StringRef path, ModelFormat format) {
  return writeFileAtomically(path, [&](llvm::raw_ostream &os) -> Error {
    switch (format) {
    case ModelFormat::Text:
      module->print(os);
      os << "\n";
      return Error::success();
    case ModelFormat::Bytecode:
      if (failed(writeBytecodeToFile(module, os)))
        return makeError("the module could not be written as bytecode");
      return Error::success();
    case ModelFormat::LLVMIR:
      return writeLLVMIR(module, os);
    }
    llvm_unreachable("covered switch");
  });
}

Preprocessing qcc::getPreprocessing(ModuleOp module) {
  Preprocessing preprocessing;
  if (auto attr = module->getAttrOfType<cnn::PreprocessingAttr>(cnn::kPreprocessingAttr)) {
    preprocessing.divisor = attr.getDivisor().getValue().convertToFloat();
    preprocessing.mean.assign(attr.getMean().asArrayRef().begin(),
                              attr.getMean().asArrayRef().end());
    preprocessing.std.assign(attr.getStd().asArrayRef().begin(), attr.getStd().asArrayRef().end());
  }
  return preprocessing;
}

void qcc::setPreprocessing(ModuleOp module, const Preprocessing &preprocessing) {
  MLIRContext *context = module.getContext();
  module->setAttr(cnn::kPreprocessingAttr,
                  cnn::PreprocessingAttr::get(
                      context, FloatAttr::get(Float32Type::get(context), preprocessing.divisor),
                      DenseF32ArrayAttr::get(context, preprocessing.mean),
                      DenseF32ArrayAttr::get(context, preprocessing.std)));
}

Expected<float> qcc::parseScaleAsDivisor(StringRef text) {
  auto [numerator, denominator] = text.split('/');
  double top = 0, bottom = 1;
  bool bad = numerator.trim().getAsDouble(top) ||
             (text.contains('/') && denominator.trim().getAsDouble(bottom));
  double divisor = bottom / top;
  if (bad || !(std::abs(divisor) > 0) || !std::isfinite(static_cast<float>(divisor)))
    return makeError("'{}' is not a scale: expected a number other than 0, or a fraction such as "
                     "1/255",
                     text);
  return static_cast<float>(divisor);
}

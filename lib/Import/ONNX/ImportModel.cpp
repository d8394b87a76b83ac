//===- ImportModel.cpp - Reads an ONNX file ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Import/ONNX/ImportModel.h"

#include "Importer.h"
#include "Operators.h"

#include "qcc/Support/InputFile.h"

#include "llvm/Support/Path.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

using namespace llvm;
using namespace mlir;
using namespace qcc;
using namespace qcc::onnx;

// The oldest operator set whose operators mean what the handlers take them to mean.
static constexpr int64_t kOldestOpset = 7;

static Error parseModel(StringRef bytes, ::onnx::ModelProto &model) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    return makeError("is larger than 2 GiB, which no protobuf message can be; larger models keep "
                     "their weights as "
                     "external data");
  // The library reports failure, so protobuf need not print it.
  google::protobuf::LogSilencer silencer;
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(64);
  if (!model.ParsePartialFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return makeError("is not an ONNX model: not a valid protobuf message around byte {}",
                     stream.CurrentPosition());
  return Error::success();
}

static Expected<Opsets> readOpsets(const ::onnx::ModelProto &model) {
  if (!model.has_graph())
    return makeError("is not an ONNX model: it has no graph");
  if (model.ir_version() < 3)
    return makeError("IR version {} is not supported, the oldest is 3", model.ir_version());
  Opsets opsets;
  for (const ::onnx::OperatorSetIdProto &opset : model.opset_import()) {
    StringRef domain = opset.domain() == "ai.onnx" ? "" : StringRef(opset.domain());
    if (!opsets.try_emplace(domain, opset.version()).second)
      return makeError("operator set '{}' is imported twice", printable(domain));
  }
  auto standard = opsets.find("");
  if (standard == opsets.end())
    return makeError(
        "the model does not say which version of ONNX's operators it uses (opset_import)");
  if (standard->second < kOldestOpset)
    return makeError("operator set {} is not supported, the oldest is {}", standard->second,
                     kOldestOpset);
  return opsets;
}

static Expected<OwningOpRef<ModuleOp>>
importBytes(StringRef bytes, StringRef folder, MLIRContext &context, const ImportOptions &options) {
  ::onnx::ModelProto model;
  if (Error error = parseModel(bytes, model))
    return error;
  Expected<Opsets> opsets = readOpsets(model);
  if (!opsets)
    return opsets.takeError();
  Expected<Graph> graph = Graph::create(model.graph(), *opsets);
  if (!graph)
    return graph.takeError();
  context.loadDialect<cnn::CNNDialect, func::FuncDialect, quant::QuantDialect>();
  ExternalData external(folder);
  Importer importer(*graph, external, options, context, bytes.size());
  return importer.run(model.graph().name());
}

Expected<OwningOpRef<ModuleOp>> qcc::onnx::importModel(StringRef path, MLIRContext &context,
                                                       const ImportOptions &options) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  StringRef folder = sys::path::parent_path(path);
  auto module =
      importBytes((*buffer)->getBuffer(), folder.empty() ? "." : folder, context, options);
  if (!module)
    return addContext(module.takeError(), path);
  return module;
}

Expected<OwningOpRef<ModuleOp>> qcc::onnx::importModel(MemoryBufferRef buffer, MLIRContext &context,
                                                       const ImportOptions &options) {
  auto module = importBytes(buffer.getBuffer(), /*folder=*/"", context, options);
  if (!module)
    return addContext(module.takeError(), buffer.getBufferIdentifier());
  return module;
}

std::vector<StringRef> qcc::onnx::getSupportedOperators() {
  std::vector<StringRef> names;
  for (const Operator &op : getOperators())
    names.push_back(op.name);
  sort(names);
  return names;
}

//===- ModelText.h - ONNX models from readable text ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_UNIT_IMPORT_MODELTEXT_H
#define QCC_TEST_UNIT_IMPORT_MODELTEXT_H

#include "qcc/Import/ONNX/ImportModel.h"

#include "mlir/IR/MLIRContext.h"
#include "onnx/onnx.pb.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <fstream>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>

namespace qcc::onnx::test {

/// The bytes of the model that `text`, a text protobuf, describes. The generated classes of ONNX's
/// schema are protobuf's light ones, which cannot read text; the schema's description can make full
/// ones.
inline std::string encode(const std::string &text) {
  namespace pb = google::protobuf;
  static const pb::DescriptorPool *pool = [] {
    pb::FileDescriptorSet files;
    std::ifstream stream(QCC_ONNX_DESCRIPTION, std::ios::binary);
    EXPECT_TRUE(files.ParseFromIstream(&stream)) << QCC_ONNX_DESCRIPTION;
    auto *result = new pb::DescriptorPool;
    for (const pb::FileDescriptorProto &file : files.file())
      EXPECT_NE(result->BuildFile(file), nullptr);
    return result;
  }();
  static auto *factory = new pb::DynamicMessageFactory(pool);
  const pb::Descriptor *type = pool->FindMessageTypeByName("onnx.ModelProto");
  std::unique_ptr<pb::Message> model(factory->GetPrototype(type)->New());
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, model.get())) << text;
  return model->SerializeAsString();
}

/// A float tensor of sizes `dims`, a list in text, called `name`, as a graph's input.
inline std::string input(const std::string &name, const std::string &dims, int type = 1) {
  std::string text = "input { name: '" + name +
                     "' type { tensor_type { elem_type: " + std::to_string(type) + " shape { ";
  std::string item;
  for (char c : dims + ",") {
    if (c != ',') {
      item += c;
      continue;
    }
    text += item == "N" ? "dim { dim_param: 'N' } " : "dim { dim_value: " + item + " } ";
    item.clear();
  }
  return text + "} } } }\n";
}

/// A model whose graph is `body` with input x of sizes `dims` and output y.
inline std::string makeModel(const std::string &body, const std::string &dims = "N,2,4,4",
                             int opset = 13) {
  return "ir_version: 8 opset_import { version: " + std::to_string(opset) +
         " } graph { name: 'g' " + body + input("x", dims) + "output { name: 'y' } }";
}

inline llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
importBytes(const std::string &bytes, mlir::MLIRContext &context,
            const ImportOptions &options = {}) {
  return importModel(llvm::MemoryBufferRef(bytes, "model"), context, options);
}

/// The module that `text` imports as, printed; "error: ..." if it does not.
inline std::string importText(const std::string &text, const ImportOptions &options = {}) {
  mlir::MLIRContext context;
  auto module = importBytes(encode(text), context, options);
  if (!module)
    return "error: " + toString(module.takeError());
  std::string printed;
  llvm::raw_string_ostream stream(printed);
  (*module)->print(stream);
  return printed;
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

} // namespace qcc::onnx::test

#endif // QCC_TEST_UNIT_IMPORT_MODELTEXT_H

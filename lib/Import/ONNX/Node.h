//===- Node.h - A node of an ONNX graph and its attributes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads attributes by name and type, with an error that names the node for every one that is
// missing or of another type than the operator says.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_NODE_H
#define QCC_LIB_IMPORT_ONNX_NODE_H

#include "HostTensor.h"

#include "qcc/Support/Diagnostics.h"

#include "onnx/onnx.pb.h"

namespace qcc::onnx {

class Node {
public:
  Node(const ::onnx::NodeProto &proto, size_t index, int64_t opset)
      : proto(&proto), index(index), opset(opset) {}

  llvm::StringRef getName() const { return proto->name(); }
  llvm::StringRef getOperator() const { return proto->op_type(); }
  llvm::StringRef getDomain() const {
    return proto->domain() == "ai.onnx" ? "" : llvm::StringRef(proto->domain());
  }
  /// Where the node stands in the file.
  size_t getIndex() const { return index; }
  /// The version of the operator set that the node's operator is of.
  int64_t getOpset() const { return opset; }

  size_t getNumInputs() const { return proto->input_size(); }
  size_t getNumOutputs() const { return proto->output_size(); }
  /// The name of input `i`; empty if it is left out.
  llvm::StringRef getInput(size_t i) const {
    return i < getNumInputs() ? llvm::StringRef(proto->input(i)) : "";
  }
  llvm::StringRef getOutput(size_t i) const {
    return i < getNumOutputs() ? llvm::StringRef(proto->output(i)) : "";
  }
  bool hasInput(size_t i) const { return !getInput(i).empty(); }

  /// "node 'conv1' (Conv)", or "node 3 (Conv, output 'c1')" for one without a name.
  std::string describe() const;

  /// An error that begins with the node's description.
  template <typename... Args>
  llvm::Error error(fmt::format_string<Args...> format, Args &&...args) const {
    return addContext(makeError(format, std::forward<Args>(args)...), describe());
  }
  /// `error` with the node's description before it.
  llvm::Error error(llvm::Error error) const { return addContext(std::move(error), describe()); }

  bool hasAttribute(llvm::StringRef name) const;
  llvm::Expected<int64_t> getInt(llvm::StringRef name, int64_t fallback) const;
  llvm::Expected<float> getFloat(llvm::StringRef name, float fallback) const;
  llvm::Expected<llvm::StringRef> getString(llvm::StringRef name, llvm::StringRef fallback) const;
  /// Nothing if the node does not have the attribute.
  llvm::Expected<std::optional<llvm::SmallVector<int64_t>>> getInts(llvm::StringRef name) const;
  llvm::Expected<std::optional<llvm::SmallVector<float>>> getFloats(llvm::StringRef name) const;
  /// Null if the node does not have the attribute.
  llvm::Expected<const ::onnx::TensorProto *> getTensor(llvm::StringRef name) const;

  /// Attribute `name` as one of the dimensions 0..rank-1; -1 is the last one.
  llvm::Expected<int64_t> getAxis(llvm::StringRef name, int64_t fallback, int64_t rank) const;
  /// `axis` as one of the dimensions 0..rank-1; -1 is the last one.
  llvm::Expected<int64_t> normalizeAxis(int64_t axis, int64_t rank) const;

private:
  llvm::Expected<const ::onnx::AttributeProto *>
  find(llvm::StringRef name, ::onnx::AttributeProto::AttributeType type) const;

  const ::onnx::NodeProto *proto;
  size_t index;
  int64_t opset;
};

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_NODE_H

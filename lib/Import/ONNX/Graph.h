//===- Graph.h - The nodes of an ONNX graph in an order in which they can be built ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks what makes a graph a graph: every value has one definition, every name that is read is
// defined, there is no cycle. Nodes that no output depends on are left out.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_GRAPH_H
#define QCC_LIB_IMPORT_ONNX_GRAPH_H

#include "Node.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <vector>

namespace qcc::onnx {

/// The versions of operator sets that a model imports, by domain ("" is ONNX's own).
using Opsets = llvm::StringMap<int64_t>;

class Graph {
public:
  /// `proto` must outlive the graph.
  static llvm::Expected<Graph> create(const ::onnx::GraphProto &proto, const Opsets &opsets);

  /// The nodes that outputs depend on, each after those that it depends on, otherwise in the file's
  /// order.
  llvm::ArrayRef<Node> getNodes() const { return nodes; }
  /// The inputs that have no initializer.
  llvm::ArrayRef<const ::onnx::ValueInfoProto *> getInputs() const { return inputs; }
  llvm::ArrayRef<const ::onnx::ValueInfoProto *> getOutputs() const { return outputs; }

  const ::onnx::TensorProto *getInitializer(llvm::StringRef name) const {
    return initializers.lookup(name);
  }
  /// The node that makes the value, or null.
  const Node *getProducer(llvm::StringRef name) const;
  /// The nodes (of `getNodes`) that read the value, once for each operand.
  llvm::ArrayRef<size_t> getConsumers(llvm::StringRef name) const;
  bool isOutput(llvm::StringRef name) const { return outputNames.contains(name); }

  /// The only node that reads the value, if there is just one, it reads it once, and no output
  /// does; else null.
  const Node *getOnlyConsumer(llvm::StringRef name) const;

private:
  std::vector<Node> nodes;
  std::vector<const ::onnx::ValueInfoProto *> inputs, outputs;
  llvm::StringMap<const ::onnx::TensorProto *> initializers;
  llvm::StringMap<size_t> producers;
  llvm::StringMap<std::vector<size_t>> consumers;
  llvm::StringSet<> outputNames;
};

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_GRAPH_H

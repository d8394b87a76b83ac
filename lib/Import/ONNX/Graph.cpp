//===- Graph.cpp - The nodes of an ONNX graph in an order in which they can be built ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include <queue>

using namespace llvm;
using namespace qcc;
using namespace qcc::onnx;

/// The version that `proto`'s operator is of; 0 if the model does not import its domain.
static int64_t getOpset(const ::onnx::NodeProto &proto, const Opsets &opsets) {
  return opsets.lookup(proto.domain() == "ai.onnx" ? "" : proto.domain());
}

/// The positions of the nodes that outputs depend on.
static std::vector<bool> findLive(ArrayRef<Node> nodes, const StringMap<size_t> &producers,
                                  ArrayRef<const ::onnx::ValueInfoProto *> outputs) {
  std::vector<bool> live(nodes.size());
  std::vector<size_t> worklist;
  auto visit = [&](StringRef name) {
    auto producer = producers.find(name);
    if (producer != producers.end() && !live[producer->second]) {
      live[producer->second] = true;
      worklist.push_back(producer->second);
    }
  };
  for (const ::onnx::ValueInfoProto *output : outputs)
    visit(output->name());
  while (!worklist.empty()) {
    const Node &node = nodes[worklist.back()];
    worklist.pop_back();
    for (size_t i = 0; i < node.getNumInputs(); ++i)
      visit(node.getInput(i));
  }
  return live;
}

/// The live nodes, producers first; among those that are ready, the file's order (Kahn's algorithm
/// with a heap).
static Expected<std::vector<Node>>
sortNodes(ArrayRef<Node> nodes, const StringMap<size_t> &producers, const std::vector<bool> &live) {
  std::vector<size_t> missing(nodes.size());
  std::vector<std::vector<size_t>> readers(nodes.size());
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!live[i])
      continue;
    for (size_t k = 0; k < nodes[i].getNumInputs(); ++k) {
      auto producer = producers.find(nodes[i].getInput(k));
      if (producer == producers.end())
        continue;
      readers[producer->second].push_back(i);
      ++missing[i];
    }
    if (missing[i] == 0)
      ready.push(i);
  }
  std::vector<Node> sorted;
  while (!ready.empty()) {
    size_t next = ready.top();
    ready.pop();
    sorted.push_back(nodes[next]);
    for (size_t reader : readers[next])
      if (--missing[reader] == 0)
        ready.push(reader);
  }
  for (size_t i = 0; i < nodes.size(); ++i)
    if (live[i] && missing[i] != 0)
      return nodes[i].error("depends on a cycle of nodes");
  return sorted;
}

Expected<Graph> Graph::create(const ::onnx::GraphProto &proto, const Opsets &opsets) {
  Graph graph;
  StringMap<const char *> definitions;
  auto define = [&](StringRef name, const char *what) -> Error {
    if (name.empty())
      return makeError("an {} has no name", what);
    if (auto [entry, isNew] = definitions.try_emplace(name, what); !isNew)
      return makeError("value '{}' is defined twice: as an {} and as an {}", printable(name),
                       entry->second, what);
    return Error::success();
  };

  if (proto.sparse_initializer_size() != 0)
    return makeError("sparse initializers are not supported");
  for (const ::onnx::TensorProto &tensor : proto.initializer()) {
    if (Error error = define(tensor.name(), "initializer"))
      return error;
    graph.initializers[tensor.name()] = &tensor;
  }
  for (const ::onnx::ValueInfoProto &input : proto.input()) {
    // Before IR version 4 initializers had to be listed as inputs, too.
    if (graph.initializers.contains(input.name()))
      continue;
    if (Error error = define(input.name(), "input"))
      return error;
    graph.inputs.push_back(&input);
  }

  std::vector<Node> nodes;
  StringMap<size_t> producers;
  for (const ::onnx::NodeProto &nodeProto : proto.node()) {
    size_t index = nodes.size();
    nodes.emplace_back(nodeProto, index, getOpset(nodeProto, opsets));
    bool hasOutput = false;
    for (const std::string &output : nodeProto.output()) {
      if (output.empty())
        continue;
      if (Error error = define(output, "output of a node"))
        return nodes.back().error(std::move(error));
      producers[output] = index;
      hasOutput = true;
    }
    if (!hasOutput)
      return nodes.back().error("has no output");
    StringSet<> attributes;
    for (const ::onnx::AttributeProto &attribute : nodeProto.attribute())
      if (!attributes.insert(attribute.name()).second)
        return nodes.back().error("attribute '{}' is given twice", printable(attribute.name()));
  }
  for (const Node &node : nodes)
    for (size_t i = 0; i < node.getNumInputs(); ++i)
      if (node.hasInput(i) && !definitions.contains(node.getInput(i)))
        return node.error("reads '{}', which nothing defines", printable(node.getInput(i)));

  if (proto.output_size() == 0)
    return makeError("the graph has no output");
  for (const ::onnx::ValueInfoProto &output : proto.output()) {
    if (!definitions.contains(output.name()))
      return makeError("output '{}' is defined by nothing", printable(output.name()));
    graph.outputs.push_back(&output);
    graph.outputNames.insert(output.name());
  }

  Expected<std::vector<Node>> sorted =
      sortNodes(nodes, producers, findLive(nodes, producers, graph.outputs));
  if (!sorted)
    return sorted.takeError();
  graph.nodes = std::move(*sorted);
  for (auto [i, node] : enumerate(graph.nodes)) {
    for (size_t k = 0; k < node.getNumOutputs(); ++k)
      if (!node.getOutput(k).empty())
        graph.producers[node.getOutput(k)] = i;
    for (size_t k = 0; k < node.getNumInputs(); ++k)
      if (node.hasInput(k))
        graph.consumers[node.getInput(k)].push_back(i);
  }
  return graph;
}

const Node *Graph::getProducer(StringRef name) const {
  auto producer = producers.find(name);
  return producer == producers.end() ? nullptr : &nodes[producer->second];
}

ArrayRef<size_t> Graph::getConsumers(StringRef name) const {
  auto entry = consumers.find(name);
  return entry == consumers.end() ? ArrayRef<size_t>() : ArrayRef<size_t>(entry->second);
}

const Node *Graph::getOnlyConsumer(StringRef name) const {
  ArrayRef<size_t> readers = getConsumers(name);
  return readers.size() == 1 && !isOutput(name) ? &nodes[readers.front()] : nullptr;
}

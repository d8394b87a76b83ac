//===- Node.cpp - A node of an ONNX graph and its attributes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::onnx;
using ::onnx::AttributeProto;

std::string Node::describe() const {
  if (!getName().empty())
    return fmt::format("node '{}' ({})", printable(getName()), printable(getOperator()));
  return fmt::format("node {} ({}, output '{}')", index, printable(getOperator()),
                     printable(getOutput(0)));
}

bool Node::hasAttribute(StringRef name) const {
  return any_of(proto->attribute(),
                [&](const AttributeProto &attribute) { return attribute.name() == name; });
}

/// True if `attribute` has the field that its type says.
static bool hasValue(const AttributeProto &attribute, AttributeProto::AttributeType type) {
  switch (type) {
  case AttributeProto::INT:
    return attribute.has_i();
  case AttributeProto::FLOAT:
    return attribute.has_f();
  case AttributeProto::STRING:
    return attribute.has_s();
  case AttributeProto::TENSOR:
    return attribute.has_t();
  default:
    return true; // lists may be empty
  }
}

Expected<const AttributeProto *> Node::find(StringRef name,
                                            AttributeProto::AttributeType type) const {
  for (const AttributeProto &attribute : proto->attribute()) {
    if (attribute.name() != name)
      continue;
    if (!attribute.ref_attr_name().empty())
      return error("attribute '{}' refers to an attribute of a function, which is not supported",
                   name);
    // Files older than IR version 2 leave the type out.
    bool typed = attribute.has_type() && attribute.type() != AttributeProto::UNDEFINED;
    if ((typed && attribute.type() != type) || !hasValue(attribute, type))
      return error("attribute '{}' must be {}", name,
                   StringRef(AttributeProto::AttributeType_Name(type)).lower());
    return &attribute;
  }
  return nullptr;
}

Expected<int64_t> Node::getInt(StringRef name, int64_t fallback) const {
  Expected<const AttributeProto *> attribute = find(name, AttributeProto::INT);
  if (!attribute)
    return attribute.takeError();
  return *attribute ? (*attribute)->i() : fallback;
}

Expected<float> Node::getFloat(StringRef name, float fallback) const {
  Expected<const AttributeProto *> attribute = find(name, AttributeProto::FLOAT);
  if (!attribute)
    return attribute.takeError();
  return *attribute ? (*attribute)->f() : fallback;
}

Expected<StringRef> Node::getString(StringRef name, StringRef fallback) const {
  Expected<const AttributeProto *> attribute = find(name, AttributeProto::STRING);
  if (!attribute)
    return attribute.takeError();
  return *attribute ? StringRef((*attribute)->s()) : fallback;
}

Expected<std::optional<SmallVector<int64_t>>> Node::getInts(StringRef name) const {
  Expected<const AttributeProto *> attribute = find(name, AttributeProto::INTS);
  if (!attribute)
    return attribute.takeError();
  if (!*attribute)
    return std::nullopt;
  return SmallVector<int64_t>((*attribute)->ints().begin(), (*attribute)->ints().end());
}

Expected<std::optional<SmallVector<float>>> Node::getFloats(StringRef name) const {
  Expected<const AttributeProto *> attribute = find(name, AttributeProto::FLOATS);
  if (!attribute)
    return attribute.takeError();
  if (!*attribute)
    return std::nullopt;
  return SmallVector<float>((*attribute)->floats().begin(), (*attribute)->floats().end());
}

Expected<const ::onnx::TensorProto *> Node::getTensor(StringRef name) const {
  Expected<const AttributeProto *> attribute = find(name, AttributeProto::TENSOR);
  if (!attribute)
    return attribute.takeError();
  return *attribute ? &(*attribute)->t() : nullptr;
}

Expected<int64_t> Node::getAxis(StringRef name, int64_t fallback, int64_t rank) const {
  Expected<int64_t> axis = getInt(name, fallback);
  if (!axis)
    return axis.takeError();
  return normalizeAxis(*axis, rank);
}

Expected<int64_t> Node::normalizeAxis(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank)
    return error("axis {} is outside of rank {}", axis, rank);
  return axis < 0 ? axis + rank : axis;
}

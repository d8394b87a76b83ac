//===- CompiledModel.cpp - a compiled model, before it is linked ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/CompiledModel.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/xxhash.h"

using namespace qcc;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

/// The file: this, the size of the description (64 bits, little endian), the description (JSON, and
/// spaces), the object, and the XXH3 hash of all of that, which finds damage, not malice.
static constexpr StringRef kMagic = "qccjit3\n";
/// Of the object, which is linked where it lies.
static constexpr size_t kObjectAlignment = 16;
static constexpr size_t kHashBytes = 16;

static std::string hash(StringRef bytes) {
  llvm::XXH128_hash_t result = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(bytes));
  char text[kHashBytes];
  llvm::support::endian::write64le(text, result.low64);
  llvm::support::endian::write64le(text + 8, result.high64);
  return {text, kHashBytes};
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static json::Array describe(llvm::ArrayRef<TensorSpec> specs) {
  json::Array array;
  for (const TensorSpec &spec : specs)
    array.push_back(json::Object{{"name", spec.name},
                                 {"type", static_cast<int64_t>(spec.type)},
                                 {"shape", json::Array(spec.shape)}});
  return array;
}

static json::Value describe(const CompiledModel &model) {
  json::Array functions;
  for (const auto &[signature, workspace] : model.functions)
    functions.push_back(json::Object{{"name", signature.function},
                                     {"inputs", describe(signature.inputs)},
                                     {"outputs", describe(signature.outputs)},
                                     {"bytes", static_cast<int64_t>(workspace.bytes)},
                                     {"alignment", static_cast<int64_t>(workspace.alignment)},
                                     {"images", workspace.images},
                                     {"fixed", workspace.fixed}});
  const Preprocessing &pixels = model.preprocessing;
  return json::Object{{"triple", model.object.triple}, {"data_layout", model.object.dataLayout},
                      {"symbol", model.object.symbol}, {"functions", std::move(functions)},
                      {"divisor", pixels.divisor},     {"mean", json::Array(pixels.mean)},
                      {"std", json::Array(pixels.std)}};
}

void qcc::writeCompiledModel(const CompiledModel &model, llvm::raw_ostream &os) {
  std::string bytes = kMagic.str(), description;
  llvm::raw_string_ostream(description) << describe(model);
  char size[sizeof(uint64_t)];
  size_t before = bytes.size() + sizeof size;
  description.resize(llvm::alignTo(before + description.size(), kObjectAlignment) - before, ' ');
  llvm::support::endian::write64le(size, description.size());
  bytes.append(size, sizeof size);
  bytes += description;
  bytes += model.object.contents->getBuffer();
  os << bytes << hash(bytes);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
/// Reads the fields of one object; all it fails at is noted.
class Fields {
public:
  Fields(const json::Object &object, bool &valid) : object(object), valid(valid) {}

  std::string text(StringRef key) {
    auto value = object.getString(key);
    valid &= value.has_value();
    return value.value_or("").str();
  }
  int64_t integer(StringRef key, int64_t least) {
    auto value = object.getInteger(key);
    valid &= value.has_value() && *value >= least;
    return value.value_or(least);
  }
  bool boolean(StringRef key) {
    auto value = object.getBoolean(key);
    valid &= value.has_value();
    return value.value_or(false);
  }
  float number(StringRef key) {
    auto value = object.getNumber(key);
    valid &= value.has_value();
    return static_cast<float>(value.value_or(1));
  }
  const json::Array &array(StringRef key) {
    static const json::Array none;
    const json::Array *value = object.getArray(key);
    valid &= value != nullptr;
    return value ? *value : none;
  }
  /// Objects in an array.
  template <typename Body> void forEach(StringRef key, Body body) {
    for (const json::Value &element : array(key)) {
      const json::Object *one = element.getAsObject();
      valid &= one != nullptr;
      if (one)
        body(Fields(*one, valid));
    }
  }

private:
  const json::Object &object;
  bool &valid;
};
} // namespace

static llvm::SmallVector<TensorSpec> readSpecs(Fields fields, StringRef key, bool &valid) {
  llvm::SmallVector<TensorSpec> specs;
  fields.forEach(key, [&](Fields one) {
    TensorSpec &spec = specs.emplace_back();
    spec.name = one.text("name");
    int64_t type = one.integer("type", 0);
    valid &= type <= static_cast<int64_t>(ElementType::F64);
    spec.type = valid ? static_cast<ElementType>(type) : ElementType::F32;
    for (const json::Value &size : one.array("shape")) {
      auto value = size.getAsInteger();
      valid &= value && *value >= -1;
      spec.shape.push_back(value.value_or(1));
    }
  });
  return specs;
}

static llvm::SmallVector<float, 4> readNumbers(const json::Array &array, bool &valid) {
  llvm::SmallVector<float, 4> numbers;
  for (const json::Value &element : array) {
    auto number = element.getAsNumber();
    valid &= number.has_value();
    numbers.push_back(static_cast<float>(number.value_or(1)));
  }
  return numbers;
}

/// False if anything is missing or out of range.
static bool readDescription(const json::Object &object, CompiledModel &model) {
  bool valid = true;
  Fields fields(object, valid);
  model.object.triple = fields.text("triple");
  model.object.dataLayout = fields.text("data_layout");
  model.object.symbol = fields.text("symbol");
  fields.forEach("functions", [&](Fields one) {
    CompiledModel::Function &function = model.functions.emplace_back();
    function.signature.function = one.text("name");
    function.signature.inputs = readSpecs(one, "inputs", valid);
    function.signature.outputs = readSpecs(one, "outputs", valid);
    function.workspace.bytes = static_cast<size_t>(one.integer("bytes", 0));
    function.workspace.alignment = static_cast<size_t>(one.integer("alignment", 1));
    function.workspace.images = one.integer("images", 1);
    function.workspace.fixed = one.boolean("fixed");
  });
  model.preprocessing.divisor = fields.number("divisor");
  model.preprocessing.mean = readNumbers(fields.array("mean"), valid);
  model.preprocessing.std = readNumbers(fields.array("std"), valid);
  return valid && !model.functions.empty();
}

Expected<CompiledModel> qcc::readCompiledModel(StringRef bytes) {
  if (!bytes.starts_with(kMagic))
    return makeError("not a compiled model of this version of qcc");
  if (bytes.size() < kMagic.size() + sizeof(uint64_t) + kHashBytes ||
      hash(bytes.drop_back(kHashBytes)) != bytes.take_back(kHashBytes))
    return makeError("the compiled model is damaged");
  StringRef rest = bytes.drop_front(kMagic.size()).drop_back(kHashBytes);
  uint64_t size = llvm::support::endian::read64le(rest.data());
  rest = rest.drop_front(sizeof size);
  if (size > rest.size())
    return makeError("the compiled model's description exceeds it");
  auto description = json::parse(rest.take_front(size));
  if (!description)
    return addContext(description.takeError(), "the compiled model's description");
  CompiledModel model;
  const json::Object *object = description->getAsObject();
  if (!object || !readDescription(*object, model))
    return makeError("the compiled model's description is incomplete");
  model.object.contents = llvm::MemoryBuffer::getMemBuffer(rest.drop_front(size), "model",
                                                           /*RequiresNullTerminator=*/false);
  return model;
}

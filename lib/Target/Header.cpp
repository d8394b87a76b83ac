//===- Header.cpp - The C header of an emitted object ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/Header.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <fmt/ranges.h>
#include <iterator>

using namespace qcc;
using llvm::StringRef;

int64_t InterfaceTensor::getElements() const {
  int64_t elements = 1;
  for (int64_t size : shape)
    elements *= size;
  return elements;
}

//===----------------------------------------------------------------------===//
// Names and literals
//===----------------------------------------------------------------------===//

bool qcc::isCIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

std::string qcc::makeCIdentifier(StringRef name) {
  std::string result = name.empty() || llvm::isDigit(name.front()) ? "model_" : "";
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  return result;
}

/// Text that neither ends a comment nor means anything to the preprocessor.
static std::string forComment(StringRef text) {
  std::string result;
  for (char c : text)
    result += llvm::isAlnum(c) || StringRef(" .,:;-_+/()[]<>=").contains(c) ? c : '_';
  return result;
}

/// "avx, avx2" for "+avx,+avx2".
static std::string listFeatures(StringRef features) {
  llvm::SmallVector<StringRef> names;
  features.split(names, ',');
  return llvm::join(llvm::map_range(names, [](StringRef name) { return name.drop_front(); }), ", ");
}

static std::string forString(StringRef text) {
  std::string result;
  for (char c : text)
    if (llvm::isAlnum(c) || StringRef(" .,:;-_+/()[]<>=").contains(c))
      result += c;
    else
      result += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  return result;
}

/// The shortest literal that is exactly this float.
static std::string formatFloat(float value) {
  std::string text = fmt::format("{}", value);
  return text + (StringRef(text).find_first_of(".e") == StringRef::npos ? ".0f" : "f");
}

static std::string formatFloats(const std::vector<float> &values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (float value : values)
    texts.push_back(formatFloat(value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

namespace {
class HeaderWriter {
public:
  explicit HeaderWriter(const ObjectInterface &interface)
      : interface(interface), macros(StringRef(interface.name).upper()) {}

  std::string run() {
    writeIntroduction();
    line("#ifndef QCC_{}_H", macros);
    line("#define QCC_{}_H\n", macros);
    line("#include <stddef.h>");
    line("#include <stdint.h>\n");
    line("#ifdef __cplusplus\nextern \"C\" {{\n#endif\n");
    writeConstants();
    writePreprocessing();
    writeParallelFor();
    for (const InterfaceEntry &entry : interface.entries)
      writeEntry(entry);
    line("#ifdef __cplusplus\n}}\n#endif\n");
    line("#endif /* QCC_{}_H */", macros);
    return std::move(text);
  }

private:
  template <typename... Args> void line(fmt::format_string<Args...> format, Args &&...args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text += '\n';
  }
  template <typename... Args>
  void define(const std::string &name, fmt::format_string<Args...> format, Args &&...args) {
    line("#define {}_{} {}", macros, name, fmt::format(format, std::forward<Args>(args)...));
  }

  /// "MNIST_CODES_" of the second entry, "MNIST_" of the first.
  static std::string getInfix(const InterfaceEntry &entry) {
    return entry.suffix == "run" ? "" : "CODES_";
  }
  static std::string getPrototype(const std::string &name, const InterfaceEntry &entry,
                                  const char *variant = "", const char *memory = "workspace") {
    std::string parameters;
    auto add = [&](const char *type, const char *role, size_t count) {
      for (size_t i = 0; i < count; ++i)
        parameters += fmt::format("{}{}{}, ", type, role, count == 1 ? "" : std::to_string(i));
    };
    add("const void *", "input", entry.inputs.size());
    add("void *", "output", entry.outputs.size());
    return fmt::format("int {}_{}{}({}size_t batch, void *{})", name, entry.suffix, variant,
                       parameters, memory);
  }

  void writeIntroduction();
  void writeExample();
  void writeConstants();
  void writePreprocessing();
  void writeParallelFor();
  void writeEntry(const InterfaceEntry &entry);
  void writeTensor(const InterfaceEntry &entry, const char *role, size_t index,
                   const InterfaceTensor &tensor);

  const ObjectInterface &interface;
  std::string macros, text;
};
} // namespace

void HeaderWriter::writeIntroduction() {
  line("/* {}: a neural network, compiled by qcc.", interface.name);
  line(" *");
  std::string triple = forComment(interface.targets.front().triple.str());
  auto describe = [&](const TargetDescription &level) {
    return fmt::format("({}{})", level.summary,
                       level.features.empty() ? "" : "; needs " + listFeatures(level.features));
  };
  if (interface.targets.size() == 1) {
    const TargetDescription &level = *interface.targets.front().description;
    line(" * Target: {}, ISA level {}", triple, level.isa);
    line(" *         {}.", describe(level));
  } else {
    line(" * Target: {}, the best ISA level that the processor has of", triple);
    for (const Target &target : llvm::reverse(interface.targets))
      line(" *         {} {}", target.description->isa, describe(*target.description));
  }
  if (!interface.contract.empty())
    line(" * Numeric contract: {}. Quantized layers give the same bytes on every target.",
         interface.contract);
  line(" * Undefined symbols: {}.", interface.undefinedSymbols.empty()
                                        ? "none"
                                        : forComment(llvm::join(interface.undefinedSymbols, ", ")));
  line(" *");
  line(
      " * The functions are reentrant: they keep nothing between calls, allocate nothing, and may");
  line(" * run at the same time if each call has a workspace of its own. A batch of 0 images does");
  line(" * nothing but tell whether the processor can run them.");
  writeExample();
  line(" */");
}

void HeaderWriter::writeExample() {
  const InterfaceEntry &entry = interface.entries.front();
  std::string arguments;
  line(" *");
  line(" * Example, for one {}:", interface.images > 1 && interface.fixedBatch ? "batch" : "image");
  line(" *");
  std::string times = interface.fixedBatch && interface.images > 1
                          ? fmt::format("{}_BATCH_MULTIPLE * ", macros)
                          : "";
  auto declare = [&](const char *role, const std::vector<InterfaceTensor> &tensors) {
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
      std::string name = role + (tensors.size() == 1 ? std::string() : std::to_string(i));
      line(" *   static {} {}[{}{}_{}{}_ELEMENTS];", tensor.type, name, times, macros,
           StringRef(role).upper(), i);
      arguments += name + ", ";
    }
  };
  declare("input", entry.inputs);
  declare("output", entry.outputs);
  line(" *   static unsigned char memory[{0}_WORKSPACE_BYTES + {0}_WORKSPACE_ALIGNMENT];", macros);
  line(" *   size_t skip = {0}_WORKSPACE_ALIGNMENT - (uintptr_t)memory % {0}_WORKSPACE_ALIGNMENT;",
       macros);
  line(" *   if ({}_{}({}{}, memory + skip) != {}_OK)", interface.name, entry.suffix, arguments,
       times.empty() ? "1" : fmt::format("{}_BATCH_MULTIPLE", macros), macros);
  line(" *     abort();");
}

void HeaderWriter::writeConstants() {
  line("/* What the functions return. */");
  define("OK", "0");
  line("/* A null pointer, a workspace that is not aligned{}. */",
       interface.fixedBatch ? ", or a batch that the network does not take" : "");
  define("BAD_ARGUMENT", "1");
  line("/* The processor lacks instructions that the network needs. */");
  define("UNSUPPORTED_CPU", "2");
  line("\n/* Memory that a call works in; its contents mean nothing before and after. */");
  define("WORKSPACE_BYTES", "{}", interface.workspaceBytes);
  define("WORKSPACE_ALIGNMENT", "{}", interface.workspaceAlignment);
  if (interface.stackBytes) {
    line("/* The most stack that a call takes. */");
    define("STACK_BYTES", "{}", *interface.stackBytes);
  } else {
    line("/* How much stack a call takes is not known for this target. */");
  }
  if (interface.fixedBatch) {
    line("/* Batches are multiples of this. */");
    define("BATCH_MULTIPLE", "{}", interface.images);
  } else {
    line("/* Any batch; whole multiples of this are the fastest. */");
    define("BLOCK_IMAGES", "{}", interface.images);
  }
  line("");
}

void HeaderWriter::writePreprocessing() {
  if (!interface.preprocessing)
    return;
  const InterfacePreprocessing &pixels = *interface.preprocessing;
  line("/* The real numbers of the input are made from pixels, per channel, as{}",
       pixels.mean.empty() && pixels.std.empty()
           ? " pixel / DIVISOR. */"
           : "\n * (pixel / DIVISOR - MEAN) / STD, where there are those. */");
  define("PREPROCESSING_DIVISOR", "{}", formatFloat(pixels.divisor));
  if (!pixels.mean.empty())
    define("PREPROCESSING_MEAN", "{{{}}}", formatFloats(pixels.mean));
  if (!pixels.std.empty())
    define("PREPROCESSING_STD", "{{{}}}", formatFloats(pixels.std));
  line("");
}

void HeaderWriter::writeTensor(const InterfaceEntry &entry, const char *role, size_t index,
                               const InterfaceTensor &tensor) {
  std::string prefix = fmt::format("{}{}{}_", getInfix(entry), StringRef(role).upper(), index);
  std::string shape = fmt::format("{}", fmt::join(tensor.shape, " x "));
  line("/* {} {}: {}{}{} for each image. */", role, index, tensor.type,
       tensor.shape.empty() ? "" : ", ", shape);
  define(prefix + "NAME", "\"{}\"", forString(tensor.name));
  define(prefix + "TYPE", "{}", tensor.type);
  define(prefix + "RANK", "{}", tensor.shape.size());
  if (!tensor.shape.empty())
    define(prefix + "DIMS", "{{{}}}", fmt::join(tensor.shape, ", "));
  define(prefix + "ELEMENTS", "{}", tensor.getElements());
  define(prefix + "BYTES", "{}", tensor.getBytes());
  if (!tensor.codes)
    return;
  line("/* A code means SCALE * (code - ZERO_POINT). */");
  define(prefix + "SCALE", "{}", formatFloat(tensor.codes->scale));
  define(prefix + "ZERO_POINT", "{}", tensor.codes->zeroPoint);
}

void HeaderWriter::writeEntry(const InterfaceEntry &entry) {
  for (auto [i, tensor] : llvm::enumerate(entry.inputs))
    writeTensor(entry, "input", i, tensor);
  for (auto [i, tensor] : llvm::enumerate(entry.outputs))
    writeTensor(entry, "output", i, tensor);
  line("/* Runs the network on {} of `batch` images, which lie one behind the other, row-major.\n"
       " * Outputs must not overlap anything else. */",
       entry.summary);
  line("{};\n", getPrototype(interface.name, entry));
  line(
      "/* The same on several threads of the caller's: `workspaces` has room for `count` "
      "workspaces, one\n"
      " * behind the other. The batch is split into at most `count` tasks of whole blocks of "
      "images, which\n"
      " * parallel_for runs; of a batch of few blocks, such as one image, each long layer is split "
      "into `count`\n"
      " * tasks. The results are the same bytes. */");
  std::string prototype = getPrototype(interface.name, entry, "_parallel", "workspaces");
  prototype.pop_back();
  line("{}, size_t count,\n    qcc_parallel_for parallel_for, void *context);\n", prototype);
}

void HeaderWriter::writeParallelFor() {
  line("/* Calls task(argument, i) once for each i < tasks, on any threads and in any order, and "
       "returns\n"
       " * when all calls have. `context` is the caller's own. */");
  line("#ifndef QCC_PARALLEL_FOR\n#define QCC_PARALLEL_FOR");
  line("typedef void (*qcc_parallel_for)(void *context, void (*task)(void *argument, size_t i),\n"
       "                                 void *argument, size_t tasks);");
  line("#endif\n");
}

std::string qcc::formatHeader(const ObjectInterface &interface) {
  return HeaderWriter(interface).run();
}

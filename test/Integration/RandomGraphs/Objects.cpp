//===- Objects.cpp - whether emitted objects agree ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Objects.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Emit.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::random;

using llvm::Error;

/// The program's own source, beside this one.
static constexpr StringRef kSources = QCC_RANDOM_GRAPHS_SOURCES;
/// Seconds after which a program hangs; an emulator takes its time.
static constexpr unsigned kTimeout = 600;

std::string ObjectProgram::getPath(const llvm::Twine &file) const {
  return (options.folder + "/" + file).str();
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

/// "in[0], in[1], "
static std::string listArguments(StringRef array, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += fmt::format("{}[{}], ", array, i);
  return result;
}

/// Functions that take arrays where a network takes an argument for each tensor.
static std::string wrap(StringRef name, const InterfaceEntry &entry) {
  std::string tensors =
      listArguments("in", entry.inputs.size()) + listArguments("out", entry.outputs.size());
  std::string parameters = "const void *const *in, void *const *out, size_t batch, void *workspace";
  return fmt::format("#include \"{0}.h\"\n"
                     "static int run_{0}({1}) {{ return {0}_run({2}batch, workspace); }}\n"
                     "static int parallel_{0}({1}, size_t count, ParallelFor f, void *context) {{\n"
                     "  return {0}_run_parallel({2}batch, workspace, count, f, context);\n}}\n",
                     name, parameters, tensors);
}

static std::string describeTensors(StringRef macros, StringRef role, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i)
    result += fmt::format("{{{0}_{1}{2}_BYTES, sizeof({0}_{1}{2}_TYPE)}}, ", macros, role, i);
  return result;
}

Error ObjectProgram::add(uint64_t seed, const RandomGraph &graph, Expectation expectation) {
  std::string name = fmt::format("network{}", seed), macros = StringRef(name).upper();
  EmitOptions emit;
  emit.name = name;
  emit.triple = options.triple;
  emit.isa = options.isa;
  emit.images = graph.blockImages;
  emit.frontImages = graph.frontImages;
  emit.leastSplitCycles = graph.leastSplitCycles;
  emit.leastStreamBytes = graph.leastStreamBytes;
  // Sizes, and what takes the reference lowering, are of no interest here.
  ScopedDiagnosticHandler remarks(expectation.module->getContext(), [](Diagnostic &diagnostic) {
    return success(diagnostic.getSeverity() == DiagnosticSeverity::Remark);
  });
  auto emitted = emitModel(*expectation.module, emit);
  if (!emitted)
    return emitted.takeError();
  if (Error error = writeEmitted(*emitted, getPath(name + ".o"), getPath(name + ".h")))
    return error;
  expectation.module = {};

  const InterfaceEntry &entry = emitted->interface.entries.front();
  functions += wrap(name, entry);
  table += fmt::format("  {{\"{0}\", run_{0}, parallel_{0}, {1}, {2}, {{{3}}}, {{{4}}}, "
                       "{5}_WORKSPACE_BYTES, {5}_WORKSPACE_ALIGNMENT, {6}, {{",
                       name, entry.inputs.size(), entry.outputs.size(),
                       describeTensors(macros, "INPUT", entry.inputs.size()),
                       describeTensors(macros, "OUTPUT", entry.outputs.size()), macros,
                       expectation.runs.size());
  for (const ExpectedRun &run : expectation.runs)
    table += fmt::format("{}, ", run.batch);
  table += "}},\n";
  entries.push_back({std::move(name), std::move(expectation)});
  return writeInputs(entries.back());
}

Error ObjectProgram::writeInputs(const Entry &entry) const {
  return writeFileAtomically(getPath(entry.name + ".in"), [&](llvm::raw_ostream &os) {
    for (const ExpectedRun &run : entry.expectation.runs)
      for (const HostTensor &tensor : run.inputs)
        os << llvm::toStringRef(tensor.getBytes());
  });
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

/// Fails with what the command says.
Error ObjectProgram::execute(ArrayRef<std::string> words) const {
  auto program = llvm::sys::findProgramByName(words.front());
  if (!program)
    return makeError("there is no program '{}'", words.front());
  SmallVector<StringRef> arguments(words.begin(), words.end());
  std::string messages = getPath("messages"), problem;
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(messages), StringRef(messages)};
  int status = llvm::sys::ExecuteAndWait(*program, arguments, /*Env=*/std::nullopt, redirects,
                                         kTimeout, /*MemoryLimit=*/0, &problem);
  if (status == 0)
    return Error::success();
  if (auto text = llvm::MemoryBuffer::getFile(messages); text && !(*text)->getBuffer().empty())
    problem += (problem.empty() ? "" : "; ") + (*text)->getBuffer().trim().str();
  return makeError("{}: {}", words.front(), problem);
}

Error ObjectProgram::link() const {
  std::string source = "#include \"network.h\"\n\n" + functions +
                       "\nconst struct Network networks[] = {\n" + table + "};\n" +
                       fmt::format("const size_t networkCount = {};\n", entries.size());
  if (Error error = writeFileAtomically(getPath("networks.c"), source))
    return error;
  std::vector<std::string> words = options.compiler;
  llvm::append_values(words, "-std=gnu99", "-O1", "-Wall", "-Werror", "-I" + options.folder,
                      ("-I" + kSources).str(), (kSources + "/network-driver.c").str(),
                      getPath("networks.c"));
  for (const Entry &entry : entries)
    words.push_back(getPath(entry.name + ".o"));
  llvm::append_values(words, "-lm", "-o", getPath("program"));
  return execute(words);
}

Error ObjectProgram::compare(const Entry &entry) const {
  auto file = llvm::MemoryBuffer::getFile(getPath(entry.name + ".out"));
  if (!file)
    return makeError("{} has no outputs: {}", entry.name, file.getError().message());
  ArrayRef<uint8_t> bytes = llvm::arrayRefFromStringRef((*file)->getBuffer());
  for (const ExpectedRun &run : entry.expectation.runs) {
    SmallVector<HostTensor> actual(run.expected);
    for (HostTensor &tensor : actual) {
      if (bytes.size() < tensor.getSizeInBytes())
        return makeError("{} has too few outputs", entry.name);
      llvm::copy(bytes.take_front(tensor.getSizeInBytes()), tensor.getMutableBytes().begin());
      bytes = bytes.drop_front(tensor.getSizeInBytes());
    }
    if (Error error = entry.expectation.compare(run, actual))
      return addContext(std::move(error), fmt::format("{}, batch {}", entry.name, run.batch));
  }
  if (!bytes.empty())
    return makeError("{} has too many outputs", entry.name);
  return Error::success();
}

Error ObjectProgram::run() {
  if (entries.empty())
    return Error::success();
  if (Error error = link())
    return error;
  for (const std::vector<std::string> &launcher : options.launchers) {
    for (const Entry &entry : entries)
      (void)std::remove(getPath(entry.name + ".out").c_str());
    std::vector<std::string> words = launcher;
    llvm::append_values(words, getPath("program"), options.folder);
    std::string where = llvm::join(launcher, " ");
    if (Error error = execute(words))
      return addContext(std::move(error), where);
    for (const Entry &entry : entries)
      if (Error error = compare(entry))
        return addContext(std::move(error), where);
  }
  return Error::success();
}

//===- SessionCache.cpp - Compiled models, kept in a folder ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/SessionCache.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"
#include "qcc/Target/TargetDescription.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// What compiled: LLVM's version, and this program's file, which another build replaces.
static std::string describeCompiler() {
  std::string program = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(reinterpret_cast<intptr_t>(&describeCompiler)));
  llvm::sys::fs::file_status status;
  if (llvm::sys::fs::status(program, status))
    return "";
  return fmt::format("{} {} {} {}", LLVM_VERSION_STRING, program, status.getSize(),
                     status.getLastModificationTime().time_since_epoch().count());
}

/// A name for all that the code depends on; empty if that is not known.
static std::string makeKey(StringRef model, const RunOptions &options,
                           const TargetDescription &level) {
  std::string compiler = describeCompiler();
  if (compiler.empty())
    return "";
  llvm::BLAKE3 hasher;
  auto add = [&](StringRef part) {
    hasher.update(fmt::format("{} ", part.size()));
    hasher.update(part);
  };
  add(compiler);
  add(level.isa);
  add(options.contract);
  add(fmt::format("{} {} {}", options.raw, options.exposeLayers, options.jit.optLevel));
  add(model);
  auto result = hasher.final<16>();
  return llvm::toHex(llvm::ArrayRef(result), /*LowerCase=*/true);
}

/// An ONNX tensor whose elements are in another file has a field of that name.
static bool mayHaveOtherFiles(StringRef path, StringRef model) {
  return path.ends_with(".onnx") && model.contains("location");
}

static Expected<RunnableModel> load(StringRef file, const JITOptions &jit) {
  auto bytes = openInputFile(file);
  if (!bytes)
    return bytes.takeError();
  auto model = readCompiledModel((*bytes)->getBuffer());
  if (!model)
    return addContext(model.takeError(), file.str());
  Preprocessing preprocessing = model->preprocessing;
  auto session = Session::load(std::move(*model), jit);
  if (!session)
    return addContext(session.takeError(), file.str());
  return RunnableModel{std::move(*session), std::move(preprocessing)};
}

static Error save(StringRef folder, StringRef file, const CompiledModel &model) {
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return makeError("'{}': {}", folder, error.message());
  return writeFileAtomically(file, [&](llvm::raw_ostream &os) { writeCompiledModel(model, os); });
}

Expected<RunnableModel> SessionCache::get(StringRef path, const RunOptions &options,
                                          Compile compile, Warn warn) const {
  auto target = resolveTarget(/*triple=*/"", options.isa);
  if (!target)
    return target.takeError();
  if (Error error = checkHostSupports(*target->description))
    return std::move(error);
  auto model = openInputFile(path);
  if (!model)
    return model.takeError();
  StringRef bytes = (*model)->getBuffer();
  std::string key = makeKey(bytes, options, *target->description);
  if (key.empty() || mayHaveOtherFiles(path, bytes)) {
    warn(key.empty() ? std::string("what is compiled is not kept: this program's file is unknown")
                     : fmt::format("'{}' may have weights in other files: what is compiled is not "
                                   "kept",
                                   path));
    return compile({});
  }
  llvm::SmallString<128> file(folder);
  llvm::sys::path::append(file, key + ".qccjit");
  if (llvm::sys::fs::exists(file)) {
    auto cached = load(file, options.jit);
    if (cached)
      return cached;
    warn(toString(cached.takeError()) + "; compiling again");
  }
  return compile([&](const CompiledModel &compiled) {
    if (Error error = save(folder, file, compiled))
      warn("what was compiled is not kept: " + toString(std::move(error)));
  });
}

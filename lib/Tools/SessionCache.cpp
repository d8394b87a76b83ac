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
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#ifdef __linux__
#include <cstring>
#include <link.h>
#endif

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

#ifdef __linux__
/// The note that the linker puts into a program or library, which another build has another one of.
static std::string readBuildID(const dl_phdr_info &object) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto &segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE)
      continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how the loader says it.
    StringRef notes(reinterpret_cast<const char *>(object.dlpi_addr + segment.p_vaddr),
                    segment.p_memsz);
    auto take = [&](size_t size) {
      StringRef part = notes.take_front(size);
      notes = notes.drop_front(std::min<size_t>(llvm::alignTo(size, 4), notes.size()));
      return part;
    };
    while (notes.size() >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) note;
      std::memcpy(&note, take(sizeof note).data(), sizeof note);
      StringRef name = take(note.n_namesz), text = take(note.n_descsz);
      if (note.n_type == NT_GNU_BUILD_ID && name == StringRef("GNU", 4))
        return llvm::toHex(text);
    }
  }
  return "";
}
#endif

/// What compiled: the builds of this program and of all libraries that it has loaded; empty if one
/// does not say, as where there is no way to ask.
static std::string describeCompiler() {
  std::string text;
#ifdef __linux__
  auto visit = [](dl_phdr_info *object, size_t, void *data) {
    // The kernel's own is not a file, and compiles nothing.
    if (StringRef(object->dlpi_name).starts_with("linux-"))
      return 0;
    std::string id = readBuildID(*object);
    auto &text = *static_cast<std::string *>(data);
    text = id.empty() ? "" : text + id + " ";
    return id.empty() ? 1 : 0;
  };
  dl_iterate_phdr(visit, &text);
#endif
  return text;
}

namespace {
/// A name for all that the code depends on, of which the model comes in parts.
class Key {
public:
  Key(const RunOptions &options, const TargetDescription &level) {
    std::string compiler = describeCompiler();
    known = !compiler.empty();
    add(compiler);
    add(level.isa);
    add(options.contract);
    add(fmt::format("{} {} {}", options.raw, options.exposeLayers, options.jit.optLevel));
  }
  void addModel(StringRef part) { hasher.update(part); }

  /// Empty if what compiled is not known.
  std::string finish() {
    auto result = hasher.final<16>();
    return known ? llvm::toHex(llvm::ArrayRef(result), /*LowerCase=*/true) : "";
  }

private:
  void add(StringRef text) {
    hasher.update(fmt::format("{} ", text.size()));
    hasher.update(text);
  }

  llvm::BLAKE3 hasher;
  bool known;
};

/// Looks for a word in a text that comes in parts.
class WordSearch {
public:
  explicit WordSearch(StringRef word) : word(word) {}

  void add(StringRef part) {
    // The word may begin in one part and end in the next.
    std::string seam = tail + part.take_front(word.size() - 1).str();
    found |= part.contains(word) || StringRef(seam).contains(word);
    tail = (part.size() < word.size() ? StringRef(seam) : part).take_back(word.size() - 1).str();
  }
  bool wasFound() const { return found; }

private:
  StringRef word;
  std::string tail;
  bool found = false;
};
} // namespace

static Expected<RunnableModel> load(StringRef file, const JITOptions &jit) {
  auto bytes = openInputFile(file);
  if (!bytes)
    return bytes.takeError();
  populate(**bytes);
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
  if (llvm::sys::fs::exists(file) && !llvm::sys::fs::is_regular_file(file))
    return makeError("'{}' is not a regular file", file);
  if (std::error_code error = llvm::sys::fs::create_directories(folder))
    return makeError("'{}': {}", folder, error.message());
  return writeFileAtomically(file, [&](llvm::raw_ostream &os) { writeCompiledModel(model, os); });
}

Expected<RunnableModel> SessionCache::get(StringRef path, const RunOptions &options,
                                          Compile compile, Warn warn) const {
  if (options.reference)
    return makeError("only optimized code is kept, not the reference lowering's");
  auto target = resolveTarget(/*triple=*/"", options.isa);
  if (!target)
    return target.takeError();
  if (Error error = checkHostSupports(*target->description))
    return std::move(error);
  Key key(options, *target->description);
  // An ONNX tensor whose elements are in another file has a field of that name.
  WordSearch location("location");
  if (Error error = readInputFile(path, [&](StringRef part) {
        key.addModel(part);
        location.add(part);
      }))
    return std::move(error);
  std::string name = key.finish();
  bool mayHaveOtherFiles = path.ends_with(".onnx") && location.wasFound();
  if (name.empty() || mayHaveOtherFiles) {
    warn(name.empty()
             ? std::string("what is compiled is not kept: this build of qcc has no name")
             : fmt::format("'{}' may have weights in other files: what is compiled is not kept",
                           path));
    return compile({}, {});
  }
  llvm::SmallString<128> entry(folder);
  llvm::sys::path::append(entry, name + ".qccjit");
  if (llvm::sys::fs::exists(entry)) {
    auto cached = load(entry, options.jit);
    if (cached)
      return cached;
    warn(toString(cached.takeError()) + "; compiling again");
  }
  // What is compiled must be what the name is made of, whatever becomes of the file meanwhile: one
  // that has been replaced is compiled as it is now, and not kept.
  auto file = openInputFile(path);
  if (!file)
    return file.takeError();
  auto model = llvm::MemoryBuffer::getMemBufferCopy((*file)->getBuffer(), path);
  file->reset();
  Key modelKey(options, *target->description);
  modelKey.addModel(model->getBuffer());
  if (modelKey.finish() != name)
    return compile({}, {});
  return compile(std::move(model), [&](const CompiledModel &compiled) {
    if (Error error = save(folder, entry, compiled))
      warn("what was compiled is not kept: " + toString(std::move(error)));
  });
}

//===- ObjectFile.cpp - What an emitted object asks of its program ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/ObjectFile.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/DataExtractor.h"

#include <map>

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::object::ObjectFile;
using llvm::object::SectionRef;
using llvm::object::SymbolRef;

static Expected<std::unique_ptr<ObjectFile>> open(llvm::MemoryBufferRef object) {
  auto file = ObjectFile::createObjectFile(object);
  if (!file)
    return addContext(file.takeError(), "the emitted object cannot be read");
  return file;
}

Expected<std::vector<std::string>> qcc::getUndefinedSymbols(llvm::MemoryBufferRef object) {
  auto file = open(object);
  if (!file)
    return file.takeError();
  std::vector<std::string> names;
  for (const SymbolRef &symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    if (!(*flags & SymbolRef::SF_Undefined) || (*flags & SymbolRef::SF_FormatSpecific))
      continue;
    auto name = symbol.getName();
    if (!name)
      return name.takeError();
    // Those that linkers define.
    if (!name->empty() && !llvm::is_contained({"_GLOBAL_OFFSET_TABLE_", ".TOC.", "_gp_disp",
                                               "__stack_pointer", "__indirect_function_table"},
                                              *name))
      names.push_back(name->str());
  }
  llvm::sort(names);
  names.erase(llvm::unique(names), names.end());
  return names;
}

//===----------------------------------------------------------------------===//
// Stack
//===----------------------------------------------------------------------===//

namespace {
/// Where a function begins: the index of its section, and the offset there.
using Place = std::pair<uint64_t, uint64_t>;

class StackSizeReader {
public:
  explicit StackSizeReader(const ObjectFile &file) : file(file) {}

  Expected<llvm::StringMap<uint64_t>> run() {
    if (!file.isELF())
      return std::move(sizes);
    if (Error error = findFunctions())
      return error;
    for (const SectionRef &section : file.sections()) {
      // The relocations of a section of an object are a section that names it.
      auto relocated = section.getRelocatedSection();
      if (!relocated)
        return relocated.takeError();
      if (*relocated == file.section_end())
        continue;
      auto name = (*relocated)->getName();
      if (!name)
        return name.takeError();
      if (*name == ".stack_sizes")
        if (Error error = readSection(**relocated, section))
          return error;
    }
    return std::move(sizes);
  }

private:
  Expected<std::optional<Place>> getPlace(const SymbolRef &symbol, uint64_t addend) {
    auto section = symbol.getSection();
    if (!section)
      return section.takeError();
    auto value = symbol.getValue();
    if (!value)
      return value.takeError();
    if (*section == file.section_end())
      return std::nullopt;
    return Place((*section)->getIndex(), *value + addend);
  }

  Error findFunctions() {
    for (const SymbolRef &symbol : file.symbols()) {
      auto type = symbol.getType();
      if (!type)
        return type.takeError();
      if (*type != SymbolRef::ST_Function)
        continue;
      auto place = getPlace(symbol, 0);
      if (!place)
        return place.takeError();
      auto name = symbol.getName();
      if (!name)
        return name.takeError();
      if (*place)
        functions[**place].push_back(name->str());
    }
    return Error::success();
  }

  /// Entries of an address, which a relocation fills in, and a size in LEB128.
  Error readSection(const SectionRef &section, const SectionRef &relocations) {
    auto contents = section.getContents();
    if (!contents)
      return contents.takeError();
    llvm::DataExtractor data(*contents, file.isLittleEndian(), file.getBytesInAddress());
    for (const llvm::object::RelocationRef &relocation : relocations.relocations()) {
      auto symbol = relocation.getSymbol();
      if (symbol == file.symbol_end())
        continue;
      llvm::DataExtractor::Cursor cursor(relocation.getOffset());
      uint64_t addend = data.getAddress(cursor);
      uint64_t size = data.getULEB128(cursor);
      if (Error error = cursor.takeError())
        return error;
      if (auto explicitAddend = llvm::object::ELFRelocationRef(relocation).getAddend())
        addend = static_cast<uint64_t>(*explicitAddend);
      else
        consumeError(explicitAddend.takeError());
      auto place = getPlace(*symbol, addend);
      if (!place)
        return place.takeError();
      if (*place)
        for (const std::string &name : functions[**place])
          sizes[name] = size;
    }
    return Error::success();
  }

  const ObjectFile &file;
  std::map<Place, std::vector<std::string>> functions;
  llvm::StringMap<uint64_t> sizes;
};

/// Adds up the deepest chain of calls.
class StackBound {
public:
  StackBound(llvm::ArrayRef<const llvm::Module *> modules, const llvm::StringMap<uint64_t> &sizes)
      : modules(modules), sizes(sizes) {}

  std::optional<uint64_t> of(StringRef name) {
    for (const llvm::Module *module : modules)
      if (const llvm::Function *function = module->getFunction(name))
        if (!function->isDeclaration())
          return of(*function);
    return std::nullopt;
  }

private:
  std::optional<uint64_t> of(const llvm::Function &function) {
    if (function.isDeclaration())
      return of(function.getName());
    if (auto known = bounds.find(&function); known != bounds.end())
      return known->second;
    auto own = sizes.find(function.getName());
    if (own == sizes.end() || !active.insert(&function).second)
      return std::nullopt;
    uint64_t deepest = 0;
    for (const llvm::BasicBlock &block : function)
      for (const llvm::Instruction &instruction : block) {
        auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
        if (!call || call->isInlineAsm())
          continue;
        const llvm::Function *callee = call->getCalledFunction();
        if (callee && callee->isIntrinsic())
          continue;
        std::optional<uint64_t> below = callee ? of(*callee) : std::nullopt;
        if (!below)
          return bounds[&function] = std::nullopt;
        deepest = std::max(deepest, *below);
      }
    active.erase(&function);
    return bounds[&function] = own->second + kPerCall + deepest;
  }

  /// What a frame's size leaves out: the return address, and what aligning the frame for vectors
  /// may skip.
  static constexpr uint64_t kPerCall = 8 + 64;

  llvm::ArrayRef<const llvm::Module *> modules;
  const llvm::StringMap<uint64_t> &sizes;
  llvm::DenseMap<const llvm::Function *, std::optional<uint64_t>> bounds;
  llvm::DenseSet<const llvm::Function *> active;
};
} // namespace

Expected<llvm::StringMap<uint64_t>> qcc::getStackSizes(llvm::MemoryBufferRef object) {
  auto file = open(object);
  if (!file)
    return file.takeError();
  return StackSizeReader(**file).run();
}

std::optional<uint64_t> qcc::getStackBound(llvm::ArrayRef<const llvm::Module *> modules,
                                           StringRef function,
                                           const llvm::StringMap<uint64_t> &sizes) {
  return StackBound(modules, sizes).of(function);
}

//===----------------------------------------------------------------------===//
// Libraries
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<llvm::MemoryBuffer>> qcc::makeStaticLibrary(llvm::MemoryBufferRef object,
                                                                     StringRef member) {
  llvm::NewArchiveMember entry(object);
  entry.MemberName = member;
  return llvm::writeArchiveToBuffer(entry, llvm::SymtabWritingMode::NormalSymtab,
                                    entry.detectKindFromObject(), /*Deterministic=*/true,
                                    /*Thin=*/false);
}

//===- MergeObjects.cpp - Several objects into one ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Objects are read and told to LLVM's assembler again: bytes as data, symbols as labels,
// relocations as what `.reloc` makes. It lays out sections, and writes tables of symbols, strings
// and relocations.
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/MergeObjects.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCAsmBackend.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCAssembler.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCELFStreamer.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCObjectFileInfo.h"
#include "llvm/MC/MCObjectWriter.h"
#include "llvm/MC/MCSectionELF.h"
#include "llvm/MC/MCSymbolELF.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <map>
#include <utility>

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace ELF = llvm::ELF;
using Elf = llvm::object::ELF64LE;
using File = llvm::object::ELFFile<Elf>;

bool qcc::canMergeObjects(const llvm::Triple &triple) {
  bool isX86 = triple.getArch() == llvm::Triple::x86_64 && !triple.isX32();
  bool isAArch64 = triple.isAArch64(/*PointerWidth=*/64) && triple.isLittleEndian();
  return triple.isOSBinFormatELF() && (isX86 || isAArch64);
}

namespace {
/// An object that is read.
class Input {
public:
  static Expected<Input> open(llvm::MemoryBufferRef object) {
    auto file = File::create(object.getBuffer());
    if (!file)
      return file.takeError();
    Input input(*file);
    auto sections = input.file.sections();
    if (!sections)
      return sections.takeError();
    input.sections = *sections;
    for (const Elf::Shdr &section : input.sections) {
      if (section.sh_type == ELF::SHT_RELA)
        input.relocations[section.sh_info] = &section;
      if (section.sh_type != ELF::SHT_SYMTAB)
        continue;
      auto symbols = input.file.symbols(&section);
      auto names = input.file.getStringTableForSymtab(section);
      if (!symbols || !names)
        return joinErrors(symbols.takeError(), names.takeError());
      input.symbols = *symbols;
      input.names = *names;
    }
    return input;
  }

  Expected<StringRef> getName(const Elf::Sym &symbol) const { return symbol.getName(names); }

  File file;
  llvm::ArrayRef<Elf::Shdr> sections;
  llvm::ArrayRef<Elf::Sym> symbols;
  StringRef names;
  /// The relocations of a section, by its index.
  std::map<uint32_t, const Elf::Shdr *> relocations;

private:
  explicit Input(File file) : file(file) {}
};

/// True for what a program needs, and for the sizes of stacks.
bool isCopied(const Elf::Shdr &section) {
  return (section.sh_flags & (ELF::SHF_ALLOC | ELF::SHF_LINK_ORDER)) != 0;
}

bool isDefined(const Elf::Sym &symbol) { return symbol.st_shndx != ELF::SHN_UNDEF; }

class Merger {
public:
  Merger(llvm::MCContext &context, llvm::MCELFStreamer &streamer,
         const llvm::MCSubtargetInfo &subtarget)
      : context(context), streamer(streamer), subtarget(subtarget) {}

  Error run(llvm::ArrayRef<Input> inputs) {
    for (const Input &input : inputs)
      if (Error error = findGlobals(input))
        return error;
    for (const Input &input : inputs)
      if (Error error = checkHidden(input))
        return error;
    for (const Input &input : inputs)
      if (Error error = merge(input))
        return error;
    return Error::success();
  }

private:
  /// A symbol of a section, or a relocation in it.
  struct Mark {
    const Elf::Sym *symbol = nullptr;
    const Elf::Rela *relocation = nullptr;
  };
  /// By their offsets; those at one offset in the order of the object.
  using Marks = std::multimap<uint64_t, Mark>;
  /// Where a section of an object goes.
  struct Place {
    llvm::MCSectionELF *section;
    uint64_t offset;
  };
  /// What a symbol of an object is in the result: another symbol, and how far behind it.
  struct Meaning {
    llvm::MCSymbol *symbol;
    uint64_t offset;
  };
  using Meanings = std::map<const Elf::Sym *, Meaning>;

  Error findGlobals(const Input &input) {
    for (const Elf::Sym &symbol : input.symbols) {
      if (symbol.getBinding() == ELF::STB_LOCAL)
        continue;
      auto name = input.getName(symbol);
      if (!name)
        return name.takeError();
      bool &defined = globals.try_emplace(*name, false).first->second;
      if (symbol.getBinding() != ELF::STB_GLOBAL || symbol.st_shndx >= ELF::SHN_LORESERVE ||
          symbol.getType() == ELF::STT_TLS || symbol.st_other != symbol.getVisibility())
        return makeError("'{}' is a symbol of an unexpected kind", *name);
      if (!isDefined(symbol))
        continue;
      if (std::exchange(defined, true))
        return makeError("'{}' is defined twice", *name);
    }
    return Error::success();
  }

  /// What is hidden in one object and wanted by another cannot come from the program.
  Error checkHidden(const Input &input) {
    for (const Elf::Sym &symbol : input.symbols) {
      if (symbol.getBinding() == ELF::STB_LOCAL || symbol.getVisibility() == ELF::STV_DEFAULT)
        continue;
      auto name = input.getName(symbol);
      if (!name)
        return name.takeError();
      if (!globals.lookup(*name))
        return makeError("'{}' is hidden and defined nowhere", *name);
    }
    return Error::success();
  }

  /// Of the result: where a section's bytes belong.
  Expected<llvm::MCSectionELF *> getSection(const Input &input, const Elf::Shdr &section) {
    auto name = input.file.getSectionName(section);
    if (!name)
      return name.takeError();
    bool isData = section.sh_type == ELF::SHT_PROGBITS || section.sh_type == ELF::SHT_NOBITS;
    if (!isData || section.sh_flags & (ELF::SHF_GROUP | ELF::SHF_TLS | ELF::SHF_COMPRESSED))
      return makeError("'{}' is a section of an unexpected kind", *name);
    const llvm::MCSymbolELF *linked = nullptr;
    if (section.sh_flags & ELF::SHF_LINK_ORDER) {
      auto other = input.file.getSection(section.sh_link);
      if (!other)
        return other.takeError();
      auto target = getSection(input, **other);
      if (!target)
        return target.takeError();
      linked = static_cast<const llvm::MCSymbolELF *>((*target)->getBeginSymbol());
    }
    llvm::MCSectionELF *target =
        context.getELFSection(*name, section.sh_type, static_cast<unsigned>(section.sh_flags),
                              static_cast<unsigned>(section.sh_entsize), "",
                              /*IsComdat=*/false, llvm::MCSection::NonUniqueID, linked);
    if (target->getType() != section.sh_type || target->getFlags() != section.sh_flags ||
        target->getEntrySize() != section.sh_entsize)
      return makeError("sections '{}' are of different kinds", *name);
    return target;
  }

  /// The symbol that stands for one of the object's.
  Expected<llvm::MCSymbol *> makeSymbol(const Input &input, const Elf::Sym &symbol) {
    auto name = input.getName(symbol);
    if (!name)
      return name.takeError();
    if (symbol.getBinding() != ELF::STB_LOCAL)
      return context.getOrCreateSymbol(*name);
    // Names of local symbols are for people; two of one name get numbers.
    std::string unique = name->str();
    while (globals.contains(unique) || context.lookupSymbol(unique))
      unique = fmt::format("{}.{}", std::string_view(*name), ++copies);
    return context.getOrCreateSymbol(unique);
  }

  Error merge(const Input &input) {
    std::map<uint32_t, Place> places;
    for (auto [index, section] : llvm::enumerate(input.sections)) {
      if (!isCopied(section))
        continue;
      auto target = getSection(input, section);
      if (!target)
        return target.takeError();
      uint64_t &size = sizes[*target];
      size = llvm::alignTo(size, std::max<uint64_t>(section.sh_addralign, 1));
      places[index] = {*target, size};
      size += section.sh_size;
    }
    Meanings meanings;
    std::map<uint32_t, Marks> marks;
    for (const Elf::Sym &symbol : input.symbols) {
      if (symbol.getType() == ELF::STT_FILE || &symbol == input.symbols.begin())
        continue;
      if (symbol.getType() == ELF::STT_SECTION) {
        if (auto found = places.find(symbol.st_shndx); found != places.end())
          meanings[&symbol] = {found->second.section->getBeginSymbol(), found->second.offset};
        continue;
      }
      auto made = makeSymbol(input, symbol);
      if (!made)
        return made.takeError();
      meanings[&symbol] = {*made, 0};
      if (isDefined(symbol))
        marks[symbol.st_shndx].insert({symbol.st_value, {&symbol, nullptr}});
    }
    for (auto [index, section] : input.relocations) {
      auto relocations = input.file.relas(*section);
      if (!relocations)
        return relocations.takeError();
      for (const Elf::Rela &relocation : *relocations)
        marks[index].insert({relocation.r_offset, {nullptr, &relocation}});
    }
    for (const auto &[index, place] : places)
      if (Error error =
              emitSection(input, input.sections[index], *place.section, marks[index], meanings))
        return error;
    return Error::success();
  }

  Error emitSection(const Input &input, const Elf::Shdr &section, llvm::MCSectionELF &target,
                    const Marks &marks, const Meanings &meanings) {
    streamer.switchSection(&target);
    if (llvm::Align alignment(std::max<uint64_t>(section.sh_addralign, 1)); alignment > 1) {
      if (section.sh_flags & ELF::SHF_EXECINSTR)
        streamer.emitCodeAlignment(alignment, &subtarget);
      else
        streamer.emitValueToAlignment(alignment);
    }

    StringRef contents;
    if (section.sh_type != ELF::SHT_NOBITS) {
      auto bytes = input.file.getSectionContents(section);
      if (!bytes)
        return bytes.takeError();
      contents = llvm::toStringRef(*bytes);
    }
    uint64_t done = 0;
    auto emitUntil = [&](uint64_t end) {
      if (section.sh_type == ELF::SHT_NOBITS)
        streamer.emitZeros(end - done);
      else
        streamer.emitBytes(contents.substr(done, end - done));
      done = end;
    };
    for (const auto &[offset, mark] : marks) {
      if (offset > section.sh_size)
        return makeError("a symbol or a relocation lies outside of its section");
      emitUntil(offset);
      if (mark.symbol)
        emitSymbol(*mark.symbol, meanings.at(mark.symbol).symbol);
      else if (Error error = emitRelocation(input, *mark.relocation, meanings))
        return error;
    }
    emitUntil(section.sh_size);
    return Error::success();
  }

  void emitSymbol(const Elf::Sym &symbol, llvm::MCSymbol *label) {
    streamer.emitLabel(label);
    if (symbol.getType() == ELF::STT_FUNC)
      streamer.emitSymbolAttribute(label, llvm::MCSA_ELF_TypeFunction);
    else if (symbol.getType() == ELF::STT_OBJECT)
      streamer.emitSymbolAttribute(label, llvm::MCSA_ELF_TypeObject);
    if (symbol.st_size)
      streamer.emitELFSize(
          label, llvm::MCConstantExpr::create(static_cast<int64_t>(symbol.st_size), context));
    if (symbol.getBinding() == ELF::STB_GLOBAL && symbol.getVisibility() == ELF::STV_DEFAULT)
      streamer.emitSymbolAttribute(label, llvm::MCSA_Global);
  }

  Error emitRelocation(const Input &input, const Elf::Rela &relocation, const Meanings &meanings) {
    uint32_t index = relocation.getSymbol(/*isMips64EL=*/false);
    auto found =
        index < input.symbols.size() ? meanings.find(&input.symbols[index]) : meanings.end();
    if (found == meanings.end())
      return makeError("a relocation refers to no symbol");
    const auto &[symbol, offset] = found->second;
    streamer.getAssembler().registerSymbol(*symbol); // one of the program's has no label
    const llvm::MCExpr *value = llvm::MCBinaryExpr::createAdd(
        llvm::MCSymbolRefExpr::create(symbol, context),
        llvm::MCConstantExpr::create(relocation.r_addend + static_cast<int64_t>(offset), context),
        context);
    // Of this kind it stays what it is, whether the assembler could compute its value or not.
    streamer.addFixup(value, static_cast<llvm::MCFixupKind>(llvm::FirstLiteralRelocationKind +
                                                            relocation.getType(false)));
    return Error::success();
  }

  llvm::MCContext &context;
  llvm::MCELFStreamer &streamer;
  const llvm::MCSubtargetInfo &subtarget;
  /// Names that are not of one object alone, and whether an object has defined them.
  llvm::StringMap<bool> globals;
  /// Of the result's sections so far.
  std::map<const llvm::MCSectionELF *, uint64_t> sizes;
  unsigned copies = 0;
};
} // namespace

Expected<std::unique_ptr<llvm::MemoryBuffer>>
qcc::mergeObjects(llvm::ArrayRef<llvm::MemoryBufferRef> objects,
                  const llvm::TargetMachine &machine) {
  std::vector<Input> inputs;
  for (llvm::MemoryBufferRef object : objects) {
    auto input = Input::open(object);
    if (!input)
      return addContext(input.takeError(), "merging objects");
    inputs.push_back(std::move(*input));
  }

  const llvm::Target &target = machine.getTarget();
  const llvm::MCSubtargetInfo &subtarget = *machine.getMCSubtargetInfo();
  const llvm::MCTargetOptions &options = machine.Options.MCOptions;
  llvm::MCContext context(machine.getTargetTriple(), machine.getMCAsmInfo(),
                          machine.getMCRegisterInfo(), &subtarget, nullptr, &options);
  std::string message;
  context.setDiagnosticHandler(
      [&](const llvm::SMDiagnostic &diagnostic, bool, const llvm::SourceMgr &,
          std::vector<const llvm::MDNode *> &) { message = diagnostic.getMessage().str(); });
  std::unique_ptr<llvm::MCObjectFileInfo> info(
      target.createMCObjectFileInfo(context, machine.isPositionIndependent()));
  context.setObjectFileInfo(info.get());

  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream os(bytes);
  std::unique_ptr<llvm::MCAsmBackend> backend(
      target.createMCAsmBackend(subtarget, *machine.getMCRegisterInfo(), options));
  std::unique_ptr<llvm::MCObjectWriter> writer = backend->createObjectWriter(os);
  std::unique_ptr<llvm::MCCodeEmitter> emitter(
      target.createMCCodeEmitter(*machine.getMCInstrInfo(), context));
  // Not the target's own streamer, which has its opinion of what is code and what data.
  llvm::MCELFStreamer streamer(context, std::move(backend), std::move(writer), std::move(emitter));
  streamer.initSections(/*NoExecStack=*/true, subtarget);
  if (llvm::MCSection *stack = machine.getMCAsmInfo()->getStackSection(context, /*Exec=*/false))
    streamer.switchSection(stack);
  if (Error error = Merger(context, streamer, subtarget).run(inputs))
    return addContext(std::move(error), "merging objects");
  streamer.finish();
  if (!message.empty() || context.hadError())
    return makeError("merging objects: {}", message);
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes),
                                                         /*RequiresNullTerminator=*/false);
}

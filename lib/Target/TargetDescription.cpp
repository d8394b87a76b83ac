//===- TargetDescription.cpp - What code generation knows of a machine ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/TargetDescription.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/StringDistance.h"
#include "qcc/Target/MachineCode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Host.h"

#include <optional>

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#if defined(__linux__) && defined(__aarch64__)
#include <sys/auxv.h>
#endif

using namespace qcc;
using llvm::StringRef;
using llvm::Triple;

#define QCC_AVX2_FEATURES "+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt,+movbe,+popcnt"
#define QCC_AVX512_FEATURES                                                                        \
  QCC_AVX2_FEATURES ",+avx512f,+avx512bw,+avx512dq,+avx512vl,+avx512cd,+avx512vnni"

static constexpr TargetDescription kDescriptions[] = {
    {.isa = "generic", .summary = "128-bit vectors that any target has"},
    {.isa = "avx2",
     .arch = Triple::x86_64,
     .summary = "256-bit vectors, 16-bit multiply-add",
     .features = QCC_AVX2_FEATURES,
     .tuneCPU = "haswell",
     .vectorBytes = 32,
     .dot = DotInstruction::Vpmaddwd,
     .fma = true,
     .saturatingPack = true},
    {.isa = "avx-vnni",
     .arch = Triple::x86_64,
     .summary = "256-bit vectors, four-way dot product of bytes",
     .features = QCC_AVX2_FEATURES ",+avxvnni",
     .tuneCPU = "alderlake",
     .vectorBytes = 32,
     .dot = DotInstruction::Vpdpbusd,
     .activations = DotActivations::Unsigned,
     .fma = true,
     .saturatingPack = true,
     .l2Bytes = 1 << 20},
    {.isa = "avx512-vnni",
     .arch = Triple::x86_64,
     .summary = "512-bit vectors, four-way dot product of bytes",
     .features = QCC_AVX512_FEATURES,
     .tuneCPU = "cascadelake",
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .dot = DotInstruction::Vpdpbusd,
     .activations = DotActivations::Unsigned,
     .fma = true,
     .saturatingPack = true,
     .l2Bytes = 1 << 20},
    {.isa = "amx",
     .arch = Triple::x86_64,
     .summary = "512-bit vectors, and a unit that multiplies tiles of bytes",
     .features = QCC_AVX512_FEATURES ",+amx-tile,+amx-int8",
     .tuneCPU = "sapphirerapids",
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .dot = DotInstruction::Vpdpbusd,
     .activations = DotActivations::Unsigned,
     .fma = true,
     .saturatingPack = true,
     .l1Bytes = 48 << 10,
     .l2Bytes = 2 << 20,
     // A product takes 16 cycles, of which its tiles' own loads leave time for these.
     .matrix = {.tiles = 8, .rows = 16, .rowBytes = 64, .fetchedLines = 10}},
    {.isa = "neon",
     .arch = Triple::aarch64,
     .summary = "128-bit vectors, widening multiply",
     .features = "+neon",
     .tuneCPU = "cortex-a72",
     .vectorRegisters = 32,
     .dot = DotInstruction::SmullSadalp,
     .activations = DotActivations::Signed,
     .fma = true,
     .floatMaximum = true,
     .l2Bytes = 512 << 10},
    {.isa = "dotprod",
     .arch = Triple::aarch64,
     .summary = "128-bit vectors, four-way dot product of bytes",
     .features = "+neon,+dotprod",
     .tuneCPU = "cortex-a76",
     .vectorRegisters = 32,
     .dot = DotInstruction::Sdot,
     .activations = DotActivations::Signed,
     .fma = true,
     .floatMaximum = true,
     .l1Bytes = 64 << 10,
     .l2Bytes = 512 << 10},
    {.isa = "i8mm",
     .arch = Triple::aarch64,
     .summary = "128-bit vectors, products of 2x8 by 8x2 bytes",
     .features = "+neon,+dotprod,+i8mm",
     .tuneCPU = "neoverse-n2",
     .vectorRegisters = 32,
     .dot = DotInstruction::Usdot,
     .fma = true,
     .floatMaximum = true,
     .l1Bytes = 64 << 10,
     .l2Bytes = 1 << 20,
     .blockDot = true},
};

#undef QCC_AVX512_FEATURES
#undef QCC_AVX2_FEATURES

llvm::ArrayRef<TargetDescription> qcc::allTargetDescriptions() { return kDescriptions; }

//===----------------------------------------------------------------------===//
// Baselines
//===----------------------------------------------------------------------===//

StringRef Target::getBaselineCPU() const {
  switch (triple.getArch()) {
  case Triple::x86_64:
    return "x86-64";
  case Triple::riscv64:
    return "generic-rv64";
  default:
    return triple.isAArch64() ? "generic" : "";
  }
}

StringRef Target::getBaselineFeatures() const {
  // What Linux distributions are built for; LLVM's default knows neither multiplication nor floats.
  return triple.getArch() == Triple::riscv64 && triple.isOSLinux() ? "+m,+a,+f,+d,+c" : "";
}

StringRef Target::getABI() const {
  return getBaselineFeatures().contains("+d") && triple.getArch() == Triple::riscv64 ? "lp64d" : "";
}

std::string Target::getFeatures() const {
  StringRef baseline = getBaselineFeatures(), level = description->features;
  return fmt::format("{}{}{}", baseline, baseline.empty() || level.empty() ? "" : ",", level);
}

//===----------------------------------------------------------------------===//
// This machine
//===----------------------------------------------------------------------===//

/// Asks the operating system for the state of AMX's tiles, for this process. Linux gives it to
/// those who ask (arch_prctl(2)); elsewhere there is no way to have it.
static bool requestTileState() {
#if defined(__linux__) && defined(__x86_64__)
  constexpr long requestPermission = 0x1023, tileData = 18;
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
#else
  return false;
#endif
}

/// This machine's features, by LLVM's names.
static llvm::StringMap<bool, llvm::MallocAllocator> getHostFeatures() {
  auto features = llvm::sys::getHostCPUFeatures();
#if defined(__linux__) && defined(__aarch64__)
  // LLVM's list has no dot products on AArch64: these are HWCAP_ASIMDDP and HWCAP2_I8MM.
  if (getauxval(AT_HWCAP) & (1UL << 20))
    features["dotprod"] = true;
  if (getauxval(AT_HWCAP2) & (1UL << 13))
    features["i8mm"] = true;
#endif
  return features;
}

/// What a level asks for and this machine lacks, without the leading '+'.
static std::vector<StringRef> getMissingFeatures(const TargetDescription &description) {
  static const llvm::StringMap<bool, llvm::MallocAllocator> host = getHostFeatures();
  std::vector<StringRef> missing;
  llvm::SmallVector<StringRef> features;
  description.features.split(features, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef feature : features)
    if (StringRef name = feature.drop_front(); !host.lookup(name))
      missing.push_back(name);
  if (description.matrix.tiles && missing.empty()) {
    static const bool hasTileState = requestTileState();
    if (!hasTileState)
      missing.emplace_back("the operating system's permission to use tiles");
  }
  return missing;
}

static Triple getHostTriple() { return Triple(llvm::sys::getProcessTriple()); }

static bool has(Triple::ArchType arch, const TargetDescription &description) {
  return description.arch == Triple::UnknownArch || description.arch == arch;
}

static bool hostHas(const TargetDescription &description) {
  return has(getHostTriple().getArch(), description) && getMissingFeatures(description).empty();
}

const TargetDescription &qcc::getHostDescription() {
  // They are in order, and every machine has the first.
  const TargetDescription *best = &kDescriptions[0];
  for (const TargetDescription &description : kDescriptions)
    if (hostHas(description))
      best = &description;
  return *best;
}

llvm::Error qcc::checkHostSupports(const TargetDescription &description) {
  if (!has(getHostTriple().getArch(), description))
    return makeError("this machine, {}, cannot execute code for {}, which is of {}",
                     getHostTriple().getArchName(), description.isa,
                     Triple::getArchTypeName(description.arch));
  if (auto missing = getMissingFeatures(description); !missing.empty())
    return makeError("this machine cannot execute code for {}: it lacks {}", description.isa,
                     llvm::join(missing, ", "));
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Resolution
//===----------------------------------------------------------------------===//

/// "generic, avx2, avx-vnni": the levels of an architecture, or all of them.
static std::string listLevels(std::optional<Triple::ArchType> arch) {
  std::vector<StringRef> names;
  for (const TargetDescription &description : kDescriptions)
    if (!arch || has(*arch, description))
      names.push_back(description.isa);
  return llvm::join(names, ", ");
}

/// True for a general-purpose processor that LLVM generates code for.
static bool canCompileFor(const Triple &triple) {
#ifdef LLVM_NATIVE_TARGET
  // Known without asking, for which its hundred passes would be registered.
  if (triple.getArch() == getHostTriple().getArch())
    return true;
#endif
  initializeTargets(triple);
  if (triple.isGPU() || triple.isBPF() || triple.isSPIRV() || triple.isArch16Bit())
    return false;
  std::string message;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, message);
  return target && target->hasTargetMachine() && target->hasMCAsmBackend();
}

static llvm::Expected<Triple> resolveTriple(StringRef text) {
  Triple triple = text.empty() ? getHostTriple() : Triple(Triple::normalize(text));
  if (!canCompileFor(triple))
    return makeError("there is no code generator for the target '{}'; qcc --print-targets lists "
                     "the architectures that there are",
                     text.empty() ? triple.str() : text);
  return triple;
}

llvm::Expected<Target> qcc::resolveTarget(StringRef triple, StringRef isa) {
  auto resolved = resolveTriple(triple);
  if (!resolved)
    return resolved.takeError();
  Target target;
  target.triple = std::move(*resolved);
  Triple host = getHostTriple();
  Triple::ArchType arch = target.triple.getArch();
  bool isHost = arch == host.getArch() && target.triple.getOS() == host.getOS();
  if (isa == "native") {
    if (arch != host.getArch())
      return makeError("ISA 'native' is this machine's, but the target is '{}'; {} has {}", triple,
                       target.triple.getArchName(), listLevels(arch));
    target.description = &getHostDescription();
    return target;
  }
  if (isa.empty()) {
    // The plainest of its own: on AArch64, every machine has vectors.
    auto own = llvm::find_if(
        kDescriptions, [&](auto &row) { return row.arch == arch && arch == Triple::aarch64; });
    target.description = isHost                           ? &getHostDescription()
                         : own != std::end(kDescriptions) ? own
                                                          : &kDescriptions[0];
    return target;
  }
  std::vector<StringRef> names;
  for (const TargetDescription &description : kDescriptions) {
    names.push_back(description.isa);
    if (description.isa != isa)
      continue;
    if (!has(arch, description))
      return makeError("ISA '{}' is of {}, but the target is '{}'; {} has {}", isa,
                       Triple::getArchTypeName(description.arch), target.triple.str(),
                       target.triple.getArchName(), listLevels(arch));
    target.description = &description;
    return target;
  }
  return makeError("unknown ISA '{}'{}; {} has {}", isa, didYouMean(isa, names),
                   target.triple.getArchName(), listLevels(arch));
}

bool qcc::canAskMachine(const Triple &triple, const TargetDescription &description) {
  if (description.matrix.tiles)
    return triple.isOSLinux();
  return !description.blockDot || triple.isOSLinux() || triple.isOSFreeBSD();
}

llvm::Expected<std::vector<Target>> qcc::resolveTargets(StringRef triple, StringRef isas) {
  std::vector<Target> targets;
  auto add = [&](StringRef isa) -> llvm::Error {
    auto target = resolveTarget(triple, isa);
    if (!target)
      return target.takeError();
    targets.push_back(std::move(*target));
    return llvm::Error::success();
  };
  llvm::SmallVector<StringRef> names;
  if (isas == "all") {
    auto resolved = resolveTriple(triple);
    if (!resolved)
      return resolved.takeError();
    for (const TargetDescription &row : kDescriptions) {
      // On AArch64 every machine has vectors.
      bool isUseful = row.arch != Triple::UnknownArch || !resolved->isAArch64();
      if (has(resolved->getArch(), row) && isUseful && canAskMachine(*resolved, row))
        names.push_back(row.isa);
    }
  } else {
    isas.split(names, ',');
    if (names.size() > 1 && llvm::any_of(names, [](StringRef name) { return name.trim().empty(); }))
      return makeError("'{}' has no level before or after a comma", isas);
  }
  for (StringRef name : names)
    if (llvm::Error error = add(name.trim()))
      return std::move(error);
  auto place = [](const Target &target) { return target.description; };
  llvm::sort(targets, [&](const Target &a, const Target &b) { return place(a) < place(b); });
  targets.erase(
      llvm::unique(targets, [&](const Target &a, const Target &b) { return place(a) == place(b); }),
      targets.end());
  return targets;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static StringRef getDotName(DotInstruction dot) {
  switch (dot) {
  case DotInstruction::Generic:
    return "-";
  case DotInstruction::Vpmaddwd:
    return "vpmaddwd";
  case DotInstruction::Vpdpbusd:
    return "vpdpbusd";
  case DotInstruction::SmullSadalp:
    return "smull, sadalp";
  case DotInstruction::Sdot:
    return "sdot";
  case DotInstruction::Usdot:
    return "usmmla, usdot";
  }
  llvm_unreachable("covered switch");
}

std::string qcc::printTargets() {
  std::string text = "ISA levels (--isa=NAME); * marks what this machine has\n\n";
  constexpr fmt::string_view row = "{} {:<12} {:<8} {:>6} {:>9}  {:<14} {}\n";
  text +=
      fmt::format(fmt::runtime(row), " ", "name", "arch", "vector", "registers", "dot product", "");
  for (const TargetDescription &description : kDescriptions) {
    StringRef arch =
        description.arch == Triple::UnknownArch ? "any" : Triple::getArchTypeName(description.arch);
    text += fmt::format(fmt::runtime(row), hostHas(description) ? "*" : " ", description.isa, arch,
                        fmt::format("{}", description.vectorBytes * 8), description.vectorRegisters,
                        description.matrix.tiles ? "tdpbusd" : getDotName(description.dot),
                        description.summary);
  }
  text += fmt::format("\nThis machine: --target={} --isa={}\n", getHostTriple().str(),
                      getHostDescription().isa);
  text += "\nArchitectures (the first part of --target=TRIPLE, as in aarch64-linux-gnu)\n\n";
  std::string line = " ";
  for (int arch = Triple::UnknownArch + 1; arch <= Triple::LastArchType; ++arch) {
    StringRef name = Triple::getArchTypeName(static_cast<Triple::ArchType>(arch));
    if (!canCompileFor(Triple(name)))
      continue;
    if (line.size() + name.size() > 78)
      text += std::exchange(line, " ") + "\n";
    line += fmt::format(" {}", name);
  }
  return text + line + "\n";
}

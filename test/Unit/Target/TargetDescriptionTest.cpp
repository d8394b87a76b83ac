//===- TargetDescriptionTest.cpp - tests of targets and their levels ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/TargetDescription.h"
#include "qcc/Target/MachineCode.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/MathExtras.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace qcc;
using llvm::StringRef;
using llvm::Triple;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string errorOf(StringRef triple, StringRef isa) {
  auto target = resolveTarget(triple, isa);
  return target ? "resolved" : toString(target.takeError());
}

std::string resolve(StringRef triple, StringRef isa) {
  auto target = resolveTarget(triple, isa);
  if (!target)
    return toString(target.takeError());
  return target->triple.str() + " " + target->description->isa.str();
}

Triple tripleOf(const TargetDescription &row) {
  Triple::ArchType arch = row.arch == Triple::UnknownArch ? Triple::x86_64 : row.arch;
  return Triple((Triple::getArchTypeName(arch) + "-unknown-linux-gnu").str());
}

/// Only this architecture has rows beyond the generic one here.
bool hostIs(Triple::ArchType arch) { return getHostMachineOptions().triple.getArch() == arch; }

class Rows : public testing::TestWithParam<TargetDescription> {};

TEST_P(Rows, LLVMKnowsFeaturesAndCPU) {
  const TargetDescription &row = GetParam();
  initializeTargets(tripleOf(row));
  std::string message;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(tripleOf(row), message);
  ASSERT_TRUE(target) << message;
  std::unique_ptr<llvm::MCSubtargetInfo> info(target->createMCSubtargetInfo(tripleOf(row), "", ""));
  if (!row.tuneCPU.empty())
    EXPECT_TRUE(info->isCPUStringValid(row.tuneCPU)) << row.tuneCPU.str();
  llvm::StringSet<> known;
  for (const llvm::SubtargetFeatureKV &feature : info->getAllProcessorFeatures())
    known.insert(feature.Key);
  llvm::SmallVector<StringRef> features;
  row.features.split(features, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : features) {
    EXPECT_TRUE(feature.starts_with("+")) << feature.str();
    EXPECT_TRUE(known.contains(feature.drop_front())) << feature.str();
  }
}

/// With its features alone, on top of the oldest machine of the architecture.
TEST_P(Rows, HasACodeGenerator) {
  auto target = resolveTarget(tripleOf(GetParam()).str(), GetParam().isa);
  ASSERT_TRUE(bool(target)) << toString(target.takeError());
  EXPECT_EQ(target->description->isa, GetParam().isa);
  MachineOptions options;
  options.triple = target->triple;
  options.cpu = target->getBaselineCPU().str();
  options.features = target->getFeatures();
  auto machine = createTargetMachine(options);
  ASSERT_TRUE(bool(machine)) << toString(machine.takeError());
  EXPECT_EQ((*machine)->Options.AllowFPOpFusion, llvm::FPOpFusion::Strict);
}

TEST_P(Rows, NumbersAreSane) {
  const TargetDescription &row = GetParam();
  EXPECT_TRUE(llvm::isPowerOf2_64(row.vectorBytes));
  EXPECT_GE(row.vectorBytes, 16);
  EXPECT_LE(row.vectorBytes, 64);
  EXPECT_EQ(row.lanes() * 4, row.vectorBytes);
  EXPECT_TRUE(row.vectorRegisters == 16 || row.vectorRegisters == 32);
  EXPECT_LT(row.l1Bytes, row.l2Bytes);
  EXPECT_FALSE(row.summary.empty());
  EXPECT_EQ(row.isa.lower(), row.isa);
  EXPECT_EQ(row.arch == Triple::UnknownArch, row.features.empty());
  // An instruction that knows one signedness gets it.
  if (row.dot == DotInstruction::Vpdpbusd)
    EXPECT_EQ(row.activations, DotActivations::Unsigned);
  if (row.dot == DotInstruction::Sdot || row.dot == DotInstruction::SmullSadalp)
    EXPECT_EQ(row.activations, DotActivations::Signed);
  if (row.dot == DotInstruction::Usdot || row.blockDot)
    EXPECT_EQ(row.activations, DotActivations::Any);
}

INSTANTIATE_TEST_SUITE_P(All, Rows, testing::ValuesIn(allTargetDescriptions()),
                         [](const auto &info) {
                           std::string name = info.param.isa.str();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(TargetDescription, NamesAreUnique) {
  llvm::StringSet<> names;
  for (const TargetDescription &row : allTargetDescriptions())
    EXPECT_TRUE(names.insert(row.isa).second) << row.isa.str();
  EXPECT_FALSE(names.contains("native"));
  // All else relies on it: every machine has the first.
  EXPECT_EQ(allTargetDescriptions().front().isa, "generic");
}

/// Each level has what one before it has, and is better: the best is the last that fits. (It need
/// not be the one just before it: there are machines with AVX512-VNNI and without AVX-VNNI.)
TEST(TargetDescription, LevelsGrow) {
  for (auto arch : {Triple::x86_64, Triple::aarch64}) {
    llvm::SmallVector<const TargetDescription *> before;
    for (const TargetDescription &row : allTargetDescriptions())
      if (row.arch == arch) {
        EXPECT_TRUE(before.empty() ||
                    llvm::any_of(before,
                                 [&](const TargetDescription *other) {
                                   return row.features.starts_with(other->features);
                                 }))
            << row.isa.str();
        for (const TargetDescription *other : before) {
          EXPECT_GE(row.vectorBytes, other->vectorBytes) << row.isa.str();
          EXPECT_GE(row.matrix.tiles, other->matrix.tiles) << row.isa.str();
        }
        before.push_back(&row);
      }
  }
}

TEST(ResolveTarget, TripleAndLevel) {
  EXPECT_EQ(resolve("x86_64-linux-gnu", "avx2"), "x86_64-unknown-linux-gnu avx2");
  EXPECT_EQ(resolve("aarch64-linux-gnu", "dotprod"), "aarch64-unknown-linux-gnu dotprod");
  EXPECT_EQ(resolve("aarch64-none-elf", ""), "aarch64-unknown-none-elf neon");
  EXPECT_EQ(resolve("riscv64-linux-gnu", "generic"), "riscv64-unknown-linux-gnu generic");
  EXPECT_EQ(resolve("riscv64-linux-gnu", ""), "riscv64-unknown-linux-gnu generic");
  EXPECT_EQ(resolve("x86_64-unknown-none", ""), "x86_64-unknown-none generic");
}

TEST(ResolveTargets, SeveralLevels) {
  auto resolve = [](StringRef triple, StringRef isas) {
    auto targets = resolveTargets(triple, isas);
    if (!targets)
      return toString(targets.takeError());
    std::string text;
    for (const qcc::Target &target : *targets)
      text += (text.empty() ? "" : " ") + target.description->isa.str();
    return text;
  };
  EXPECT_EQ(resolve("x86_64-linux-gnu", "avx2"), "avx2");
  // The plainest first, each once.
  EXPECT_EQ(resolve("x86_64-linux-gnu", "amx, avx2,generic,avx2"), "generic avx2 amx");
  EXPECT_EQ(resolve("x86_64-linux-gnu", "all"), "generic avx2 avx-vnni avx512-vnni amx");
  // Where nobody can be asked for tiles, and where every machine has vectors.
  EXPECT_EQ(resolve("x86_64-pc-windows-msvc", "all"), "generic avx2 avx-vnni avx512-vnni");
  EXPECT_EQ(resolve("aarch64-linux-gnu", "all"), "neon dotprod i8mm");
  EXPECT_EQ(resolve("arm64-apple-macos", "all"), "neon dotprod");
  EXPECT_EQ(resolve("riscv64-linux-gnu", "all"), "generic");
  EXPECT_THAT(resolve("x86_64-linux-gnu", "avx2,dotprod"),
              HasSubstr("ISA 'dotprod' is of aarch64"));
  EXPECT_EQ(resolve("x86_64-linux-gnu", "avx2,"), "'avx2,' has no level before or after a comma");
  EXPECT_THAT(resolve("pdp11-bsd", "all"), HasSubstr("no code generator"));
}

TEST(ResolveTarget, ThisMachine) {
  std::string best = getHostMachineOptions().triple.str() + " " + getHostDescription().isa.str();
  EXPECT_EQ(resolve("", ""), best);
  EXPECT_EQ(resolve("", "native"), best);
  EXPECT_EQ(resolve("", "generic"), getHostMachineOptions().triple.str() + " generic");
}

TEST(ResolveTarget, RefusesWhatIsUnknown) {
  EXPECT_EQ(errorOf("pdp11-bsd", ""),
            "there is no code generator for the target 'pdp11-bsd'; qcc --print-targets lists the "
            "architectures that there are");
  EXPECT_THAT(errorOf("nvptx64-nvidia-cuda", ""), HasSubstr("no code generator"));
  EXPECT_EQ(errorOf("x86_64-linux-gnu", "avx512-vni"),
            "unknown ISA 'avx512-vni'; did you mean 'avx512-vnni'?; x86_64 has generic, avx2, "
            "avx-vnni, avx512-vnni, amx");
  EXPECT_EQ(errorOf("x86_64-linux-gnu", "dotprod"),
            "ISA 'dotprod' is of aarch64, but the target is 'x86_64-unknown-linux-gnu'; x86_64 has "
            "generic, avx2, avx-vnni, avx512-vnni, amx");
  EXPECT_THAT(errorOf("riscv64-linux-gnu", "avx2"), HasSubstr("riscv64 has generic"));
}

TEST(ResolveTarget, NativeIsOfThisArchitecture) {
  StringRef other = hostIs(Triple::aarch64) ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
  EXPECT_THAT(errorOf(other, "native"), HasSubstr("ISA 'native' is this machine's"));
}

TEST(CheckHostSupports, NamesWhatIsMissing) {
  EXPECT_EQ(toString(checkHostSupports(getHostDescription())), "");
  EXPECT_EQ(toString(checkHostSupports(allTargetDescriptions().front())), "");
  TargetDescription level = getHostDescription();
  level.isa = "future";
  level.features = "+warp-drive";
  EXPECT_EQ(toString(checkHostSupports(level)),
            "this machine cannot execute code for future: it lacks warp-drive");
  level.arch = hostIs(Triple::aarch64) ? Triple::x86_64 : Triple::aarch64;
  EXPECT_THAT(toString(checkHostSupports(level)),
              HasSubstr("cannot execute code for future, which"));
}

TEST(PrintTargets, ListsLevelsAndArchitectures) {
  std::string text = printTargets();
  for (const TargetDescription &row : allTargetDescriptions()) {
    EXPECT_THAT(text, HasSubstr(row.isa.str()));
    EXPECT_THAT(text, HasSubstr(row.summary.str()));
  }
  EXPECT_THAT(text, HasSubstr("* generic"));
  EXPECT_THAT(text, HasSubstr(" riscv64"));
  EXPECT_THAT(text, Not(HasSubstr("nvptx")));
  if (!hostIs(Triple::aarch64))
    EXPECT_THAT(text, HasSubstr("  dotprod"));
}

} // namespace

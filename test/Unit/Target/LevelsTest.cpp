//===- LevelsTest.cpp - One object for several levels of an instruction set ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/Levels.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace qcc;
using testing::HasSubstr;

namespace {

class LevelsTest : public testing::Test {
protected:
  LevelModule level(std::string isa, std::string prefix, const std::string &entry) {
    llvm::SMDiagnostic diagnostic;
    auto module = llvm::parseAssemblyString(
        "@weights = internal constant [2 x i8] c\"ab\"\n"
        "define internal i32 @kernel(ptr %p) {\n  %v = load i8, ptr @weights\n"
        "  store i8 %v, ptr %p\n  ret i32 0\n}\n"
        "define i32 @" +
            entry +
            "(ptr %p) #0 {\n  %r = call i32 @kernel(ptr %p)\n  ret i32 %r\n}\n"
            "attributes #0 = { \"target-features\"=\"+" +
            isa + "\" }\n",
        diagnostic, context);
    EXPECT_TRUE(module) << diagnostic.getMessage().str();
    return {std::move(isa), std::move(prefix), std::move(module)};
  }

  llvm::LLVMContext context;
};

TEST_F(LevelsTest, EntriesCallTheBestLevelFirst) {
  std::vector<LevelModule> levels;
  levels.push_back(level("plain", "net_plain", "net_plain_run"));
  levels.push_back(level("good", "net_good", "net_good_run"));
  levels.push_back(level("best", "net_best", "net_best_run"));
  auto linked = linkLevels(std::move(levels), "net");
  ASSERT_TRUE(bool(linked)) << toString(linked.takeError());
  EXPECT_FALSE(llvm::verifyModule(**linked, &llvm::errs()));

  llvm::Function *entry = (*linked)->getFunction("net_run");
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->hasLocalLinkage());
  // It runs where the plainest level's does.
  EXPECT_EQ(entry->getFnAttribute("target-features").getValueAsString(), "+plain");
  std::vector<std::string> calls;
  for (llvm::BasicBlock &block : *entry)
    for (llvm::Instruction &instruction : block)
      if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction))
        calls.push_back(call->getCalledFunction()->getName().str());
  EXPECT_THAT(calls, testing::ElementsAre("net_run.best", "net_run.good", "net_run.plain"));
  for (const std::string &name : calls)
    EXPECT_TRUE((*linked)->getFunction(name)->hasLocalLinkage()) << name;

  for (const char *name : {"kernel.plain", "kernel.good", "kernel.best"})
    EXPECT_TRUE((*linked)->getFunction(name)) << name;
  int constants = 0;
  for (const llvm::GlobalVariable &variable : (*linked)->globals()) {
    EXPECT_TRUE(variable.hasGlobalUnnamedAddr());
    ++constants;
  }
  EXPECT_EQ(constants, 3);
}

TEST_F(LevelsTest, SeparateLevelsFindEachOther) {
  const std::vector<std::string> isas = {"plain", "good", "best"};
  LevelModule plain = level("plain", "net_plain", "net_plain_run");
  LevelModule best = level("best", "net_best", "net_best_run");
  for (LevelModule *level : {&plain, &best}) {
    ASSERT_FALSE(bool(separateLevel(*level, isas, "net")));
    EXPECT_FALSE(llvm::verifyModule(*level->module, &llvm::errs()));
    llvm::Function *own = level->module->getFunction("net_run." + level->isa);
    ASSERT_TRUE(own && !own->isDeclaration());
    EXPECT_TRUE(own->hasExternalLinkage() && own->hasHiddenVisibility());
    EXPECT_TRUE(level->module->getFunction("kernel." + level->isa));
  }
  // Only the plainest level's module has the entries, which run where that level's do.
  EXPECT_FALSE(best.module->getFunction("net_run"));
  llvm::Function *entry = plain.module->getFunction("net_run");
  ASSERT_TRUE(entry && !entry->isDeclaration());
  EXPECT_TRUE(entry->hasExternalLinkage() && entry->hasDefaultVisibility());
  EXPECT_EQ(entry->getFnAttribute("target-features").getValueAsString(), "+plain");
  for (const char *name : {"net_run.good", "net_run.best"}) {
    llvm::Function *other = plain.module->getFunction(name);
    ASSERT_TRUE(other && other->isDeclaration()) << name;
    EXPECT_TRUE(other->hasHiddenVisibility()) << name;
  }
  LevelModule wrong = level("plain", "net_plain", "other");
  EXPECT_THAT(toString(separateLevel(wrong, isas, "net")),
              HasSubstr("'other' is no entry of the level plain"));
}

TEST_F(LevelsTest, RefusesLevelsWithOtherEntries) {
  std::vector<LevelModule> levels;
  levels.push_back(level("plain", "net_plain", "net_plain_run"));
  levels.push_back(level("best", "net_best", "net_best_run_codes"));
  EXPECT_THAT(toString(linkLevels(std::move(levels), "net").takeError()),
              HasSubstr("the levels plain and best have different entries"));
  levels.clear();
  levels.push_back(level("plain", "net_plain", "other"));
  EXPECT_THAT(toString(linkLevels(std::move(levels), "net").takeError()),
              HasSubstr("'other' is no entry of the level plain"));
}

} // namespace

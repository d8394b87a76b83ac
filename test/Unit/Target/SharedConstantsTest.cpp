//===- SharedConstantsTest.cpp - Data that several objects refer to ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/SharedConstants.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace qcc;
using testing::ElementsAre;

namespace {

std::unique_ptr<llvm::Module> parse(const std::string &text, llvm::LLVMContext &context) {
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  return module;
}

/// An internal constant of `count` elements of `type`, each 7.
std::string constant(const std::string &name, const std::string &type, int count,
                     const std::string &rest = "") {
  std::string elements;
  for (int i = 0; i < count; ++i)
    elements += (i ? ", " : "") + type + " 7";
  return "@" + name + " = internal unnamed_addr constant [" + std::to_string(count) + " x " + type +
         "] [" + elements + "]" + rest + "\n";
}

TEST(SharedConstants, TakesLargeNumbersWhoseAddressDoesNotMatter) {
  llvm::LLVMContext context;
  std::string text = constant("large", "i8", 100, ", align 64") + constant("wide", "i32", 50) +
                     constant("small", "i8", 8) +
                     "@address = internal constant [100 x i8] zeroinitializer\n"
                     "@zero = internal unnamed_addr constant [100 x i8] zeroinitializer\n"
                     "@state = internal unnamed_addr global [100 x i8] zeroinitializer\n"
                     "define ptr @f() {\n  ret ptr @large\n}\n";
  auto module = parse(text, context);
  std::vector<SharedConstant> taken = takeConstants(*module, "net.best");
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].name, "net.best.0");
  EXPECT_EQ(taken[0].alignment, llvm::Align(64));
  EXPECT_EQ(taken[0].bytes, std::string(100, '\7'));
  EXPECT_EQ(taken[1].bytes.size(), 200u);
  EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
  for (const SharedConstant &constant : taken) {
    llvm::GlobalVariable *variable = module->getNamedGlobal(constant.name);
    ASSERT_TRUE(variable);
    EXPECT_TRUE(variable->isDeclaration() && variable->hasHiddenVisibility());
  }
  for (const char *name : {"small", "address", "zero", "state"})
    EXPECT_TRUE(module->getNamedGlobal(name) && module->getNamedGlobal(name)->hasInitializer())
        << name;
}

TEST(SharedConstants, EqualOnesAreDefinedOnceWithTheGreatestAlignment) {
  llvm::LLVMContext context;
  std::string same(70, 'a'), other(70, 'b');
  std::vector<SharedConstant> constants = {{"one.0", llvm::Align(16), same},
                                           {"one.1", llvm::Align(16), other},
                                           {"two.0", llvm::Align(64), same}};
  auto module = defineConstants(constants, context);
  EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
  std::vector<std::string> defined;
  for (const llvm::GlobalVariable &variable : module->globals()) {
    defined.push_back(variable.getName().str());
    EXPECT_TRUE(variable.isConstant() && variable.hasHiddenVisibility());
  }
  EXPECT_THAT(defined, ElementsAre("one.0", "one.1"));
  EXPECT_EQ(module->getNamedGlobal("one.0")->getAlign(), llvm::Align(64));
  EXPECT_EQ(llvm::cast<llvm::ConstantDataArray>(module->getNamedGlobal("one.1")->getInitializer())
                ->getRawDataValues(),
            other);
  llvm::GlobalAlias *alias = module->getNamedAlias("two.0");
  ASSERT_TRUE(alias);
  EXPECT_EQ(alias->getAliasee(), module->getNamedGlobal("one.0"));
  EXPECT_TRUE(alias->hasHiddenVisibility());
}

} // namespace

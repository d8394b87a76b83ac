//===- PartialLinkTest.cpp - Several objects into one ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/PartialLink.h"
#include "qcc/Target/MachineCode.h"
#include "qcc/Target/ObjectFile.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/SourceMgr.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

using namespace qcc;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::unique_ptr<llvm::MemoryBuffer> compile(llvm::StringRef text,
                                            llvm::StringRef triple = "x86_64-linux-gnu") {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  MachineOptions options = getMachineOptions(cantFail(resolveTarget(triple, "")));
  auto machine = cantFail(createTargetMachine(options));
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  return cantFail(emitMachineCode(*module, *machine, llvm::CodeGenFileType::ObjectFile));
}

constexpr llvm::StringLiteral kCaller = R"(
  declare hidden i32 @callee(ptr)
  @data = external hidden constant [4 x i8]
  define i32 @entry() nounwind {
    %r = call i32 @callee(ptr @data)
    ret i32 %r
  }
)";
constexpr llvm::StringLiteral kCallee = R"(
  declare void @program()
  define hidden i32 @callee(ptr %p) nounwind {
    call void @program()
    %r = load i32, ptr %p
    ret i32 %r
  }
)";
constexpr llvm::StringLiteral kData = "@data = hidden constant [4 x i8] c\"abcd\"\n"
                                      "@alias = hidden alias [4 x i8], ptr @data\n";

std::vector<std::string> getGlobalSymbols(llvm::MemoryBufferRef object) {
  auto file = cantFail(llvm::object::ObjectFile::createObjectFile(object));
  std::vector<std::string> names;
  for (const llvm::object::SymbolRef &symbol : file->symbols())
    if (cantFail(symbol.getFlags()) & llvm::object::SymbolRef::SF_Global)
      names.push_back(cantFail(symbol.getName()).str());
  llvm::sort(names);
  return names;
}

std::string link(llvm::StringRef triple) {
  auto caller = compile(kCaller, triple), callee = compile(kCallee, triple),
       data = compile(kData, triple);
  auto linked = linkPartially(
      {caller->getMemBufferRef(), callee->getMemBufferRef(), data->getMemBufferRef()});
  if (!linked)
    return toString(linked.takeError());
  // What is hidden is found and gone; what is not is the program's.
  EXPECT_THAT(getGlobalSymbols((*linked)->getMemBufferRef()), ElementsAre("entry", "program"));
  EXPECT_THAT(cantFail(getUndefinedSymbols((*linked)->getMemBufferRef())), ElementsAre("program"));
  auto sizes = cantFail(getStackSizes((*linked)->getMemBufferRef()));
  EXPECT_TRUE(sizes.contains("entry") && sizes.contains("callee"));
  return (*linked)->getBuffer().str();
}

TEST(PartialLink, PartsFindEachOtherAndNobodyElseDoes) {
  for (const char *triple : {"x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu"}) {
    EXPECT_TRUE(canLinkPartially(llvm::Triple(triple)));
    std::string once = link(triple);
    EXPECT_THAT(once, testing::StartsWith("\x7f"
                                          "ELF"))
        << triple;
    EXPECT_TRUE(once == link(triple)) << triple;
  }
  EXPECT_FALSE(canLinkPartially(llvm::Triple("arm64-apple-macos")));
  EXPECT_FALSE(canLinkPartially(llvm::Triple("x86_64-pc-windows-msvc")));
}

TEST(PartialLink, ThreadsWaitForEachOther) {
  std::string expected = link("x86_64-linux-gnu");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { EXPECT_TRUE(link("x86_64-linux-gnu") == expected); });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(PartialLink, Errors) {
  auto data = compile(kData);
  auto twice = linkPartially({data->getMemBufferRef(), data->getMemBufferRef()});
  EXPECT_THAT(toString(twice.takeError()), HasSubstr("duplicate symbol: data"));
  auto arm = compile(kCallee, "aarch64-linux-gnu");
  auto mixed = linkPartially({data->getMemBufferRef(), arm->getMemBufferRef()});
  EXPECT_THAT(toString(mixed.takeError()), HasSubstr("incompatible with"));
  auto broken = linkPartially({llvm::MemoryBufferRef("no object", "broken")});
  EXPECT_THAT(toString(broken.takeError()), HasSubstr("linking the levels' objects"));
  // And it can be used again.
  EXPECT_THAT(link("x86_64-linux-gnu"), testing::StartsWith("\x7f"
                                                            "ELF"));
}

} // namespace

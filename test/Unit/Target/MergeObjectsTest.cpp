//===- MergeObjectsTest.cpp - Several objects into one ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/MergeObjects.h"
#include "qcc/Target/MachineCode.h"
#include "qcc/Target/ObjectFile.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/SourceMgr.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

using namespace qcc;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::unique_ptr<llvm::TargetMachine> makeMachine(llvm::StringRef triple) {
  return cantFail(createTargetMachine(getMachineOptions(cantFail(resolveTarget(triple, "")))));
}

std::unique_ptr<llvm::MemoryBuffer> compile(llvm::StringRef text,
                                            llvm::StringRef triple = "x86_64-linux-gnu") {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  auto machine = makeMachine(triple);
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

std::string merge(llvm::StringRef triple) {
  auto caller = compile(kCaller, triple), callee = compile(kCallee, triple),
       data = compile(kData, triple);
  auto merged =
      mergeObjects({caller->getMemBufferRef(), callee->getMemBufferRef(), data->getMemBufferRef()},
                   *makeMachine(triple));
  return merged ? (*merged)->getBuffer().str() : toString(merged.takeError());
}

class MergeObjects : public testing::TestWithParam<const char *> {};

TEST_P(MergeObjects, PartsFindEachOtherAndNobodyElseDoes) {
  EXPECT_TRUE(canMergeObjects(llvm::Triple(GetParam())));
  std::string merged = merge(GetParam());
  llvm::MemoryBufferRef object(merged, "merged");
  // What is hidden is found and gone; what is not is the program's.
  EXPECT_THAT(getGlobalSymbols(object), ElementsAre("entry", "program"));
  EXPECT_THAT(cantFail(getUndefinedSymbols(object)), ElementsAre("program"));
  auto sizes = cantFail(getStackSizes(object));
  EXPECT_TRUE(sizes.contains("entry") && sizes.contains("callee"));
  EXPECT_TRUE(merged == merge(GetParam()));
}

TEST_P(MergeObjects, BytesStayAndSectionsAreBehindEachOther) {
  auto getSections = [](llvm::MemoryBufferRef object) {
    auto file = cantFail(llvm::object::ObjectFile::createObjectFile(object));
    std::map<std::string, std::string> contents;
    std::map<std::string, size_t> relocations;
    for (const llvm::object::SectionRef &section : file->sections()) {
      std::string name = cantFail(section.getName()).str();
      contents[name] += cantFail(section.getContents());
      auto relocated = cantFail(section.getRelocatedSection());
      if (relocated != file->section_end())
        relocations[cantFail(relocated->getName()).str()] += static_cast<size_t>(
            std::distance(section.relocation_begin(), section.relocation_end()));
    }
    return std::make_pair(contents, relocations);
  };
  std::string merged = merge(GetParam());
  auto [contents, relocations] = getSections({merged, "merged"});
  size_t code = 0, calls = 0;
  for (llvm::StringRef text : {kCaller, kCallee, kData}) {
    auto part = compile(text, GetParam());
    auto [own, ownRelocations] = getSections(part->getMemBufferRef());
    EXPECT_THAT(contents[".text"], HasSubstr(own[".text"]));
    code += own[".text"].size();
    calls += ownRelocations[".text"];
  }
  EXPECT_GE(contents[".text"].size(), code);
  EXPECT_EQ(relocations[".text"], calls);
  EXPECT_THAT(contents[".rodata"], HasSubstr("abcd"));
  EXPECT_TRUE(contents.contains(".note.GNU-stack"));
}

TEST_P(MergeObjects, LocalSymbolsOfOneNameStayApart) {
  std::string text = "@state = internal global i32 0\n"
                     "define ptr @ENTRY() nounwind {\n  ret ptr @state\n}\n";
  auto with = [&](const char *name) {
    std::string own = text;
    own.replace(own.find("ENTRY"), 5, name);
    return compile(own, GetParam());
  };
  auto one = with("one"), other = with("other");
  std::string merged = cantFail(mergeObjects({one->getMemBufferRef(), other->getMemBufferRef()},
                                             *makeMachine(GetParam())))
                           ->getBuffer()
                           .str();
  auto file = cantFail(llvm::object::ObjectFile::createObjectFile({merged, "merged"}));
  std::map<std::string, uint64_t> places;
  for (const llvm::object::SymbolRef &symbol : file->symbols())
    if (llvm::StringRef name = cantFail(symbol.getName()); name.starts_with("state"))
      places[name.str()] = cantFail(symbol.getValue());
  ASSERT_EQ(places.size(), 2u);
  EXPECT_NE(places.begin()->second, places.rbegin()->second);
}

TEST_P(MergeObjects, Errors) {
  auto machine = makeMachine(GetParam());
  auto data = compile(kData, GetParam());
  auto twice = mergeObjects({data->getMemBufferRef(), data->getMemBufferRef()}, *machine);
  EXPECT_THAT(toString(twice.takeError()), HasSubstr("is defined twice"));
  auto broken = mergeObjects({llvm::MemoryBufferRef("no object", "broken")}, *machine);
  EXPECT_THAT(toString(broken.takeError()), HasSubstr("merging objects"));
  auto threads = compile("@t = thread_local global i32 1", GetParam());
  auto local = mergeObjects({threads->getMemBufferRef()}, *machine);
  EXPECT_THAT(toString(local.takeError()), HasSubstr("unexpected kind"));
  auto caller = compile(kCaller, GetParam());
  EXPECT_THAT(
      toString(
          mergeObjects({caller->getMemBufferRef(), data->getMemBufferRef()}, *machine).takeError()),
      HasSubstr("'callee' is hidden and defined nowhere"));
  auto unwinding = compile("define void @u() uwtable {\n  ret void\n}", GetParam());
  if (std::string(GetParam()).starts_with("x86"))
    EXPECT_THAT(toString(mergeObjects({unwinding->getMemBufferRef()}, *machine).takeError()),
                HasSubstr("'.eh_frame' is a section of an unexpected kind"));
  auto weak = compile("define weak void @w() {\n  ret void\n}", GetParam());
  EXPECT_THAT(toString(mergeObjects({weak->getMemBufferRef()}, *machine).takeError()),
              HasSubstr("'w' is a symbol of an unexpected kind"));
}

INSTANTIATE_TEST_SUITE_P(All, MergeObjects,
                         testing::Values("x86_64-linux-gnu", "aarch64-linux-gnu"));

TEST(MergeObjectsOf, OtherFormatsAreNotMerged) {
  for (const char *triple : {"arm64-apple-macos", "x86_64-pc-windows-msvc", "aarch64_be-linux-gnu",
                             "x86_64-unknown-linux-gnux32", "aarch64-unknown-linux-gnu_ilp32"})
    EXPECT_FALSE(canMergeObjects(llvm::Triple(triple))) << triple;
}

} // namespace

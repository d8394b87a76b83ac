//===- ObjectFileTest.cpp - tests of reading objects back ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/ObjectFile.h"
#include "qcc/Target/MachineCode.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Support/SourceMgr.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace qcc;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct Compiled {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::MemoryBuffer> object;

  explicit Compiled(llvm::StringRef text, llvm::StringRef triple = "x86_64-linux-gnu",
                    llvm::StringRef isa = "generic") {
    llvm::SMDiagnostic diagnostic;
    module = llvm::parseAssemblyString(text, diagnostic, context);
    EXPECT_TRUE(module) << diagnostic.getMessage().str();
    MachineOptions options = getMachineOptions(cantFail(resolveTarget(triple, isa)));
    auto machine = cantFail(createTargetMachine(options));
    module->setTargetTriple(machine->getTargetTriple());
    module->setDataLayout(machine->createDataLayout());
    object = cantFail(emitMachineCode(*module, *machine, llvm::CodeGenFileType::ObjectFile));
  }

  llvm::MemoryBufferRef bytes() const { return object->getMemBufferRef(); }
};

constexpr llvm::StringLiteral kCalls = R"(
  declare void @sink(ptr)
  define void @leaf() nounwind {
    %a = alloca [1000 x i8], align 16
    store volatile i8 0, ptr %a
    ret void
  }
  define internal void @small() nounwind noinline {
    %a = alloca [10 x i8], align 16
    store volatile i8 0, ptr %a
    ret void
  }
  define void @root(i1 %c) nounwind {
    call void @small()
    call void @leaf()
    ret void
  }
  define void @outside(ptr %p) nounwind {
    call void @sink(ptr %p)
    ret void
  }
  define void @again(i1 %c) nounwind {
    br i1 %c, label %yes, label %no
  yes:
    call void @again(i1 %c)
    br label %no
  no:
    ret void
  }
)";

TEST(ObjectFile, UndefinedSymbols) {
  EXPECT_THAT(cantFail(getUndefinedSymbols(Compiled(kCalls).bytes())), ElementsAre("sink"));
  Compiled alone("@g = internal global i8 0\n define i8 @f() { %v = load i8, ptr @g\n ret i8 %v }");
  EXPECT_THAT(cantFail(getUndefinedSymbols(alone.bytes())), IsEmpty());
  // What the linker makes is not asked of anybody.
  for (const char *triple : {"i386-linux-gnu", "riscv64-linux-gnu"}) {
    Compiled other(
        "@g = internal global i8 0\n define i8 @f() { %v = load i8, ptr @g\n ret i8 %v }", triple);
    EXPECT_THAT(cantFail(getUndefinedSymbols(other.bytes())), IsEmpty()) << triple;
  }
}

TEST(ObjectFile, StackBoundIsTheDeepestChain) {
  for (const char *triple : {"x86_64-linux-gnu", "aarch64-linux-gnu", "armv7-linux-gnueabihf"}) {
    Compiled code(kCalls, triple);
    auto sizes = cantFail(getStackSizes(code.bytes()));
    EXPECT_GE(sizes.lookup("leaf"), 872u) << triple; // 128 of them may lie in the red zone
    auto leaf = getStackBound(code.module.get(), "leaf", sizes);
    auto root = getStackBound(code.module.get(), "root", sizes);
    ASSERT_TRUE(leaf && root) << triple;
    EXPECT_GT(*root, *leaf) << triple;
    EXPECT_LT(*root, 2 * *leaf) << triple;
  }
}

TEST(ObjectFile, StackBoundKnowsWhatItDoesNotKnow) {
  Compiled code(kCalls);
  auto sizes = cantFail(getStackSizes(code.bytes()));
  EXPECT_FALSE(getStackBound(code.module.get(), "outside", sizes));
  EXPECT_FALSE(getStackBound(code.module.get(), "again", sizes));
  EXPECT_FALSE(getStackBound(code.module.get(), "absent", sizes));
  Compiled mac(kCalls, "arm64-apple-macos");
  EXPECT_TRUE(cantFail(getStackSizes(mac.bytes())).empty());
  EXPECT_FALSE(getStackBound(mac.module.get(), "root", {}));
}

TEST(ObjectFile, LibrariesAreDeterministic) {
  Compiled code(kCalls);
  auto first = cantFail(makeStaticLibrary(code.bytes(), "a.o"));
  auto second = cantFail(makeStaticLibrary(code.bytes(), "a.o"));
  EXPECT_EQ(first->getBuffer(), second->getBuffer());
  EXPECT_TRUE(first->getBuffer().starts_with("!<arch>\n"));
  EXPECT_TRUE(first->getBuffer().contains(code.object->getBuffer()));
}

TEST(ObjectFile, RefusesWhatIsNoObject) {
  auto undefined = getUndefinedSymbols(llvm::MemoryBufferRef("no object", "x"));
  EXPECT_THAT(toString(undefined.takeError()), testing::HasSubstr("cannot be read"));
}

/// LLVM would print these, or end the process.
TEST(MachineCode, ErrorsAreReturned) {
  MachineOptions options;
  options.triple = llvm::Triple("x86_64-linux-gnu");
  options.cpu = "pentium-ix";
  EXPECT_THAT(toString(createTargetMachine(options).takeError()),
              testing::HasSubstr("unknown CPU 'pentium-ix'"));
  options.cpu = "";
  options.features = "+avx3";
  EXPECT_THAT(toString(createTargetMachine(options).takeError()),
              testing::HasSubstr("unknown feature '+avx3'"));
  options.triple = llvm::Triple("pdp11-bsd");
  EXPECT_THAT(toString(createTargetMachine(options).takeError()),
              testing::HasSubstr("no code generator for pdp11-bsd"));
}

/// A loop that clears memory stays one where nobody may call memset.
TEST(MachineCode, OptimizingInventsNoCalls) {
  constexpr llvm::StringLiteral text = R"(
    define void @clear(ptr %p, ptr %q, i64 %n) nounwind "no-builtins" {
    entry:
      br label %loop
    loop:
      %i = phi i64 [ 0, %entry ], [ %next, %loop ]
      %a = getelementptr i8, ptr %p, i64 %i
      store i8 0, ptr %a
      %next = add nuw i64 %i, 1
      %more = icmp ult i64 %next, %n
      br i1 %more, label %loop, label %done
    done:
      ret void
    }
  )";
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  ASSERT_TRUE(module) << diagnostic.getMessage().str();
  MachineOptions options =
      getMachineOptions(cantFail(resolveTarget("x86_64-linux-gnu", "generic")));
  auto machine = cantFail(createTargetMachine(options));
  module->setTargetTriple(machine->getTargetTriple());
  module->setDataLayout(machine->createDataLayout());
  optimize(*module, *machine, 3);
  auto object = cantFail(emitMachineCode(*module, *machine, llvm::CodeGenFileType::ObjectFile));
  EXPECT_THAT(cantFail(getUndefinedSymbols(object->getMemBufferRef())), IsEmpty());
}

} // namespace

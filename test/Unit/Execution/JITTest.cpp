//===- JITTest.cpp - compiling and linking LLVM-dialect modules ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestModules.h"
#include <thread>

using namespace qcc;
using namespace qcc::test;
using ::testing::HasSubstr;

namespace {

struct JITTest : ExecutionTest {
  llvm::Expected<std::unique_ptr<JIT>> create(llvm::StringRef text, JITOptions options = {}) {
    auto module = parse(text);
    if (!module)
      return llvm::createStringError("the module does not parse");
    return JIT::create(*module, options);
  }
};

constexpr llvm::StringLiteral kAdd = R"(
  llvm.func @add(%a: i32, %b: i32) -> i32 {
    %0 = llvm.add %a, %b : i32
    llvm.return %0 : i32
  })";

TEST_F(JITTest, RunsCode) {
  auto jit = create(kAdd);
  ASSERT_TRUE(bool(jit)) << toString(jit.takeError());
  auto add = (*jit)->lookup("add");
  ASSERT_TRUE(bool(add)) << toString(add.takeError());
  EXPECT_EQ(reinterpret_cast<int (*)(int, int)>(*add)(40, 2), 42);
  EXPECT_GT((*jit)->getObjectSize(), 0u);
}

TEST_F(JITTest, NamesAMissingFunction) {
  auto jit = create(kAdd);
  ASSERT_TRUE(bool(jit)) << toString(jit.takeError());
  EXPECT_THAT(errorOf((*jit)->lookup("subtract")), HasSubstr("subtract"));
  EXPECT_THAT(errorOf((*jit)->getPacked("add")), HasSubstr("add"));
  JITOptions options;
  options.packed = {"subtract"};
  EXPECT_EQ(errorOf(create(kAdd, options)), "no function 'subtract' to call in the module");
}

TEST_F(JITTest, PacksPointersAndIntegers) {
  JITOptions options;
  options.packed = {"f"};
  for (llvm::StringRef text : {"llvm.func @f(%a: f32) { llvm.return }",
                               "llvm.func @f(%a: f32) -> f32 { llvm.return %a : f32 }"})
    EXPECT_THAT(errorOf(create(text, options)),
                HasSubstr("its parameters must be pointers and integers"));

  options.packed = {"add"};
  auto integers = create(kAdd, options);
  ASSERT_TRUE(bool(integers)) << toString(integers.takeError());
  auto add = (*integers)->getPacked("add");
  ASSERT_TRUE(bool(add)) << toString(add.takeError());
  int left = 40, right = 2, sum = 0;
  void *slots[] = {&left, &right, &sum};
  (*add)(slots);
  EXPECT_EQ(sum, 42);

  options.packed = {"swap"};
  auto jit = create(R"(
    llvm.func @swap(%a: !llvm.ptr, %b: !llvm.ptr) {
      %0 = llvm.load %a : !llvm.ptr -> i32
      %1 = llvm.load %b : !llvm.ptr -> i32
      llvm.store %1, %a : i32, !llvm.ptr
      llvm.store %0, %b : i32, !llvm.ptr
      llvm.return
    })",
                    options);
  ASSERT_TRUE(bool(jit)) << toString(jit.takeError());
  auto swap = (*jit)->getPacked("swap");
  ASSERT_TRUE(bool(swap)) << toString(swap.takeError());
  int a = 1, b = 2;
  void *arguments[] = {&a, &b};
  (*swap)(arguments);
  EXPECT_EQ(a, 2);
  EXPECT_EQ(b, 1);
}

TEST_F(JITTest, RefusesOtherDialects) {
  std::string error = errorOf(create("func.func @f() { return }"));
  EXPECT_THAT(error, HasSubstr("translation to LLVM IR"));
  EXPECT_THAT(error, HasSubstr("func.func"));
}

TEST_F(JITTest, RefusesInvalidIR) {
  // MLIR does not verify what LLVM requires of an intrinsic's signature.
  std::string error = errorOf(create(R"(
    llvm.func @llvm.sqrt.f32(i32) -> i32
    llvm.func @f(%a: i32) -> i32 {
      %0 = llvm.call @llvm.sqrt.f32(%a) : (i32) -> i32
      llvm.return %0 : i32
    })"));
  EXPECT_THAT(error, HasSubstr("invalid IR"));
  EXPECT_THAT(error, HasSubstr("sqrt"));
}

TEST_F(JITTest, NamesUndefinedSymbols) {
  // getenv is in the process, but not among what compiled code may call.
  std::string error = errorOf(create(R"(
    llvm.func @getenv(!llvm.ptr) -> !llvm.ptr
    llvm.func @f(%a: !llvm.ptr) -> !llvm.ptr {
      %0 = llvm.call @getenv(%a) : (!llvm.ptr) -> !llvm.ptr
      llvm.return %0 : !llvm.ptr
    })"));
  EXPECT_THAT(error, HasSubstr("linking"));
  EXPECT_THAT(error, HasSubstr("getenv"));
}

TEST_F(JITTest, ReportsCodeGenerationErrors) {
  std::string error = errorOf(create(R"(
    llvm.func @f() {
      llvm.inline_asm has_side_effects "no_such_instruction", "" : () -> ()
      llvm.return
    })"));
  EXPECT_THAT(error, HasSubstr("code generation"));
  EXPECT_THAT(error, HasSubstr("no_such_instruction"));
}

TEST_F(JITTest, RefusesUnknownTargets) {
  JITOptions options;
  options.cpu = "pentium-ix";
  EXPECT_THAT(errorOf(create(kAdd, options)), HasSubstr("unknown CPU 'pentium-ix'"));
  options = {};
  options.features = "+no-such-feature";
  EXPECT_THAT(errorOf(create(kAdd, options)), HasSubstr("unknown feature '+no-such-feature'"));
#ifdef __x86_64__
  options.features = "+avx512vnnii";
  EXPECT_THAT(errorOf(create(kAdd, options)), HasSubstr("did you mean 'avx512vnni'?"));
  options.features = "-avx";
  EXPECT_EQ(errorOf(create(kAdd, options)), "no error");
#endif
}

constexpr llvm::StringLiteral kReadCounter = R"(
  llvm.mlir.global external @counter() : i32
  llvm.func @count() -> i32 {
    %0 = llvm.mlir.addressof @counter : !llvm.ptr
    %1 = llvm.load %0 : !llvm.ptr -> i32
    %2 = llvm.mlir.constant(1 : i32) : i32
    %3 = llvm.add %1, %2 : i32
    llvm.store %3, %0 : i32, !llvm.ptr
    llvm.return %3 : i32
  })";

TEST_F(JITTest, SeveralAtOnceSeeTheirOwnSymbols) {
  int counters[2] = {10, 20};
  std::unique_ptr<JIT> jits[2];
  for (int i : {0, 1}) {
    JITOptions options;
    options.symbols = {{"counter", &counters[i]}};
    auto jit = create(kReadCounter, options);
    ASSERT_TRUE(bool(jit)) << toString(jit.takeError());
    jits[i] = std::move(*jit);
  }
  // From two threads: nothing is shared.
  std::vector<std::thread> threads;
  for (int i : {0, 1})
    threads.emplace_back([&, i] {
      auto count = jits[i]->lookup("count");
      if (!count)
        return consumeError(count.takeError());
      for (int n = 0; n < 1000; ++n)
        reinterpret_cast<int (*)()>(*count)();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(counters[0], 1010);
  EXPECT_EQ(counters[1], 1020);
}

TEST_F(JITTest, OwnDefinitionsWinOverTheRuntimes) {
  auto jit = create(R"(
    llvm.func @erff(%a: f32) -> f32 {
      %0 = llvm.mlir.constant(7.0 : f32) : f32
      llvm.return %0 : f32
    })");
  ASSERT_TRUE(bool(jit)) << toString(jit.takeError());
  auto function = (*jit)->lookup("erff");
  ASSERT_TRUE(bool(function)) << toString(function.takeError());
  EXPECT_EQ(reinterpret_cast<float (*)(float)>(*function)(0), 7.0f);
}

TEST_F(JITTest, DoesNotContractMultiplyAdd) {
  auto jit = create(R"(
    llvm.func @f(%a: f32, %b: f32, %c: f32) -> f32 {
      %0 = llvm.fmul %a, %b : f32
      %1 = llvm.fadd %0, %c : f32
      llvm.return %1 : f32
    })");
  ASSERT_TRUE(bool(jit)) << toString(jit.takeError());
  auto function = (*jit)->lookup("f");
  ASSERT_TRUE(bool(function)) << toString(function.takeError());
  // (1 + 2^-23)^2 rounds to 1 + 2^-22; fused, 2^-46 would be left.
  float x = 1.0f + 0x1p-23f;
  EXPECT_EQ(reinterpret_cast<float (*)(float, float, float)>(*function)(x, x, -(1 + 0x1p-22f)),
            0.0f);
}

TEST_F(JITTest, TellsADebugger) {
  JITOptions options;
  options.notifyDebugger = true;
  EXPECT_EQ(errorOf(create(kAdd, options)), "no error");
}

} // namespace

//===- CompiledModelTest.cpp - compiled models as bytes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkTest.h"

using namespace qcc;
using namespace qcc::test;
using ::testing::HasSubstr;

namespace {

class CompiledModelTest : public NetworkTest {
protected:
  /// What a session compiled, with a preprocessing of its own.
  std::string compileToBytes(llvm::StringRef text) {
    SessionOptions options = optimized();
    std::string bytes;
    options.onCompiled = [&](CompiledModel &model) {
      model.preprocessing.divisor = 2;
      model.preprocessing.mean = {0.25F, 1e-30F};
      llvm::raw_string_ostream os(bytes);
      writeCompiledModel(model, os);
    };
    EXPECT_TRUE(compile(text, options));
    return bytes;
  }
};

constexpr llvm::StringLiteral kRelu = R"(
  func.func @main(%x: tensor<?x3xf32> {cnn.name = "x"}) -> (tensor<?x3xf32> {cnn.name = "y"}) {
    %0 = cnn.relu %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
    return %0 : tensor<?x3xf32>
  })";

TEST_F(CompiledModelTest, RunsWithoutTheModule) {
  std::string bytes = compileToBytes(kRelu);
  auto model = readCompiledModel(bytes);
  ASSERT_TRUE(bool(model)) << toString(model.takeError());
  EXPECT_EQ(model->preprocessing.divisor, 2);
  EXPECT_EQ(model->preprocessing.mean, (llvm::SmallVector<float, 4>{0.25F, 1e-30F}));
  EXPECT_TRUE(model->preprocessing.std.empty());
  auto session = Session::load(std::move(*model));
  ASSERT_TRUE(bool(session)) << toString(session.takeError());
  llvm::fill(bytes, '\0'); // not needed any more
  EXPECT_EQ((*session)->inputs()[0].name, "x");
  EXPECT_EQ(formatSpec((*session)->outputs()[0]), "f32[?, 3]");
  auto outputs = (*session)->run({floats({2, 3}, {-1, 2, -3, 4, -5, 6})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_EQ(valuesOf(outputs->front()), (std::vector<float>{0, 2, 0, 4, 0, 6}));
  // Inputs are checked as those of any session.
  EXPECT_THAT(toString((*session)->run({floats({2, 2}, {1, 2, 3, 4})}).takeError()),
              HasSubstr("f32[?, 3]"));
}

TEST_F(CompiledModelTest, RefusesOtherBytes) {
  std::string bytes = compileToBytes(kRelu);
  ASSERT_GT(bytes.size(), 1000U);
  auto isRefused = [](llvm::StringRef bytes) {
    auto model = readCompiledModel(bytes);
    return !model && !toString(model.takeError()).empty();
  };
  // Cut at any length, with any byte changed, or longer.
  for (size_t size = 0; size < bytes.size(); size += size < 400 ? 1 : 61)
    EXPECT_TRUE(isRefused(llvm::StringRef(bytes).take_front(size))) << size;
  for (size_t at = 0; at < bytes.size(); at += at < 400 ? 1 : 61) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    EXPECT_TRUE(isRefused(changed)) << at;
  }
  EXPECT_TRUE(isRefused(bytes + '\0'));
  EXPECT_THAT(toString(readCompiledModel("ELF").takeError()), HasSubstr("not a compiled model"));
}

} // namespace

//===- SessionTest.cpp - calling compiled functions with tensors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestModules.h"
#include <thread>

using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

using SessionTest = ExecutionTest;

constexpr llvm::StringLiteral kScale = R"(
  func.func @main(%x: tensor<?x2xf32> {cnn.name = "image"})
      -> (tensor<?x2xf32> {cnn.name = "score"}) {
    %c0 = arith.constant 0 : index
    %two = arith.constant 2.0 : f32
    %n = tensor.dim %x, %c0 : tensor<?x2xf32>
    %init = tensor.empty(%n) : tensor<?x2xf32>
    %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>,
                                          affine_map<(i, j) -> (i, j)>],
                         iterator_types = ["parallel", "parallel"]}
        ins(%x : tensor<?x2xf32>) outs(%init : tensor<?x2xf32>) {
      ^bb0(%a: f32, %b: f32):
        %0 = arith.mulf %a, %two : f32
        linalg.yield %0 : f32
    } -> tensor<?x2xf32>
    return %y : tensor<?x2xf32>
  })";

TEST_F(SessionTest, RunsWithADynamicBatch) {
  auto session = compile(kScale);
  ASSERT_TRUE(session);
  ASSERT_EQ(session->inputs().size(), 1u);
  EXPECT_EQ(session->inputs()[0].name, "image");
  EXPECT_EQ(formatSpec(session->inputs()[0]), "f32[?, 2]");
  EXPECT_EQ(session->outputs()[0].name, "score");
  for (int64_t batch : {0, 1, 3}) {
    std::vector<float> values(static_cast<size_t>(batch * 2));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(i) + 0.5f;
    auto outputs = session->run({floats({batch, 2}, values)});
    ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
    for (float &value : values)
      value *= 2;
    EXPECT_EQ(valuesOf(outputs->front()), values);
    EXPECT_EQ(outputs->front().getDim(0), batch);
  }
}

TEST_F(SessionTest, ChecksInputs) {
  auto session = compile(kScale);
  ASSERT_TRUE(session);
  auto run = [&](std::vector<HostTensor> inputs) { return errorOf(session->run(inputs)); };
  EXPECT_EQ(run({}), "function 'main' takes 1 input, and 0 were given");
  EXPECT_EQ(run({HostTensor(ElementType::F32, {1, 2}), HostTensor(ElementType::F32, {1, 2})}),
            "function 'main' takes 1 input, and 2 were given");
  EXPECT_EQ(run({HostTensor(ElementType::F32, {1, 3})}),
            "input 'image' must be f32[?, 2], not f32[1, 3]");
  EXPECT_EQ(run({HostTensor(ElementType::F32, {2})}),
            "input 'image' must be f32[?, 2], not f32[2]");
  EXPECT_EQ(run({HostTensor(ElementType::U8, {1, 2})}),
            "input 'image' must be f32[?, 2], not u8[1, 2]");
}

TEST_F(SessionTest, ChecksThatBatchesAgree) {
  auto session = compile(R"(
    func.func @main(%x: tensor<?x2xf32>, %y: tensor<?x1xui8>) -> tensor<?x2xf32> {
      return %x : tensor<?x2xf32>
    })");
  ASSERT_TRUE(session);
  EXPECT_EQ(errorOf(session->run(
                {HostTensor(ElementType::F32, {4, 2}), HostTensor(ElementType::U8, {3, 1})})),
            "input 'input0' has a batch of 4, but input 'input1' one of 3");
}

TEST_F(SessionTest, ReturnsInputsAndSeveralResults) {
  // An input handed through, a constant, and both again: nothing is freed twice, or that is not
  // the caller's.
  auto session = compile(R"(
    func.func @main(%x: tensor<2xf32>)
        -> (tensor<2xf32>, tensor<3xi32>, tensor<2xf32>, tensor<3xi32>, tensor<f32>) {
      %c = arith.constant dense<[1, -2, 3]> : tensor<3xi32>
      %s = arith.constant dense<1.5> : tensor<f32>
      return %x, %c, %x, %c, %s
          : tensor<2xf32>, tensor<3xi32>, tensor<2xf32>, tensor<3xi32>, tensor<f32>
    })");
  ASSERT_TRUE(session);
  HostTensor input = floats({2}, {5, 6});
  auto outputs = session->run({input});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  ASSERT_EQ(outputs->size(), 5u);
  EXPECT_THAT(valuesOf((*outputs)[0]), ElementsAre(5, 6));
  EXPECT_THAT((*outputs)[1].getData<int32_t>(), ElementsAre(1, -2, 3));
  EXPECT_THAT(valuesOf((*outputs)[2]), ElementsAre(5, 6));
  EXPECT_THAT((*outputs)[3].getData<int32_t>(), ElementsAre(1, -2, 3));
  EXPECT_EQ((*outputs)[4].getRank(), 0);
  EXPECT_THAT(valuesOf((*outputs)[4]), ElementsAre(1.5f));
  EXPECT_THAT(valuesOf(input), ElementsAre(5, 6));
}

TEST_F(SessionTest, DoesNotWriteToInputs) {
  // Destination style with the input as destination: bufferization would work in place.
  auto session = compile(R"(
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %zero = arith.constant 0.0 : f32
      %y = linalg.fill ins(%zero : f32) outs(%x : tensor<4xf32>) -> tensor<4xf32>
      return %y : tensor<4xf32>
    })");
  ASSERT_TRUE(session);
  HostTensor input = floats({4}, {1, 2, 3, 4});
  auto outputs = session->run({input});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf(outputs->front()), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(valuesOf(input), ElementsAre(1, 2, 3, 4));
}

TEST_F(SessionTest, CopiesResultsWithStrides) {
  auto session = compile(R"(
    func.func @main(%x: tensor<4x3xf32>) -> tensor<2x2xf32> {
      %y = tensor.extract_slice %x[1, 1] [2, 2] [2, 1] : tensor<4x3xf32> to tensor<2x2xf32>
      return %y : tensor<2x2xf32>
    })");
  ASSERT_TRUE(session);
  auto outputs = session->run({floats({4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf(outputs->front()), ElementsAre(4, 5, 10, 11));
}

TEST_F(SessionTest, RunsFromSeveralThreads) {
  auto session = compile(kScale);
  ASSERT_TRUE(session);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int n = 1; n < 50; ++n) {
        std::vector<float> values(static_cast<size_t>(n) * 2, static_cast<float>(t));
        auto outputs = session->run({floats({n, 2}, values)});
        if (!outputs) {
          consumeError(outputs.takeError());
          ++wrong;
        } else if (valuesOf(outputs->front()) !=
                   std::vector<float>(values.size(), static_cast<float>(2 * t))) {
          ++wrong;
        }
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(SessionTest, OffersSeveralFunctions) {
  SessionOptions options = getOptions();
  options.functions = {"second", "first"};
  auto session = compile(R"(
    func.func @first(%x: tensor<1xf32>) -> tensor<1xf32> { return %x : tensor<1xf32> }
    func.func @second() -> tensor<1xi8> {
      %c = arith.constant dense<-3> : tensor<1xi8>
      return %c : tensor<1xi8>
    }
    func.func @third() { return })",
                         options);
  ASSERT_TRUE(session);
  EXPECT_TRUE(session->inputs().empty());
  auto outputs = session->run(llvm::ArrayRef<HostTensor>());
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(outputs->front().getData<int8_t>(), ElementsAre(-3));
  ASSERT_TRUE(session->find("first"));
  outputs = session->find("first")->run({floats({1}, {9})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf(outputs->front()), ElementsAre(9));
  EXPECT_FALSE(session->find("third"));
}

TEST_F(SessionTest, CallableFunctionsMayCallEachOther) {
  SessionOptions options = getOptions();
  options.functions = {"main", "helper"};
  auto session = compile(R"(
    func.func @helper(%x: tensor<2xf32>) -> tensor<2xf32> {
      %y = arith.addf %x, %x : tensor<2xf32>
      return %y : tensor<2xf32>
    }
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %y = call @helper(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %z = call @helper(%y) : (tensor<2xf32>) -> tensor<2xf32>
      return %z : tensor<2xf32>
    })",
                         options);
  ASSERT_TRUE(session);
  auto outputs = session->run({floats({2}, {1, 2})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf(outputs->front()), ElementsAre(4, 8));
}

TEST_F(SessionTest, RefusesOtherSignatures) {
  auto fails = [&](llvm::StringRef text) {
    auto module = parse(text);
    return errorOf(Session::compile(*module, getOptions()));
  };
  EXPECT_EQ(fails("func.func @other() { return }"),
            "the module has no function 'main' with a body");
  EXPECT_EQ(fails("func.func private @main()"), "the module has no function 'main' with a body");
  EXPECT_EQ(fails("func.func @main(%x: f32) { return }"),
            "function 'main': input 'input0' is a f32; only ranked tensors of numbers can be "
            "passed");
  EXPECT_THAT(fails("func.func @main(%x: tensor<*xf32>) { return }"), HasSubstr("ranked"));
  EXPECT_THAT(fails("func.func @main(%x: tensor<2xi7>) { return }"), HasSubstr("tensor<2xi7>"));
}

TEST_F(SessionTest, ReportsWhatPassesSay) {
  // Something that the lowering does not know.
  context.allowUnregisteredDialects();
  auto module = parse(R"(
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %y = "mystery.op"(%x) : (tensor<1xf32>) -> tensor<1xf32>
      return %y : tensor<1xf32>
    })");
  std::string before;
  llvm::raw_string_ostream(before) << *module;
  std::string error = errorOf(Session::compile(*module, getOptions()));
  EXPECT_THAT(error, HasSubstr("lowering to machine code: "));
  EXPECT_THAT(error, HasSubstr("mystery.op"));
  // The caller's module is as it was, also after a failure.
  std::string after;
  llvm::raw_string_ostream(after) << *module;
  EXPECT_EQ(before, after);
}

TEST_F(SessionTest, CompilesWithoutWarnings) {
  // Attributes of other dialects on parameters and results mean nothing to LLVM.
  std::vector<std::string> diagnostics;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    diagnostics.push_back(diagnostic.str());
    return mlir::success();
  });
  EXPECT_TRUE(compile(kScale));
  EXPECT_THAT(diagnostics, ElementsAre());
}

TEST_F(SessionTest, NeedsALowering) {
  auto module = parse(kScale);
  EXPECT_THAT(errorOf(Session::compile(*module, SessionOptions())), HasSubstr("lowering"));
}

TEST_F(SessionTest, LowersLayers) {
  auto session = compile(R"(
    func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
      %w = cnn.constant dense<[[1.0, 2.0], [-1.0, -2.0]]> : tensor<2x2xf32>
      %b = cnn.constant dense<[0.5, 0.25]> : tensor<2xf32>
      %0 = cnn.linear %x, %w, %b
         : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
      %1 = cnn.relu %0 : (tensor<?x2xf32>) -> tensor<?x2xf32>
      return %1 : tensor<?x2xf32>
    })");
  ASSERT_TRUE(session);
  auto outputs = session->run({floats({2, 2}, {1, 1, -1, -1})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf(outputs->front()), ElementsAre(3.5, 0, 0, 3.25));
}

} // namespace

//===- NetworkTest.cpp - calling networks of plain pointers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkTest.h"
#include "qcc/Execution/Agreement.h"
#include "qcc/Execution/Benchmark.h"
#include "qcc/Execution/TaskThreads.h"
#include <thread>

using namespace qcc;
using namespace qcc::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

/// The sum of both inputs, negative ones cut off, and the first as it is.
constexpr llvm::StringLiteral kAdd = R"(
  func.func @main(%x: tensor<?x3xf32> {cnn.name = "x"}, %y: tensor<?x3xf32> {cnn.name = "y"})
      -> (tensor<?x3xf32> {cnn.name = "sum"}, tensor<?x3xf32>) {
    %0 = cnn.add %x, %y : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
    %1 = cnn.relu %0 : (tensor<?x3xf32>) -> tensor<?x3xf32>
    return %1, %x : tensor<?x3xf32>, tensor<?x3xf32>
  })";

constexpr llvm::StringLiteral kFixed = R"(
  func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
    %0 = cnn.relu %x : (tensor<3x2xf32>) -> tensor<3x2xf32>
    return %0 : tensor<3x2xf32>
  })";

TEST_F(NetworkTest, RunsOnTensors) {
  auto session = compile(kAdd, optimized());
  ASSERT_TRUE(session);
  ASSERT_TRUE(session->getNetwork());
  EXPECT_EQ(formatSpec(session->outputs()[0]), "f32[?, 3]");
  // Fewer images than a block has, whole blocks, and a rest.
  for (int64_t batch : {0, 1, 2, 5}) {
    std::vector<float> x, y, sum;
    for (int i = 0; i < batch * 3; ++i) {
      x.push_back(static_cast<float>(i));
      y.push_back(i % 2 ? -10.0F : 0.5F);
      sum.push_back(std::max(0.0F, x.back() + y.back()));
    }
    auto outputs = session->run({floats({batch, 3}, x), floats({batch, 3}, y)});
    ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
    EXPECT_EQ(valuesOf((*outputs)[0]), sum);
    EXPECT_EQ(valuesOf((*outputs)[1]), x);
  }
}

/// With more threads than blocks of images, too, and without an image.
TEST_F(NetworkTest, SplitsBatchesBetweenThreads) {
  auto session = compile(kAdd, optimized());
  ASSERT_TRUE(session);
  const NetworkFunction &network = *session->getNetwork();
  for (unsigned count : {1, 2, 3, 8}) {
    TaskThreads threads(count);
    EXPECT_EQ(threads.size(), count);
    for (int64_t batch : {0, 1, 2, 5, 16}) {
      auto size = static_cast<size_t>(batch) * 3;
      std::vector<float> x(size + 1), y(size + 1), sum(size + 1, -1), copy(size + 1, -1);
      for (size_t i = 0; i < size; ++i) {
        x[i] = static_cast<float>(i);
        y[i] = 0.5F;
      }
      auto bytes = static_cast<int64_t>((network.getWorkspace().bytes + 64) * count);
      HostTensor workspaces(ElementType::U8, {bytes});
      ASSERT_EQ(network.callParallel({x.data(), y.data()}, {sum.data(), copy.data()}, batch,
                                     workspaces.getMutableBytes().data(), threads),
                0);
      for (size_t i = 0; i < size; ++i) {
        ASSERT_EQ(sum[i], x[i] + 0.5F) << i << " of " << batch << " on " << count;
        ASSERT_EQ(copy[i], x[i]);
      }
      EXPECT_EQ(sum[size], -1);
    }
  }
}

/// Its layer is long enough for threads to share it.
constexpr llvm::StringLiteral kLong = R"(
  func.func @main(%x: tensor<?x1024xf32>) -> tensor<?x70xf32> {
    %w = cnn.constant dense<0.25> : tensor<70x1024xf32>
    %0 = cnn.linear %x, %w : (tensor<?x1024xf32>, tensor<70x1024xf32>) -> tensor<?x70xf32>
    return %0 : tensor<?x70xf32>
  })";

TEST_F(NetworkTest, ThreadsShareKernels) {
  auto session = compile(kLong, optimized());
  ASSERT_TRUE(session);
  const NetworkFunction &network = *session->getNetwork();
  auto workspaceBytes = static_cast<int64_t>(network.getWorkspace().bytes + 64);
  for (unsigned count : {2, 3, 16}) {
    TaskThreads threads(count);
    // One block of images, or a few: fewer than half of the threads.
    for (int64_t batch : {1, 2, 5}) {
      std::vector<float> x(static_cast<size_t>(batch) * 1024);
      for (size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<float>(i % 17) / 8 - 1;
      std::vector<float> one(static_cast<size_t>(batch) * 70), several(one.size(), -1);
      HostTensor workspaces(ElementType::U8, {workspaceBytes * count});
      void *memory = workspaces.getMutableBytes().data();
      ASSERT_EQ(network.call(x.data(), one.data(), batch, memory), 0);
      ASSERT_EQ(network.callParallel(x.data(), several.data(), batch, memory, threads), 0);
      EXPECT_EQ(one, several) << batch << " images on " << count << " threads";
    }
  }
}

/// Its second layer has more weights than the second cache of a generic processor has room for: one
/// thread computes both layers of one image together, several share each of them.
constexpr llvm::StringLiteral kBeside = R"(
  func.func @main(%x: tensor<?x10x10x4xf32>) -> tensor<?x64xf32> {
    %w = cnn.constant dense<0.3> : tensor<32x3x3x4xf32>
    %v = cnn.constant dense<0.1> : tensor<64x2048xf32>
    %0 = cnn.conv2d %x, %w : (tensor<?x10x10x4xf32>, tensor<32x3x3x4xf32>) -> tensor<?x8x8x32xf32>
    %1 = cnn.flatten %0 : (tensor<?x8x8x32xf32>) -> tensor<?x2048xf32>
    %2 = cnn.linear %1, %v : (tensor<?x2048xf32>, tensor<64x2048xf32>) -> tensor<?x64xf32>
    return %2 : tensor<?x64xf32>
  })";

TEST_F(NetworkTest, SumsOfFloatsDoNotDependOnThreads) {
  for (const char *isa : {"generic", "avx2"}) {
    Target target = llvm::cantFail(resolveTarget("", isa));
    if (llvm::Error missing = checkHostSupports(*target.description)) {
      consumeError(std::move(missing));
      continue;
    }
    auto session = compile(kBeside, optimized(isa));
    ASSERT_TRUE(session);
    const NetworkFunction &network = *session->getNetwork();
    auto workspaceBytes = static_cast<int64_t>(network.getWorkspace().bytes + 64);
    for (int64_t batch : {1, 3}) {
      std::vector<float> x(static_cast<size_t>(batch) * 400);
      for (size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<float>(i * 7919 % 1001) / 1000;
      std::vector<float> one(static_cast<size_t>(batch) * 64);
      for (unsigned count : {1, 2, 16}) {
        TaskThreads threads(count);
        std::vector<float> several(one.size(), -1);
        HostTensor workspaces(ElementType::U8, {workspaceBytes * count});
        void *memory = workspaces.getMutableBytes().data();
        ASSERT_EQ(network.call(x.data(), one.data(), batch, memory), 0);
        ASSERT_EQ(network.callParallel(x.data(), several.data(), batch, memory, threads), 0);
        EXPECT_EQ(one, several) << batch << " images on " << count << " threads, " << isa;
      }
    }
  }
}

TEST_F(NetworkTest, ChecksInputs) {
  auto session = compile(kAdd, optimized());
  ASSERT_TRUE(session);
  auto run = [&](std::vector<HostTensor> inputs) { return errorOf(session->run(inputs)); };
  EXPECT_EQ(run({HostTensor(ElementType::F32, {1, 3})}),
            "function 'main' takes 2 inputs, and 1 was given");
  EXPECT_EQ(run({HostTensor(ElementType::F32, {1, 3}), HostTensor(ElementType::F32, {2, 3})}),
            "input 'x' has a batch of 1, but input 'y' one of 2");
  EXPECT_EQ(run({HostTensor(ElementType::F32, {1, 3}), HostTensor(ElementType::U8, {1, 3})}),
            "input 'y' must be f32[?, 3], not u8[1, 3]");
}

TEST_F(NetworkTest, IsCalledWithPointers) {
  auto session = compile(kAdd, optimized());
  ASSERT_TRUE(session);
  const NetworkFunction *network = session->getNetwork();
  ASSERT_TRUE(network);
  const WorkspaceSpec &need = network->getWorkspace();
  EXPECT_EQ(need.images, 2);
  EXPECT_FALSE(need.fixed);
  HostTensor workspace(ElementType::U8, static_cast<int64_t>(need.bytes + need.alignment));
  ASSERT_LE(need.alignment, HostTensor::alignment);
  float x[] = {1, 2, 3}, y[] = {1, -5, 0}, sum[3], copy[3];
  void *memory = workspace.getMutableBytes().data();
  EXPECT_EQ(network->call({x, y}, {sum, copy}, 1, memory), 0);
  EXPECT_THAT(sum, ElementsAre(2, 0, 3));
  EXPECT_THAT(copy, ElementsAre(1, 2, 3));
  // A workspace that is not aligned, or none.
  EXPECT_NE(network->call({x, y}, {sum, copy}, 1, static_cast<char *>(memory) + 1), 0);
  EXPECT_NE(network->call({x, y}, {sum, copy}, 1, nullptr), 0);
}

TEST_F(NetworkTest, KeepsAFixedBatch) {
  auto session = compile(kFixed, optimized());
  ASSERT_TRUE(session);
  ASSERT_TRUE(session->getNetwork());
  EXPECT_TRUE(session->getNetwork()->getWorkspace().fixed);
  EXPECT_EQ(session->getNetwork()->getFixedBatch(), 3);
  auto outputs = session->run({floats({3, 2}, {1, -1, 2, -2, 3, -3})});
  ASSERT_TRUE(bool(outputs)) << toString(outputs.takeError());
  EXPECT_THAT(valuesOf(outputs->front()), ElementsAre(1, 0, 2, 0, 3, 0));
  EXPECT_THAT(errorOf(session->run({HostTensor(ElementType::F32, {2, 2})})),
              HasSubstr("must be f32[3, 2], not f32[2, 2]"));
}

TEST_F(NetworkTest, RunsFromSeveralThreads) {
  auto session = compile(kAdd, optimized());
  ASSERT_TRUE(session);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int64_t n = 1; n < 50; ++n) {
        std::vector<float> values(static_cast<size_t>(n) * 3, static_cast<float>(t));
        auto outputs = session->run({floats({n, 3}, values), floats({n, 3}, values)});
        bool right = bool(outputs);
        if (right)
          right = valuesOf(outputs->front()) ==
                  std::vector<float>(values.size(), static_cast<float>(2 * t));
        else
          consumeError(outputs.takeError());
        wrong += !right;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(NetworkTest, TheReferenceLoweringMakesNone) {
  auto session = compile(kFixed);
  ASSERT_TRUE(session);
  EXPECT_FALSE(session->getNetwork());
}

TEST_F(NetworkTest, AgreementIsMeasured) {
  auto reference = compile(kFixed), network = compile(kFixed, optimized());
  ASSERT_TRUE(reference && network);
  HostTensor input = floats({3, 2}, {1, -1, 2, -2, 3, -3});
  auto same = checkAgreement(*reference, *network, {input});
  ASSERT_TRUE(bool(same)) << toString(same.takeError());
  EXPECT_TRUE(same->agree());
  EXPECT_EQ(same->count, 3);
  EXPECT_EQ(same->outputs[0].elements, 6);
  EXPECT_EQ(same->outputs[0].differing, 0);
  EXPECT_EQ(same->outputs[0].maxMagnitude, 3);

  auto other = compile(R"(
    func.func @main(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
      %0 = cnn.clamp %x {min = 0.0 : f32, max = 2.5 : f32} : (tensor<3x2xf32>) -> tensor<3x2xf32>
      return %0 : tensor<3x2xf32>
    })",
                       optimized());
  ASSERT_TRUE(other);
  auto different = checkAgreement(*reference, *other, {input});
  ASSERT_TRUE(bool(different)) << toString(different.takeError());
  EXPECT_FALSE(different->agree());
  EXPECT_EQ(different->outputs[0].differing, 1);
  EXPECT_EQ(different->outputs[0].maxDifference, 0.5);
}

TEST(Agreement, ToleratesRoundingInFloatOnly) {
  OutputAgreement output;
  output.elements = 10;
  output.differing = 1;
  output.maxMagnitude = 2;
  output.maxDifference = 1e-5;
  EXPECT_TRUE(output.agrees());
  output.maxDifference = 3e-5;
  EXPECT_FALSE(output.agrees());
  output.maxDifference = 1e-5;
  output.type = ElementType::U8;
  EXPECT_FALSE(output.agrees());
}

TEST_F(NetworkTest, BenchmarksSayWhatTheyCannotDo) {
  auto session = compile(kAdd, optimized());
  ASSERT_TRUE(session);
  BenchmarkOptions options;
  options.seconds = 0;
  options.threads = 2;
  options.batch = 6;
  auto result = benchmark(*session, options);
  ASSERT_TRUE(bool(result)) << toString(result.takeError());
  EXPECT_EQ(result->threads, 2U);
  EXPECT_GE(result->runs, options.minimumRuns);
  options.threads = 0;
  EXPECT_EQ(errorOf(benchmark(*session, options)), "there must be at least one thread");
}

} // namespace

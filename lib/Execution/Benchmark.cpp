//===- Benchmark.cpp - How long a model takes ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Benchmark.h"
#include "qcc/Execution/TaskThreads.h"
#include "qcc/Support/Diagnostics.h"

#include <algorithm>
#include <chrono>
#include <random>

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;

/// Pixels, or codes of all values: what is fast for zeros only should not look fast.
static void fill(HostTensor &tensor, std::mt19937 &random) {
  if (tensor.getElementType() == ElementType::F32) {
    for (float &value : tensor.getMutableData<float>())
      value = static_cast<float>(random() >> 8) * 0x1p-24F;
    return;
  }
  for (uint8_t &byte : tensor.getMutableBytes())
    byte = static_cast<uint8_t>(random());
}

static Expected<SmallVector<HostTensor>> makeInputs(const Session &session, int64_t batch) {
  std::mt19937 random(1);
  SmallVector<HostTensor> inputs;
  for (const TensorSpec &spec : session.inputs()) {
    SmallVector<int64_t, 4> shape = spec.shape;
    for (int64_t &size : shape)
      size = size < 0 ? batch : size;
    auto tensor = HostTensor::create(spec.type, shape);
    if (!tensor)
      return tensor.takeError();
    fill(*tensor, random);
    inputs.push_back(std::move(*tensor));
  }
  return inputs;
}

/// Calls `call` for so many seconds, and at least so many times.
static SmallVector<double> measure(double seconds, int64_t minimumRuns,
                                   llvm::function_ref<Error()> call, Error &error) {
  using Clock = std::chrono::steady_clock;
  auto elapsed = [](Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
  };
  SmallVector<double> times;
  Clock::time_point start = Clock::now();
  while (static_cast<int64_t>(times.size()) < minimumRuns || elapsed(start) < seconds) {
    Clock::time_point before = Clock::now();
    error = call();
    if (error)
      break;
    times.push_back(elapsed(before));
  }
  return times;
}

Expected<BenchmarkResult> qcc::benchmark(const Session &session, const BenchmarkOptions &options) {
  if (options.batch < 1)
    return makeError("the batch must be at least 1");
  if (options.threads < 1)
    return makeError("there must be at least one thread");
  auto inputs = makeInputs(session, options.batch);
  if (!inputs)
    return inputs.takeError();
  // With all checks, once; the outputs are then where the measured calls write.
  auto outputs = session.run(*inputs);
  if (!outputs)
    return outputs.takeError();

  std::function<Error()> call = [&] { return session.run(*inputs).takeError(); };
  int64_t batch = options.batch;
  HostTensor workspace;
  TaskThreads threads(options.threads);
  if (options.threads > 1 && !session.getNetwork())
    return makeError("only optimized code splits a batch between threads");
  if (const NetworkFunction *network = session.getNetwork()) {
    const WorkspaceSpec &need = network->getWorkspace();
    assert(need.alignment <= HostTensor::alignment);
    auto memory = HostTensor::create(
        ElementType::U8,
        static_cast<int64_t>(std::max<size_t>(need.bytes, need.alignment) * threads.size()));
    if (!memory)
      return memory.takeError();
    workspace = std::move(*memory);
    bool isDynamic = llvm::any_of(session.inputs(), [](const TensorSpec &spec) {
      return !spec.shape.empty() && spec.shape.front() < 0;
    });
    if (!isDynamic)
      batch = network->getFixedBatch();
    auto in = llvm::map_to_vector(
        *inputs, [](HostTensor &t) -> const void * { return t.getBytes().data(); });
    auto out = llvm::map_to_vector(
        *outputs, [](HostTensor &t) -> void * { return t.getMutableBytes().data(); });
    call = [network, in, out, batch, memory = workspace.getMutableBytes().data(),
            &threads]() -> Error {
      int32_t code = threads.size() == 1 ? network->call(in, out, batch, memory)
                                         : network->callParallel(in, out, batch, memory, threads);
      if (code)
        return makeError("the network returned {}", code);
      return Error::success();
    };
  }

  Error error = Error::success();
  SmallVector<double> times = measure(options.seconds / 10, 1, call, error);
  if (!error)
    times = measure(options.seconds, options.minimumRuns, call, error);
  if (error)
    return std::move(error);
  llvm::sort(times);
  return BenchmarkResult{batch, static_cast<int64_t>(times.size()), times[times.size() / 2],
                         times.front(), threads.size()};
}

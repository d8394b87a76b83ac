//===- ImageBatches.cpp - a dataset's images, batch by batch, on all cores ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBatches.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/Threading.h"
#include <atomic>
#include <mutex>
#include <thread>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;

Expected<ImageBatches> ImageBatches::create(const Session &session, const Dataset &dataset,
                                            const Preprocessing &preprocessing,
                                            const EvaluationOptions &options) {
  if (session.inputs().size() != 1 || session.inputs()[0].type != ElementType::F32)
    return makeError("images can be fed to a model with one f32 input only");
  const TensorSpec &input = session.inputs()[0];
  if (input.shape.empty() ||
      llvm::any_of(llvm::drop_begin(input.shape), [](int64_t size) { return size < 0; }))
    return makeError("input '{}' is {}; only its first dimension, the batch, may be dynamic",
                     input.name, formatSpec(input));

  BatchOptions batchOptions;
  batchOptions.batchSize = input.shape[0] >= 0 ? input.shape[0] : options.batchSize;
  batchOptions.limit = options.limit;
  if (batchOptions.batchSize < 1 || (options.limit && *options.limit < 1))
    return makeError("the batch size and the number of images must be at least 1");
  if (dataset.getNumImages() == 0)
    return makeError("{}: there are no images", dataset.imagesFile);
  auto filler = BatchFiller::create(dataset, input.shape, preprocessing);
  if (!filler)
    return filler.takeError();
  ImageBatches result(std::move(*filler), Batches(dataset.getNumImages(), batchOptions), options);
  result.inputShape = input.shape;
  return result;
}

Error ImageBatches::forEach(llvm::function_ref<Error(const ImageBatch &)> work) const {
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  uint64_t done = 0;
  Error firstError = Error::success();
  size_t firstFailure = size();

  auto runOne = [&](size_t index) -> Error {
    ArrayRef<int64_t> images = batches[index];
    auto rows = static_cast<int64_t>(images.size());
    llvm::SmallVector<int64_t, 4> shape = inputShape;
    if (shape[0] < 0)
      shape[0] = rows;
    auto input = HostTensor::create(ElementType::F32, shape);
    if (!input)
      return input.takeError();
    auto values = static_cast<size_t>(rows * filler.getImageElements());
    if (Error error = filler.fill(images, input->getMutableData<float>().take_front(values)))
      return error;
    return work({index, *input, images});
  };
  // Batches are begun in order, so all before a failing one have been begun and will be finished.
  auto worker = [&] {
    while (!failed) {
      size_t index = next++;
      if (index >= size())
        return;
      Error error = runOne(index);
      std::lock_guard lock(mutex);
      if (!error) {
        done += batches[index].size();
        if (options->progress)
          options->progress(done);
        continue;
      }
      failed = true;
      if (index < firstFailure) {
        consumeError(std::move(firstError));
        firstError = std::move(error);
        firstFailure = index;
      } else {
        consumeError(std::move(error));
      }
    }
  };

  size_t threads = llvm::hardware_concurrency(options->threads).compute_thread_count();
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(threads, size()); ++i)
    others.emplace_back(worker);
  worker();
  for (std::thread &other : others)
    other.join();
  return firstError;
}

static bool hasArgmax(ElementType type) {
  return type == ElementType::F32 || type == ElementType::U8 || type == ElementType::I8 ||
         type == ElementType::I32;
}

Expected<int64_t> qcc::getNumScores(const Session &session) {
  if (session.outputs().empty())
    return makeError("the model has no outputs");
  const TensorSpec &output = session.outputs()[0];
  ArrayRef<int64_t> row = ArrayRef<int64_t>(output.shape).drop_front(output.shape.empty() ? 0 : 1);
  std::optional<int64_t> scores = getNumElements(row);
  int64_t batch = session.inputs()[0].shape[0];
  if (output.shape.size() < 2 || output.shape[0] != batch || !scores || *scores < 1 ||
      !hasArgmax(output.type))
    return makeError("output '{}' is {}, which is not a row of scores for each image", output.name,
                     formatSpec(output));
  return *scores;
}

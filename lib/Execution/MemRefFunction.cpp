//===- MemRefFunction.cpp - functions of memref descriptors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRefFunction.h"
#include "MemRef.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <cstdlib>
#include <vector>

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;
using llvm::StringRef;

std::string MemRefFunction::getInterfaceName(StringRef function) {
  return "_mlir_ciface_" + function.str();
}

Expected<std::unique_ptr<Callable>> MemRefFunction::create(const JIT &jit,
                                                           FunctionSignature signature) {
  auto entry = jit.getPacked(getInterfaceName(signature.function));
  if (!entry)
    return entry.takeError();
  return std::unique_ptr<Callable>(new MemRefFunction(std::move(signature), *entry));
}

Expected<SmallVector<HostTensor>> MemRefFunction::call(ArrayRef<TensorView> inputs,
                                                       std::optional<int64_t>) const {
  // All descriptors in one array: the results', which the callee takes as one struct, then the
  // inputs'.
  size_t resultWords = 0, inputWords = 0;
  for (const TensorSpec &spec : getSignature().outputs)
    resultWords += getDescriptorSize(spec.shape.size());
  for (const TensorView &input : inputs)
    inputWords += getDescriptorSize(input.shape.size());
  std::vector<int64_t> words(resultWords + inputWords);
  SmallVector<void *> arguments;
  if (resultWords > 0)
    arguments.push_back(words.data());
  int64_t *next = words.data() + resultWords;
  llvm::SmallPtrSet<void *, 8> notOwned = {nullptr, std::bit_cast<void *>(kNotAllocated)};
  for (const TensorView &input : inputs) {
    RankedMemRef(next, input.shape.size()).setContiguous(input.data, input.shape);
    notOwned.insert(const_cast<void *>(input.data));
    arguments.push_back(next);
    next += getDescriptorSize(input.shape.size());
  }

  entry(arguments.data());

  // Every result is copied and freed, also those after one that fails. Two results can be one
  // buffer.
  Error error = Error::success();
  SmallVector<HostTensor> results;
  SmallVector<void *> owned;
  next = words.data();
  for (const TensorSpec &spec : getSignature().outputs) {
    RankedMemRef result(next, spec.shape.size());
    next += getDescriptorSize(spec.shape.size());
    if (notOwned.insert(result.getAllocated()).second)
      owned.push_back(result.getAllocated());
    if (error)
      continue;
    if (!fits(result.getSizes(), spec)) {
      error = joinErrors(std::move(error),
                         makeError("output '{}' must be {}, but the compiled code gave {}",
                                   spec.name, formatSpec(spec), formatShape(result.getSizes())));
      continue;
    }
    auto tensor = HostTensor::create(spec.type, result.getSizes());
    if (!tensor) {
      error = joinErrors(std::move(error),
                         addContext(tensor.takeError(), fmt::format("output '{}'", spec.name)));
      continue;
    }
    copyToContiguous(getElementSize(spec.type), result, tensor->getMutableBytes().data());
    results.push_back(std::move(*tensor));
  }
  for (void *pointer : owned)
    std::free(pointer);
  if (error)
    return error;
  return results;
}

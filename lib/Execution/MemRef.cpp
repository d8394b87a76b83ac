//===- MemRef.cpp - memref descriptors as compiled code lays them out ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstring>

using namespace llvm;
using namespace qcc;

void qcc::setContiguousStrides(ArrayRef<int64_t> shape, MutableArrayRef<int64_t> strides) {
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
}

void RankedMemRef::setContiguous(const void *data, ArrayRef<int64_t> shape) {
  words[0] = words[1] = std::bit_cast<int64_t>(data);
  words[2] = 0;
  copy(shape, words + 3);
  setContiguousStrides(shape, {words + 3 + rank, rank});
}

void qcc::copyStrided(size_t elementSize, ArrayRef<int64_t> shape, char *target,
                      ArrayRef<int64_t> targetStrides, const char *source,
                      ArrayRef<int64_t> sourceStrides) {
  if (is_contained(shape, 0))
    return;
  // The innermost dimensions that are contiguous on both sides are copied at once.
  size_t outer = shape.size();
  int64_t chunk = 1;
  while (outer > 0 && (shape[outer - 1] == 1 ||
                       (targetStrides[outer - 1] == chunk && sourceStrides[outer - 1] == chunk)))
    chunk *= shape[--outer];

  // An odometer over the others.
  SmallVector<int64_t, 8> index(outer, 0);
  auto bytes = static_cast<int64_t>(elementSize);
  while (true) {
    std::memcpy(target, source, static_cast<size_t>(chunk * bytes));
    size_t i = outer;
    for (; i > 0; --i) {
      target += targetStrides[i - 1] * bytes;
      source += sourceStrides[i - 1] * bytes;
      if (++index[i - 1] < shape[i - 1])
        break;
      target -= shape[i - 1] * targetStrides[i - 1] * bytes;
      source -= shape[i - 1] * sourceStrides[i - 1] * bytes;
      index[i - 1] = 0;
    }
    if (i == 0)
      return;
  }
}

void qcc::copyToContiguous(size_t elementSize, const RankedMemRef &source, void *target) {
  ArrayRef<int64_t> shape = source.getSizes();
  SmallVector<int64_t, 8> strides(shape.size());
  setContiguousStrides(shape, strides);
  copyStrided(elementSize, shape, static_cast<char *>(target), strides, source.getData(elementSize),
              source.getStrides());
}

void qcc::memrefCopy(int64_t elementSize, UnrankedMemRef *source, UnrankedMemRef *target) {
  auto size = static_cast<size_t>(elementSize);
  RankedMemRef from = source->get(), to = target->get();
  copyStrided(size, from.getSizes(), to.getData(size), to.getStrides(), from.getData(size),
              from.getStrides());
}

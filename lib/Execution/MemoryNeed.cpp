//===- MemoryNeed.cpp - Whether the tensors of a module fit into this machine ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/MemoryNeed.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <unistd.h>

using namespace qcc;

/// Bytes of physical memory.
static uint64_t machineMemory() {
  return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

static uint64_t elementBytes(mlir::Type element) {
  if (auto quantized = llvm::dyn_cast<mlir::quant::QuantizedType>(element))
    element = quantized.getStorageType();
  return element.isIntOrFloat() ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8) : 8;
}

void MemoryNeed::add(mlir::Type type) {
  auto shaped = llvm::dyn_cast<mlir::ShapedType>(type);
  if (!shaped || !shaped.hasRank())
    return;
  uint64_t bytes = elementBytes(shaped.getElementType());
  for (int64_t size : shaped.getShape())
    if (!mlir::ShapedType::isDynamic(size))
      bytes = llvm::SaturatingMultiply(bytes, static_cast<uint64_t>(size));
  uint64_t &largest = shaped.hasStaticShape() ? fixedBytes : sampleBytes;
  if (bytes <= largest)
    return;
  largest = bytes;
  std::string &text = shaped.hasStaticShape() ? fixedType : sampleType;
  text.clear();
  llvm::raw_string_ostream(text) << type;
}

MemoryNeed MemoryNeed::of(mlir::ModuleOp module) {
  MemoryNeed need;
  module.walk([&](mlir::Operation *op) {
    for (mlir::Type type : op->getResultTypes())
      need.add(type);
    for (mlir::Region &region : op->getRegions())
      for (mlir::Block &block : region)
        for (mlir::Type type : block.getArgumentTypes())
          need.add(type);
  });
  return need;
}

llvm::Error MemoryNeed::check(int64_t batch) const {
  uint64_t available = machineMemory();
  uint64_t dynamic = llvm::SaturatingMultiply(sampleBytes, static_cast<uint64_t>(batch));
  if (fixedBytes > available)
    return makeError("the model has a tensor of type {}, which needs more memory than this machine "
                     "has ({} bytes)",
                     fixedType, available);
  if (dynamic > available)
    return makeError("the model has a tensor of type {}, which for a batch of {} needs more memory "
                     "than this machine "
                     "has ({} bytes)",
                     sampleType, batch, available);
  return llvm::Error::success();
}

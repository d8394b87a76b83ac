//===- Elementwise.cpp - Trees of elementwise operations on vectors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

FailureOr<Value> qcc::codegen::emitElementwise(KernelLowering &lowering, Value value,
                                               ArrayRef<Value> position, int64_t lanes,
                                               const llvm::DenseMap<Value, Value> &known) {
  return lowering.kernel.emitError("not there yet");
}

void qcc::codegen::emitStore(KernelLowering &lowering, Value vector, ArrayRef<Value> position) {}

//===- ReferenceKernel.cpp - Kernels that take the reference lowering ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReferenceKernel.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

LogicalResult qcc::codegen::lowerReference(KernelLowering &lowering) {
  return lowering.kernel.emitError("not there yet");
}

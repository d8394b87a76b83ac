//===- Window.cpp - Kernels with #codegen.window ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelLowering.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

LogicalResult qcc::codegen::lowerWindow(KernelLowering &lowering, WindowAttr strategy) {
  return lowering.kernel.emitError("not there yet");
}

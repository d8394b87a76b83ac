//===- ContractionStrategy.cpp - Choosing #codegen.contraction ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Strategy.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

Attribute qcc::codegen::chooseContraction(func::FuncOp kernel, const TargetDescription &target,
                                          std::string &reason) {
  reason = "not covered yet";
  return {};
}

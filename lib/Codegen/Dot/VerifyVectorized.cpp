//===- VerifyVectorized.cpp - qcc-verify-vectorized ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

namespace qcc::codegen {
#define GEN_PASS_DEF_VERIFYVECTORIZED
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
struct VerifyVectorizedPass : qcc::codegen::impl::VerifyVectorizedBase<VerifyVectorizedPass> {
  using VerifyVectorizedBase::VerifyVectorizedBase;
  void runOnOperation() override {}
};
} // namespace

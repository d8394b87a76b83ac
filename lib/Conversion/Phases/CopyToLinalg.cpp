//===- CopyToLinalg.cpp - The pass qcc-copy-to-linalg ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace qcc {
#define GEN_PASS_DEF_COPYTOLINALG
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;

namespace {

struct CopyToLinalg : qcc::impl::CopyToLinalgBase<CopyToLinalg> {
  void runOnOperation() override {
    getOperation()->walk([](memref::CopyOp op) {
      // A loop nest needs to know the number of dimensions.
      if (!isa<MemRefType>(op.getSource().getType()) || !isa<MemRefType>(op.getTarget().getType()))
        return;
      OpBuilder b(op);
      linalg::makeMemRefCopyOp(b, op.getLoc(), op.getSource(), op.getTarget());
      op.erase();
    });
  }
};

} // namespace

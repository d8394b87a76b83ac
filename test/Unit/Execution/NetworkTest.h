//===- NetworkTest.h - networks of plain pointers to execute ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_UNIT_EXECUTION_NETWORKTEST_H
#define QCC_TEST_UNIT_EXECUTION_NETWORKTEST_H

#include "TestModules.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Target/TargetDescription.h"

namespace qcc::test {

/// A context in which the optimized lowering runs, too.
class NetworkTest : public ExecutionTest {
protected:
  NetworkTest() {
    context.loadDialect<codegen::CodegenDialect, mlir::math::MathDialect,
                        mlir::memref::MemRefDialect, mlir::vector::VectorDialect>();
  }

  static SessionOptions optimized(llvm::StringRef isa = "generic") {
    SessionOptions options;
    options.lowering = [isa](mlir::OpPassManager &manager) {
      PlanOptions plan;
      plan.isa = isa.str();
      plan.images = 2;
      buildOptimizedLoweringPipeline(manager, plan);
    };
    if (isa != "generic")
      options.jit.features = llvm::cantFail(resolveTarget("", isa)).getFeatures();
    options.jit.optLevel = 1;
    return options;
  }
};

} // namespace qcc::test

#endif // QCC_TEST_UNIT_EXECUTION_NETWORKTEST_H

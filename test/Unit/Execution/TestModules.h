//===- TestModules.h - modules to execute ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_UNIT_EXECUTION_TESTMODULES_H
#define QCC_TEST_UNIT_EXECUTION_TESTMODULES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Execution/Session.h"
#include "qcc/Pipelines/ReferenceLowering.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <string>

namespace qcc::test {

/// A context in which modules are parsed and the reference lowering runs.
class ExecutionTest : public ::testing::Test {
protected:
  ExecutionTest() : context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED) {}

  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::StringRef text) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module) << "the test's own module is wrong";
    return module;
  }

  /// The tests' modules use arith on tensors, which the reference lowering leaves alone.
  static void buildLowering(mlir::OpPassManager &manager) {
    manager.addPass(mlir::createConvertElementwiseToLinalgPass());
    buildReferenceLoweringPipeline(manager);
  }

  static SessionOptions getOptions() {
    SessionOptions options;
    options.lowering = buildLowering;
    // The code of a test is small; compiling it should be fast.
    options.jit.optLevel = 1;
    return options;
  }

  std::unique_ptr<Session> compile(llvm::StringRef text,
                                   const SessionOptions &options = getOptions()) {
    auto module = parse(text);
    if (!module)
      return nullptr;
    auto session = Session::compile(*module, options);
    if (session)
      return std::move(*session);
    ADD_FAILURE() << toString(session.takeError());
    return nullptr;
  }

  mlir::MLIRContext context;

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registry.insert<calib::CalibDialect, cnn::CNNDialect, mlir::arith::ArithDialect,
                    mlir::bufferization::BufferizationDialect, mlir::func::FuncDialect,
                    mlir::LLVM::LLVMDialect, mlir::linalg::LinalgDialect, mlir::quant::QuantDialect,
                    mlir::tensor::TensorDialect>();
    registerReferenceLoweringInterfaces(registry);
    return registry;
  }
};

/// The text of a failed Expected, or a note that it did not fail.
template <typename T> std::string errorOf(llvm::Expected<T> expected) {
  if (expected)
    return "no error";
  return toString(expected.takeError());
}

inline HostTensor floats(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values) {
  return HostTensor::fromValues<float>(shape, values);
}

inline std::vector<float> valuesOf(const HostTensor &tensor) {
  return tensor.getData<float>().vec();
}

} // namespace qcc::test

#endif // QCC_TEST_UNIT_EXECUTION_TESTMODULES_H

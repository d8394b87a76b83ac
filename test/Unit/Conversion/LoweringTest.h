//===- LoweringTest.h - Running operations through the reference lowering ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the lowering computes is compared with naive loops that the tests write themselves, never
// with another lowering.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_UNIT_CONVERSION_LOWERINGTEST_H
#define QCC_TEST_UNIT_CONVERSION_LOWERINGTEST_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Execution/Session.h"
#include "qcc/Pipelines/ReferenceLowering.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cmath>
#include <random>
#include <string>

namespace qcc::test {

class LoweringTest : public ::testing::Test {
protected:
  LoweringTest() : context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED) {}

  std::unique_ptr<Session> compile(mlir::ModuleOp module) {
    SessionOptions options;
    options.lowering = [](mlir::OpPassManager &manager) {
      buildReferenceLoweringPipeline(manager);
    };
    auto session = Session::compile(module, options);
    if (session)
      return std::move(*session);
    ADD_FAILURE() << toString(session.takeError());
    return nullptr;
  }

  std::unique_ptr<Session> compile(llvm::StringRef text) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module) << "the test's own module is wrong";
    return module ? compile(*module) : nullptr;
  }

  /// The first result of @main. An empty tensor after a failure.
  HostTensor run(const Session *session, llvm::ArrayRef<HostTensor> inputs) {
    if (!session)
      return HostTensor();
    auto outputs = session->run(inputs);
    if (outputs)
      return std::move(outputs->front());
    ADD_FAILURE() << toString(outputs.takeError());
    return HostTensor();
  }

  HostTensor run(llvm::StringRef text, llvm::ArrayRef<HostTensor> inputs) {
    return run(compile(text).get(), inputs);
  }

  /// A module whose @main is one operation: `op` is its text without result and types, and may name
  /// %0, %1, ..., the arguments, of types `arguments`.
  static std::string wrap(llvm::StringRef op, llvm::ArrayRef<std::string> arguments,
                          llvm::StringRef result) {
    std::string parameters, types;
    for (size_t i = 0; i < arguments.size(); ++i) {
      std::string comma = i ? ", " : "";
      parameters += comma + "%" + std::to_string(i) + ": " + arguments[i];
      types += comma + arguments[i];
    }
    return "func.func @main(" + parameters + ") -> " + result.str() + " {\n  %r = " + op.str() +
           " : (" + types + ") -> " + result.str() + "\n  return %r : " + result.str() + "\n}";
  }

  /// Values between `low` and `high`, the same in every run.
  template <typename T> HostTensor random(llvm::ArrayRef<int64_t> shape, double low, double high) {
    HostTensor tensor(elementTypeOf<T>(), shape);
    for (T &value : tensor.getMutableData<T>()) {
      double unit = static_cast<double>(generator()) / 4294967295.0;
      if constexpr (std::is_floating_point_v<T>)
        value = static_cast<T>(low + unit * (high - low));
      else
        value = static_cast<T>(std::floor(low + unit * (high - low + 0.999)));
    }
    return tensor;
  }

  mlir::MLIRContext context;

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registry.insert<cnn::CNNDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                    mlir::linalg::LinalgDialect, mlir::math::MathDialect,
                    mlir::tensor::TensorDialect>();
    registerReferenceLoweringInterfaces(registry);
    return registry;
  }

  std::mt19937 generator;
};

template <typename T> T at(const HostTensor &tensor, llvm::ArrayRef<int64_t> index) {
  int64_t offset = 0;
  for (size_t i = 0; i < index.size(); ++i)
    offset = offset * tensor.getDim(i) + index[i];
  return tensor.getData<T>()[static_cast<size_t>(offset)];
}

template <typename T> HostTensor tensorOf(llvm::ArrayRef<int64_t> shape, std::vector<T> values) {
  return HostTensor::fromValues<T>(shape, values);
}

template <typename T> std::vector<T> valuesOf(const HostTensor &tensor) {
  return tensor.getData<T>().vec();
}

} // namespace qcc::test

#endif // QCC_TEST_UNIT_CONVERSION_LOWERINGTEST_H

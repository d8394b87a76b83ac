//===- MemoryNeedTest.cpp - Whether the tensors of a module fit into this machine --- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/MemoryNeed.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace qcc;
using testing::HasSubstr;

namespace {
/// What a function with one argument of this type is told for a batch; "" if it fits.
std::string check(llvm::StringRef type, int64_t batch) {
  mlir::MLIRContext context;
  context.loadDialect<mlir::func::FuncDialect>();
  std::string source = ("func.func @main(%x: " + type + ") { return }").str();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  return toString(MemoryNeed::of(*module).check(batch));
}

TEST(MemoryNeedTest, AcceptsWhatFits) {
  EXPECT_EQ(check("tensor<64x28x28x32xf32>", 1), "");
  EXPECT_EQ(check("tensor<?x28x28x32xf32>", 64), "");
  EXPECT_EQ(check("i32", 1), "");
}

TEST(MemoryNeedTest, RefusesAStaticTensor) {
  EXPECT_THAT(check("tensor<1000000x1000000xf32>", 1),
              HasSubstr("tensor<1000000x1000000xf32>, which needs more memory"));
}

TEST(MemoryNeedTest, RefusesABatch) {
  EXPECT_EQ(check("tensor<?x1024x1024xf32>", 1), "");
  EXPECT_THAT(check("tensor<?x1024x1024xf32>", 1 << 30), HasSubstr("for a batch of 1073741824"));
}

TEST(MemoryNeedTest, SurvivesSizesWhoseProductOverflows) {
  EXPECT_THAT(check("tensor<4611686018427387904x8xf32>", 1), HasSubstr("more memory"));
}
} // namespace

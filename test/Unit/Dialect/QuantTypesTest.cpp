//===- QuantTypesTest.cpp - Parameters of quantized types ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"

#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/Builders.h"
#include "gtest/gtest.h"

using namespace qcc;
using namespace qcc::cnn;

namespace {

class QuantTypes : public testing::Test {
protected:
  QuantTypes() { context.loadDialect<CNNDialect, mlir::quant::QuantDialect>(); }
  mlir::MLIRContext context;
};

TEST_F(QuantTypes, ParametersComeBack) {
  for (bool isSigned : {false, true}) {
    auto type = getPerTensorType(&context, isSigned, {0.25F, 3});
    EXPECT_EQ(getParams(type).scale, 0.25F);
    EXPECT_EQ(getParams(type).zeroPoint, 3);
    EXPECT_EQ(getStorageRange(type), (isSigned ? CodeRange{-128, 127} : CodeRange{0, 255}));
    EXPECT_EQ(getCodeType(type).isUnsigned(), !isSigned);
    EXPECT_EQ(getCodeType(type).getWidth(), 8U);
    EXPECT_EQ(getChannelParams(type).size(), 1U);
  }
}

TEST_F(QuantTypes, ElementsHaveTheirChannelsParameters) {
  llvm::SmallVector<QuantParams> params = {{0.5F, 0}, {0.25F, 0}, {0.125F, 0}};
  llvm::SmallVector<int64_t> shape = {2, 3, 4};
  auto perAxis = getPerAxisType(&context, /*isSigned=*/true, params, /*axis=*/1);
  ElementParams elements(mlir::RankedTensorType::get(shape, perAxis));
  for (size_t i = 0; i < 24; ++i)
    EXPECT_EQ(elements[i].scale, params[i / 4 % 3].scale) << i;
  auto perTensor = getPerTensorType(&context, /*isSigned=*/true, {2.0F, 1});
  ElementParams same(mlir::RankedTensorType::get(shape, perTensor));
  EXPECT_EQ(same[0].scale, 2.0F);
  EXPECT_EQ(same[23].zeroPoint, 1);
}

TEST_F(QuantTypes, ActivationsBoundCodes) {
  auto type = getPerTensorType(&context, /*isSigned=*/false, {0.5F, 10});
  EXPECT_EQ(getCodeRange(type, nullptr, Contract::Fbgemm), (CodeRange{0, 255}));
  auto relu6 = ActivationAttr::get(&context, 0.0F, 6.0F);
  EXPECT_EQ(getCodeRange(type, relu6, Contract::Fbgemm), (CodeRange{10, 22}));
}

TEST_F(QuantTypes, ContractsThereAndBack) {
  for (Contract contract : allContracts)
    EXPECT_EQ(toContract(fromContract(contract)), contract);
}

} // namespace

//===- ImportModelTest.cpp - What ONNX models import as ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelText.h"

#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"
#include "qcc/Export/ONNX/ExportModel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FileSystem.h"
#include <cstdlib>

using namespace qcc;
using namespace qcc::onnx;
using namespace qcc::onnx::test;

namespace {

std::string print(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

TEST(ImportModel, BatchOption) {
  std::string text = makeModel("node { op_type: 'Relu' input: 'x' output: 'y' }", "N,3");
  EXPECT_CONTAINS(importText(text), "tensor<?x3xf32>");
  EXPECT_CONTAINS(importText(text, {.batch = 5}), "tensor<5x3xf32>");
  EXPECT_CONTAINS(importText(text, {.batch = 0}), "error: model: a batch of 0");
  // A batch that the model fixes stays.
  EXPECT_CONTAINS(
      importText(makeModel("node { op_type: 'Relu' input: 'x' output: 'y' }", "7,3"), {.batch = 5}),
      "tensor<7x3xf32>");
  // An unknown batch is written in several ways.
  EXPECT_CONTAINS(importText(makeModel("node { op_type: 'Relu' input: 'x' output: 'y' }", "-1,3")),
                  "tensor<?x3xf32>");
  EXPECT_CONTAINS(importText(makeModel("node { op_type: 'Relu' input: 'x' output: 'y' }", "0,3")),
                  "tensor<?x3xf32>");
}

TEST(ImportModel, UnsortedNodesAreSorted) {
  std::string result = importText(makeModel("node { op_type: 'Relu' input: 'a' output: 'y' }"
                                            "node { op_type: 'Sigmoid' input: 'x' output: 'a' }"));
  EXPECT_LT(result.find("cnn.sigmoid"), result.find("cnn.relu")) << result;
}

TEST(ImportModel, NamesAreUnique) {
  std::string result =
      importText(makeModel("node { name: 'a' op_type: 'Relu' input: 'x' output: 'b' }"
                           "node { name: 'a' op_type: 'Relu' input: 'b' output: 'c' }"
                           "node { name: 'a_1' op_type: 'Relu' input: 'c' output: 'y' }"));
  EXPECT_CONTAINS(result, "cnn.name = \"a\"");
  EXPECT_CONTAINS(result, "cnn.name = \"a_1\"");
  EXPECT_CONTAINS(result, "cnn.name = \"a_1_1\"");
}

TEST(ImportModel, LayersAreNamedAfterTheirWeights) {
  for (const char *weights :
       {"conv1.weight", "conv1_weight", "conv1.weight_quantized", "conv1_w", "conv1/kernel"}) {
    std::string result =
        importText(makeModel(std::string("node { op_type: 'Conv' input: ['x', '") + weights +
                             "'] output: 'y' } initializer { name: '" + weights +
                             "' data_type: 1 dims: [1,2,1,1] float_data: [1,2] }"));
    EXPECT_CONTAINS(result, "cnn.name = \"conv1\"");
  }
}

TEST(ImportModel, WeightsArePermuted) {
  // [O, I, KH, KW] = [1, 2, 1, 3] in order becomes [1, 1, 3, 2].
  std::string result = importText(
      makeModel("node { op_type: 'Conv' input: ['x', 'w'] output: 'y' } initializer { name: "
                "'w' data_type: 1 dims: [1,2,1,3] float_data: [1,2,3,4,5,6] }"));
  EXPECT_CONTAINS(
      result, "dense<[[[[1.000000e+00, 4.000000e+00], [2.000000e+00, 5.000000e+00], [3.000000e+00, "
              "6.000000e+00]]]]> : tensor<1x1x3x2xf32>");
}

TEST(ImportModel, OtherReadersOfAFlattenGetTheModelsOrder) {
  std::string result =
      importText(makeModel("node { op_type: 'MaxPool' input: 'x' output: 'p' attribute { name: "
                           "'kernel_shape' type: INTS ints: [1,1]"
                           " } } node { op_type: 'Flatten' input: 'p' output: 'y' }"));
  // [N, 32] from [N, 4, 4, 2] through [N, 2, 4, 4].
  EXPECT_CONTAINS(result, "permutation = array<i64: 0, 3, 1, 2>");
  EXPECT_CONTAINS(result, "-> tensor<?x32xf32>\n    return");
}

TEST(ImportModel, BothOldAndNewFormsOfAttributes) {
  EXPECT_CONTAINS(
      importText(makeModel(
          "node { op_type: 'Clip' input: 'x' output: 'y' attribute { name: 'max' type: FLOAT "
          "f: 6 } attribute { name: 'min' type: FLOAT f: 0 } }",
          "N,2", 7)),
      "max = 6.000000e+00 : f32, min = 0.000000e+00 : f32");
  EXPECT_CONTAINS(
      importText(makeModel(
          "node { op_type: 'Unsqueeze' input: 'x' output: 'y' attribute { name: 'axes' type: "
          "INTS ints: [1] } }",
          "N,2", 11)),
      "tensor<?x1x2xf32>");
  EXPECT_CONTAINS(
      importText(makeModel(
          "node { op_type: 'Pad' input: 'x' output: 'y' attribute { name: 'pads' type: INTS "
          "ints: [0,1,0,2] } attribute { name: 'value' type: FLOAT f: 3 } }",
          "N,2", 9)),
      "high = array<i64: 0, 2>, low = array<i64: 0, 1>, value = 3.000000e+00 : f32");
  // A softmax over [C, H, W] at once, as it was until version 12.
  EXPECT_CONTAINS(
      importText(makeModel("node { op_type: 'Softmax' input: 'x' output: 'y' }", "N,2,4,4", 11)),
      "cnn.softmax %0 {axis = 1 : i64, cnn.name = \"y\"}");
  // A later version than any that is known has the newest meaning.
  EXPECT_CONTAINS(
      importText(makeModel("node { op_type: 'Relu' input: 'x' output: 'y' }", "N,2", 99)),
      "cnn.relu");
}

TEST(ImportModel, UnusedNodesAreIgnored) {
  std::string result = importText(makeModel("node { op_type: 'Relu' input: 'x' output: 'y' }"
                                            "node { op_type: 'Mystery' input: 'x' output: 'z' }"));
  EXPECT_CONTAINS(result, "cnn.relu");
}

TEST(ImportModel, FloatConstantsAreQuantizedByTheContract) {
  // 0.5 and 1.5 halves round to even; QuantizeLinear of weights is folded.
  std::string result = importText(makeModel(
      "node { op_type: 'QuantizeLinear' input: ['w', 's', 'z'] output: 'q' }"
      "node { op_type: 'DequantizeLinear' input: ['q', 's', 'z'] output: 'd' }"
      "node { op_type: 'Conv' input: ['x', 'd'] output: 'y' }"
      "initializer { name: 'w' data_type: 1 dims: [1,2,1,2] float_data: [0.5, 1.5, 1000, -2.5] }"
      "initializer { name: 's' data_type: 1 float_data: 1 } initializer { name: 'z' data_type: 3 "
      "int32_data: 0 }"));
  EXPECT_CONTAINS(result, "dense<[[[[0, 127], [2, -2]]]]> : tensor<1x1x2x2xi8>");
}

TEST(ImportModel, SupportedOperatorsAreSorted) {
  std::vector<llvm::StringRef> names = getSupportedOperators();
  EXPECT_TRUE(llvm::is_sorted(names));
  EXPECT_TRUE(llvm::is_contained(names, "Conv"));
  EXPECT_TRUE(llvm::is_contained(names, "com.microsoft:QLinearAdd"));
}

//===----------------------------------------------------------------------===//
// Export
//===----------------------------------------------------------------------===//

/// `module` after a trip through ONNX.
llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> roundTrip(mlir::ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  if (llvm::Error error = exportModel(module, stream))
    return error;
  return importBytes(bytes, *module.getContext());
}

/// What must survive a round trip: kinds, types and attributes of operations without their names,
/// and bytes of constants.
std::vector<std::string> summarize(mlir::ModuleOp module) {
  std::vector<std::string> summary;
  module.walk([&](mlir::Operation *op) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << op->getName();
    for (mlir::Type type : op->getResultTypes())
      stream << " " << type;
    if (auto constant = llvm::dyn_cast<cnn::ConstantOp>(op)) {
      auto bytes = cnn::readBytes(constant.getValue());
      if (succeeded(bytes))
        stream << " " << llvm::hash_value(llvm::StringRef(bytes->data(), bytes->size()));
    } else {
      for (mlir::NamedAttribute attribute : op->getAttrs())
        if (attribute.getName() != cnn::kNameAttr && !llvm::isa<mlir::func::FuncOp>(op))
          stream << " " << attribute.getName().getValue() << "=" << attribute.getValue();
    }
    summary.push_back(text);
  });
  return summary;
}

class RoundTrip : public testing::TestWithParam<const char *> {};

TEST_P(RoundTrip, ReferenceModel) {
  const char *folder = std::getenv("QCC_REFERENCE_DIR");
  if (!folder)
    GTEST_SKIP() << "QCC_REFERENCE_DIR is not set";
  std::string path = std::string(folder) + "/models/" + GetParam();
  mlir::MLIRContext context;
  auto module = importModel(llvm::StringRef(path), context);
  ASSERT_TRUE(static_cast<bool>(module)) << toString(module.takeError());
  auto again = roundTrip(**module);
  ASSERT_TRUE(static_cast<bool>(again)) << toString(again.takeError());
  EXPECT_EQ(summarize(**module), summarize(**again));
}

INSTANTIATE_TEST_SUITE_P(Models, RoundTrip,
                         testing::Values("mnist_cnn.onnx", "fashion_small.onnx",
                                         "mnist_cnn_fbgemm_qdq.onnx"),
                         [](const auto &info) {
                           return llvm::StringRef(info.param).split('.').first.str();
                         });

TEST(ReferenceModels, LayersHaveTheirNames) {
  const char *folder = std::getenv("QCC_REFERENCE_DIR");
  if (!folder)
    GTEST_SKIP() << "QCC_REFERENCE_DIR is not set";
  for (const char *file : {"mnist_cnn.onnx", "mnist_cnn_fbgemm_qdq.onnx"}) {
    std::string path = std::string(folder) + "/models/" + file;
    mlir::MLIRContext context;
    auto module = importModel(llvm::StringRef(path), context);
    ASSERT_TRUE(static_cast<bool>(module)) << toString(module.takeError());
    std::vector<std::string> names;
    (*module)->walk([&](mlir::Operation *op) {
      if (llvm::isa<cnn::Conv2DOp, cnn::LinearOp>(op))
        names.push_back(cnn::getLayerName(op).str());
    });
    EXPECT_EQ(names, (std::vector<std::string>{"conv1", "conv2", "fc1", "fc2"}));
  }
}

TEST(ExportModel, EveryKindOfLayerSurvives) {
  std::string text = makeModel(R"(
    node { name: 'conv' op_type: 'Conv' input: ['x', 'w', 'b'] output: 'a' attribute { name: 'pads' type: INTS ints: [1,0,0,1] } }
    node { name: 'norm' op_type: 'BatchNormalization' input: ['a', 'b', 'b', 'b', 'b'] output: 'c' }
    node { name: 'relu' op_type: 'Relu' input: 'c' output: 'd' }
    node { name: 'pool' op_type: 'AveragePool' input: 'd' output: 'e' attribute { name: 'kernel_shape' type: INTS ints: [2,2] }
      attribute { name: 'strides' type: INTS ints: [3,3] } attribute { name: 'pads' type: INTS ints: [1,1,0,0] }
      attribute { name: 'count_include_pad' type: INT i: 1 } attribute { name: 'ceil_mode' type: INT i: 1 } }
    node { name: 'swish' op_type: 'HardSwish' input: 'e' output: 'f' }
    node { name: 'mul' op_type: 'Mul' input: ['f', 'm'] output: 'g' }
    node { name: 'join' op_type: 'Concat' input: ['g', 'f'] output: 'h' attribute { name: 'axis' type: INT i: 1 } }
    node { name: 'pad' op_type: 'Pad' input: ['h', 'p'] output: 'i' }
    node { name: 'clip' op_type: 'Clip' input: ['i', '', 'six'] output: 'j' }
    node { name: 'leaky' op_type: 'LeakyRelu' input: 'j' output: 'k' }
    node { name: 'flat' op_type: 'Flatten' input: 'k' output: 'l' }
    node { name: 'fc' op_type: 'Gemm' input: ['l', 'v'] output: 'n' attribute { name: 'transB' type: INT i: 1 } }
    node { name: 'sig' op_type: 'Sigmoid' input: 'n' output: 'o' }
    node { name: 'soft' op_type: 'Softmax' input: 'o' output: 'y' }
    initializer { name: 'w' data_type: 1 dims: [2,2,1,1] float_data: [1,2,3,4] }
    initializer { name: 'b' data_type: 1 dims: 2 float_data: [1,2] }
    initializer { name: 'm' data_type: 1 dims: [2,1,1] float_data: [3,4] }
    initializer { name: 'p' data_type: 7 dims: 8 int64_data: [0,0,0,1,0,0,0,0] }
    initializer { name: 'six' data_type: 1 float_data: 6 }
    initializer { name: 'v' data_type: 1 dims: [1,24] float_data: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24] }
  )",
                               "N,2,4,4", 14);
  mlir::MLIRContext context;
  auto module = importBytes(encode(text), context);
  ASSERT_TRUE(static_cast<bool>(module)) << toString(module.takeError());
  auto again = roundTrip(**module);
  ASSERT_TRUE(static_cast<bool>(again)) << toString(again.takeError());
  EXPECT_EQ(summarize(**module), summarize(**again)) << print(**module) << print(**again);
}

TEST(ExportModel, FusedActivationsAndQuantizedLayers) {
  mlir::MLIRContext context;
  context.loadDialect<cnn::CNNDialect, mlir::func::FuncDialect>();
  // A module as it is after quantization: fused activation, codes between layers.
  auto quantized = importBytes(encode(makeModel(R"(
    node { op_type: 'QLinearConv' input: ['xq', 's', 'z', 'w', 'ws', 'z8', 's', 'z', 'b'] output: 'c' name: 'conv' }
    node { op_type: 'QuantizeLinear' input: ['x', 's', 'z'] output: 'xq' name: 'in' }
    node { op_type: 'DequantizeLinear' input: ['c', 's', 'z'] output: 'y' name: 'out' }
    initializer { name: 's' data_type: 1 float_data: 0.5 } initializer { name: 'z' data_type: 2 int32_data: 3 }
    initializer { name: 'ws' data_type: 1 dims: 2 float_data: [0.25, 0.125] }
    initializer { name: 'z8' data_type: 3 dims: 2 int32_data: [0, 0] }
    initializer { name: 'w' data_type: 3 dims: [2,2,1,1] int32_data: [1,2,3,4] }
    initializer { name: 'b' data_type: 6 dims: 2 int32_data: [100, 200] }
  )")),
                               context);
  ASSERT_TRUE(static_cast<bool>(quantized)) << toString(quantized.takeError());
  (*quantized)->walk([&](cnn::Conv2DOp conv) {
    conv.setActivationAttr(cnn::ActivationAttr::getRelu(&context));
  });
  auto again = roundTrip(**quantized);
  ASSERT_TRUE(static_cast<bool>(again)) << toString(again.takeError());
  std::string text = print(**again);
  // Codes of the input are dequantized, the layer computes in float, its activation is an operation
  // of its own.
  for (const char *part :
       {"cnn.quantize", "cnn.dequantize", "cnn.conv2d", "cnn.relu",
        "!quant.uniform<u8:f32, 5.000000e-01:3>",
        "!quant.uniform<i8:f32:0, {2.500000e-01,1.250000e-01}>",
        "!quant.uniform<i32:f32:0, {1.250000e-01,6.250000e-02}>", "dense<[100, 200]>"})
    EXPECT_CONTAINS(text, part);
}

TEST(ExportModel, SaysWhichOperationHasNoForm) {
  mlir::MLIRContext context;
  auto module = importBytes(
      encode(makeModel("node { op_type: 'ConvInteger' input: ['q', 'w'] output: 'c' name: 'conv' }"
                       "node { op_type: 'QuantizeLinear' input: ['x', 's'] output: 'q' }"
                       "node { op_type: 'Cast' input: 'c' output: 'y' attribute { name: 'to' type: "
                       "INT i: 1 } } initializer { name: 's' data_type: 1 float_data: 1 }"
                       "initializer { name: 'w' data_type: 3 dims: [1,2,1,1] int32_data: [1,2] }")),
      context);
  ASSERT_TRUE(static_cast<bool>(module)) << toString(module.takeError());
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  std::string error = toString(exportModel(**module, stream));
  EXPECT_CONTAINS(error, "cannot export 'conv' (cnn.conv2d)");
  EXPECT_TRUE(bytes.empty());
}

TEST(ExportModel, NoMain) {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  EXPECT_CONTAINS(toString(exportModel(*module, stream)), "no function 'main'");
}

} // namespace

//===- HostileModelTest.cpp - Malformed models give errors, quickly ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelText.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <chrono>
#include <fstream>
#include <random>

using namespace qcc::onnx;
using namespace qcc::onnx::test;

namespace {

struct Hostile {
  const char *name;
  std::string text;
  /// Part of the error.
  const char *error;

  friend void PrintTo(const Hostile &hostile, std::ostream *stream) { *stream << hostile.name; }
};

std::string node(const std::string &op, const std::string &inputs, const std::string &more = "") {
  return "node { name: 'n' op_type: '" + op + "' input: [" + inputs + "] output: 'y' " + more +
         "}\n";
}
std::string ints(const std::string &name, const std::string &values) {
  return "attribute { name: '" + name + "' type: INTS ints: [" + values + "] } ";
}
std::string integer(const std::string &name, const std::string &value) {
  return "attribute { name: '" + name + "' type: INT i: " + value + " } ";
}
std::string floats(const std::string &name, const std::string &dims, const std::string &values) {
  return "initializer { name: '" + name + "' data_type: 1 dims: [" + dims + "] float_data: [" +
         values + "] }\n";
}
std::string int64s(const std::string &name, const std::string &dims, const std::string &values) {
  return "initializer { name: '" + name + "' data_type: 7 dims: [" + dims + "] int64_data: [" +
         values + "] }\n";
}
const std::string weights = floats("w", "2,2,1,1", "1,2,3,4");

std::string conv(const std::string &attributes) {
  return makeModel(node("Conv", "'x','w'", attributes) + weights);
}
std::string pool(const std::string &attributes) {
  return makeModel(node("MaxPool", "'x'", attributes));
}

const Hostile cases[] = {
    // The file and the graph.
    {"noGraph", "ir_version: 8", "it has no graph"},
    {"noOpset", "ir_version: 8 graph { " + input("x", "1") + " output { name: 'x' } }",
     "opset_import"},
    {"oldOpset", makeModel(node("Relu", "'x'"), "N,2", 6), "operator set 6"},
    {"twoOpsets",
     "ir_version: 8 opset_import { version: 13 } opset_import { domain: 'ai.onnx' version: 9 } "
     "graph {}",
     "imported twice"},
    {"noOutput", "ir_version: 8 opset_import { version: 13 } graph { " + input("x", "1") + " }",
     "no output"},
    {"danglingOutput", makeModel(""), "output 'y' is defined by nothing"},
    {"danglingInput", makeModel(node("Relu", "'nothing'")),
     "reads 'nothing', which nothing defines"},
    {"noNodeOutput", makeModel("node { op_type: 'Relu' input: 'x' }" + node("Relu", "'x'")),
     "has no output"},
    {"valueTwice", makeModel(node("Relu", "'x'") + node("Sigmoid", "'x'")), "'y' is defined twice"},
    {"inputTwice", makeModel(node("Relu", "'x'") + input("x", "1")), "'x' is defined twice"},
    {"shadowsInput",
     makeModel("node { op_type: 'Relu' input: 'x' output: 'x' }" + node("Relu", "'x'")),
     "'x' is defined twice"},
    {"initializerTwice", makeModel(node("Conv", "'x','w'") + weights + weights),
     "'w' is defined twice"},
    {"cycle",
     makeModel("node { name: 'a' op_type: 'Add' input: ['x','y'] output: 'b' }" +
               node("Relu", "'b'")),
     "cycle"},
    {"selfCycle", makeModel(node("Add", "'x','y'")), "cycle"},
    {"attributeTwice", pool(ints("kernel_shape", "2,2") + ints("kernel_shape", "2,2")),
     "given twice"},
    {"missingOperand", makeModel(node("Conv", "'x'")), "input 1 is missing"},
    {"emptyOperand", makeModel(node("Conv", "'x',''")), "input 1 is missing"},
    {"sparse", makeModel(node("Relu", "'x'") + "sparse_initializer { dims: 1 }"), "sparse"},
    {"subgraph",
     makeModel(node("If", "'x'", "attribute { name: 'then_branch' type: GRAPH g { name: 's' } }")),
     "unsupported operators: If"},
    {"function",
     makeModel("node { name: 'n' domain: 'local' op_type: 'F' input: 'x' output: 'y' }"),
     "unsupported operators: local:F"},
    {"controlCharacters", makeModel(node("Bad\\n\\001", "'x'")), "Bad\\0A\\01"},
    // Inputs.
    {"negativeSize", makeModel(node("Relu", "'x'"), "N,-3"), "dimension 1 is not known"},
    {"zeroSize", makeModel(node("Relu", "'x'"), "N,0"), "dimension 1 is not known"},
    {"dynamicHeight", makeModel(node("Relu", "'x'"), "1,2,N,N"), "dimension 2 is not known"},
    {"hugeSize", makeModel(node("Relu", "'x'"), "N,4294967296"), "impossible size"},
    {"hugeProduct", makeModel(node("Relu", "'x'"), "N,2000000000,2000000000,2000000000"),
     "more than 2^40 elements"},
    {"highRank", makeModel(node("Relu", "'x'"), "N,1,1,1,1,1,1,1,1,1"), "rank 9 is above 8"},
    {"stringInput",
     "ir_version: 8 opset_import { version: 13 } graph { " + node("Relu", "'x'") +
         input("x", "2", 8) + " output { name: 'y' } }",
     "elements of type string"},
    {"unknownCodes",
     "ir_version: 8 opset_import { version: 13 } graph { " + node("Relu", "'x'") +
         input("x", "2", 2) + " output { name: 'y' } }",
     "what they stand for"},
    {"noShape",
     "ir_version: 8 opset_import { version: 13 } graph { " + node("Relu", "'x'") +
         " input { name: 'x' type { tensor_type { elem_type: 1 } } } output { name: 'y' } }",
     "must have a shape"},
    {"noTensor",
     "ir_version: 8 opset_import { version: 13 } graph { " + node("Relu", "'x'") +
         " input { name: 'x' } output { name: 'y' } }",
     "must be a tensor"},
    // Constants.
    {"rawTooShort",
     makeModel(node("Conv", "'x','w'") +
               "initializer { name: 'w' data_type: 1 dims: [2,2,1,1] raw_data: 'abc' }"),
     "needs 16 bytes, but there are 3"},
    {"tooFewElements", makeModel(node("Conv", "'x','w'") + floats("w", "2,2,1,1", "1")),
     "needs 4 elements"},
    {"hugeDims",
     makeModel(node("Conv", "'x','w'") +
               floats("w", "2000000000,2000000000,2000000000,2000000000", "1")),
     "more than 2^40"},
    {"negativeDims", makeModel(node("Conv", "'x','w'") + floats("w", "-1,-1,1,1", "1")),
     "impossible size"},
    {"overflowingDims",
     makeModel(node("Conv", "'x','w'") + floats("w", "4611686018427387904,4,1,1", "")),
     "impossible"},
    {"emptyWeights", makeModel(node("Conv", "'x','w'") + floats("w", "0,2,1,1", "")), "is empty"},
    {"stringWeights",
     makeModel(node("Conv", "'x','w'") +
               "initializer { name: 'w' data_type: 8 dims: 1 string_data: 'a' }"),
     "type string"},
    {"unknownType",
     makeModel(node("Conv", "'x','w'") + "initializer { name: 'w' data_type: 77 dims: 1 }"),
     "type 77"},
    {"integerWeights", makeModel(node("Conv", "'x','w'") + int64s("w", "1,2,1,1", "1,2")), "int64"},
    {"rawCodesAsWeights",
     makeModel(node("Conv", "'x','w'") +
               "initializer { name: 'w' data_type: 3 dims: [1,2,1,1] int32_data: [1,2] }"),
     "node 'n' (Conv)"},
    {"codeTooLarge",
     makeModel(node("Conv", "'x','w'") +
               "initializer { name: 'w' data_type: 3 dims: [1,2,1,1] int32_data: [1,200] }"),
     "200, does not fit into int8"},
    {"segment",
     makeModel(node("Conv", "'x','w'") +
               "initializer { name: 'w' data_type: 1 dims: 1 segment { begin: 0 } }"),
     "segments"},
    {"externalInMemory",
     makeModel(node("Conv", "'x','w'") +
               "initializer { name: 'w' data_type: 1 dims: 1 data_location: EXTERNAL "
               "external_data { key: 'location' value: 'w.bin' } }"),
     "not read from a file"},
    {"runtimeWeights", makeModel(node("Conv", "'x','x'")), "must be a constant"},
    // Attributes and windows.
    {"wrongAttributeType", pool("attribute { name: 'kernel_shape' type: INT i: 2 }"),
     "'kernel_shape' must be ints"},
    {"lyingAttributeType", conv("attribute { name: 'group' type: INT }"), "'group' must be int"},
    {"missingKernel", pool(""), "'kernel_shape' is missing"},
    {"kernel1D", pool(ints("kernel_shape", "2")), "only 2-D"},
    {"kernelZero", pool(ints("kernel_shape", "0,2")), "'kernel_shape' has element 0"},
    {"kernelHuge", pool(ints("kernel_shape", "9223372036854775807,1")), "which must be from 1"},
    {"kernelTooLarge", pool(ints("kernel_shape", "5,5")), "does not fit"},
    {"strideZero", conv(ints("strides", "0,1")), "'strides' has element 0"},
    {"strideNegative", conv(ints("strides", "-1,1")), "'strides' has element -1"},
    {"dilationZero", conv(ints("dilations", "1,0")), "'dilations' has element 0"},
    {"dilationHuge", pool(ints("kernel_shape", "2,2") + ints("dilations", "2147483647,1")),
     "does not fit"},
    {"padNegative", conv(ints("pads", "0,0,-1,0")), "'pads' has element -1"},
    {"padHuge", conv(ints("pads", "2147483647,2147483647,2147483647,2147483647")),
     "impossible size"},
    {"padLargerThanKernel", pool(ints("kernel_shape", "2,2") + ints("pads", "3,0,0,0")),
     "padding must be smaller"},
    {"groupZero", conv(integer("group", "0")), "'group' is 0"},
    {"groupNegative", conv(integer("group", "-2")), "'group' is -2"},
    {"groupTooMany", conv(integer("group", "2")), "channels"},
    {"groupHuge", conv(integer("group", "2147483647")), "groups"},
    {"badAutoPad", conv("attribute { name: 'auto_pad' type: STRING s: 'SOME' }"),
     "'auto_pad' is 'SOME'"},
    {"kernelMismatch", conv(ints("kernel_shape", "3,3")), "but the weights have [1, 1]"},
    {"channelMismatch", makeModel(node("Conv", "'x','w'") + weights, "N,3,4,4"), "channels"},
    {"conv1D", makeModel(node("Conv", "'x','w'") + floats("w", "1,2,1", "1,2"), "N,2,4"),
     "only images"},
    {"biasSize", makeModel(node("Conv", "'x','w','b'") + weights + floats("b", "3", "1,2,3")),
     "bias has shape [3]"},
    // Shapes.
    {"reshapeTwoOpen", makeModel(node("Reshape", "'x','s'") + int64s("s", "2", "-1,-1")),
     "two dimensions"},
    {"reshapeWrong", makeModel(node("Reshape", "'x','s'") + int64s("s", "2", "0,31")), "reshape"},
    {"reshapeNegative", makeModel(node("Reshape", "'x','s'") + int64s("s", "2", "0,-7")), "is -7"},
    {"reshapeHuge",
     makeModel(node("Reshape", "'x','s'") + int64s("s", "4", "0,2147483647,2147483647,2147483647")),
     "2^40"},
    {"reshapeZeroBeyond", makeModel(node("Reshape", "'x','s'") + int64s("s", "5", "0,0,0,0,0")),
     "copied"},
    {"reshapeRuntime", makeModel(node("Reshape", "'x','x'")), "known at compile time"},
    {"reshapeBatch", makeModel(node("Reshape", "'x','s'") + int64s("s", "2", "1,-1")), "batch"},
    {"squeezeBatch", makeModel(node("Squeeze", "'x','a'") + int64s("a", "1", "0")),
     "cannot be removed"},
    {"unsqueezeTwice", makeModel(node("Unsqueeze", "'x','a'") + int64s("a", "2", "1,1")),
     "listed twice"},
    {"transposeTwice", makeModel(node("Transpose", "'x'", ints("perm", "0,1,1,3"))),
     "listed twice"},
    {"transposeShort", makeModel(node("Transpose", "'x'", ints("perm", "0,1"))),
     "each of 4 dimensions"},
    {"flattenAxis", makeModel(node("Flatten", "'x'", integer("axis", "9"))), "axis 9"},
    {"concatAxis", makeModel(node("Concat", "'x','x'", integer("axis", "-5"))), "axis -5"},
    {"concatNothing", makeModel(node("Concat", "")), "no input"},
    {"padCount", makeModel(node("Pad", "'x','p'") + int64s("p", "3", "0,0,0")), "3 pads"},
    {"padBatch", makeModel(node("Pad", "'x','p'") + int64s("p", "8", "1,0,0,0,0,0,0,0")), "batch"},
    {"softmaxAxis", makeModel(node("Softmax", "'x'", integer("axis", "4"))), "axis 4"},
    {"gatherBeyond",
     makeModel("node { op_type: 'Shape' input: 'x' output: 's' } node { op_type: 'Gather' input: "
               "['s','i'] output: 't' "
               "}" +
               node("Reshape", "'x','t'") + int64s("i", "1", "9")),
     "axis 9"},
    {"divideByZero",
     makeModel("node { op_type: 'Div' input: ['a','b'] output: 't' }" + node("Reshape", "'x','t'") +
               int64s("a", "1", "5") + int64s("b", "1", "0")),
     "not known at compile time"},
    {"hugeConstantOfShape",
     makeModel("node { op_type: 'ConstantOfShape' input: 'a' output: 't' attribute { name: 'value' "
               "type: TENSOR t { "
               "data_type: 7 dims: 1 int64_data: 1 } } }" +
               node("Reshape", "'x','t'") + int64s("a", "1", "1000000000000")),
     "1000000000000 integers"},
    {"broadcastMismatch", makeModel(node("Add", "'x','c'") + floats("c", "3", "1,2,3")),
     "dimension"},
    {"gemmRank", makeModel(node("Gemm", "'x','w'") + weights), "ranks 4 and 4"},
    {"gemmSize", makeModel(node("Gemm", "'x','w'") + floats("w", "3,1", "1,2,3"), "N,2"),
     "features"},
    {"shapeAsOutput", makeModel(node("Shape", "'x'")), "constant of integers"},
    // Quantization.
    {"scaleZero", makeModel(node("QuantizeLinear", "'x','s'") + floats("s", "", "0")),
     "scale 0 is not a positive"},
    {"scaleNegative", makeModel(node("QuantizeLinear", "'x','s'") + floats("s", "", "-1")),
     "not a positive"},
    {"scaleNaN", makeModel(node("QuantizeLinear", "'x','s'") + floats("s", "", "nan")),
     "not a positive"},
    {"scaleInfinite", makeModel(node("QuantizeLinear", "'x','s'") + floats("s", "", "inf")),
     "not a positive"},
    {"manyScales", makeModel(node("QuantizeLinear", "'x','s'") + floats("s", "2", "1,2")),
     "one scale"},
    {"noScale", makeModel(node("QuantizeLinear", "'x','s'") + floats("s", "0", "")), "no scale"},
    {"otherScale",
     makeModel("node { op_type: 'QuantizeLinear' input: ['x','s'] output: 'q' }" +
               node("DequantizeLinear", "'q','t'") + floats("s", "", "1") + floats("t", "", "2")),
     "quantized with scale 1"},
    {"scaleCount",
     makeModel("node { op_type: 'DequantizeLinear' input: ['w','s'] output: 'f' attribute { name: "
               "'axis' type: INT i: 0 "
               "} }" +
               node("Conv", "'x','f'") +
               "initializer { name: 'w' data_type: 3 dims: [2,2,1,1] int32_data: [1,2,3,4] }" +
               floats("s", "3", "1,2,3")),
     "3 scales for dimension 0"},
};

class HostileModel : public testing::TestWithParam<Hostile> {};

TEST_P(HostileModel, GivesAnError) {
  auto begin = std::chrono::steady_clock::now();
  std::string result = importText(GetParam().text);
  EXPECT_TRUE(llvm::StringRef(result).starts_with("error: model: ")) << result;
  EXPECT_CONTAINS(result, GetParam().error);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

INSTANTIATE_TEST_SUITE_P(All, HostileModel, testing::ValuesIn(cases),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(HostileBytes, TruncatedAnywhere) {
  std::string bytes = encode(conv(""));
  for (size_t size = 0; size < bytes.size(); ++size) {
    mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
    auto module = importBytes(bytes.substr(0, size), context);
    // The last field is the input's or the output's; a file cut between fields can still be a
    // model.
    if (!module)
      llvm::consumeError(module.takeError());
    else
      EXPECT_GT(size, bytes.size() / 2);
  }
}

TEST(HostileBytes, FlippedAnywhere) {
  std::string bytes = encode(conv(ints("pads", "1,1,1,1") + integer("group", "1")));
  std::mt19937 random(1);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (random() % 8)));
    mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
    if (auto module = importBytes(changed, context); !module)
      llvm::consumeError(module.takeError());
  }
}

TEST(HostileBytes, RandomAndEmpty) {
  std::mt19937 random(2);
  for (size_t size : {0, 1, 10, 1000, 100000}) {
    std::string bytes(size, '\0');
    for (char &byte : bytes)
      byte = static_cast<char>(random());
    mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
    auto module = importBytes(bytes, context);
    ASSERT_FALSE(static_cast<bool>(module));
    EXPECT_CONTAINS(toString(module.takeError()), "is not an ONNX model");
  }
}

TEST(HostileBytes, DeepNesting) {
  // Subgraphs in subgraphs, deeper than any stack: each level wraps attribute.g.node.attribute
  // around the last.
  std::string graph;
  auto wrap = [](char tag, const std::string &bytes) {
    std::string size;
    for (size_t n = bytes.size();; n >>= 7) {
      size += static_cast<char>((n & 127) | (n > 127 ? 128 : 0));
      if (n <= 127)
        break;
    }
    return std::string(1, tag) + size + bytes;
  };
  for (int i = 0; i < 3000; ++i)
    graph = wrap(0x0a, wrap(0x2a, wrap(0x32, graph))); // node (1), attribute (5), g (6)
  std::string bytes = wrap(0x3a, graph);               // ModelProto.graph (7)
  mlir::MLIRContext context;
  auto module = importBytes(bytes, context);
  ASSERT_FALSE(static_cast<bool>(module));
  EXPECT_CONTAINS(toString(module.takeError()), "not a valid protobuf message");
}

TEST(HostileModels, LongChainsAreLinear) {
  // As deep as the file is long, and with one name for all.
  std::string body;
  for (int i = 0; i < 20000; ++i)
    body += "node { name: 'same' op_type: 'Relu' input: '" +
            (i == 0 ? "x" : "v" + std::to_string(i - 1)) + "' output: 'v" + std::to_string(i) +
            "' }\n";
  body += node("Relu", "'v19999'");
  auto begin = std::chrono::steady_clock::now();
  mlir::MLIRContext context;
  auto module = importBytes(encode(makeModel(body)), context);
  ASSERT_TRUE(static_cast<bool>(module)) << toString(module.takeError());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(HostileModels, ConstantsCannotMultiply) {
  // One constant of 400 kB that two thousand layers would copy.
  std::string values(400000, 'a');
  ::onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(encode(makeModel("", "N,1000"))));
  for (int i = 0; i < 2000; ++i) {
    ::onnx::NodeProto *gemm = model.mutable_graph()->add_node();
    gemm->set_op_type("Gemm");
    gemm->add_input("x");
    gemm->add_input("w");
    gemm->add_output("v" + std::to_string(i));
    model.mutable_graph()->add_output()->set_name("v" + std::to_string(i));
  }
  model.mutable_graph()->mutable_output()->DeleteSubrange(0, 1);
  ::onnx::TensorProto *tensor = model.mutable_graph()->add_initializer();
  tensor->set_name("w");
  tensor->set_data_type(1);
  tensor->add_dims(1000);
  tensor->add_dims(100);
  tensor->set_raw_data(values);
  mlir::MLIRContext context;
  auto module = importBytes(model.SerializeAsString(), context);
  ASSERT_FALSE(static_cast<bool>(module));
  EXPECT_CONTAINS(toString(module.takeError()), "many times its size");
}

//===----------------------------------------------------------------------===//
// External data
//===----------------------------------------------------------------------===//

class ExternalFile : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qcc-onnx", root));
    write("outside.bin", std::string(16, '\0'));
    ASSERT_FALSE(llvm::sys::fs::create_directory(root + "/models"));
    ASSERT_FALSE(llvm::sys::fs::create_directory(root + "/models-private"));
    write("models-private/w.bin", std::string(16, '\0'));
    write("models/w.bin", std::string(24, '\0'));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(root); }

  void write(const std::string &name, const std::string &contents) {
    std::ofstream(root.str().str() + "/" + name, std::ios::binary) << contents;
  }

  std::string import(const std::string &location, const std::string &more = "") {
    write("models/m.onnx",
          encode(makeModel(
              node("Conv", "'x','w'") +
              "initializer { name: 'w' data_type: 1 dims: [2,2,1,1] data_location: EXTERNAL "
              "external_data { key: 'location' value: '" +
              location + "' } " + more + "}")));
    mlir::MLIRContext context;
    auto module = importModel((root + "/models/m.onnx").str(), context);
    return module ? "imported" : toString(module.takeError());
  }
  static std::string range(const std::string &offset, const std::string &length) {
    return "external_data { key: 'offset' value: '" + offset +
           "' } external_data { key: 'length' value: '" + length + "' } ";
  }

  llvm::SmallString<128> root;
};

TEST_F(ExternalFile, InTheFolder) {
  EXPECT_EQ(import("w.bin", range("8", "16")), "imported");
  EXPECT_EQ(import("./w.bin", range("0", "16")), "imported");
}

TEST_F(ExternalFile, OutsideOfTheFolder) {
  EXPECT_CONTAINS(import("../outside.bin"), "inside of the model's folder");
  EXPECT_CONTAINS(import("sub/../../outside.bin"), "inside of the model's folder");
  EXPECT_CONTAINS(import(root.str().str() + "/outside.bin"), "inside of the model's folder");
  EXPECT_CONTAINS(import("/etc/passwd"), "inside of the model's folder");
  EXPECT_CONTAINS(import(""), "inside of the model's folder");
  ASSERT_FALSE(llvm::sys::fs::create_link(root + "/outside.bin", root + "/models/link.bin"));
  EXPECT_CONTAINS(import("link.bin"), "link to outside");
  ASSERT_FALSE(llvm::sys::fs::create_link(root + "/models-private", root + "/models/folder"));
  EXPECT_CONTAINS(import("folder/w.bin"), "link to outside");
}

TEST_F(ExternalFile, WrongRanges) {
  EXPECT_CONTAINS(import("w.bin"), "needs 16 bytes, but there are 24");
  EXPECT_CONTAINS(import("w.bin", range("16", "16")), "too few");
  EXPECT_CONTAINS(import("w.bin", range("18446744073709551615", "16")), "too few");
  EXPECT_CONTAINS(import("w.bin", range("8", "18446744073709551615")), "too few");
  EXPECT_CONTAINS(import("w.bin", range("-1", "16")), "no number");
  EXPECT_CONTAINS(import("w.bin", range("0", "x")), "no number");
  EXPECT_CONTAINS(import("missing.bin"), "missing.bin");
  EXPECT_CONTAINS(import("."), "m.onnx");
}

TEST(ImportFile, Missing) {
  mlir::MLIRContext context;
  auto module = importModel("/nonexistent/model.onnx", context);
  ASSERT_FALSE(static_cast<bool>(module));
  EXPECT_CONTAINS(toString(module.takeError()), "/nonexistent/model.onnx");
}

} // namespace

//===- HeaderTest.cpp - tests of the C header of an object ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/Header.h"

#include "llvm/Support/Error.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace qcc;
using testing::HasSubstr;
using testing::Not;

namespace {

InterfaceTensor makeTensor(std::string name, std::vector<int64_t> shape) {
  InterfaceTensor tensor;
  tensor.name = std::move(name);
  tensor.type = "float";
  tensor.elementBytes = 4;
  tensor.shape = std::move(shape);
  return tensor;
}

ObjectInterface makeInterface() {
  ObjectInterface interface;
  interface.name = "net";
  interface.targets = {cantFail(resolveTarget("x86_64-linux-gnu", "generic"))};
  InterfaceEntry entry;
  entry.suffix = "run";
  entry.summary = "the values";
  entry.inputs = {makeTensor("x", {2, 3})};
  entry.outputs = {makeTensor("y", {5})};
  interface.entries = {entry};
  interface.workspaceBytes = 128;
  return interface;
}

TEST(Header, Identifiers) {
  EXPECT_TRUE(isCIdentifier("mnist_2"));
  EXPECT_TRUE(isCIdentifier("_x"));
  for (const char *name : {"", "2net", "a-b", "a b", "n\xC3\xA4", "a.b"}) {
    EXPECT_FALSE(isCIdentifier(name)) << name;
    EXPECT_TRUE(isCIdentifier(makeCIdentifier(name))) << name;
  }
  EXPECT_EQ(makeCIdentifier("mnist-int8.v2"), "mnist_int8_v2");
  EXPECT_EQ(makeCIdentifier("8bit"), "model_8bit");
  EXPECT_EQ(makeCIdentifier("net"), "net");
}

TEST(Header, SizesAreOfOneImage) {
  std::string text = formatHeader(makeInterface());
  EXPECT_THAT(text, HasSubstr("#define NET_INPUT0_DIMS {2, 3}\n#define NET_INPUT0_ELEMENTS 6\n"
                              "#define NET_INPUT0_BYTES 24\n"));
  EXPECT_THAT(text, HasSubstr("#define NET_WORKSPACE_BYTES 128\n"));
  EXPECT_THAT(text, HasSubstr("int net_run(const void *input, void *output, size_t batch, "
                              "void *workspace);"));
  EXPECT_THAT(text, HasSubstr("Undefined symbols: none."));
}

TEST(Header, SeveralInputsAndOutputs) {
  ObjectInterface interface = makeInterface();
  interface.entries[0].inputs.push_back(makeTensor("z", {}));
  interface.entries[0].outputs.push_back(makeTensor("w", {1}));
  std::string text = formatHeader(interface);
  EXPECT_THAT(text, HasSubstr("int net_run(const void *input0, const void *input1, void *output0, "
                              "void *output1, size_t batch, void *workspace);"));
  EXPECT_THAT(text, HasSubstr("net_run(input0, input1, output0, output1, 1, memory + skip)"));
  // No braces without elements in C.
  EXPECT_THAT(text, HasSubstr("#define NET_INPUT1_RANK 0\n#define NET_INPUT1_ELEMENTS 1\n"));
}

TEST(Header, CodesAndFloatsAreExact) {
  ObjectInterface interface = makeInterface();
  InterfaceEntry codes = interface.entries[0];
  codes.suffix = "run_codes";
  codes.inputs[0].codes = CodeMeaning{0.1f, -128};
  codes.outputs[0].codes = CodeMeaning{1.0f, 3};
  interface.entries.push_back(codes);
  std::string text = formatHeader(interface);
  EXPECT_THAT(text, HasSubstr("#define NET_CODES_INPUT0_SCALE 0.1f\n"
                              "#define NET_CODES_INPUT0_ZERO_POINT -128\n"));
  EXPECT_THAT(text, HasSubstr("#define NET_CODES_OUTPUT0_SCALE 1.0f\n"));
  EXPECT_THAT(text, HasSubstr("int net_run_codes("));
  EXPECT_THAT(text, HasSubstr("typedef void (*qcc_parallel_for)(void *context, "));
  EXPECT_THAT(text, HasSubstr("int net_run_codes_parallel(const void *input, void *output, size_t "
                              "batch, void *workspaces, size_t count,"));
}

TEST(Header, Preprocessing) {
  ObjectInterface interface = makeInterface();
  EXPECT_THAT(formatHeader(interface), Not(HasSubstr("PREPROCESSING")));
  interface.preprocessing = InterfacePreprocessing{255, {0.5f, 0.25f}, {2}};
  std::string text = formatHeader(interface);
  EXPECT_THAT(text, HasSubstr("#define NET_PREPROCESSING_DIVISOR 255.0f\n"
                              "#define NET_PREPROCESSING_MEAN {0.5f, 0.25f}\n"
                              "#define NET_PREPROCESSING_STD {2.0f}\n"));
}

TEST(Header, WhatIsNotKnownOrSpecial) {
  ObjectInterface interface = makeInterface();
  EXPECT_THAT(formatHeader(interface), HasSubstr("not known"));
  EXPECT_THAT(formatHeader(interface), Not(HasSubstr("STACK_BYTES")));
  interface.stackBytes = 400;
  interface.fixedBatch = true;
  interface.images = 4;
  interface.undefinedSymbols = {"memcpy", "expf"};
  std::string text = formatHeader(interface);
  EXPECT_THAT(text, HasSubstr("#define NET_STACK_BYTES 400\n"));
  EXPECT_THAT(text, HasSubstr("#define NET_BATCH_MULTIPLE 4\n"));
  EXPECT_THAT(text, HasSubstr("Undefined symbols: memcpy, expf."));
  EXPECT_THAT(text, HasSubstr("input[NET_BATCH_MULTIPLE * NET_INPUT0_ELEMENTS]"));
}

/// Names come from models, which come from anywhere.
TEST(Header, NamesCannotLeaveTheirPlace) {
  ObjectInterface interface = makeInterface();
  interface.entries[0].inputs[0].name = "a\"*/\n\\x?\?/";
  std::string text = formatHeader(interface);
  EXPECT_THAT(text, HasSubstr("#define NET_INPUT0_NAME \"a\\042\\052/\\012\\134x\\077\\077/\"\n"));
}

} // namespace

//===- DiagnosticsTest.cpp - tests of error texts and name suggestions ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/StringDistance.h"
#include <gtest/gtest.h>
#include <vector>

using namespace llvm;
using namespace qcc;

namespace {

TEST(DiagnosticsTest, FormatsArguments) {
  SmallString<16> path("a/b");
  Error error = makeError("{}: node '{}' has {} inputs", path, StringRef("conv"), 3);
  EXPECT_EQ(toString(std::move(error)), "a/b: node 'conv' has 3 inputs");
}

TEST(DiagnosticsTest, KeepsPercentSigns) {
  EXPECT_EQ(toString(makeError("{} 100%s", "a%d")), "a%d 100%s");
}

TEST(DiagnosticsTest, Context) {
  EXPECT_EQ(toString(addContext(makeError("bad"), "file")), "file: bad");
  EXPECT_FALSE(addContext(Error::success(), "file"));
}

TEST(DiagnosticsTest, Shapes) {
  EXPECT_EQ(formatShape({}), "[]");
  EXPECT_EQ(formatShape({1, 28}), "[1, 28]");
  EXPECT_EQ(formatShape({INT64_MIN, 28}), "[?, 28]");
}

TEST(StringDistanceTest, FindsTheNearest) {
  StringRef names[] = {"fbgemm", "qnnpack", "onnx", "tflite"};
  EXPECT_EQ(closestMatch("fbgem", names), "fbgemm");
  EXPECT_EQ(closestMatch("QNNPACK", names), "qnnpack");
  EXPECT_EQ(closestMatch("onxn", names), std::nullopt); // Two replacements in four letters.
  EXPECT_EQ(closestMatch("onx", names), "onnx");
  EXPECT_EQ(closestMatch("tensorrt", names), std::nullopt);
  EXPECT_EQ(closestMatch("x", {}), std::nullopt);
  // The first of equals.
  EXPECT_EQ(closestMatch("ab", {"ac", "ad"}), "ac");
}

TEST(StringDistanceTest, Text) {
  EXPECT_EQ(didYouMean("rleu", {"relu6", "prelu"}), "");
  EXPECT_EQ(didYouMean("relu7", std::vector<std::string>{"conv", "relu6"}),
            "; did you mean 'relu6'?");
}

} // namespace

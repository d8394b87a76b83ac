//===- ProgressTest.cpp - tests of the progress line ------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/Progress.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <gtest/gtest.h>
#include <thread>

using namespace llvm;
using namespace qcc;

namespace {

TEST(ProgressTest, Line) {
  EXPECT_EQ(formatProgress("reading", 0, 100, 1.0), "reading 0/100 (0%)");
  EXPECT_EQ(formatProgress("reading", 640, 10000, 0.5), "reading 640/10000 (6%), 1280/s, 7 s left");
  EXPECT_EQ(formatProgress("reading", 1, 101, 1.0), "reading 1/101 (0%), 1.0/s, 1:40 left");
  EXPECT_EQ(formatProgress("reading", 1, 7385, 1.0), "reading 1/7385 (0%), 1.0/s, 2:03:04 left");
  EXPECT_EQ(formatProgress("reading", 100, 100, 2.0), "reading 100/100 (100%), 50/s");
}

TEST(ProgressTest, OddNumbers) {
  EXPECT_EQ(formatProgress("reading", 50, 0, 1.0), "reading 50, 50/s");
  EXPECT_EQ(formatProgress("reading", 120, 100, 1.0), "reading 120/100 (100%), 120/s");
  EXPECT_EQ(formatProgress("reading", 5, 10, 0.0), "reading 5/10 (50%)");
  EXPECT_EQ(formatProgress("reading", 1, UINT64_MAX, 1e9),
            "reading 1/18446744073709551615 (0%), 0.0/s, days left");
}

TEST(ProgressTest, DisabledIsSilent) {
  std::string text;
  raw_string_ostream os(text);
  {
    Progress progress(os, "t", 10, /*enabled=*/false);
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    progress(5);
  }
  EXPECT_EQ(text, "");
}

TEST(ProgressTest, ShortWorkIsSilent) {
  std::string text;
  raw_string_ostream os(text);
  {
    Progress progress(os, "t", 10, /*enabled=*/true);
    progress(5);
    progress(10);
  }
  EXPECT_EQ(text, "");
}

TEST(ProgressTest, RedrawsSeldomAndErases) {
  std::string text;
  raw_string_ostream os(text);
  auto start = std::chrono::steady_clock::now();
  {
    Progress progress(os, "a title that is longer than the line", 1000000, /*enabled=*/true,
                      /*columns=*/20);
    function_ref<void(uint64_t)> callback = progress;
    for (uint64_t i = 0; std::chrono::steady_clock::now() - start < std::chrono::milliseconds(250);
         ++i)
      callback(i);
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  StringRef drawn(text);
  ASSERT_TRUE(drawn.consume_back("\r\x1b[K"));
  EXPECT_GE(drawn.count('\r'), 1u);
  EXPECT_LE(static_cast<double>(drawn.count('\r')), seconds * 10);
  EXPECT_TRUE(drawn.starts_with("\ra title that is lon\x1b[K")) << text;
  EXPECT_EQ(drawn.count('\n'), 0u);
}

} // namespace

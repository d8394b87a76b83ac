//===- CodeMemoryTest.cpp - sections within reach of each other ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Execution/CodeMemory.h"
#include "gtest/gtest.h"

#include <string>
#include <vector>

using namespace qcc;
using llvm::Align;

namespace {

struct CodeMemoryTest : ::testing::Test {
  std::vector<std::string> far;
  CodeMemory memory{[this](llvm::StringRef section) { far.push_back(section.str()); }};
};

/// As for the MNIST CNN, whose constants are 96 bytes below a multiple of the page size.
TEST_F(CodeMemoryTest, HoldsTheTableThatIsNotReservedFor) {
  memory.reserveAllocationSpace(15040, Align(16), 1631936, Align(64), 0, Align(1));
  uint8_t *code = memory.allocateCodeSection(14972, 16, 0, ".text");
  uint8_t *constants = memory.allocateDataSection(1631936 - 64, 64, 1, ".rodata", true);
  uint8_t *table = memory.allocateDataSection(32, 8, 2, ".got", false);
  EXPECT_TRUE(far.empty()) << far.front();
  EXPECT_LT(std::abs(constants - code), 2 << 20);
  EXPECT_LT(std::abs(table - code), 2 << 20);
}

TEST_F(CodeMemoryTest, HoldsSectionsThatNeedOneAlignmentMore) {
  constexpr uintptr_t page = 4096;
  memory.reserveAllocationSpace(page, Align(64), page, Align(64), page, Align(64));
  for (unsigned i = 0; i < 8; ++i) {
    memory.allocateCodeSection(page / 8, 64, i, ".text");
    memory.allocateDataSection(page / 8, 64, 8 + i, ".rodata", true);
    memory.allocateDataSection(page / 8, 64, 16 + i, ".data", false);
  }
  EXPECT_TRUE(far.empty()) << far.front();
}

/// What is not reserved at all gets a block of its own. Where that lies is the system's choice, so
/// it is made larger than what is allowed between sections.
TEST_F(CodeMemoryTest, ReportsASectionThatWasNotReservedFor) {
  memory.reserveAllocationSpace(64, Align(16), 64, Align(16), 0, Align(1));
  memory.allocateCodeSection(64, 16, 0, ".text");
  EXPECT_TRUE(far.empty());
  memory.allocateDataSection(1 << 20, 16, 1, ".rodata", true);
  EXPECT_EQ(far, std::vector<std::string>{".rodata"});
}

} // namespace

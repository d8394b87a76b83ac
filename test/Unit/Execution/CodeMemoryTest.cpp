//===- CodeMemoryTest.cpp - sections within reach of each other ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Execution/CodeMemory.h"
#include "gtest/gtest.h"

#include <algorithm>
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

/// Large blocks are mapped in another way, of whole huge pages.
TEST_F(CodeMemoryTest, LargeBlocksCanBeWrittenAndProtected) {
  for (uintptr_t size : {1 << 20, (2 << 20) - 4096, 3 << 20, 16 << 20}) {
    std::vector<std::string> names;
    CodeMemory large([&](llvm::StringRef section) { names.push_back(section.str()); });
    large.reserveAllocationSpace(5000, Align(16), size, Align(64), 100, Align(8));
    uint8_t *code = large.allocateCodeSection(5000, 16, 0, ".text");
    uint8_t *constants = large.allocateDataSection(size, 64, 1, ".rodata", true);
    uint8_t *data = large.allocateDataSection(100, 8, 2, ".data", false);
    EXPECT_TRUE(names.empty()) << size;
    std::fill_n(code, 5000, uint8_t(0xc3));
    std::fill_n(constants, size, uint8_t(7));
    std::string error;
    EXPECT_FALSE(large.finalizeMemory(&error)) << error;
    std::fill_n(data, 100, uint8_t(1));
    EXPECT_EQ(std::count(code, code + 5000, 0xc3), 5000);
    EXPECT_EQ(std::count(constants, constants + size, 7), static_cast<ptrdiff_t>(size));
  }
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

//===- SessionCacheTest.cpp - tests of compiled models in a folder ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What tools show of the cache is tested with qcc-run; here, what is decided before anything is
// compiled.
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/SessionCache.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <gmock/gmock.h>
#include <tuple>

using namespace llvm;
using namespace qcc;
using ::testing::HasSubstr;

namespace {

class SessionCacheTest : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("qcc-cache", folder)); }
  void TearDown() override { std::ignore = sys::fs::remove_directories(folder); }

  /// Asks for the model in a file of these contents, which is not in the folder. True if what is
  /// compiled would be kept.
  bool wouldBeKept(StringRef name, const std::string &contents) {
    SmallString<128> path(folder);
    sys::path::append(path, name);
    EXPECT_FALSE(errorToBool(writeFileAtomically(path, contents)));
    bool kept = false;
    warning.clear();
    auto model = SessionCache(std::string(folder))
                     .get(
                         path, RunOptions(),
                         [&](std::unique_ptr<MemoryBuffer> bytes,
                             const auto &keep) -> Expected<RunnableModel> {
                           kept = static_cast<bool>(keep);
                           EXPECT_EQ(bytes != nullptr, kept);
                           if (bytes)
                             EXPECT_EQ(bytes->getBuffer(), contents);
                           return makeError("not compiled");
                         },
                         [&](const std::string &text) { warning += text; });
    EXPECT_EQ(toString(model.takeError()), "not compiled");
    EXPECT_EQ(warning.empty(), kept);
    return kept;
  }

  SmallString<128> folder;
  std::string warning;
};

TEST_F(SessionCacheTest, ModelsInOneFileAreKept) {
  EXPECT_TRUE(wouldBeKept("empty.onnx", ""));
  EXPECT_TRUE(wouldBeKept("small.onnx", "locatio"));
  EXPECT_TRUE(wouldBeKept("large.onnx", std::string(1 << 20, 'n')));
  // Other formats have no other files.
  EXPECT_TRUE(wouldBeKept("model.mlirbc", "location"));
}

TEST_F(SessionCacheTest, WeightsInOtherFilesAreFoundAnywhere) {
  EXPECT_FALSE(wouldBeKept("small.onnx", "location"));
  EXPECT_THAT(warning, HasSubstr("may have weights in other files"));
  // Files are read in parts of some power of two: the word begins before, at and behind a border.
  for (size_t part : {4096, 65536, 131072})
    for (size_t before = 0; before <= 9; ++before) {
      std::string contents(300000, 'l');
      contents.replace(part - before, 8, "location");
      EXPECT_FALSE(wouldBeKept("large.onnx", contents)) << part << " - " << before;
    }
  EXPECT_FALSE(wouldBeKept("end.onnx", std::string(100000, 'l') + "location"));
}

} // namespace

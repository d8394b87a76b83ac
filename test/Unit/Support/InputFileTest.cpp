//===- InputFileTest.cpp - tests of reading whole files ---------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/InputFile.h"
#include "qcc/Support/AtomicFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <tuple>

using namespace llvm;
using namespace qcc;

namespace {

class InputFileTest : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("qcc-input", folder)); }
  void TearDown() override { std::ignore = sys::fs::remove_directories(folder); }

  std::string path(StringRef name) const {
    SmallString<128> result(folder);
    sys::path::append(result, name);
    return std::string(result);
  }

  std::string write(StringRef contents) const {
    EXPECT_FALSE(errorToBool(writeFileAtomically(path("file"), contents)));
    return path("file");
  }

  /// Bytes of which no two positions near each other have the same.
  static std::string makeContents(size_t size) {
    std::string contents(size, '\0');
    for (size_t i = 0; i < size; ++i)
      contents[i] = static_cast<char>(i % 251);
    return contents;
  }

  SmallString<128> folder;
};

TEST_F(InputFileTest, ReadsAllOfIt) {
  // Less than a part, whole parts, and more; small files are copied, large ones are mapped.
  for (size_t size : {0, 1, 65535, 65536, 65537, 131072, 300001}) {
    std::string contents = makeContents(size), file = write(contents), read;
    size_t parts = 0;
    Error error = readInputFile(file, [&](StringRef part) {
      EXPECT_FALSE(part.empty());
      read += part;
      ++parts;
    });
    EXPECT_EQ(toString(std::move(error)), "");
    EXPECT_EQ(read, contents);
    EXPECT_GE(parts, (size + 65535) / 65536);

    auto buffer = openInputFile(file);
    ASSERT_TRUE(static_cast<bool>(buffer)) << toString(buffer.takeError());
    populate(**buffer);
    EXPECT_EQ((*buffer)->getBuffer(), contents);
  }
}

TEST_F(InputFileTest, PopulatesWhatIsNoFile) {
  auto buffer = MemoryBuffer::getMemBufferCopy(makeContents(100000));
  populate(*buffer);
  EXPECT_EQ(buffer->getBuffer(), makeContents(100000));
}

TEST_F(InputFileTest, SaysWhatCannotBeRead) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  for (auto [name, reason] : {std::pair{"none", "No such file or directory"},
                              {"", "it is a directory"},
                              {"pipe", "it is not a regular file"}}) {
    std::string file = name[0] ? path(name) : std::string(folder);
    std::string expected = "cannot read '" + file + "': " + reason;
    EXPECT_EQ(toString(openInputFile(file).takeError()), expected);
    EXPECT_EQ(toString(readInputFile(file, [](StringRef) { FAIL(); })), expected);
  }
}

} // namespace

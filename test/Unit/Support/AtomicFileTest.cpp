//===- AtomicFileTest.cpp - tests of atomic file writing --------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
using namespace qcc;

namespace {

class AtomicFileTest : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(sys::fs::createUniqueDirectory("qcc-atomic", folder)); }
  void TearDown() override { sys::fs::remove_directories(folder); }

  std::string path(StringRef name) const {
    SmallString<128> result(folder);
    sys::path::append(result, name);
    return std::string(result);
  }

  static std::string contents(StringRef path) {
    auto buffer = MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : "<unreadable>";
  }

  /// Number of entries of the test's folder: a temporary left behind would be counted.
  unsigned entries() const {
    unsigned count = 0;
    std::error_code code;
    for (sys::fs::directory_iterator it(folder, code), end; it != end && !code; it.increment(code))
      ++count;
    return count;
  }

  static std::string message(Error error) { return toString(std::move(error)); }

  SmallString<128> folder;
};

TEST_F(AtomicFileTest, CreatesAndReplaces) {
  EXPECT_EQ(message(writeFileAtomically(path("a"), "one")), "");
  EXPECT_EQ(contents(path("a")), "one");
  EXPECT_EQ(message(writeFileAtomically(path("a"), [](raw_ostream &os) { os << "two"; })), "");
  EXPECT_EQ(contents(path("a")), "two");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(AtomicFileTest, OddNames) {
  // A folder with the characters that LLVM's unique-file models replace, and the longest name there
  // may be.
  ASSERT_FALSE(sys::fs::create_directory(path("100%%%%")));
  EXPECT_EQ(message(writeFileAtomically(path("100%%%%/x"), "x")), "");
  EXPECT_EQ(contents(path("100%%%%/x")), "x");
  std::string longest(255, 'n');
  EXPECT_EQ(message(writeFileAtomically(path(longest), "y")), "");
  EXPECT_EQ(contents(path(longest)), "y");
}

TEST_F(AtomicFileTest, RelativeName) {
  SmallString<128> before;
  ASSERT_FALSE(sys::fs::current_path(before));
  ASSERT_FALSE(sys::fs::set_current_path(folder));
  EXPECT_EQ(message(writeFileAtomically("plain", "z")), "");
  ASSERT_FALSE(sys::fs::set_current_path(before));
  EXPECT_EQ(contents(path("plain")), "z");
}

TEST_F(AtomicFileTest, FailingWriterKeepsOldFile) {
  ASSERT_EQ(message(writeFileAtomically(path("a"), "old")), "");
  std::string text = message(writeFileAtomically(path("a"), [](raw_ostream &os) -> Error {
    os << std::string(1 << 20, 'n');
    return makeError("layer {} is odd", 3);
  }));
  EXPECT_EQ(text, "cannot write '" + path("a") + "': layer 3 is odd");
  EXPECT_EQ(contents(path("a")), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(AtomicFileTest, FailingNewFileLeavesNothing) {
  std::string text = message(
      writeFileAtomically(path("a"), [](raw_ostream &) -> Error { return makeError("no"); }));
  EXPECT_NE(text, "");
  EXPECT_EQ(entries(), 0u);
}

TEST_F(AtomicFileTest, FullDisk) {
  if (!sys::fs::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full on this system";
  // Both smaller and larger than a stream's buffer.
  for (size_t size : {1, 1 << 20}) {
    std::string text = message(writeFileAtomically("/dev/full", std::string(size, 'x')));
    EXPECT_EQ(text, "cannot write '/dev/full': No space left on device");
  }
  EXPECT_TRUE(sys::fs::exists("/dev/full"));
}

// A file that cannot grow further is the nearest thing to a full disk which needs no file system of
// its own.
TEST_F(AtomicFileTest, WriteErrorKeepsOldFile) {
  ASSERT_EQ(message(writeFileAtomically(path("a"), "old")), "");
  struct rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit limit = {4096, before.rlim_max};
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::string text = message(writeFileAtomically(path("a"), std::string(1 << 20, 'x')));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_NE(text.find("File too large"), std::string::npos) << text;
  EXPECT_EQ(contents(path("a")), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(AtomicFileTest, Device) {
  EXPECT_EQ(message(writeFileAtomically("/dev/null", "gone")), "");
  sys::fs::file_status status;
  ASSERT_FALSE(sys::fs::status("/dev/null", status));
  EXPECT_EQ(status.type(), sys::fs::file_type::character_file);
}

TEST_F(AtomicFileTest, Directory) {
  std::string text = message(writeFileAtomically(folder, "x"));
  EXPECT_EQ(text, "cannot write '" + folder.str().str() + "': it is a directory");
}

TEST_F(AtomicFileTest, MissingFolder) {
  std::string text = message(writeFileAtomically(path("no/such/file"), "x"));
  EXPECT_NE(text.find("cannot create a file in folder '" + path("no/such") + "'"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("No such file or directory"), std::string::npos) << text;
}

TEST_F(AtomicFileTest, UnwritableFolder) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may write to every folder";
  ASSERT_EQ(::chmod(folder.c_str(), 0555), 0);
  std::string text = message(writeFileAtomically(path("a"), "x"));
  ::chmod(folder.c_str(), 0755);
  EXPECT_NE(text.find("Permission denied"), std::string::npos) << text;
}

TEST_F(AtomicFileTest, FolderIsAFile) {
  ASSERT_EQ(message(writeFileAtomically(path("a"), "x")), "");
  std::string text = message(writeFileAtomically(path("a/b"), "x"));
  EXPECT_NE(text.find("Not a directory"), std::string::npos) << text;
}

TEST_F(AtomicFileTest, EmptyName) {
  EXPECT_EQ(message(writeFileAtomically("", "x")), "cannot write a file without a name");
}

TEST_F(AtomicFileTest, PermissionsFollowUmask) {
  mode_t before = ::umask(027);
  std::string text = message(writeFileAtomically(path("a"), "x"));
  ::umask(before);
  ASSERT_EQ(text, "");
  struct stat info;
  ASSERT_EQ(::stat(path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

TEST_F(AtomicFileTest, SymbolicLinkStays) {
  ASSERT_EQ(message(writeFileAtomically(path("real"), "old")), "");
  ASSERT_EQ(::symlink("real", path("link").c_str()), 0);
  ASSERT_EQ(message(writeFileAtomically(path("link"), "new")), "");
  EXPECT_EQ(contents(path("real")), "new");
  EXPECT_TRUE(sys::fs::is_symlink_file(path("link")));
}

TEST_F(AtomicFileTest, StandardOutput) {
  ::testing::internal::CaptureStdout();
  std::string text = message(writeFileAtomically("-", "to stdout"));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "to stdout");
  EXPECT_EQ(text, "");
  EXPECT_FALSE(sys::fs::exists("-"));
}

} // namespace

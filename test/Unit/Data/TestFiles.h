//===- TestFiles.h - files that the tests of the data library make ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_UNIT_DATA_TESTFILES_H
#define QCC_TEST_UNIT_DATA_TESTFILES_H

#include "qcc/Support/AtomicFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>
#include <zlib.h>

namespace qcc::test {

using Bytes = std::vector<uint8_t>;

inline Bytes toBytes(llvm::StringRef text) { return Bytes(text.bytes_begin(), text.bytes_end()); }

/// The text of an error (or of the error in an Expected), "" for success.
inline std::string message(llvm::Error error) { return llvm::toString(std::move(error)); }
template <typename T> std::string message(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

/// Deflates `bytes` with a gzip header (windowBits 31) or raw (windowBits -15).
inline Bytes deflated(llvm::ArrayRef<uint8_t> bytes, int windowBits = 31) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
  Bytes result(deflateBound(&stream, bytes.size()) + 32);
  stream.next_in = const_cast<Bytef *>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = result.data();
  stream.avail_out = static_cast<uInt>(result.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

/// A test with a folder of its own.
class FolderTest : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("qcc-data", folder)); }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string path(llvm::StringRef name) const {
    llvm::SmallString<128> result(folder);
    llvm::sys::path::append(result, name);
    return std::string(result);
  }

  /// Writes a file and returns its path.
  std::string write(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes) const {
    llvm::StringRef text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    EXPECT_EQ(message(writeFileAtomically(path(name), text)), "");
    return path(name);
  }

  llvm::SmallString<128> folder;
};

/// A path in the folder of reference data (QCC_REFERENCE_DIR), or "" if there is none.
inline std::string referencePath(llvm::StringRef name) {
  const char *folder = std::getenv("QCC_REFERENCE_DIR");
  return folder && *folder ? std::string(folder) + "/" + name.str() : "";
}

inline ::testing::AssertionResult contains(llvm::StringRef text, llvm::StringRef part) {
  if (text.contains(part))
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no \"" << part.str() << "\" in \"" << text.str() << "\"";
}

} // namespace qcc::test

#define EXPECT_CONTAINS(text, part) EXPECT_TRUE(::qcc::test::contains(text, part))

#endif // QCC_TEST_UNIT_DATA_TESTFILES_H

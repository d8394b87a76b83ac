//===- IdxTest.cpp - tests of the IDX reader --------------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Idx.h"
#include "TestFiles.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::test;

namespace {

/// u8 [2, 3] with the values 1 to 6.
const Bytes small = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};

HostTensor smallTensor() { return HostTensor::fromValues<uint8_t>({2, 3}, {1, 2, 3, 4, 5, 6}); }

using IdxTest = FolderTest;

TEST_F(IdxTest, PlainAndGzipByContents) {
  // The names say the opposite of what is inside.
  for (auto path : {write("a.gz", small), write("b", deflated(small))}) {
    Expected<HostTensor> tensor = readIdx(path);
    ASSERT_EQ(tensor ? "" : message(tensor.takeError()), "");
    EXPECT_EQ(*tensor, smallTensor());
  }
}

TEST_F(IdxTest, GzipInSeveralStreams) {
  Bytes bytes = deflated(ArrayRef(small).take_front(7));
  Bytes second = deflated(ArrayRef(small).drop_front(7));
  bytes.insert(bytes.end(), second.begin(), second.end());
  Expected<HostTensor> tensor = parseIdx(bytes, "x");
  ASSERT_TRUE(bool(tensor)) << message(tensor.takeError());
  EXPECT_EQ(*tensor, smallTensor());
}

template <typename T> void roundTrip(ArrayRef<T> values) {
  auto tensor = HostTensor::fromValues<T>({static_cast<int64_t>(values.size())}, values);
  std::string text;
  raw_string_ostream os(text);
  ASSERT_EQ(message(writeIdx(os, tensor)), "");
  Expected<HostTensor> read = parseIdx(toBytes(text), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(*read, tensor);
}

TEST_F(IdxTest, AllElementTypes) {
  roundTrip<uint8_t>({0, 255});
  roundTrip<int8_t>({-128, 127});
  roundTrip<int16_t>({-32768, 258});
  roundTrip<int32_t>({INT32_MIN, 0x01020304});
  roundTrip<float>({-1.5f, 3e38f});
  roundTrip<double>({-1.5, 1e300});
  // Big-endian, as the format says.
  Expected<HostTensor> read = parseIdx({0, 0, 0x0b, 1, 0, 0, 0, 1, 1, 2}, "x");
  ASSERT_TRUE(bool(read));
  EXPECT_EQ(read->getData<int16_t>()[0], 0x0102);
}

TEST_F(IdxTest, CannotBeWritten) {
  std::string text;
  raw_string_ostream os(text);
  EXPECT_EQ(message(writeIdx(os, HostTensor(ElementType::I64, {1}))), "IDX files cannot hold i64");
  EXPECT_CONTAINS(message(writeIdx(os, HostTensor(ElementType::U8, {0, int64_t(1) << 32}))),
                  "IDX files cannot hold the shape");
}

TEST_F(IdxTest, TruncatedAnywhere) {
  for (size_t size = 0; size < small.size(); ++size) {
    ArrayRef<uint8_t> part = ArrayRef(small).take_front(size);
    EXPECT_CONTAINS(message(parseIdx(part, "file")), "file: truncated: ");
    EXPECT_CONTAINS(message(parseIdx(deflated(part), "file")), "file: truncated: ");
  }
  EXPECT_EQ(message(parseIdx(ArrayRef(small).drop_back(), "file")),
            "file: truncated: the header claims 6 bytes of data ([2, 3] of u8), found 5");
}

TEST_F(IdxTest, TruncatedGzipAnywhere) {
  Bytes bytes = deflated(small);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(message(parseIdx(ArrayRef(bytes).take_front(size), "file")), "") << size;
  EXPECT_EQ(message(parseIdx(ArrayRef(bytes).drop_back(), "file")),
            "file: truncated: the compressed data has no end (at byte " +
                std::to_string(bytes.size() - 1) + " of " + std::to_string(bytes.size() - 1) +
                " bytes of compressed data)");
}

TEST_F(IdxTest, DataAfterTheEnd) {
  Bytes bytes = small;
  bytes.push_back(7);
  EXPECT_CONTAINS(message(parseIdx(bytes, "file")),
                  "file: data after the end: the header claims 6");
  EXPECT_CONTAINS(message(parseIdx(deflated(bytes), "file")), "file: data after the end");
  Bytes gzip = deflated(small);
  gzip.push_back(7);
  EXPECT_CONTAINS(message(parseIdx(gzip, "file")), "data after the end of the compressed data");
}

TEST_F(IdxTest, CorruptGzip) {
  Bytes bytes = deflated(small);
  // The CRC-32, then the deflate data, then the method.
  Bytes crc = bytes, data = bytes, method = bytes;
  crc[bytes.size() - 8] ^= 1;
  data[10] = 0xff;
  method[2] = 9;
  EXPECT_CONTAINS(message(parseIdx(crc, "file")), "file: incorrect data check (at byte");
  EXPECT_CONTAINS(message(parseIdx(data, "file")), "file: invalid block type");
  EXPECT_CONTAINS(message(parseIdx(method, "file")), "file: unknown compression method");
}

TEST_F(IdxTest, WrongMagic) {
  for (Bytes bytes :
       {Bytes{1, 0, 8, 1, 0, 0, 0, 0}, Bytes{0, 1, 8, 1, 0, 0, 0, 0}, Bytes{0, 0, 7, 1, 0, 0, 0, 0},
        Bytes{0, 0, 10, 1, 0, 0, 0, 0}, toBytes("PNG and so on")})
    EXPECT_CONTAINS(message(parseIdx(bytes, "file")), "file: not an IDX file: begins with");
}

TEST_F(IdxTest, HugeClaims) {
  // 2^32 - 1 in each dimension: overflow, and plain too much.
  Bytes bytes = {0, 0, 8, 3};
  bytes.insert(bytes.end(), 12, 0xff);
  std::string text = message(parseIdx(bytes, "file"));
  EXPECT_CONTAINS(text, "[4294967295, 4294967295, 4294967295] of u8, more than the limit of");
  EXPECT_CONTAINS(message(parseIdx(deflated(bytes), "file")), "more than the limit of");
  // Within the limit, but more than so small a file can hold: refused before allocating.
  Bytes gigabyte = {0, 0, 8, 1, 0x40, 0, 0, 0};
  EXPECT_CONTAINS(message(parseIdx(gigabyte, "file")),
                  "truncated: the header claims 1073741824 bytes");
  EXPECT_CONTAINS(message(parseIdx(deflated(gigabyte), "file")),
                  "truncated: the header claims 1073741824 bytes");
  EXPECT_CONTAINS(message(parseIdx(small, "file", 5)), "more than the limit of 5 bytes");
  EXPECT_EQ(message(parseIdx(small, "file", 6)), "");
}

TEST_F(IdxTest, DecompressionBomb) {
  // Expands to 32 MiB behind a header that claims 6 bytes; only the first byte too many is
  // produced.
  Bytes bytes = small;
  bytes.resize(32 << 20);
  Bytes bomb = deflated(bytes);
  EXPECT_LT(bomb.size(), size_t(64 << 10));
  EXPECT_CONTAINS(message(parseIdx(bomb, "file")), "file: data after the end");
}

TEST_F(IdxTest, Unreadable) {
  EXPECT_EQ(message(readIdx(path("none"))),
            "cannot read '" + path("none") + "': No such file or directory");
  EXPECT_EQ(message(readIdx(folder)),
            "cannot read '" + folder.str().str() + "': it is a directory");
  EXPECT_EQ(message(readIdx("/dev/null")), "cannot read '/dev/null': it is not a regular file");
}

} // namespace

//===- NpyTest.cpp - tests of the .npy reader and writer --------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Npy.h"
#include "TestFiles.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::test;

namespace {

/// A file of version `major`.0 with this header text and these bytes.
Bytes npy(StringRef header, ArrayRef<uint8_t> data, uint8_t major = 1) {
  Bytes bytes = toBytes("\x93NUMPY");
  bytes.push_back(major);
  bytes.push_back(0);
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    bytes.push_back(static_cast<uint8_t>(header.size() >> (8 * i)));
  bytes.insert(bytes.end(), header.bytes_begin(), header.bytes_end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

Bytes npyOf(StringRef descr, StringRef shape, ArrayRef<uint8_t> data, bool fortran = false) {
  return npy(("{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
              ", 'shape': " + shape + ", }\n")
                 .str(),
             data);
}

std::string written(const HostTensor &tensor) {
  std::string text;
  raw_string_ostream os(text);
  EXPECT_EQ(message(writeNpy(os, tensor)), "");
  return text;
}

using NpyTest = FolderTest;

TEST_F(NpyTest, WritesWhatNumPyWrites) {
  // np.save of np.array([[1, 2, 3]], dtype='<i4').
  std::string text = written(HostTensor::fromValues<int32_t>({1, 3}, {1, 2, 3}));
  std::string header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 3), }";
  std::string expected = std::string("\x93NUMPY\x01\0\x76\0", 10) + header;
  expected.resize(127, ' ');
  expected += '\n';
  expected += std::string("\1\0\0\0\2\0\0\0\3\0\0\0", 12);
  EXPECT_EQ(text, expected);
}

template <typename T> void roundTrip(ArrayRef<int64_t> shape, ArrayRef<T> values) {
  auto tensor = HostTensor::fromValues<T>(shape, values);
  std::string text = written(tensor);
  Expected<HostTensor> read = parseNpy(toBytes(text), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(*read, tensor);
}

TEST_F(NpyTest, RoundTrips) {
  roundTrip<bool>({2}, {true, false});
  roundTrip<uint8_t>({2, 1}, {0, 255});
  roundTrip<int8_t>({2}, {-128, 127});
  roundTrip<uint16_t>({1}, {0x1234});
  roundTrip<int16_t>({1}, {-2});
  roundTrip<uint32_t>({1}, {0xfffffffe});
  roundTrip<int32_t>({1, 1, 1}, {-5});
  roundTrip<uint64_t>({1}, {UINT64_MAX});
  roundTrip<int64_t>({2}, {INT64_MIN, 1});
  roundTrip<float>({3}, {-0.0f, 1e-40f, 3.5f});
  roundTrip<double>({1}, {1e300});
  roundTrip<float>({}, {7});
  roundTrip<float>({2, 0, 3}, {});
  roundTrip<float>({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {1});
}

TEST_F(NpyTest, FileRoundTrip) {
  auto tensor = HostTensor::fromValues<float>({2, 2}, {1, 2, 3, 4});
  ASSERT_EQ(message(writeNpy(path("a.npy"), tensor)), "");
  Expected<HostTensor> read = readNpy(path("a.npy"));
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(*read, tensor);
}

TEST_F(NpyTest, HalfPrecision) {
  Expected<HostTensor> read = parseNpy(npyOf("<f2", "(1,)", {0x00, 0x3c}), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(read->getElementType(), ElementType::F16);
  EXPECT_EQ(read->getData<uint16_t>()[0], 0x3c00);
  std::string text;
  raw_string_ostream os(text);
  EXPECT_EQ(message(writeNpy(os, HostTensor(ElementType::BF16, {1}))),
            ".npy files cannot hold bf16");
}

TEST_F(NpyTest, Versions) {
  StringRef header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";
  for (uint8_t major : {1, 2, 3}) {
    Expected<HostTensor> read = parseNpy(npy(header, {5, 6}, major), "x");
    ASSERT_TRUE(bool(read)) << message(read.takeError());
    EXPECT_EQ(*read, HostTensor::fromValues<uint8_t>({2}, {5, 6}));
  }
  EXPECT_CONTAINS(message(parseNpy(npy(header, {5, 6}, 4), "x")), "x: unknown version 4.0");
}

TEST_F(NpyTest, HeaderSpellings) {
  for (StringRef header : {"{\"shape\":(2L,),\"descr\":\"u1\",\"fortran_order\":False}",
                           "{ 'fortran_order' : False , 'shape' : ( 2 ) , 'descr' : '=u1' }  \n"})
    EXPECT_EQ(message(parseNpy(npy(header, {5, 6}), "x")), "");
}

TEST_F(NpyTest, FortranOrder) {
  // The array [[0, 1, 2], [3, 4, 5]] column by column.
  Expected<HostTensor> read = parseNpy(npyOf("|u1", "(2, 3)", {0, 3, 1, 4, 2, 5}, true), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(*read, HostTensor::fromValues<uint8_t>({2, 3}, {0, 1, 2, 3, 4, 5}));
}

TEST_F(NpyTest, FortranOrderRank3) {
  // Element (i, j, k) is 100 i + 10 j + k, as i2.
  Bytes data;
  for (uint8_t k = 0; k < 4; ++k)
    for (uint8_t j = 0; j < 3; ++j)
      for (uint8_t i = 0; i < 2; ++i) {
        data.push_back(static_cast<uint8_t>(100 * i + 10 * j + k));
        data.push_back(0);
      }
  Expected<HostTensor> read = parseNpy(npyOf("<i2", "(2, 3, 4)", data, true), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  for (int i = 0, n = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k, ++n)
        EXPECT_EQ(read->getData<int16_t>()[n], 100 * i + 10 * j + k);
}

TEST_F(NpyTest, BigEndian) {
  Expected<HostTensor> read = parseNpy(npyOf(">i4", "(1,)", {1, 2, 3, 4}), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(read->getData<int32_t>()[0], 0x01020304);
}

TEST_F(NpyTest, BoolIsZeroOrOne) {
  Expected<HostTensor> read = parseNpy(npyOf("|b1", "(3,)", {0, 1, 77}), "x");
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(read->getBytes(), ArrayRef<uint8_t>({0, 1, 1}));
}

TEST_F(NpyTest, TruncatedAnywhere) {
  Bytes bytes = toBytes(written(HostTensor(ElementType::F32, {2, 3})));
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(message(parseNpy(ArrayRef(bytes).take_front(size), "x")), "") << size;
  EXPECT_EQ(message(parseNpy(ArrayRef(bytes).drop_back(), "file")),
            "file: truncated: [2, 3] of f32 takes 24 bytes after the header, found 23");
  bytes.push_back(0);
  EXPECT_EQ(message(parseNpy(bytes, "file")),
            "file: data after the end of the array: [2, 3] of f32 takes 24 bytes after the header, "
            "found 25");
}

TEST_F(NpyTest, HugeClaims) {
  EXPECT_CONTAINS(message(parseNpy(npyOf("<f4", "(1000000000000,)", {}), "x")),
                  "x: truncated: [1000000000000] of f32 takes 4000000000000 bytes");
  for (StringRef shape :
       {"(4294967296, 4294967296)", "(9223372036854775807, 9)", "(9223372036854775807,)"})
    EXPECT_CONTAINS(message(parseNpy(npyOf("<f8", shape, {}), "x")), "an impossible shape");
  EXPECT_CONTAINS(message(parseNpy(npyOf("<f8", "(9223372036854775808,)", {}), "x")),
                  "expected a size");
  std::string deep = "(";
  for (int i = 0; i < 65; ++i)
    deep += "1, ";
  EXPECT_CONTAINS(message(parseNpy(npyOf("|u1", deep + ")", {0}), "x")), "more than 64 dimensions");
  // A length of the header that passes the file's end, in version 2.
  Bytes bytes = npy("{}", {}, 2);
  bytes[8] = bytes[9] = bytes[10] = bytes[11] = 0xff;
  EXPECT_CONTAINS(message(parseNpy(bytes, "x")),
                  "truncated: the header takes 4294967295 bytes, found 2");
}

TEST_F(NpyTest, BadHeaders) {
  auto error = [](StringRef header) { return message(parseNpy(npy(header, {}), "x")); };
  EXPECT_EQ(message(parseNpy(toBytes("hello world"), "x")),
            "x: not an .npy file: does not begin with \\x93NUMPY");
  EXPECT_CONTAINS(error(""), "malformed header: expected '{' at its byte 0");
  EXPECT_CONTAINS(error("{'descr' '<f4'}"), "expected ':' at its byte 9");
  EXPECT_CONTAINS(error("{'descr: "), "expected the end of a string");
  EXPECT_CONTAINS(error("{'descr': '<f4'"), "expected ',' or '}'");
  EXPECT_CONTAINS(error("{'shape': (3"), "expected ',' or ')'");
  EXPECT_CONTAINS(error("{'shape': (-3,)"), "expected a size");
  EXPECT_CONTAINS(error("{'fortran_order': 1}"), "expected True or False");
  EXPECT_CONTAINS(error("{'size': 1}"), "unknown key 'size'");
  EXPECT_CONTAINS(error("{'descr': '<f4', 'descr': '<f4'}"), "the key 'descr' twice");
  EXPECT_CONTAINS(error("{'descr': '<f4', 'fortran_order': False}"), "lacks the key 'shape'");
  EXPECT_CONTAINS(error("{'descr': [('a', '<f4')]}"), "records");
  EXPECT_CONTAINS(error("{} x"), "only white space");
  for (StringRef descr : {"<c8", "|O", "<U3", "|S2", "<f16", "", "<M8[ns]"})
    EXPECT_CONTAINS(message(parseNpy(npyOf(descr, "()", {}), "x")),
                    ("elements of dtype '" + descr + "' are not supported").str());
}

} // namespace

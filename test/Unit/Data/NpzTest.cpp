//===- NpzTest.cpp - tests of zip and .npz archives -------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Npz.h"
#include "TestFiles.h"
#include "qcc/Data/Npy.h"
#include "qcc/Data/Zip.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::test;
using namespace llvm::support::endian;

namespace {

/// An archive with the one stored member "a" that holds "hello".
Bytes storedZip() {
  Bytes hello = toBytes("hello");
  std::string text;
  raw_string_ostream os(text);
  EXPECT_EQ(message(writeZip(os, {{"a", hello}})), "");
  return toBytes(text);
}

// Where things are in that archive.
constexpr size_t dataAt = 31, directoryAt = 36, endAt = directoryAt + 47;

/// The same archive with the member deflated, its data being `compressed`, said to expand to `size`
/// bytes.
Bytes deflatedZip(ArrayRef<uint8_t> compressed, uint32_t size, uint32_t crc) {
  Bytes stored = storedZip();
  Bytes bytes(stored.begin(), stored.begin() + dataAt);
  bytes.insert(bytes.end(), compressed.begin(), compressed.end());
  size_t directory = bytes.size();
  bytes.insert(bytes.end(), stored.begin() + directoryAt, stored.end());
  write16le(&bytes[directory + 10], 8);
  write32le(&bytes[directory + 16], crc);
  write32le(&bytes[directory + 20], static_cast<uint32_t>(compressed.size()));
  write32le(&bytes[directory + 24], size);
  write32le(&bytes[directory + 47 + 16], static_cast<uint32_t>(directory));
  return bytes;
}

/// Reads the first member.
std::string readFirst(ArrayRef<uint8_t> bytes, uint64_t maxBytes = 1 << 20) {
  Expected<ZipArchive> archive = ZipArchive::parse(bytes, "zip");
  if (!archive)
    return message(archive.takeError());
  if (archive->getMembers().empty())
    return "empty";
  Expected<std::vector<uint8_t>> contents = archive->read(archive->getMembers()[0], maxBytes);
  if (!contents)
    return message(contents.takeError());
  return std::string(contents->begin(), contents->end());
}

TEST(ZipTest, Stored) {
  Bytes bytes = storedZip();
  ASSERT_EQ(bytes.size(), endAt + 22);
  EXPECT_EQ(readFirst(bytes), "hello");
  EXPECT_EQ(ZipArchive::parse(bytes, "zip")->find("a")->size, 5u);
  EXPECT_EQ(ZipArchive::parse(bytes, "zip")->find("b"), nullptr);
}

TEST(ZipTest, Deflated) {
  Bytes hello = toBytes("hello");
  uint32_t crc = static_cast<uint32_t>(crc32(0, hello.data(), 5));
  Bytes compressed = deflated(hello, -15);
  EXPECT_EQ(readFirst(deflatedZip(compressed, 5, crc)), "hello");
  EXPECT_CONTAINS(readFirst(deflatedZip(compressed, 6, crc)), "truncated: expected 6 bytes");
  EXPECT_CONTAINS(readFirst(deflatedZip(compressed, 4, crc)), "more than the 4 bytes listed");
  EXPECT_CONTAINS(readFirst(deflatedZip(compressed, 5, crc ^ 1)), "damaged: CRC-32");
  EXPECT_CONTAINS(readFirst(deflatedZip(compressed, 1 << 20, crc)), "cannot expand to 1048576");
  EXPECT_CONTAINS(readFirst(deflatedZip(compressed, 100, crc), 99), "the limit is 99");
}

TEST(ZipTest, CommentAndEmpty) {
  Bytes bytes = storedZip();
  write16le(&bytes[endAt + 20], 3);
  for (char c : {'P', 'K', '\5'})
    bytes.push_back(static_cast<uint8_t>(c));
  EXPECT_EQ(readFirst(bytes), "hello");
  Bytes empty(22);
  write32le(empty.data(), 0x06054b50);
  EXPECT_EQ(readFirst(empty), "empty");
}

TEST(ZipTest, Zip64) {
  // The directory entry's sizes and offset, and the end record's, are in their zip64 forms.
  Bytes stored = storedZip();
  Bytes bytes(stored.begin(), stored.begin() + endAt);
  for (size_t at : {20, 24, 42})
    write32le(&bytes[directoryAt + at], UINT32_MAX);
  write16le(&bytes[directoryAt + 30], 28);
  Bytes extra(28);
  write16le(&extra[0], 1);
  write16le(&extra[2], 24);
  write64le(&extra[4], 5);
  write64le(&extra[12], 5);
  bytes.insert(bytes.end(), extra.begin(), extra.end());
  Bytes end(56 + 20 + 22);
  write32le(&end[0], 0x06064b50);
  write64le(&end[32], 1);
  write64le(&end[40], 47 + 28);
  write64le(&end[48], directoryAt);
  write32le(&end[56], 0x07064b50);
  write64le(&end[56 + 8], bytes.size());
  write32le(&end[76], 0x06054b50);
  write16le(&end[76 + 10], UINT16_MAX);
  write32le(&end[76 + 12], UINT32_MAX);
  write32le(&end[76 + 16], UINT32_MAX);
  bytes.insert(bytes.end(), end.begin(), end.end());
  EXPECT_EQ(readFirst(bytes), "hello");
  write64le(&bytes[bytes.size() - 22 - 20 + 8], UINT64_MAX);
  EXPECT_CONTAINS(readFirst(bytes), "zip64 end-of-directory record is not at byte");
}

TEST(ZipTest, Damaged) {
  Bytes good = storedZip();
  auto with = [&](size_t at, uint32_t value) {
    Bytes bytes = good;
    write32le(&bytes[at], value);
    return readFirst(bytes);
  };
  EXPECT_CONTAINS(with(endAt + 16, 1 << 30), "damaged: the directory claims bytes");
  EXPECT_CONTAINS(with(endAt + 12, 0xfffffff0), "damaged: the directory claims bytes");
  EXPECT_CONTAINS(with(endAt + 8, 0xffffffff), "damaged: the directory claims 65535 members");
  EXPECT_CONTAINS(with(directoryAt, 0), "damaged: no directory entry at byte 36");
  EXPECT_CONTAINS(with(directoryAt + 28, 0xffff), "passes the directory's end");
  EXPECT_CONTAINS(with(directoryAt + 42, 2), "its header is not at byte 2");
  EXPECT_CONTAINS(with(directoryAt + 42, UINT32_MAX - 1), "its header is not at byte");
  EXPECT_CONTAINS(with(directoryAt + 20, 500), "truncated: takes 500 bytes");
  EXPECT_CONTAINS(with(directoryAt + 24, 6), "stored, but with two sizes, 6 and 5");
  EXPECT_CONTAINS(with(directoryAt + 8, 1), "encrypted members are not supported");
  EXPECT_CONTAINS(with(directoryAt + 10, 12), "compression method 12 is not supported");
  EXPECT_CONTAINS(with(dataAt, 0), "CRC-32");
}

TEST(ZipTest, TruncatedAnywhere) {
  Bytes bytes = storedZip();
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_CONTAINS(readFirst(ArrayRef(bytes).take_front(size)), "not a zip archive, or truncated");
}

TEST(ZipTest, EveryByteChanged) {
  // Nothing may crash, whichever byte is wrong; most changes are errors.
  Bytes good = storedZip();
  for (size_t at = 0; at < good.size(); ++at)
    for (uint8_t value : {0x00, 0xff, 0x7f}) {
      Bytes bytes = good;
      bytes[at] = value;
      readFirst(bytes);
    }
}

using NpzTest = FolderTest;

TEST_F(NpzTest, RoundTrip) {
  NamedTensors tensors;
  tensors.emplace("weights", HostTensor::fromValues<float>({2}, {1, 2}));
  tensors.emplace("codes", HostTensor::fromValues<int8_t>({1, 2}, {-1, 2}));
  ASSERT_EQ(message(writeNpz(path("a.npz"), tensors)), "");
  Expected<NamedTensors> read = readNpz(path("a.npz"));
  ASSERT_TRUE(bool(read)) << message(read.takeError());
  EXPECT_EQ(*read, tensors);
  EXPECT_CONTAINS(message(readNpz(path("a.npz"), 200)), "more than the limit of 200 bytes");
}

TEST_F(NpzTest, MemberIsNoArray) {
  std::string file = write("a.npz", storedZip());
  EXPECT_EQ(message(readNpz(file)), file + ": member 'a' is not an .npy array");
  Bytes hello = toBytes("hello");
  std::string text;
  raw_string_ostream os(text);
  ASSERT_EQ(message(writeZip(os, {{"f/", {}}, {"x.npy", hello}})), "");
  file = write("b.npz", toBytes(text));
  EXPECT_CONTAINS(message(readNpz(file)), file + ": member 'x.npy': not an .npy file");
}

TEST_F(NpzTest, NameTwice) {
  std::string array, text;
  raw_string_ostream arrayStream(array), os(text);
  ASSERT_EQ(message(writeNpy(arrayStream, HostTensor(ElementType::U8, {1}))), "");
  Bytes bytes = toBytes(array);
  ASSERT_EQ(message(writeZip(os, {{"x.npy", bytes}, {"x.npy", bytes}})), "");
  EXPECT_CONTAINS(message(readNpz(write("a.npz", toBytes(text)))), "'x.npy' occurs twice");
}

TEST_F(NpzTest, ReferenceArchives) {
  for (StringRef name : {"models/mnist_fbgemm_oracle.npz", "models/mnist_qnnpack_oracle.npz"}) {
    std::string file = referencePath(name);
    if (file.empty())
      GTEST_SKIP() << "QCC_REFERENCE_DIR is not set";
    Expected<NamedTensors> tensors = readNpz(file);
    ASSERT_TRUE(bool(tensors)) << message(tensors.takeError());
    const HostTensor &weights = tensors->at("conv2_w");
    EXPECT_EQ(weights.getElementType(), ElementType::I8);
    EXPECT_EQ(weights.getShape(), ArrayRef<int64_t>({64, 32, 3, 3}));
    const HostTensor &codes = tensors->at("logits_u8_1000");
    EXPECT_EQ(codes.getElementType(), ElementType::U8);
    EXPECT_EQ(codes.getShape(), ArrayRef<int64_t>({1000, 10}));
    const HostTensor &logits = tensors->at("logits_f32_10000");
    EXPECT_EQ(logits.getElementType(), ElementType::F32);
    EXPECT_EQ(logits.getShape(), ArrayRef<int64_t>({10000, 10}));
  }
}

} // namespace

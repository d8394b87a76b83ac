//===- DatasetTest.cpp - tests of opening datasets --------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Dataset.h"
#include "TestFiles.h"
#include "qcc/Data/Idx.h"
#include "qcc/Data/Npy.h"
#include "qcc/Data/Npz.h"
#include <numeric>

using namespace llvm;
using namespace qcc;
using namespace qcc::test;

namespace {

class DatasetTest : public FolderTest {
protected:
  static HostTensor images(int64_t count) { return HostTensor(ElementType::U8, {count, 2, 3}); }

  /// Labels 0, 1, 2, ...
  template <typename T> static HostTensor labels(int64_t count) {
    HostTensor tensor(elementTypeOf<T>(), {count});
    MutableArrayRef<T> data = tensor.getMutableData<T>();
    std::iota(data.begin(), data.end(), T(0));
    return tensor;
  }

  void writeIdxFile(StringRef name, const HostTensor &tensor) const {
    std::string text;
    raw_string_ostream os(text);
    ASSERT_EQ(message(writeIdx(os, tensor)), "");
    Bytes bytes = toBytes(text);
    write(name, name.ends_with(".gz") ? deflated(bytes) : bytes);
  }

  void writeNpyFile(StringRef name, const HostTensor &tensor) const {
    ASSERT_EQ(message(writeNpy(path(name), tensor)), "");
  }

  void remove(StringRef name) const { ASSERT_FALSE(sys::fs::remove(path(name))); }
};

TEST_F(DatasetTest, IdxSpellings) {
  const SmallVector<StringRef> trainPrefixes = {"train"}, testPrefixes = {"t10k", "test"};
  for (Split split : {Split::Train, Split::Test})
    for (StringRef prefix : split == Split::Train ? trainPrefixes : testPrefixes)
      for (StringRef separator : {"-", "."})
        for (StringRef ending : {"", ".gz"}) {
          std::string imageName = (prefix + "-images" + separator + "idx3-ubyte" + ending).str();
          // The labels need not be spelt or packed like the images.
          std::string labelName = (prefix + "-labels-idx1-ubyte").str();
          writeIdxFile(imageName, images(4));
          writeIdxFile(labelName, labels<uint8_t>(4));
          Expected<Dataset> dataset = openDataset(folder, split);
          ASSERT_TRUE(bool(dataset)) << message(dataset.takeError());
          EXPECT_EQ(dataset->imagesFile, path(imageName));
          EXPECT_EQ(dataset->labels, (std::vector<int32_t>{0, 1, 2, 3}));
          EXPECT_EQ(dataset->getNumClasses(), 4);
          EXPECT_EQ(dataset->layout, ImageLayout::NHW);
          EXPECT_TRUE(dataset->hasPixels());
          // The other split is not there.
          EXPECT_CONTAINS(
              message(openDataset(folder, split == Split::Train ? Split::Test : Split::Train)),
              "looked for");
          remove(imageName);
          remove(labelName);
        }
}

TEST_F(DatasetTest, NpySpellings) {
  for (auto [imageName, labelName, split] :
       {std::tuple("train-images.npy", "train-labels.npy", Split::Train),
        std::tuple("train_images.npy", "train-labels.npy", Split::Train),
        std::tuple("x_train.npy", "y_train.npy", Split::Train),
        std::tuple("test-images.npy", "test-labels.npy", Split::Test),
        std::tuple("t10k_images.npy", "t10k_labels.npy", Split::Test),
        std::tuple("images.npy", "labels.npy", Split::Train),
        std::tuple("images.npy", "labels.npy", Split::Test)}) {
    writeNpyFile(imageName, HostTensor(ElementType::F32, {3, 1, 2, 3}));
    writeNpyFile(labelName, labels<int64_t>(3));
    Expected<Dataset> dataset = openDataset(folder, split);
    ASSERT_TRUE(bool(dataset)) << message(dataset.takeError());
    EXPECT_EQ(dataset->layout, ImageLayout::NCHW);
    EXPECT_FALSE(dataset->hasPixels());
    EXPECT_EQ(dataset->getHeight(), 2);
    remove(imageName);
    remove(labelName);
  }
}

TEST_F(DatasetTest, FileOfImages) {
  writeNpyFile("my-images.npy", images(3));
  std::string text = message(openDataset(path("my-images.npy"), Split::Test));
  EXPECT_CONTAINS(text, "has no labels beside it");
  writeNpyFile("my-labels.npy", labels<uint8_t>(3));
  EXPECT_EQ(message(openDataset(path("my-images.npy"), Split::Test)), "");
  writeIdxFile("x-images-idx3-ubyte", images(3));
  writeIdxFile("x-labels-idx1-ubyte.gz", labels<uint8_t>(3));
  EXPECT_EQ(message(openDataset(path("x-images-idx3-ubyte"), Split::Train)), "");
  Expected<Dataset> dataset = openDataset(path("x-images-idx3-ubyte"), Split::Train);
  ASSERT_TRUE(bool(dataset));
  EXPECT_EQ(dataset->labelsFile, path("x-labels-idx1-ubyte.gz"));
}

TEST_F(DatasetTest, NpzArchive) {
  NamedTensors tensors;
  tensors.emplace("x_train", images(3));
  tensors.emplace("y_train", labels<uint8_t>(3));
  tensors.emplace("x_test", images(2));
  tensors.emplace("y_test", labels<uint8_t>(1));
  ASSERT_EQ(message(writeNpz(path("d.npz"), tensors)), "");
  Expected<Dataset> dataset = openDataset(path("d.npz"), Split::Train);
  ASSERT_TRUE(bool(dataset)) << message(dataset.takeError());
  EXPECT_EQ(dataset->getNumImages(), 3);
  EXPECT_EQ(message(openDataset(path("d.npz"), Split::Test)),
            "'" + path("d.npz") + ":x_test' has 2 images, but '" + path("d.npz") +
                ":y_test' has 1 labels");
}

TEST_F(DatasetTest, CountsDiffer) {
  writeIdxFile("train-images-idx3-ubyte.gz", images(5));
  writeIdxFile("train-labels-idx1-ubyte.gz", labels<uint8_t>(4));
  EXPECT_EQ(message(openDataset(folder, Split::Train)),
            "'" + path("train-images-idx3-ubyte.gz") + "' has 5 images, but '" +
                path("train-labels-idx1-ubyte.gz") + "' has 4 labels");
}

TEST_F(DatasetTest, Missing) {
  std::string text = message(openDataset(folder, Split::Test));
  EXPECT_CONTAINS(text, "no test images in '" + folder.str().str() + "'");
  for (StringRef name : {"t10k-images-idx3-ubyte, ", "t10k-images-idx3-ubyte.gz, ",
                         "t10k-images.idx3-ubyte, ", "test-images.npy, ", "images.npy"})
    EXPECT_CONTAINS(text, name.str());
  writeIdxFile("t10k-images-idx3-ubyte", images(5));
  text = message(openDataset(folder, Split::Test));
  EXPECT_CONTAINS(text, "has no labels beside it; looked for t10k-labels-idx1-ubyte, ");
  Expected<Dataset> dataset = openDataset(folder, Split::Test, {.requireLabels = false});
  ASSERT_TRUE(bool(dataset)) << message(dataset.takeError());
  EXPECT_FALSE(dataset->hasLabels());
  EXPECT_EQ(message(openDataset(path("none"), Split::Test)),
            "cannot open the data '" + path("none") + "': No such file or directory");
}

TEST_F(DatasetTest, DamagedFileIsNamed) {
  write("images.npy", toBytes("nonsense"));
  writeNpyFile("labels.npy", labels<uint8_t>(1));
  EXPECT_CONTAINS(message(openDataset(folder, Split::Train)), path("images.npy") + ": not an IDX");
}

std::string makeError(ElementType type, ArrayRef<int64_t> shape) {
  return message(makeDataset(HostTensor(type, shape), {}, "i", "l", {.requireLabels = false}));
}

ImageLayout layoutOf(ElementType type, ArrayRef<int64_t> shape,
                     std::optional<ImageLayout> layout = std::nullopt) {
  return cantFail(makeDataset(HostTensor(type, shape), {}, "i", "l",
                              {.requireLabels = false, .layout = layout}))
      .layout;
}

TEST_F(DatasetTest, Layouts) {
  EXPECT_EQ(layoutOf(ElementType::U8, {2, 28, 28}), ImageLayout::NHW);
  EXPECT_EQ(layoutOf(ElementType::U8, {2, 28, 28, 1}), ImageLayout::NHWC);
  EXPECT_EQ(layoutOf(ElementType::U8, {2, 3, 32, 32}), ImageLayout::NCHW);
  EXPECT_EQ(layoutOf(ElementType::U8, {2, 784}), ImageLayout::Flat);
  EXPECT_EQ(layoutOf(ElementType::F32, {2, 5, 7, 3}), ImageLayout::NCHW);
  EXPECT_EQ(layoutOf(ElementType::F32, {2, 5, 7, 3}, ImageLayout::NHWC), ImageLayout::NHWC);
  EXPECT_EQ(layoutOf(ElementType::U8, {2, 3, 5, 3}, ImageLayout::NCHW), ImageLayout::NCHW);
  EXPECT_CONTAINS(makeError(ElementType::U8, {2, 3, 5, 3}), "channels first or last");
  EXPECT_CONTAINS(makeError(ElementType::U8, {2, 5, 5, 5}), "channels first or last");
  EXPECT_CONTAINS(makeError(ElementType::U8, {2}), "i: images of shape [2] are not supported");
  EXPECT_CONTAINS(makeError(ElementType::U8, {2, 1, 1, 1, 1}), "are not supported");
  EXPECT_CONTAINS(makeError(ElementType::I32, {2, 3, 3}), "images are i32, expected u8");
  EXPECT_CONTAINS(makeError(ElementType::U8, {0, 28, 28}), "there are no images");
}

TEST_F(DatasetTest, Labels) {
  auto open = [&](HostTensor tensor) {
    return message(makeDataset(images(2), std::move(tensor), "i", "l"));
  };
  EXPECT_EQ(open(labels<uint8_t>(2)), "");
  EXPECT_EQ(open(labels<int8_t>(2)), "");
  EXPECT_EQ(open(labels<uint16_t>(2)), "");
  EXPECT_EQ(open(labels<int32_t>(2)), "");
  EXPECT_EQ(open(labels<uint64_t>(2)), "");
  EXPECT_EQ(open(HostTensor(ElementType::I64, {2, 1})), "");
  EXPECT_EQ(open({}), "i: the images have no labels");
  EXPECT_EQ(open(labels<float>(2)), "l: labels are f32, expected integers");
  EXPECT_EQ(open(HostTensor(ElementType::U8, {2, 10})),
            "l: labels have the shape [2, 10], expected [N]");
  EXPECT_EQ(open(HostTensor::fromValues<int8_t>({2}, {0, -1})),
            "l: label 1 is -1, expected a class index from 0 on");
  EXPECT_CONTAINS(open(HostTensor::fromValues<int64_t>({2}, {int64_t(1) << 40, 0})), "label 0 is");
}

void checkMnistLike(StringRef folder, ArrayRef<int32_t> firstTestLabels) {
  for (auto [split, count] : {std::pair(Split::Train, 60000), std::pair(Split::Test, 10000)}) {
    Expected<Dataset> dataset = openDataset(folder, split);
    ASSERT_TRUE(bool(dataset)) << message(dataset.takeError());
    EXPECT_EQ(dataset->images.getShape(), ArrayRef<int64_t>({count, 28, 28}));
    EXPECT_EQ(dataset->labels.size(), static_cast<size_t>(count));
    EXPECT_EQ(dataset->getNumClasses(), 10);
    if (split == Split::Test)
      EXPECT_EQ(ArrayRef(dataset->labels).take_front(firstTestLabels.size()), firstTestLabels);
  }
}

TEST_F(DatasetTest, Mnist) {
  std::string mnist = referencePath("data/mnist");
  if (mnist.empty())
    GTEST_SKIP() << "QCC_REFERENCE_DIR is not set";
  checkMnistLike(mnist, {7, 2, 1, 0, 4, 1, 4, 9});
}

TEST_F(DatasetTest, FashionMnist) {
  StringRef fashion = "/usr/share/datasets/fashion-mnist";
  if (!sys::fs::is_directory(fashion))
    GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  checkMnistLike(fashion, {9, 2, 1, 1, 6, 1, 4, 6});
}

} // namespace

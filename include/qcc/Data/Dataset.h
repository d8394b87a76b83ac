//===- Dataset.h - labelled images from a folder ----------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Training, calibration and evaluation all begin with `openDataset(folder, split)`: the images of
// one split in memory, as they were stored, and one label for each.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_DATASET_H
#define QCC_DATA_DATASET_H

#include "qcc/Data/Tensor.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qcc {

enum class Split { Train, Test };

/// The meaning of the dimensions of an image tensor.
enum class ImageLayout {
  NHW,  ///< One channel.
  NHWC, ///< Channels last.
  NCHW, ///< Channels first.
  Flat, ///< [N, values]; the values of an image are taken to be in CHW order.
};

/// Images and labels of one split.
struct Dataset {
  /// u8: pixels, to which Preprocessing applies. f32: values that are taken as they are.
  HostTensor images;
  ImageLayout layout = ImageLayout::NHW;
  /// One for each image, not negative; empty if the data has no labels and none were required.
  std::vector<int32_t> labels;
  /// Where both were read from, for messages.
  std::string imagesFile, labelsFile;

  int64_t getNumImages() const { return images.getDim(0); }
  bool hasPixels() const { return images.getElementType() == ElementType::U8; }
  bool hasLabels() const { return !labels.empty() || getNumImages() == 0; }

  /// Size of an image. A flat one is a single row: 1 channel, height 1, width = number of values.
  int64_t getChannels() const;
  int64_t getHeight() const;
  int64_t getWidth() const;
  int64_t getImageElements() const { return getChannels() * getHeight() * getWidth(); }

  /// One more than the largest label; 0 without labels.
  int32_t getNumClasses() const;
};

struct DatasetOptions {
  /// Without: missing labels are an error.
  bool requireLabels = true;
  /// The meaning of rank-4 arrays. Without: f32 is NCHW; u8 is NCHW if the second size alone is 1,
  /// 3 or 4, NHWC if the last alone is, and an error if both or neither are.
  std::optional<ImageLayout> layout = std::nullopt;
};

/// Opens one split of the data at `path`, which is
/// - a folder with MNIST's files, for Train `train-images-idx3-ubyte` and
///   `train-labels-idx1-ubyte`, for Test `t10k-...` or `test-...`; also spelt
///   `train-images.idx3-ubyte`; each with or without `.gz`;
/// - a folder with `train-images.npy` and `train-labels.npy` (Test: `test-` or `t10k-`; `_` may
///   replace `-`), or `x_train.npy` and `y_train.npy`, or plain `images.npy` and `labels.npy`,
///   which serve both splits;
/// - an `.npz` file with arrays named `x_train` and `y_train` (Keras' mnist.npz) or as above;
/// - the file of the images itself (`.npy` or IDX), whatever the split; its labels' file is named
///   alike, with `labels` for `images` and `idx1` for `idx3`.
///
/// Images are u8 [N, H, W], [N, H, W, C], [N, C, H, W] or [N, values], or f32 [N, C, H, W],
/// [N, H, W] or [N, values]. Labels are integers of any type, [N] or [N, 1].
///
/// Errors: nothing found (lists the names that were looked for), images and labels that differ in
/// number (names both files and both counts), other shapes and types, a negative label, and
/// whatever the file's reader reports.
llvm::Expected<Dataset> openDataset(llvm::StringRef path, Split split,
                                    const DatasetOptions &options = {});

/// Makes a dataset of tensors that are in memory already; the same checks. Pass an empty `labels`
/// (default-constructed) for none. The file names are used in errors.
llvm::Expected<Dataset> makeDataset(HostTensor images, HostTensor labels,
                                    llvm::StringRef imagesFile, llvm::StringRef labelsFile,
                                    const DatasetOptions &options = {});

/// "train" or "test".
llvm::StringRef getSplitName(Split split);

} // namespace qcc

#endif // QCC_DATA_DATASET_H

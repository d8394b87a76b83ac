//===- Preprocessing.h - from stored pixels to a network's input ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network's accuracy depends on being fed exactly the numbers that it was trained on. This is the
// one place where pixels become floats: the same float32 operations, in the same order, as
// PyTorch's `pixels / 255` and torchvision's Normalize.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DATA_PREPROCESSING_H
#define QCC_DATA_PREPROCESSING_H

#include "qcc/Data/Dataset.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace qcc {

/// value = (float(pixel) / divisor - mean[c]) / std[c], each operation rounded to float32.
///
/// The scale is kept as a divisor because float(p) / 255.0f and float(p) * (1.0f / 255.0f) differ
/// in the last bit for many pixels, and the division is what the frameworks compute. A model that
/// documents a scale s has the divisor 1 / s.
struct Preprocessing {
  float divisor = 255.0f;
  /// One for each channel, or one for all channels, or empty: mean 0, standard deviation 1 (no
  /// operation at all).
  llvm::SmallVector<float, 4> mean, std;

  bool operator==(const Preprocessing &other) const;

  /// The value of a pixel in channel `c`.
  float apply(uint8_t pixel, size_t c) const;

  /// Checks that the numbers are finite, divisor and std not 0, and mean and std as many as
  /// `channels` (or 1, or 0).
  llvm::Error verify(int64_t channels) const;
};

/// Where the channels are in the shape that a network takes.
enum class ChannelOrder { First, Last };

/// Copies images of a dataset, preprocessed, into float batches of one shape. Checks once, then
/// fills any number of batches. The dataset must outlive it.
class BatchFiller {
public:
  /// `targetShape` is the network's input, batch first; the batch size is not looked at (it may be
  /// dynamic, i.e. negative). For images of C x H x W:
  /// - [N, C, H, W] is channels first and [N, H, W, C] channels last; if both fit (C = H = W > 1)
  ///   `order` decides, and is First by default;
  /// - [N, H, W] for C = 1;
  /// - [N, C * H * W] is flat, in CHW order unless `order` is Last;
  /// - images that are flat themselves fit every shape with as many elements: their CHW order is
  ///   rearranged if the target is [N, H, W, C] and `order` is Last.
  ///
  /// Any other shape is an error that names both. f32 images are copied as they are:
  /// `preprocessing` applies to pixels.
  static llvm::Expected<BatchFiller> create(const Dataset &dataset,
                                            llvm::ArrayRef<int64_t> targetShape,
                                            const Preprocessing &preprocessing = {},
                                            std::optional<ChannelOrder> order = std::nullopt);

  /// Number of floats of one image.
  int64_t getImageElements() const { return channels * height * width; }

  /// Writes the images with these indices one after the other; `out` must hold indices.size() *
  /// getImageElements() floats. An error for an index outside the dataset or another size of `out`.
  /// May be called from several threads.
  llvm::Error fill(llvm::ArrayRef<int64_t> indices, llvm::MutableArrayRef<float> out) const;

private:
  BatchFiller() = default;
  void fillImage(int64_t index, float *out) const;

  const Dataset *dataset = nullptr;
  int64_t channels = 0, height = 0, width = 0;
  /// Distance in elements between neighbours in c, y and x, in the dataset and in the batch.
  int64_t sourceC = 0, sourceY = 0, sourceX = 0, targetC = 0, targetY = 0, targetX = 0;
  /// table[c * 256 + pixel]: every value there can be, computed by Preprocessing::apply.
  std::vector<float> table;
};

/// One batch at a time: BatchFiller::create and fill.
llvm::Error fillBatch(const Dataset &dataset, llvm::ArrayRef<int64_t> indices,
                      const Preprocessing &preprocessing, llvm::ArrayRef<int64_t> targetShape,
                      llvm::MutableArrayRef<float> out,
                      std::optional<ChannelOrder> order = std::nullopt);

} // namespace qcc

#endif // QCC_DATA_PREPROCESSING_H

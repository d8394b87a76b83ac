//===- Preprocessing.cpp - from stored pixels to a network's input ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Preprocessing.h"
#include "qcc/Support/Diagnostics.h"
#include <cmath>
#include <cstring>

using namespace llvm;
using namespace qcc;

bool Preprocessing::operator==(const Preprocessing &other) const {
  return divisor == other.divisor && mean == other.mean && std == other.std;
}

/// The value for channel `c` of a list that has one for each channel or one for all.
static float pick(ArrayRef<float> values, size_t c) {
  return values.size() == 1 ? values.front() : values[c];
}

float Preprocessing::apply(uint8_t pixel, size_t c) const {
  // No multiplication is next to an addition here, so there is nothing that could be contracted.
  float value = static_cast<float>(pixel) / divisor;
  if (!mean.empty())
    value -= pick(mean, c);
  if (!std.empty())
    value /= pick(std, c);
  return value;
}

Error Preprocessing::verify(int64_t channels) const {
  if (!std::isfinite(divisor) || divisor == 0)
    return makeError("preprocessing: the divisor is {}, expected a finite number other than 0",
                     divisor);
  auto check = [&](ArrayRef<float> values, StringRef what, bool mayBeZero) -> Error {
    if (values.size() > 1 && static_cast<int64_t>(values.size()) != channels)
      return makeError("preprocessing: {} values of {} for images with {} channels", values.size(),
                       what, channels);
    for (float value : values)
      if (!std::isfinite(value) || (value == 0 && !mayBeZero))
        return makeError("preprocessing: {} is not possible as {}", value, what);
    return Error::success();
  };
  if (Error error = check(mean, "mean", /*mayBeZero=*/true))
    return error;
  return check(std, "std", /*mayBeZero=*/false);
}

/// Whether sizes C x H x W fit the shape (batch first) in channel order `order`.
static bool fits(ArrayRef<int64_t> target, ArrayRef<int64_t> chw, ChannelOrder order) {
  int64_t hwc[] = {chw[1], chw[2], chw[0]};
  return target.drop_front() == (order == ChannelOrder::First ? chw : ArrayRef<int64_t>(hwc));
}

Expected<BatchFiller> BatchFiller::create(const Dataset &dataset, ArrayRef<int64_t> targetShape,
                                          const Preprocessing &preprocessing,
                                          std::optional<ChannelOrder> order) {
  BatchFiller filler;
  filler.dataset = &dataset;
  int64_t c = dataset.getChannels(), h = dataset.getHeight(), w = dataset.getWidth();
  bool last = order == ChannelOrder::Last;
  bool matches = false;
  std::optional<int64_t> elements;
  if (!targetShape.empty())
    elements = getNumElements(targetShape.drop_front());
  if (elements && *elements == dataset.getImageElements()) {
    ArrayRef<int64_t> image = targetShape.drop_front();
    if (dataset.layout == ImageLayout::Flat) {
      // The target says what the values mean.
      matches = true;
      if (image.size() == 3 && last)
        h = image[0], w = image[1], c = image[2];
      else if (image.size() == 3)
        c = image[0], h = image[1], w = image[2];
      last &= image.size() == 3;
    } else if (image.size() == 1) {
      matches = true;
    } else if (image.size() == 2) {
      matches = c == 1 && image[0] == h && image[1] == w;
    } else if (image.size() == 3) {
      bool firstFits = fits(targetShape, {c, h, w}, ChannelOrder::First);
      bool lastFits = fits(targetShape, {c, h, w}, ChannelOrder::Last);
      // The order of one channel means nothing.
      if (c > 1) {
        firstFits &= order != std::optional(ChannelOrder::Last);
        lastFits &= order != std::optional(ChannelOrder::First);
      }
      matches = firstFits || lastFits;
      last = !firstFits;
    }
  }
  if (!matches)
    return makeError("images of '{}' have the shape {}, which does not fit the network's input "
                     "{}{}",
                     dataset.imagesFile, formatShape(dataset.images.getShape()),
                     formatShape(targetShape),
                     !order                          ? ""
                     : *order == ChannelOrder::First ? " (channels first)"
                                                     : " (channels last)");
  filler.channels = c, filler.height = h, filler.width = w;
  // Channels first; Flat is in that order, and NHW is both.
  filler.sourceC = h * w, filler.sourceY = w, filler.sourceX = 1;
  if (dataset.layout == ImageLayout::NHWC)
    filler.sourceC = 1, filler.sourceY = w * c, filler.sourceX = c;
  filler.targetC = h * w, filler.targetY = w, filler.targetX = 1;
  if (last)
    filler.targetC = 1, filler.targetY = w * c, filler.targetX = c;

  if (!dataset.hasPixels())
    return filler;
  if (Error error = preprocessing.verify(c))
    return std::move(error);
  filler.table.resize(static_cast<size_t>(c) * 256);
  for (size_t i = 0; i < filler.table.size(); ++i)
    filler.table[i] = preprocessing.apply(static_cast<uint8_t>(i % 256), i / 256);
  return filler;
}

void BatchFiller::fillImage(int64_t index, float *out) const {
  auto copy = [&](const auto *source, auto convert) {
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t y = 0; y < height; ++y) {
        const auto *from = source + c * sourceC + y * sourceY;
        float *to = out + c * targetC + y * targetY;
        for (int64_t x = 0; x < width; ++x)
          to[x * targetX] = convert(from[x * sourceX], c);
      }
  };
  int64_t first = index * getImageElements();
  if (dataset->hasPixels())
    copy(dataset->images.getData<uint8_t>().data() + first,
         [&](uint8_t pixel, int64_t c) { return table[static_cast<size_t>(c) * 256 + pixel]; });
  else
    copy(dataset->images.getData<float>().data() + first,
         [](float value, int64_t) { return value; });
}

Error BatchFiller::fill(ArrayRef<int64_t> indices, MutableArrayRef<float> out) const {
  size_t size = static_cast<size_t>(getImageElements());
  if (out.size() != indices.size() * size)
    return makeError("{} images of {} values do not fill a batch of {} values", indices.size(),
                     size, out.size());
  for (int64_t index : indices)
    if (index < 0 || index >= dataset->getNumImages())
      return makeError("image {} of '{}' does not exist: it has {}", index, dataset->imagesFile,
                       dataset->getNumImages());
  float *to = out.data();
  for (int64_t index : indices) {
    fillImage(index, to);
    to += size;
  }
  return Error::success();
}

Error qcc::fillBatch(const Dataset &dataset, ArrayRef<int64_t> indices,
                     const Preprocessing &preprocessing, ArrayRef<int64_t> targetShape,
                     MutableArrayRef<float> out, std::optional<ChannelOrder> order) {
  Expected<BatchFiller> filler = BatchFiller::create(dataset, targetShape, preprocessing, order);
  if (!filler)
    return filler.takeError();
  return filler->fill(indices, out);
}

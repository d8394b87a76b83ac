//===- Dataset.cpp - labelled images from a folder --------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Data/Dataset.h"
#include "qcc/Data/Idx.h"
#include "qcc/Data/Npy.h"
#include "qcc/Data/Npz.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/InputFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace llvm;
using namespace qcc;

StringRef qcc::getSplitName(Split split) { return split == Split::Train ? "train" : "test"; }

int64_t Dataset::getChannels() const {
  switch (layout) {
  case ImageLayout::NHWC:
    return images.getDim(3);
  case ImageLayout::NCHW:
    return images.getDim(1);
  case ImageLayout::NHW:
  case ImageLayout::Flat:
    return 1;
  }
  llvm_unreachable("unknown layout");
}

int64_t Dataset::getHeight() const {
  if (layout == ImageLayout::Flat)
    return 1;
  return images.getDim(layout == ImageLayout::NCHW ? 2 : 1);
}

int64_t Dataset::getWidth() const {
  return images.getDim(layout == ImageLayout::NCHW ? 3 : layout == ImageLayout::Flat ? 1 : 2);
}

int32_t Dataset::getNumClasses() const {
  return labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
}

//===----------------------------------------------------------------------===//
// From tensors to a dataset
//===----------------------------------------------------------------------===//

static Expected<ImageLayout> chooseLayout(const HostTensor &images, const DatasetOptions &options) {
  auto isChannels = [](int64_t size) { return size == 1 || size == 3 || size == 4; };
  bool isFloat = images.getElementType() == ElementType::F32;
  switch (images.getRank()) {
  case 2:
    return ImageLayout::Flat;
  case 3:
    return ImageLayout::NHW;
  case 4: {
    if (options.layout == ImageLayout::NCHW || options.layout == ImageLayout::NHWC)
      return *options.layout;
    if (isFloat)
      return ImageLayout::NCHW;
    bool first = isChannels(images.getDim(1)), last = isChannels(images.getDim(3));
    if (first != last)
      return first ? ImageLayout::NCHW : ImageLayout::NHWC;
    return makeError("cannot tell whether images of shape {} have their channels first or last; "
                     "say which",
                     formatShape(images.getShape()));
  }
  default:
    return makeError("images of shape {} are not supported: expected [N, H, W], [N, H, W, C], "
                     "[N, C, H, W] or [N, values]",
                     formatShape(images.getShape()));
  }
}

template <typename T>
static Error copyLabels(const HostTensor &tensor, std::vector<int32_t> &labels) {
  labels.reserve(static_cast<size_t>(tensor.getNumElements()));
  for (T label : tensor.getData<T>()) {
    // INT32_MAX itself is left out so that the number of classes is an int32_t, too.
    if (label < T(0) || static_cast<uint64_t>(label) >= INT32_MAX)
      return makeError("label {} is {}, expected a class index from 0 on", labels.size(), label);
    labels.push_back(static_cast<int32_t>(label));
  }
  return Error::success();
}

static Error readLabels(const HostTensor &tensor, std::vector<int32_t> &labels) {
  if (tensor.getRank() != 1 && (tensor.getRank() != 2 || tensor.getDim(1) != 1))
    return makeError("labels have the shape {}, expected [N]", formatShape(tensor.getShape()));
  switch (tensor.getElementType()) {
  case ElementType::U8:
    return copyLabels<uint8_t>(tensor, labels);
  case ElementType::I8:
    return copyLabels<int8_t>(tensor, labels);
  case ElementType::U16:
    return copyLabels<uint16_t>(tensor, labels);
  case ElementType::I16:
    return copyLabels<int16_t>(tensor, labels);
  case ElementType::U32:
    return copyLabels<uint32_t>(tensor, labels);
  case ElementType::I32:
    return copyLabels<int32_t>(tensor, labels);
  case ElementType::U64:
    return copyLabels<uint64_t>(tensor, labels);
  case ElementType::I64:
    return copyLabels<int64_t>(tensor, labels);
  default:
    return makeError("labels are {}, expected integers",
                     getElementTypeName(tensor.getElementType()));
  }
}

Expected<Dataset> qcc::makeDataset(HostTensor images, HostTensor labels, StringRef imagesFile,
                                   StringRef labelsFile, const DatasetOptions &options) {
  if (images.getElementType() != ElementType::U8 && images.getElementType() != ElementType::F32)
    return makeError("{}: images are {}, expected u8 (pixels) or f32 (values)", imagesFile,
                     getElementTypeName(images.getElementType()));
  Expected<ImageLayout> layout = chooseLayout(images, options);
  if (!layout)
    return addContext(layout.takeError(), imagesFile);
  if (images.empty())
    return makeError("{}: there are no images (shape {})", imagesFile,
                     formatShape(images.getShape()));
  Dataset dataset;
  dataset.images = std::move(images);
  dataset.layout = *layout;
  dataset.imagesFile = imagesFile.str();
  dataset.labelsFile = labelsFile.str();
  if (labels == HostTensor()) {
    if (options.requireLabels)
      return makeError("{}: the images have no labels", imagesFile);
    return dataset;
  }
  if (Error error = readLabels(labels, dataset.labels))
    return addContext(std::move(error), labelsFile);
  if (static_cast<int64_t>(dataset.labels.size()) != dataset.getNumImages())
    return makeError("'{}' has {} images, but '{}' has {} labels", imagesFile,
                     dataset.getNumImages(), labelsFile, dataset.labels.size());
  return dataset;
}

//===----------------------------------------------------------------------===//
// From files to tensors
//===----------------------------------------------------------------------===//

namespace {
/// Names of images and labels that belong together. The first that exists is taken, of each.
struct FileNames {
  SmallVector<std::string> images, labels;
};
} // namespace

/// What the files (or the arrays of an .npz archive) of one split may be called, in order of
/// preference.
static SmallVector<FileNames> getFileNames(Split split) {
  SmallVector<StringRef> prefixes = {"train"};
  if (split == Split::Test)
    prefixes = {"t10k", "test"};
  SmallVector<FileNames> all;
  for (StringRef prefix : prefixes) {
    FileNames names;
    for (StringRef separator : {"-", "."})
      for (StringRef ending : {"", ".gz"}) {
        names.images.push_back(fmt::format("{}-images{}idx3-ubyte{}", prefix, separator, ending));
        names.labels.push_back(fmt::format("{}-labels{}idx1-ubyte{}", prefix, separator, ending));
      }
    for (StringRef separator : {"-", "_"}) {
      names.images.push_back(fmt::format("{}{}images.npy", prefix, separator));
      names.labels.push_back(fmt::format("{}{}labels.npy", prefix, separator));
    }
    names.images.push_back(fmt::format("x_{}.npy", prefix));
    names.labels.push_back(fmt::format("y_{}.npy", prefix));
    all.push_back(std::move(names));
  }
  all.push_back({{"images.npy"}, {"labels.npy"}});
  return all;
}

/// The first of `names` that is a file in `folder`, as a path.
static std::optional<std::string> findFile(StringRef folder, ArrayRef<std::string> names) {
  for (StringRef name : names) {
    SmallString<256> path(folder);
    sys::path::append(path, name);
    if (sys::fs::exists(path) && !sys::fs::is_directory(path))
      return std::string(path);
  }
  return std::nullopt;
}

/// Reads .npy or IDX, told apart by the first byte, whatever the name.
static Expected<HostTensor> readTensor(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> buffer = openInputFile(path);
  if (!buffer)
    return buffer.takeError();
  ArrayRef<uint8_t> contents = getBytes(**buffer);
  if (!contents.empty() && contents[0] == 0x93)
    return parseNpy(contents, path);
  return parseIdx(contents, path);
}

static Expected<Dataset> openFiles(StringRef images, std::optional<StringRef> labels,
                                   const DatasetOptions &options) {
  Expected<HostTensor> imageTensor = readTensor(images);
  if (!imageTensor)
    return imageTensor.takeError();
  HostTensor labelTensor;
  if (labels) {
    Expected<HostTensor> tensor = readTensor(*labels);
    if (!tensor)
      return tensor.takeError();
    labelTensor = std::move(*tensor);
  }
  return makeDataset(std::move(*imageTensor), std::move(labelTensor), images, labels.value_or(""),
                     options);
}

static Expected<Dataset> openFolder(StringRef folder, Split split, const DatasetOptions &options) {
  std::string lookedFor;
  for (const FileNames &names : getFileNames(split)) {
    lookedFor += (lookedFor.empty() ? "" : ", ") + join(names.images, ", ");
    std::optional<std::string> images = findFile(folder, names.images);
    if (!images)
      continue;
    std::optional<std::string> labels = findFile(folder, names.labels);
    if (!labels && options.requireLabels)
      return makeError("'{}' has no labels beside it; looked for {} in '{}'", *images,
                       join(names.labels, ", "), folder);
    return openFiles(*images, labels ? std::optional<StringRef>(*labels) : std::nullopt, options);
  }
  return makeError("no {} images in '{}'; looked for {}", getSplitName(split), folder, lookedFor);
}

static Expected<Dataset> openNpz(StringRef path, Split split, const DatasetOptions &options) {
  Expected<NamedTensors> tensors = readNpz(path);
  if (!tensors)
    return tensors.takeError();
  auto find = [&](ArrayRef<std::string> names) {
    for (StringRef name : names)
      if (name.consume_back(".npy"))
        if (auto it = tensors->find(name); it != tensors->end())
          return it;
    return tensors->end();
  };
  for (const FileNames &names : getFileNames(split)) {
    auto images = find(names.images);
    if (images == tensors->end())
      continue;
    auto labels = find(names.labels);
    bool hasLabels = labels != tensors->end();
    return makeDataset(std::move(images->second),
                       hasLabels ? std::move(labels->second) : HostTensor(),
                       fmt::format("{}:{}", path, images->first),
                       hasLabels ? fmt::format("{}:{}", path, labels->first) : "", options);
  }
  return makeError("{}: no {} images in the archive; looked for x_{} and the like", path,
                   getSplitName(split), getSplitName(split));
}

/// The file of the labels that belong to a file of images, by its name.
static std::optional<std::string> findLabelsFile(StringRef images) {
  std::string name = sys::path::filename(images).str();
  auto replaceLast = [&](StringRef from, StringRef to) {
    size_t at = StringRef(name).rfind(from);
    if (at != StringRef::npos)
      name.replace(at, from.size(), to.str());
    return at != StringRef::npos;
  };
  if (!replaceLast("images", "labels")) {
    if (!StringRef(name).starts_with("x_"))
      return std::nullopt;
    name.replace(0, 2, "y_");
  }
  replaceLast("idx3", "idx1");
  // Either file may have been unpacked without the other.
  std::string other =
      StringRef(name).ends_with(".gz") ? name.substr(0, name.size() - 3) : name + ".gz";
  return findFile(sys::path::parent_path(images), {name, other});
}

Expected<Dataset> qcc::openDataset(StringRef path, Split split, const DatasetOptions &options) {
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(path, status))
    return makeError("cannot open the data '{}': {}", path, code.message());
  if (status.type() == sys::fs::file_type::directory_file)
    return openFolder(path, split, options);
  if (path.ends_with(".npz"))
    return openNpz(path, split, options);
  std::optional<std::string> labels = findLabelsFile(path);
  if (!labels && options.requireLabels)
    return makeError("'{}' has no labels beside it: expected a file named alike, with 'labels' for "
                     "'images'",
                     path);
  return openFiles(path, labels ? std::optional<StringRef>(*labels) : std::nullopt, options);
}

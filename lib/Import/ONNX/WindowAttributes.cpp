//===- WindowAttributes.cpp - Windows of convolutions and pools as ONNX writes them ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowAttributes.h"

using namespace llvm;
using namespace qcc;
using namespace qcc::onnx;

/// Attribute `name`, a list of `result.size()` integers of at least `least`; `result` stays if it
/// is not there.
template <size_t count>
static Error readSizes(const Node &node, StringRef name, int64_t least,
                       std::array<int64_t, count> &result) {
  Expected<std::optional<SmallVector<int64_t>>> list = node.getInts(name);
  if (!list)
    return list.takeError();
  if (!*list)
    return Error::success();
  if ((*list)->size() != count)
    return node.error(
        "attribute '{}' has {} elements, but must have {}: only 2-D windows are supported", name,
        (*list)->size(), count);
  for (auto [i, size] : enumerate(**list)) {
    if (size < least || size > kMaxDimension)
      return node.error("attribute '{}' has element {}, which must be from {} to {}", name, size,
                        least, kMaxDimension);
    result[i] = size;
  }
  return Error::success();
}

static int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

Expected<WindowAttributes> qcc::onnx::readWindow(const Node &node, std::array<int64_t, 2> imageSize,
                                                 std::optional<std::array<int64_t, 2>> kernel) {
  WindowAttributes window;
  bool isPool = !kernel;
  if (isPool && !node.hasAttribute("kernel_shape"))
    return node.error("attribute 'kernel_shape' is missing");
  if (kernel)
    window.kernel = *kernel;
  std::array<int64_t, 4> pads = {0, 0, 0, 0};
  if (Error error = readSizes(node, "kernel_shape", 1, window.kernel))
    return error;
  if (kernel && window.kernel != *kernel)
    return node.error("attribute 'kernel_shape' is {}, but the weights have {}",
                      formatShape(window.kernel), formatShape(*kernel));
  if (Error error = readSizes(node, "strides", 1, window.strides))
    return error;
  if (Error error = readSizes(node, "dilations", 1, window.dilations))
    return error;
  if (Error error = readSizes(node, "pads", 0, pads))
    return error;
  Expected<StringRef> autoPad = node.getString("auto_pad", "NOTSET");
  if (!autoPad)
    return autoPad.takeError();
  Expected<int64_t> ceilMode = node.getInt("ceil_mode", 0);
  if (!ceilMode)
    return ceilMode.takeError();
  bool same = *autoPad == "SAME_UPPER" || *autoPad == "SAME_LOWER";
  if (!same && *autoPad != "NOTSET" && *autoPad != "VALID" && !autoPad->empty())
    return node.error("attribute 'auto_pad' is '{}'", printable(*autoPad));
  if (*autoPad == "VALID")
    pads = {0, 0, 0, 0};

  for (unsigned dim : {0U, 1U}) {
    // All numbers are below 2^31, so that no product overflows.
    int64_t size = imageSize[dim], stride = window.strides[dim];
    int64_t extent = (window.kernel[dim] - 1) * window.dilations[dim] + 1;
    int64_t before = pads[dim], after = pads[2 + dim];
    if (same) {
      int64_t total = std::max<int64_t>((divideUp(size, stride) - 1) * stride + extent - size, 0);
      before = *autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
      after = total - before;
    }
    if (before > kMaxDimension || after > kMaxDimension || size + before + after < extent)
      return node.error(
          "a window of {} x {} does not fit into an image of {} with padding {} and {}",
          window.kernel[0], window.kernel[1], formatShape(imageSize), before, after);
    window.explicitPadding[2 * dim] = before;
    window.explicitPadding[2 * dim + 1] = after;
    if (isPool) {
      int64_t room = size + before + after - extent;
      int64_t count = (*ceilMode != 0 && !same ? divideUp(room, stride) : room / stride) + 1;
      // A window that would begin behind the image has nothing of it and is left out.
      if (*ceilMode != 0 && (count - 1) * stride >= size + before)
        --count;
      int64_t reached = (count - 1) * stride + extent - size - before;
      after = std::max<int64_t>(reached, 0);
      // A last window that reaches less far than the image leaves room for none: `after` may only
      // shrink to 0.
      window.explicitPadding[2 * dim + 1] = std::min(window.explicitPadding[2 * dim + 1], after);
    }
    window.padding[2 * dim] = before;
    window.padding[2 * dim + 1] = after;
  }
  return window;
}

//===- WindowAttributes.h - Windows of convolutions and pools as ONNX writes them ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX says padding in four ways: explicitly, by three modes of auto_pad, and implicitly through
// ceil_mode. The cnn dialect has one, so all of it is computed here.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_WINDOWATTRIBUTES_H
#define QCC_LIB_IMPORT_ONNX_WINDOWATTRIBUTES_H

#include "Node.h"

#include <array>

namespace qcc::onnx {

/// Sizes as [height, width], padding as [top, bottom, left, right], like the attributes of cnn
/// operations.
struct WindowAttributes {
  std::array<int64_t, 2> kernel = {1, 1}, strides = {1, 1}, dilations = {1, 1};
  std::array<int64_t, 4> padding = {0, 0, 0, 0};
  /// The part of `padding` that the model itself asks for; the rest comes from ceil_mode.
  std::array<int64_t, 4> explicitPadding = {0, 0, 0, 0};
};

/// Reads kernel_shape, strides, dilations, pads, auto_pad and (for pools) ceil_mode of `node`,
/// whose image has `imageSize` = [height, width]. `kernel` is the size that the weights have; a
/// pool has none and must say kernel_shape. For pools, padding is cut to what windows reach, which
/// changes no result.
llvm::Expected<WindowAttributes> readWindow(const Node &node, std::array<int64_t, 2> imageSize,
                                            std::optional<std::array<int64_t, 2>> kernel);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_WINDOWATTRIBUTES_H

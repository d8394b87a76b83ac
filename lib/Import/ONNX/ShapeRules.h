//===- ShapeRules.h - The shapes that reshaping operators ask for ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared by the handlers of run-time tensors and the folding of constants.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_SHAPERULES_H
#define QCC_LIB_IMPORT_ONNX_SHAPERULES_H

#include "Importer.h"

namespace qcc::onnx {

/// The shape of the result of `node`, a Flatten, Reshape, Squeeze or Unsqueeze of a tensor of shape
/// `input`. It has as many elements only if the model is right; whoever reshapes checks that.
llvm::Expected<llvm::SmallVector<int64_t>> getFlattenShape(Importer &importer, const Node &node,
                                                           llvm::ArrayRef<int64_t> input);
llvm::Expected<llvm::SmallVector<int64_t>> getReshapeShape(Importer &importer, const Node &node,
                                                           llvm::ArrayRef<int64_t> input);
llvm::Expected<llvm::SmallVector<int64_t>> getSqueezeShape(Importer &importer, const Node &node,
                                                           llvm::ArrayRef<int64_t> input);
llvm::Expected<llvm::SmallVector<int64_t>> getUnsqueezeShape(Importer &importer, const Node &node,
                                                             llvm::ArrayRef<int64_t> input);

/// Attribute `perm` of a Transpose of a tensor of rank `rank`.
llvm::Expected<llvm::SmallVector<int64_t>> getPermutation(const Node &node, int64_t rank);

/// The axes of a Squeeze or Unsqueeze, an attribute until version 12 and an input since; nothing if
/// they are left out. They are as the model writes them, maybe negative.
llvm::Expected<std::optional<llvm::SmallVector<int64_t>>> getAxes(Importer &importer,
                                                                  const Node &node);

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_SHAPERULES_H

//===- ExternalData.h - Tensors' bytes outside of the model's file ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ONNX lets a tensor name a file, an offset and a length. A model is untrusted, so the file must
// lie in the model's own folder: an absolute path, a path with "..", or a symbolic link to
// elsewhere would let a model read any file of the user.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_IMPORT_ONNX_EXTERNALDATA_H
#define QCC_LIB_IMPORT_ONNX_EXTERNALDATA_H

#include "onnx/onnx.pb.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace qcc::onnx {

class ExternalData {
public:
  /// `folder` is where the model lies; empty if it is not in a file, and then any external tensor
  /// is an error.
  explicit ExternalData(llvm::StringRef folder) : folder(folder) {}

  /// The bytes that `tensor` names, which live as long as this does. Without a length they go to
  /// the end of the file.
  llvm::Expected<llvm::ArrayRef<char>> read(const ::onnx::TensorProto &tensor);
  /// Bytes of all files that were opened.
  uint64_t getTotalSize() const;

private:
  llvm::Expected<llvm::MemoryBuffer *> open(llvm::StringRef location);

  std::string folder;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> files;
};

} // namespace qcc::onnx

#endif // QCC_LIB_IMPORT_ONNX_EXTERNALDATA_H

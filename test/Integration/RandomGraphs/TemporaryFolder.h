//===- TemporaryFolder.h - A folder that is gone in the end ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_TEMPORARYFOLDER_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_TEMPORARYFOLDER_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace qcc::random {

/// A folder that is gone when this is.
class TemporaryFolder {
public:
  TemporaryFolder() { valid = !llvm::sys::fs::createUniqueDirectory("random-graphs", path); }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder() {
    if (valid)
      (void)llvm::sys::fs::remove_directories(path);
  }

  bool isValid() const { return valid; }
  llvm::StringRef getPath() const { return path; }

private:
  llvm::SmallString<128> path;
  bool valid = false;
};

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_TEMPORARYFOLDER_H

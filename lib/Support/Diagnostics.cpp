//===- Diagnostics.cpp - errors with formatted texts ------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/Diagnostics.h"

using namespace llvm;

Error qcc::addContext(Error error, StringRef context) {
  if (!error)
    return Error::success();
  return makeError("{}: {}", context, toString(std::move(error)));
}

std::string qcc::formatShape(ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (auto [i, size] : enumerate(shape)) {
    if (i)
      text += ", ";
    text += size < 0 ? "?" : std::to_string(size);
  }
  return text + "]";
}

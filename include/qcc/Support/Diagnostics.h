//===- Diagnostics.h - errors with formatted texts --------------*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Libraries report failures as llvm::Error. These helpers make writing a text that says what is
// wrong, where, and what to do as short as `return makeError("{}: row {} has {} fields, expected
// {}", path, row, got, want)`; the format string is checked at compile time.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_DIAGNOSTICS_H
#define QCC_SUPPORT_DIAGNOSTICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <fmt/format.h>
#include <string>
#include <utility>

/// Lets {} print a StringRef, with the usual string options (width, precision).
template <> struct fmt::formatter<llvm::StringRef> : fmt::formatter<fmt::string_view> {
  template <typename Context> auto format(llvm::StringRef text, Context &context) const {
    return fmt::formatter<fmt::string_view>::format({text.data(), text.size()}, context);
  }
};

/// Lets {} print a SmallString, the usual holder of a path.
template <unsigned N>
struct fmt::formatter<llvm::SmallString<N>> : fmt::formatter<llvm::StringRef> {};

namespace qcc {

/// An llvm::Error (StringError, inconvertibleErrorCode) whose text is `format` filled in with
/// `args`.
template <typename... Args>
[[nodiscard]] llvm::Error makeError(fmt::format_string<Args...> format, Args &&...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 fmt::format(format, std::forward<Args>(args)...));
}

/// Puts "`context`: " before the text of `error`; success stays success. The error's class is not
/// kept.
[[nodiscard]] llvm::Error addContext(llvm::Error error, llvm::StringRef context);

/// "[64, 1, 28, 28]": how every text of the project writes a shape. A negative (dynamic) size is
/// written as "?".
[[nodiscard]] std::string formatShape(llvm::ArrayRef<int64_t> shape);

} // namespace qcc

#endif // QCC_SUPPORT_DIAGNOSTICS_H

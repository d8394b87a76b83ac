//===- Fmt.cpp - libfmt as an archive ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Debian has libfmt as a shared library only, and that needs libstdc++'s: two libraries to find,
// map and relocate at each start. This is the library's own source, of its headers.
//
//===----------------------------------------------------------------------===//

#include <fmt/format-inl.h>

// As its source does, of what qcc uses.
template auto fmt::detail::thousands_sep_impl<char>(locale_ref) -> thousands_sep_result<char>;
template auto fmt::detail::decimal_point_impl<char>(locale_ref) -> char;

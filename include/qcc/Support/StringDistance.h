//===- StringDistance.h - the known name that a misspelt one was meant to be ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An error about an unknown name (an option, a layer, a target) is most useful if it names the
// nearest one that exists.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_SUPPORT_STRINGDISTANCE_H
#define QCC_SUPPORT_STRINGDISTANCE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <iterator>
#include <optional>
#include <string>

namespace qcc {

/// The candidate with the smallest edit distance to `name` (case ignored; the first of equals), or
/// none if all differ in more than a third of the longer name's characters (at least one difference
/// is always allowed).
std::optional<llvm::StringRef> closestMatch(llvm::StringRef name,
                                            llvm::ArrayRef<llvm::StringRef> candidates);

/// "; did you mean 'relu'?", or "" without a close match: to append to an error's text.
std::string didYouMean(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates);

/// The same for any range of strings.
template <typename Range> std::string didYouMean(llvm::StringRef name, const Range &candidates) {
  llvm::SmallVector<llvm::StringRef> names(std::begin(candidates), std::end(candidates));
  return didYouMean(name, llvm::ArrayRef<llvm::StringRef>(names));
}

} // namespace qcc

#endif // QCC_SUPPORT_STRINGDISTANCE_H

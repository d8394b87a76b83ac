//===- StringDistance.cpp - the known name that a misspelt one was meant to be ----*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Support/StringDistance.h"
#include "qcc/Support/Diagnostics.h"

using namespace llvm;
using namespace qcc;

std::optional<StringRef> qcc::closestMatch(StringRef name, ArrayRef<StringRef> candidates) {
  std::optional<StringRef> best;
  unsigned bestDistance = 0;
  for (StringRef candidate : candidates) {
    unsigned allowed = std::max<size_t>(1, std::max(name.size(), candidate.size()) / 3);
    unsigned distance = name.edit_distance_insensitive(candidate, /*AllowReplacements=*/true,
                                                       /*MaxEditDistance=*/allowed);
    if (distance > allowed || (best && distance >= bestDistance))
      continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

std::string qcc::didYouMean(StringRef name, ArrayRef<StringRef> candidates) {
  std::optional<StringRef> match = closestMatch(name, candidates);
  return match ? fmt::format("; did you mean '{}'?", *match) : "";
}

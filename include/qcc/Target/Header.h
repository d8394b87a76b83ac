//===- Header.h - The C header of an emitted object ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that a program must know to call a network: a pure function from a description to text that
// C99 and C++ compilers take.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_HEADER_H
#define QCC_TARGET_HEADER_H

#include "qcc/Target/TargetDescription.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qcc {

/// What the codes of a tensor mean: scale * (code - zeroPoint).
struct CodeMeaning {
  float scale = 1;
  int64_t zeroPoint = 0;
};

/// An input or output of an entry, for one image.
struct InterfaceTensor {
  /// As the model calls it; may be any text.
  std::string name;
  /// The element's type in C, and its size.
  std::string type;
  int64_t elementBytes = 0;
  /// Without the batch.
  std::vector<int64_t> shape;
  std::optional<CodeMeaning> codes;

  int64_t getElements() const;
  int64_t getBytes() const { return getElements() * elementBytes; }
};

/// A function of an object.
struct InterfaceEntry {
  /// What follows the model's name: "run", "run_codes".
  std::string suffix;
  /// What it takes and returns: "the values", "the codes".
  std::string summary;
  std::vector<InterfaceTensor> inputs, outputs;
};

/// What turns pixels into a model's input: (pixel / divisor - mean) / std.
struct InterfacePreprocessing {
  float divisor = 255;
  std::vector<float> mean, std;
};

struct ObjectInterface {
  /// A C identifier; symbols begin with it.
  std::string name;
  /// All of one triple, the plainest level first; the best that the processor has is used.
  std::vector<Target> targets;
  std::string contract;
  /// One or two; the constants of the first have no infix, those of the second CODES_.
  std::vector<InterfaceEntry> entries;
  std::optional<InterfacePreprocessing> preprocessing;
  int64_t workspaceBytes = 0, workspaceAlignment = 64;
  /// Images that are worked on at one time; batches must be multiples of them if `fixedBatch`.
  int64_t images = 1;
  bool fixedBatch = false;
  /// Nothing if it is not known.
  std::optional<uint64_t> stackBytes;
  std::vector<std::string> undefinedSymbols;
};

/// True for what C takes as a name and does not use itself.
bool isCIdentifier(llvm::StringRef name);

/// A C identifier that resembles `name`: "mnist_int8" for "mnist-int8".
std::string makeCIdentifier(llvm::StringRef name);

/// The header's text.
std::string formatHeader(const ObjectInterface &interface);

} // namespace qcc

#endif // QCC_TARGET_HEADER_H

//===- Objects.h - whether emitted objects agree ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits networks as object files with their headers, links all of them into one program of C, and
// runs that: natively or under an emulator, on as many processors as are named.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_OBJECTS_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_OBJECTS_H

#include "Expectation.h"

#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace qcc::random {

struct ObjectOptions {
  /// What to compile for; see resolveTargets. Of an object with several levels, each processor
  /// takes its best.
  std::string triple, isa;
  /// The compiler of C that makes the program, with its options, in words.
  std::vector<std::string> compiler;
  /// What the program is started with, in words, once for each: {"qemu-aarch64", "-cpu", "max"}.
  /// An empty one starts it as it is.
  std::vector<std::vector<std::string>> launchers;
  /// Where files go; must exist.
  std::string folder;
};

/// A program of some networks.
class ObjectProgram {
public:
  explicit ObjectProgram(const ObjectOptions &options) : options(options) {}

  /// Emits the network's object and writes its inputs.
  llvm::Error add(uint64_t seed, const RandomGraph &graph, Expectation expectation);

  /// Links and runs the program with each launcher and compares everything it computes. Fails with
  /// the first network that computes something else, and with what the compiler or the program
  /// itself reports.
  llvm::Error run();

private:
  struct Entry {
    std::string name;
    Expectation expectation;
  };

  llvm::Error writeInputs(const Entry &entry) const;
  llvm::Error link() const;
  llvm::Error compare(const Entry &entry) const;
  std::string getPath(const llvm::Twine &file) const;
  llvm::Error execute(llvm::ArrayRef<std::string> words) const;

  const ObjectOptions &options;
  std::vector<Entry> entries;
  /// Of the program's source: what is in front of the table, and the table.
  std::string functions, table;
};

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_OBJECTS_H

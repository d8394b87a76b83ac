//===- Options.h - The command line of random-graphs ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_OPTIONS_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_OPTIONS_H

#include "llvm/Support/CommandLine.h"

#include <string>

namespace qcc::random {

struct Options {
  llvm::cl::opt<uint64_t> seed{"seed", llvm::cl::desc("Check the network of this seed only")};
  llvm::cl::opt<uint64_t> start{"start", llvm::cl::desc("The first seed (default 0)"),
                                llvm::cl::init(0)};
  llvm::cl::opt<unsigned> count{"count", llvm::cl::desc("How many seeds (default 100)"),
                                llvm::cl::init(100)};
  llvm::cl::opt<std::string> isa{
      "isa", llvm::cl::desc("A level, 'all' that this machine has, or 'each' in turn (default)"),
      llvm::cl::init("each")};
  llvm::cl::opt<bool> emulate{
      "emulate-tiles",
      llvm::cl::desc("Let the AMX level run on a processor that lacks only its tiles")};
  llvm::cl::opt<unsigned> layers{
      "layers", llvm::cl::desc("Only the first N layers of each network"), llvm::cl::init(~0U)};
  llvm::cl::opt<bool> last{"last", llvm::cl::desc("Return only what the last layer computes")};
  llvm::cl::opt<unsigned> optLevel{
      "opt-level", llvm::cl::desc("Of the code generator in this process, 0 to 3 (default 1)"),
      llvm::cl::init(1)};
  llvm::cl::opt<unsigned> failures{
      "max-failures", llvm::cl::desc("Stop after N failures (default 5)"), llvm::cl::init(5)};
  llvm::cl::opt<unsigned> seconds{
      "max-seconds", llvm::cl::desc("Begin nothing new after N seconds"), llvm::cl::init(0)};
  llvm::cl::opt<bool> coverage{"coverage",
                               llvm::cl::desc("Say how often each operation was checked")};
  llvm::cl::opt<std::string> save{"save",
                                  llvm::cl::desc("Write the network of --seed to a file and stop"),
                                  llvm::cl::value_desc("file.mlir")};

  llvm::cl::OptionCategory objects{"Emitted objects"};
  llvm::cl::opt<std::string> compiler{
      "cc",
      llvm::cl::desc(
          "Check emitted objects, in programs that this compiler of C makes with its options; "
          "--isa names the levels of each object then (default all)"),
      llvm::cl::value_desc("words"), llvm::cl::cat(objects)};
  llvm::cl::opt<std::string> triple{
      "target", llvm::cl::desc("LLVM triple (default: this machine's)"), llvm::cl::cat(objects)};
  llvm::cl::list<std::string> launchers{
      "launcher",
      llvm::cl::desc("What starts the program, such as 'qemu-aarch64 -cpu max'; once for each"),
      llvm::cl::value_desc("words"), llvm::cl::cat(objects)};
  llvm::cl::opt<unsigned> together{"together",
                                   llvm::cl::desc("Networks in one program (default 50)"),
                                   llvm::cl::init(50), llvm::cl::cat(objects)};

  /// Whether emitted objects are checked, rather than code in this process.
  bool hasObjects() const { return !compiler.empty(); }
};

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_OPTIONS_H

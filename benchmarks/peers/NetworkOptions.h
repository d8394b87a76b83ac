//===- NetworkOptions.h - What programs that compare a model are told ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_NETWORKOPTIONS_H
#define QCC_BENCHMARKS_PEERS_NETWORKOPTIONS_H

#include "Turns.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/CommandLine.h"

namespace qcc::peers {

struct NetworkOptions {
  llvm::cl::OptionCategory category{"Options"};
  llvm::cl::opt<std::string> modelPath{llvm::cl::Positional, llvm::cl::Required,
                                       llvm::cl::desc("MODEL.onnx"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> isa;
  llvm::cl::list<int64_t> batches{"batch", llvm::cl::CommaSeparated,
                                  llvm::cl::desc("Images per call (default 1,64)"),
                                  llvm::cl::value_desc("N"), llvm::cl::cat(category)};
  llvm::cl::opt<unsigned> threads{"threads", llvm::cl::desc("Of each side (default 1)"),
                                  llvm::cl::init(1), llvm::cl::cat(category)};
  llvm::cl::opt<int> rounds{"rounds", llvm::cl::desc("Turns of each (default 60)"),
                            llvm::cl::init(60), llvm::cl::cat(category)};
  llvm::cl::opt<double> seconds{"seconds", llvm::cl::desc("Length of a turn (default 0.02)"),
                                llvm::cl::init(0.02), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> json{"json",
                                  llvm::cl::desc("Also write a line of JSON for each result"),
                                  llvm::cl::value_desc("file"), llvm::cl::cat(category)};

  /// `isaDescription` says whose level of the instruction set --isa is.
  explicit NetworkOptions(const char *isaDescription)
      : isa("isa", llvm::cl::desc(isaDescription), llvm::cl::value_desc("level"),
            llvm::cl::cat(category)) {}

  TurnOptions getTurns() const { return {rounds, seconds, threads}; }
  /// An error that says which option makes no sense.
  llvm::Error check() const {
    if (rounds < 1)
      return makeError("there must be at least one round");
    if (threads < 1)
      return makeError("there must be at least one thread");
    return llvm::Error::success();
  }
  /// "one thread", "2 threads".
  std::string describeThreads() const {
    return threads == 1 ? "one thread" : fmt::format("{} threads", threads.getValue());
  }
  llvm::SmallVector<int64_t> getBatches() const {
    if (batches.empty())
      return {1, 64};
    return {batches.begin(), batches.end()};
  }
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_NETWORKOPTIONS_H

//===- Checker.h - Checks random networks and reports failures ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_CHECKER_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_CHECKER_H

#include "Check.h"
#include "Objects.h"
#include "Options.h"
#include "TemporaryFolder.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"

#include <map>

namespace qcc::random {

/// For the handler of signals: a crash of compiled code ends the process.
extern volatile uint64_t currentSeed;

/// An error if the generator made something invalid.
llvm::Expected<RandomGraph> makeGraph(mlir::MLIRContext &context, const GraphOptions &options);

/// Checks networks in one way, and counts.
class Checker {
public:
  using Graphs = llvm::ArrayRef<GraphOptions>;

  Checker(const Options &options, const mlir::DialectRegistry &registry)
      : options(options), registry(registry) {}

  /// Finds the targets and the folder that the options ask for.
  llvm::Error prepare();

  /// Checks some networks at once, and reports those that fail.
  void check(Graphs graphs);

  /// Prints a summary; true if nothing failed.
  bool finish(double seconds) const;
  unsigned getFailures() const { return failures; }

private:
  std::unique_ptr<mlir::MLIRContext> createContext() const;
  llvm::Expected<CheckResult> run(Graphs graphs);
  llvm::Expected<CheckResult> runInProcess(const GraphOptions &graph);
  llvm::Expected<CheckResult> runObjects(Graphs graphs);
  void count(const GraphOptions &graph);
  GraphOptions shrink(GraphOptions failing);
  void report(const GraphOptions &failing, std::string text);
  std::string getCommand(const GraphOptions &graph) const;

  const Options &options;
  const mlir::DialectRegistry &registry;
  /// The levels to check in this process: all of them, or each in turn.
  std::vector<const TargetDescription *> targets;
  TemporaryFolder folder;
  ObjectOptions objects;

  uint64_t checked = 0;
  unsigned failures = 0;
  CheckResult total;
  std::map<std::string, unsigned> operations;
};

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_CHECKER_H

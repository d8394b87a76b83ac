//===- Tuning.h - Strategies by measurement ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cost model ranks a few strategies for each kernel; here they are compiled, one kernel at a
// time, and measured on this machine. The best are written into the module (TunedStrategies.h), so
// that whoever compiles it later, anywhere, gets the same code.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TUNING_TUNING_H
#define QCC_TUNING_TUNING_H

#include "qcc/Target/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>
#include <vector>

namespace qcc {

struct TuningOptions {
  /// Images in a call that is measured; 0: a whole block, as planned. More than a block are one.
  int64_t batch = 0;
  /// Strategies of a kernel that are measured, at most.
  unsigned candidates = 6;
  /// Time for the measurements of a kernel, without compiling its candidates.
  double secondsPerKernel = 0.2;
  /// The share of the time by which another strategy must be faster to replace the cost model's
  /// choice: what is within noise must not change code.
  double leastGain = 0.02;
  /// Called with the number of kernels that are done, and of how many.
  std::function<void(uint64_t done, uint64_t total)> progress;
  /// Adds instrumentation to each pass manager.
  std::function<void(mlir::PassManager &)> configure;
};

struct MeasuredStrategy {
  mlir::Attribute strategy;
  /// The cost model's; see StrategyCandidate.
  double cost = 0;
  /// Of one image: the median over the rounds.
  double seconds = 0;
  /// Relative to the first candidate's: the median of the ratios of each round. Of the fastest, the
  /// worse one of two measurements.
  double ratio = 1;
};

struct TunedKernel {
  /// The kernel's function, and what stands for it in the module (getKernelKey).
  std::string name, key;
  /// As the cost model ranks them, its choice first.
  std::vector<MeasuredStrategy> candidates;
  size_t winner = 0;
};

/// What was measured for one level.
struct TunedLevel {
  std::string isa;
  /// Those with more than one candidate that `codegen.tuned` had nothing for.
  std::vector<TunedKernel> kernels;
  /// Kernels whose strategies were in the module already.
  size_t known = 0;
};

/// An error if this machine cannot execute code for the target.
llvm::Error checkCanTune(const Target &target);

/// Measures the kernels of a module at the integer (or float) level for a level of the instruction
/// set, and adds what is best to `codegen.tuned` of `module`, which is not changed otherwise.
/// Kernels that it knows for the level are not measured again. Alternating rounds of calls, with
/// the constants of the network and codes in memory as its kernels find them; of the time of each
/// round the ratio to the first candidate's counts, so that a slow moment hits both, and each round
/// has its buffers elsewhere. Errors: this machine lacks the level; a candidate whose result
/// differs from the first one's (in a byte; of floats, beyond rounding), named with the kernel;
/// what passes and code generator report.
llvm::Expected<TunedLevel> tune(mlir::ModuleOp module, const Target &target,
                                const TuningOptions &options = {});

/// A table of a kernel's candidates: the cost model's number, the measured time of an image, the
/// ratio, and which one was taken.
std::string toText(const TunedKernel &kernel);
/// One line: how many kernels, and how many of them took another strategy than the model's.
std::string toText(const TunedLevel &level);

} // namespace qcc

#endif // QCC_TUNING_TUNING_H

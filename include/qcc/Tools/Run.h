//===- Run.h - Running, evaluating and comparing models: what the tool qcc-run does ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_RUN_H
#define QCC_TOOLS_RUN_H

#include "qcc/Execution/Agreement.h"
#include "qcc/Execution/Benchmark.h"
#include "qcc/Execution/Comparison.h"
#include "qcc/Execution/Evaluation.h"
#include "qcc/Execution/Session.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

namespace qcc {

struct RunOptions {
  /// The numeric contract to run a quantized model under; empty: the module's.
  std::string contract;
  /// Take and return codes where the model quantizes its inputs and dequantizes its results.
  bool raw = false;
  /// Return every named layer's value as a further result.
  bool exposeLayers = false;
  /// The plain lowering that says what the bytes must be, instead of the optimized one.
  bool reference = false;
  /// Measure strategies on this machine before optimized code is made; see tune.
  bool tune = false;
  /// Images in a call that is measured; 0: a block.
  int64_t tuneBatch = 0;
  /// See TuningOptions::progress.
  std::function<void(uint64_t, uint64_t)> tuneProgress;
  /// The level of the instruction set that optimized code uses; empty: this machine's best.
  std::string isa;
  std::function<void(mlir::PassManager &)> configure;
  /// `cpu` and `features` are the level's, in optimized code.
  JITOptions jit;
  /// Told of optimized code before it is linked.
  std::function<void(CompiledModel &)> onCompiled;
};

/// Compiles a copy of a model at any level. Errors name what is missing: observers without
/// parameters, no @main.
llvm::Expected<std::unique_ptr<Session>> prepareSession(mlir::ModuleOp module,
                                                        const RunOptions &options = {});

/// Reads .npy files, one for each input of the model.
llvm::Expected<llvm::SmallVector<HostTensor>> readInputs(const Session &session,
                                                         llvm::ArrayRef<std::string> inputs);

/// Runs the model on tensors from .npy files, one for each input, and writes one .npy file for each
/// of `outputs`, which are the first results; each file as a whole or not at all.
llvm::Error runFiles(const Session &session, llvm::ArrayRef<std::string> inputs,
                     llvm::ArrayRef<std::string> outputs);

/// True if any value of the module is quantized or a code.
bool isQuantized(mlir::ModuleOp module);

/// {"correct": 9897, "count": 10000, "accuracy": 0.9897, "images_per_second": 1234.5,
/// "seconds": 8.1}
llvm::json::Object toJSON(const EvaluationResult &result);
/// {"count": ..., "reference_correct": ..., "other_correct": ..., "agreement": ..., "layers":
/// [{"name": ..., "sqnr_db": ..., "cosine": ..., "max_difference": ...}]}; a ratio that is infinite
/// or not a number is a string.
llvm::json::Object toJSON(const ComparisonResult &result);
/// {"batch": 1, "runs": 12000, "median_us": 81.7, "minimum_us": 81.2, "images_per_second": 12240};
/// times are of one call.
llvm::json::Object toJSON(const BenchmarkResult &result);

/// {"count": 64, "agree": true, "outputs": [{"name": "logits", "elements": 640, "differing": 0,
/// "max_difference": 0, "max_magnitude": 17.2}]}
llvm::json::Object toJSON(const AgreementResult &result);

/// What a person reads.
std::string toText(const EvaluationResult &result);
std::string toText(const ComparisonResult &result);
std::string toText(const BenchmarkResult &result);
std::string toText(const AgreementResult &result);

} // namespace qcc

#endif // QCC_TOOLS_RUN_H

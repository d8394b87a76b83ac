//===- Compile.h - From a model file to a quantized one: what the tool qcc does ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_COMPILE_H
#define QCC_TOOLS_COMPILE_H

#include "qcc/Data/Preprocessing.h"
#include "qcc/Pipelines/Pipelines.h"
#include "qcc/Quantization/CalibrationTable.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <optional>
#include <string>

namespace qcc {

struct CompileOptions {
  /// The level to stop at.
  Phase until = Phase::Quantize;

  /// Empty: the calibration table's, else fbgemm.
  std::string qconfig;
  /// Another observer of activations than the qconfig's; empty for the qconfig's.
  std::string activationObserver;
  /// The contract to write into the module; empty: the qconfig's, or what the module has.
  std::string contract;
  bool strict = false;
  /// Report the bounds of accumulators as remarks.
  bool report = false;

  /// Folder of the data set whose training split calibrates; empty: no calibration.
  std::string calibrationData;
  int64_t calibrationBatches = 1;
  int64_t calibrationBatchSize = 64;
  /// The first images in order, or a random sample.
  bool shuffle = false;
  uint64_t seed = 0;
  /// A table to use instead of calibrating.
  std::string calibrationTable;
  /// Where to save the table that calibration made; empty: nowhere.
  std::string saveTable;

  /// The way below the integer level, and what the optimized one compiles for; see PlanOptions.
  Lowering lowering = Lowering::Optimized;
  std::string triple, isa;
  /// Add @main_codes, which takes and returns codes, where @main quantizes and dequantizes. It
  /// needs the quantized level on the way.
  bool addCodes = false;

  /// Measure strategies on this machine and write the best into the module: for the levels that
  /// `isa` names and this machine has.
  bool tune = false;
  /// Images in a call that is measured; 0: a block.
  int64_t tuneBatch = 0;

  /// Preprocessing to write into the module before anything else.
  std::optional<Preprocessing> preprocessing;

  /// Adds instrumentation to each pass manager.
  std::function<void(mlir::PassManager &)> configure;
  /// Called with the number of images that were calibrated on, and of how many.
  std::function<void(uint64_t, uint64_t)> progress;
  /// The same of kernels that were tuned, for each level.
  std::function<void(uint64_t, uint64_t)> tuneProgress;
};

/// Takes `module` from the level it is at to the one that the options ask for, in place. A float
/// model is quantized if the options name data or a table to calibrate with; without either it
/// stays float. Errors: contradictory options, and what data, table and passes report (diagnostics
/// of passes also go to the context's handlers).
llvm::Error compileModel(mlir::ModuleOp module, const CompileOptions &options);

/// Calibrates a module with observers on the first (or shuffled) images of the training split of
/// `options.calibrationData`.
llvm::Expected<CalibrationTable> calibrateOnData(mlir::ModuleOp module,
                                                 const CompileOptions &options);

} // namespace qcc

#endif // QCC_TOOLS_COMPILE_H

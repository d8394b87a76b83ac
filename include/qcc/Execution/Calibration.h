//===- Calibration.h - running a model to see the ranges of its values ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module with `calib.observe` operations is compiled with `convert-calib-to-runtime`, which makes
// each of them a call into the CalibrationSession that its code was compiled for; then samples run
// through it, batch after batch. The session owns one observer per observed value.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_CALIBRATION_H
#define QCC_EXECUTION_CALIBRATION_H

#include "mlir/IR/BuiltinOps.h"
#include "qcc/Data/Tensor.h"
#include "qcc/Execution/Session.h"
#include "qcc/Quantization/CalibrationTable.h"
#include "qcc/Quantization/Observer.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace qcc {

/// One observed value: what it is called and how it is observed.
struct ObservePoint {
  std::string name;
  ObserverSpec spec;
};

/// The observed values of a module, in the order in which `convert-calib-to-runtime` numbers them.
/// Several observes of one name are one value with one observer. Errors: observes of one name that
/// differ in how they observe, or a code range that no observer has.
llvm::Expected<llvm::SmallVector<ObservePoint>> collectObservePoints(mlir::ModuleOp module);

/// The observers of one calibration, and the functions that compiled code calls to feed them. It
/// must outlive that code, and it does not move.
class CalibrationSession {
public:
  /// Errors: see checkSpec.
  static llvm::Expected<std::unique_ptr<CalibrationSession>>
  create(llvm::ArrayRef<ObservePoint> points);

  CalibrationSession(const CalibrationSession &) = delete;
  CalibrationSession &operator=(const CalibrationSession &) = delete;

  /// What to put into JITOptions::symbols: the functions and, as `qcc_calib_session`, this object.
  std::vector<std::pair<std::string, void *>> getSymbols();

  /// The first error of an observer since the last call. Compiled code cannot stop on an error, so
  /// ask after each run.
  llvm::Error takeError();

  size_t size() const { return observers.size(); }
  const Observer &getObserver(size_t index) const { return *observers[index]; }
  llvm::StringRef getName(size_t index) const { return names[index]; }

  /// What was seen, and the ranges chosen from it.
  llvm::Expected<CalibrationTable> makeTable(llvm::StringRef qconfig) const;

private:
  CalibrationSession() = default;
  struct Runtime;
  /// Gives an observer its next values, and keeps the error.
  void take(int64_t number, llvm::function_ref<llvm::Error(Observer &)> step);

  std::vector<std::string> names;
  std::vector<std::unique_ptr<Observer>> observers;
  /// Observing from several threads is safe, although the order, which histograms and averages
  /// depend on, is then up to chance.
  std::mutex mutex;
  std::string firstError;
};

/// One batch after another, as the model's input takes it; none at the end.
using BatchSource = llvm::function_ref<llvm::Expected<std::optional<HostTensor>>()>;

struct CalibrationOptions {
  /// `lowering` gets the module with the observes already turned into calls, and must bufferize
  /// with function boundaries.
  SessionOptions session;
  /// Called after each batch with the number of samples so far.
  std::function<void(uint64_t)> progress;
};

/// Runs the batches through a copy of a module with observes and returns its calibration table,
/// whose qconfig is the module's `cnn.qconfig`. Errors: no observe, more than one input, no batch,
/// and what compiling, running, the source and the observers report. A value of which nothing
/// finite was seen is in the table without a range.
llvm::Expected<CalibrationTable> calibrate(mlir::ModuleOp module, BatchSource batches,
                                           const CalibrationOptions &options);

} // namespace qcc

#endif // QCC_EXECUTION_CALIBRATION_H

//===- Calibration.cpp - running a model to see the ranges of its values ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/Calibration.h"
#include "MemRef.h"
#include "MemRefFunction.h"
#include "qcc/Conversion/CalibToRuntime/CalibToRuntime.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/Calib/IR/ObserverSpecs.h"
#include "qcc/Support/Diagnostics.h"

using namespace qcc;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::SmallVector;

Expected<SmallVector<ObservePoint>> qcc::collectObservePoints(mlir::ModuleOp module) {
  SmallVector<ObservePoint> points;
  for (const auto &[name, observes] : getObservesByName(module)) {
    ObserverSpec spec = calib::getObserverSpec(observes.front());
    for (calib::ObserveOp op : observes) {
      if (Error error = calib::checkObserve(op))
        return addContext(std::move(error), fmt::format("observed value '{}'", name.getValue()));
      if (calib::getObserverSpec(op) != spec)
        return makeError("observed value '{}': two observes share the name but not the kind, codes "
                         "or axis",
                         name.getValue());
    }
    points.push_back({name.str(), spec});
  }
  return points;
}

//===----------------------------------------------------------------------===//
// The runtime
//===----------------------------------------------------------------------===//

/// What compiled code calls, as MLIR's C interface passes it.
struct CalibrationSession::Runtime {
  static void observe(CalibrationSession *session, int64_t number, UnrankedMemRef *value) {
    RankedMemRef memref = value->get();
    std::vector<float> buffer;
    session->take(number, [&](Observer &observer) {
      return observer.observe(getContiguous(memref, buffer), memref.getSizes());
    });
  }

  static void fakeQuantize(CalibrationSession *session, int64_t number, UnrankedMemRef *value,
                           UnrankedMemRef *result) {
    RankedMemRef memref = value->get(), target = result->get();
    // The result is a buffer of the code's own making, and contiguous.
    auto *data = reinterpret_cast<float *>(target.getData(sizeof(float)));
    copyToContiguous(sizeof(float), memref, data);
    session->take(number, [&](Observer &observer) {
      return observer.observeAndFakeQuantize({data, getCount(memref)}, memref.getSizes());
    });
  }

private:
  static size_t getCount(const RankedMemRef &memref) {
    return static_cast<size_t>(*getNumElements(memref.getSizes()));
  }

  /// The elements, in place if they are contiguous, otherwise copied to `buffer`.
  static ArrayRef<float> getContiguous(const RankedMemRef &memref, std::vector<float> &buffer) {
    SmallVector<int64_t, 8> strides(memref.getSizes().size());
    setContiguousStrides(memref.getSizes(), strides);
    size_t count = getCount(memref);
    if (memref.getStrides() == ArrayRef<int64_t>(strides))
      return {reinterpret_cast<const float *>(memref.getData(sizeof(float))), count};
    buffer.resize(count);
    copyToContiguous(sizeof(float), memref, buffer.data());
    return buffer;
  }
};

void CalibrationSession::take(int64_t number, llvm::function_ref<Error(Observer &)> step) {
  std::lock_guard lock(mutex);
  if (number < 0 || static_cast<size_t>(number) >= observers.size()) {
    if (firstError.empty())
      firstError = fmt::format("the compiled code observes value {}, but there are only {}", number,
                               observers.size());
    return;
  }
  Error error = step(*observers[static_cast<size_t>(number)]);
  if (!error)
    return;
  std::string text = toString(std::move(error));
  if (firstError.empty())
    firstError = fmt::format("observing '{}': {}", names[static_cast<size_t>(number)], text);
}

Expected<std::unique_ptr<CalibrationSession>>
CalibrationSession::create(ArrayRef<ObservePoint> points) {
  std::unique_ptr<CalibrationSession> session(new CalibrationSession());
  for (const ObservePoint &point : points) {
    if (Error error = checkSpec(point.spec))
      return addContext(std::move(error), fmt::format("observed value '{}'", point.name));
    session->names.push_back(point.name);
    session->observers.push_back(createObserver(point.spec));
  }
  return session;
}

std::vector<std::pair<std::string, void *>> CalibrationSession::getSymbols() {
  return {{kCalibSessionSymbol.str(), this},
          {MemRefFunction::getInterfaceName(kCalibObserveFunction),
           reinterpret_cast<void *>(&Runtime::observe)},
          {MemRefFunction::getInterfaceName(kCalibFakeQuantizeFunction),
           reinterpret_cast<void *>(&Runtime::fakeQuantize)}};
}

Error CalibrationSession::takeError() {
  std::lock_guard lock(mutex);
  if (firstError.empty())
    return Error::success();
  return makeError("{}", std::exchange(firstError, ""));
}

Expected<CalibrationTable> CalibrationSession::makeTable(llvm::StringRef qconfig) const {
  CalibrationTable table(qconfig.str());
  for (auto [name, observer] : llvm::zip_equal(names, observers))
    if (Error error = table.add(CalibrationEntry::fromObserver(name, *observer)))
      return error;
  return table;
}

//===----------------------------------------------------------------------===//
// Calibration
//===----------------------------------------------------------------------===//

/// Runs all batches; the error says which one failed.
static Error runBatches(const Session &model, CalibrationSession &calibration, BatchSource batches,
                        const CalibrationOptions &options) {
  uint64_t samples = 0, index = 0;
  for (;; ++index) {
    auto batch = batches();
    if (!batch)
      return addContext(batch.takeError(), fmt::format("calibration batch {}", index));
    if (!*batch)
      break;
    auto results = model.run(**batch);
    if (!results)
      return addContext(results.takeError(), fmt::format("calibration batch {}", index));
    if (Error error = calibration.takeError())
      return addContext(std::move(error), fmt::format("calibration batch {}", index));
    samples += (*batch)->getRank() > 0 ? static_cast<uint64_t>((*batch)->getDim(0)) : 1;
    if (options.progress)
      options.progress(samples);
  }
  if (samples == 0)
    return makeError("there are no samples to calibrate with");
  return Error::success();
}

Expected<CalibrationTable> qcc::calibrate(mlir::ModuleOp module, BatchSource batches,
                                          const CalibrationOptions &options) {
  auto points = collectObservePoints(module);
  if (!points)
    return points.takeError();
  if (points->empty())
    return makeError("the module observes nothing; insert observers first "
                     "(calib-insert-observers)");
  auto calibration = CalibrationSession::create(*points);
  if (!calibration)
    return calibration.takeError();

  SessionOptions sessionOptions = options.session;
  llvm::append_range(sessionOptions.jit.symbols, (*calibration)->getSymbols());
  // First of all passes, so that the numbers are those of the points.
  sessionOptions.lowering = [&](mlir::OpPassManager &manager) {
    manager.addPass(createConvertCalibToRuntime());
    if (options.session.lowering)
      options.session.lowering(manager);
  };
  auto model = Session::compile(module, sessionOptions);
  if (!model)
    return model.takeError();
  if ((*model)->inputs().size() != 1)
    return makeError("calibration feeds one input, and the model has {}",
                     (*model)->inputs().size());

  if (Error error = runBatches(**model, **calibration, batches, options))
    return error;
  auto qconfig = module->getAttrOfType<mlir::StringAttr>(cnn::kQConfigAttr);
  return (*calibration)->makeTable(qconfig ? qconfig.getValue() : "");
}

//===- ApplyTable.cpp - calib-apply-table ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"
#include "qcc/Dialect/Calib/IR/ObserverSpecs.h"
#include "qcc/Dialect/Calib/Transforms/Passes.h"

namespace qcc::calib {
#define GEN_PASS_DEF_CALIBAPPLYTABLE
#include "qcc/Dialect/Calib/Transforms/Passes.h.inc"
} // namespace qcc::calib

using namespace mlir;
using namespace qcc;
using qcc::calib::ObserveOp;

/// The quantized type of an observed value, or failure after a diagnostic.
static FailureOr<Type> chooseType(ObserveOp op, const CalibrationEntry &entry) {
  ObserverSpec spec = calib::getObserverSpec(op);
  auto chosen = resolve(entry, spec);
  if (!chosen)
    return op.emitError() << toString(chosen.takeError());
  if (!llvm::all_of(*chosen, [](const ChosenParams &c) { return c.observed; }))
    op.emitWarning("nothing was observed of '")
        << op.getName()
        << "': it gets scale 1 and zero point 0; calibrate with data that reaches it, "
        << "or give it a range in the calibration table";
  SmallVector<QuantParams> params;
  for (const ChosenParams &c : *chosen)
    params.push_back(c.params);
  if (!op.isPerChannel())
    return Type(cnn::getPerTensorType(op.getContext(), spec.isSigned, params.front()));
  int64_t channels = cast<RankedTensorType>(op.getType()).getDimSize(spec.axis);
  if (params.size() == 1)
    params.resize(channels, params.front());
  if (static_cast<int64_t>(params.size()) != channels)
    return op.emitError("the calibration table has ")
           << params.size() << " ranges for '" << op.getName() << "', which has " << channels
           << " channels";
  return Type(cnn::getPerAxisType(op.getContext(), spec.isSigned, params, spec.axis));
}

LogicalResult calib::applyTable(ModuleOp module, const CalibrationTable &table) {
  WalkResult walk = module.walk([&](ObserveOp op) -> WalkResult {
    const CalibrationEntry *entry = table.find(op.getName());
    if (!entry) {
      op.emitError("the calibration table has no entry for '")
          << op.getName() << "'; it has " << table.entries().size()
          << " entries: was it made from this model and qconfig?";
      return WalkResult::interrupt();
    }
    FailureOr<Type> type = chooseType(op, *entry);
    if (failed(type))
      return WalkResult::interrupt();
    op.setParamsAttr(TypeAttr::get(*type));
    bool keepFloat = entry->keepFloat.value_or(false);
    if (keepFloat && !op.getInput().getDefiningOp<cnn::LayerOpInterface>())
      op.emitWarning("'float' has no effect on '")
          << op.getName() << "': only the result of a layer can keep its layer in float";
    op.setKeepFloat(keepFloat);
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

namespace {
struct ApplyTablePass : qcc::calib::impl::CalibApplyTableBase<ApplyTablePass> {
  using CalibApplyTableBase::CalibApplyTableBase;

  void runOnOperation() override {
    if (table.empty()) {
      getOperation().emitError(
          "calib-apply-table needs the option 'table': a calibration table's path");
      return signalPassFailure();
    }
    auto loaded = CalibrationTable::load(table);
    if (!loaded) {
      getOperation().emitError() << toString(loaded.takeError());
      return signalPassFailure();
    }
    if (failed(calib::applyTable(getOperation(), *loaded)))
      signalPassFailure();
  }
};
} // namespace

//===- InsertObservers.cpp - calib-insert-observers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"
#include "qcc/Dialect/Calib/IR/ObserverSpecs.h"
#include "qcc/Dialect/Calib/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

namespace qcc::calib {
#define GEN_PASS_DEF_CALIBINSERTOBSERVERS
#include "qcc/Dialect/Calib/Transforms/Passes.h.inc"
} // namespace qcc::calib

using namespace mlir;
using namespace qcc;
using namespace qcc::cnn;
using qcc::calib::ObserveOp;

namespace {
/// Decides what is observed in one function, then inserts the observers. Deciding first keeps the
/// decision a matter of the layers alone.
class Inserter {
public:
  Inserter(func::FuncOp function, const QConfig &config, llvm::StringSet<> &names)
      : function(function), config(config), names(names) {}

  void run() {
    for (LayerOpInterface layer : function.getOps<LayerOpInterface>())
      decide(layer);
    insert();
  }

private:
  void decide(LayerOpInterface layer) {
    QuantizationRole role = layer.getQuantizationRole();
    if (role == QuantizationRole::FloatOnly || role == QuantizationRole::None ||
        getLevel(layer->getResult(0).getType()) != ValueLevel::Float)
      return;
    if (OpOperand *weights = layer.getWeightsOperand())
      weightOperands.push_back(weights);
    for (OpOperand *operand : layer.getActivationOperands())
      observe(originOf(operand->get()));
    if (role == QuantizationRole::SharedParameters)
      return;
    observe(layer->getResult(0));
    if (role == QuantizationRole::UnifiedParameters)
      for (OpOperand *operand : layer.getActivationOperands())
        unify(layer->getResult(0), originOf(operand->get()));
  }

  /// The value whose parameters `value` has: layers that act on codes hand them through.
  static Value originOf(Value value) {
    while (auto layer = value.getDefiningOp<LayerOpInterface>()) {
      if (layer.getQuantizationRole() != QuantizationRole::SharedParameters)
        break;
      value = layer.getActivationOperands().front()->get();
    }
    return value;
  }

  void observe(Value value) {
    bool done = value.getDefiningOp<ObserveOp>() ||
                llvm::any_of(value.getUsers(), llvm::IsaPred<ObserveOp>);
    if (getLevel(value.getType()) == ValueLevel::Float && !done)
      observed.insert({value, {}});
  }

  void unify(Value a, Value b) { groups.unionSets(a.getAsOpaquePointer(), b.getAsOpaquePointer()); }

  /// PyTorch's fake-quantizing observers see what a fused relu gives twice (ObserverSpec::passes);
  /// relu is the only activation that it fuses.
  ObserverSpec getSpec(Value value) {
    ObserverSpec spec = config.activation;
    auto layer = value.getDefiningOp<LayerOpInterface>();
    if (spec.fakeQuantize && layer &&
        layer.getFusedActivation() == ActivationAttr::getRelu(function.getContext()))
      spec.passes = 2;
    return spec;
  }

  /// What a table calls `value`.
  std::string nameOf(Value value) {
    std::string name;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto attr = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), kNameAttr);
      name = attr ? attr.str() : "input" + std::to_string(argument.getArgNumber());
    } else {
      Operation *op = value.getDefiningOp();
      name = getLayerName(op).str();
      if (name.empty())
        name = op->getName().stripDialect().str();
    }
    return unique(std::move(name));
  }

  std::string unique(std::string name) {
    std::string candidate = name;
    for (unsigned i = 1; !names.insert(candidate).second; ++i)
      candidate = name + "." + std::to_string(i);
    return candidate;
  }

  void insert() {
    // Activations: values of one group share the name, and so the observer, of its first.
    llvm::DenseMap<const void *, std::string> groupNames;
    for (auto &entry : observed) {
      Value value = entry.first;
      const void *key = value.getAsOpaquePointer();
      if (groups.findLeader(key) != groups.member_end())
        key = *groups.findLeader(key);
      std::string &name = groupNames[key];
      if (name.empty())
        name = nameOf(value);
      OpBuilder builder(function.getContext());
      builder.setInsertionPointAfterValue(value);
      // Observers of one name have one specification, so the special case is not for groups.
      bool isGrouped = groups.findLeader(key) != groups.member_end();
      auto observe = calib::buildObserve(builder, value.getLoc(), value, name,
                                         isGrouped ? config.activation : getSpec(value));
      value.replaceAllUsesExcept(observe, observe);
    }
    // Only training fake-quantizes weights; a network in calibration computes with its float
    // weights, as PyTorch's does.
    ObserverSpec weightSpec = config.weight;
    weightSpec.fakeQuantize = false;
    for (OpOperand *operand : weightOperands) {
      if (operand->get().getDefiningOp<ObserveOp>())
        continue;
      Operation *layer = operand->getOwner();
      StringRef layerName = getLayerName(layer);
      std::string name =
          layerName.empty() ? layer->getName().stripDialect().str() : layerName.str();
      OpBuilder builder(layer);
      operand->set(calib::buildObserve(builder, layer->getLoc(), operand->get(),
                                       unique(name + ".weight"), weightSpec));
    }
  }

  func::FuncOp function;
  const QConfig &config;
  llvm::StringSet<> &names;
  llvm::MapVector<Value, char> observed;
  llvm::EquivalenceClasses<const void *> groups;
  SmallVector<OpOperand *> weightOperands;
};

struct InsertObserversPass : qcc::calib::impl::CalibInsertObserversBase<InsertObserversPass> {
  using CalibInsertObserversBase::CalibInsertObserversBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto config = lookupQConfig(qconfig);
    if (config && !activationObserver.empty())
      config = withActivationObserver(std::move(*config), llvm::StringRef(activationObserver));
    if (!config) {
      module.emitError() << toString(config.takeError());
      return signalPassFailure();
    }
    module->setAttr(kQConfigAttr, StringAttr::get(&getContext(), config->name));
    if (!module->hasAttr(kContractAttr))
      module->setAttr(kContractAttr, NumericContractAttr::get(
                                         &getContext(), fromContract(config->defaultContract)));
    llvm::StringSet<> names;
    module.walk([&](ObserveOp op) { names.insert(op.getName()); });
    for (auto function : module.getOps<func::FuncOp>())
      Inserter(function, *config, names).run();
  }
};
} // namespace

//===- FormKernels.cpp - qcc-form-kernels ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkForm.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

#include <limits>

namespace qcc::codegen {
#define GEN_PASS_DEF_FORMKERNELS
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

//===----------------------------------------------------------------------===//
// Grouping
//===----------------------------------------------------------------------===//

namespace {
/// The operations of one kernel, in program order; the last one's result is the kernel's.
using Group = SmallVector<Operation *>;

/// Decides which operations are computed together.
class Grouping {
public:
  explicit Grouping(Block &network) {
    // Layers first: what follows a layer belongs to its epilogue, wherever in the program the other
    // side of an addition is prepared.
    for (bool elementwise : {false, true})
      for (Operation &op : network.without_terminator())
        if (!isa<cnn::ConstantOp>(op) && !isView(&op) && isElementwise(&op) == elementwise &&
            !grouped.contains(&op))
          grow(&op);
  }

  ArrayRef<Group> getGroups() const { return groups; }

private:
  void add(Group &group, Operation *op) {
    grouped.insert(op);
    group.push_back(op);
  }

  /// Adds the only user of `value` to the group, if it can run where `value` is computed.
  Operation *extend(Group &group, Value value) {
    if (!value.hasOneUse())
      return nullptr;
    Operation *user = *value.getUsers().begin();
    if (grouped.contains(user) || user->getNumResults() != 1)
      return nullptr;
    if (auto pool = dyn_cast<cnn::MaxPool2DOp>(user)) {
      if (group.size() != 1 || !isPooledInRegisters(group.front(), pool))
        return nullptr;
    } else if (!isElementwise(user)) {
      return nullptr;
    } else if (cast<RankedTensorType>(user->getResult(0).getType()).getShape() !=
               cast<RankedTensorType>(value.getType()).getShape()) {
      return nullptr; // repeats what the group computes
    }
    // Codes of another layer are read as codes. Every other operand is there: the kernel is called
    // where its last operation stands.
    for (Value operand : user->getOperands())
      if (auto other = operand.getDefiningOp<cnn::DequantizeOp>())
        if (operand != value && operand.hasOneUse() && !grouped.contains(other))
          add(group, other);
    add(group, user);
    return user;
  }

  void grow(Operation *first) {
    Group group;
    add(group, first);
    while (extend(group, group.back()->getResult(0))) {
    }
    llvm::sort(group, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    groups.push_back(std::move(group));
  }

  llvm::DenseSet<Operation *> grouped;
  SmallVector<Group> groups;
};

//===----------------------------------------------------------------------===//
// Outlining
//===----------------------------------------------------------------------===//

/// Makes kernels of groups; equal ones are one function.
class Outliner {
public:
  explicit Outliner(ModuleOp module) : module(module), symbols(module) {}

  /// Replaces a group by a call.
  void outline(ArrayRef<Operation *> group) {
    // What comes from outside: activations, then constants.
    llvm::SetVector<Value> activations, constants;
    for (Operation *op : group)
      for (Value operand : op->getOperands())
        if (!llvm::is_contained(group, operand.getDefiningOp()))
          (operand.getDefiningOp<cnn::ConstantOp>() ? constants : activations).insert(operand);
    SmallVector<Value> operands = activations.takeVector();
    size_t firstConstant = operands.size();
    llvm::append_range(operands, constants);

    Operation *last = group.back();
    func::FuncOp kernel = makeKernel(group, operands, firstConstant);
    OpBuilder b(last);
    auto call = func::CallOp::create(b, last->getLoc(), kernel, operands);
    for (Operation *op : llvm::reverse(group))
      if (Attribute name = op->getAttr(cnn::kNameAttr)) {
        call->setAttr(cnn::kNameAttr, name);
        break;
      }
    last->replaceAllUsesWith(call);
    for (Operation *op : llvm::reverse(group))
      op->erase();
  }

  /// Copies `value` by a kernel that does nothing else.
  Value copy(OpBuilder &b, Location loc, Value value) {
    size_t firstConstant = value.getDefiningOp<cnn::ConstantOp>() ? 0 : 1;
    return func::CallOp::create(b, loc, makeKernel({}, value, firstConstant), value).getResult(0);
  }

private:
  func::FuncOp makeKernel(ArrayRef<Operation *> group, ArrayRef<Value> operands,
                          size_t firstConstant) {
    OpBuilder b(module.getContext());
    b.setInsertionPointToEnd(module.getBody());
    Location loc = group.empty() ? operands.front().getLoc() : group.back()->getLoc();
    Type result = group.empty() ? operands.front().getType() : group.back()->getResult(0).getType();
    auto type = b.getFunctionType(ValueRange(operands).getTypes(), result);
    auto kernel = func::FuncOp::create(b, loc, "kernel", type);
    kernel.setPrivate();
    kernel->setAttr(kKernelAttr, b.getUnitAttr());
    for (size_t i = firstConstant; i < operands.size(); ++i)
      kernel.setArgAttr(i, kConstantAttr, b.getUnitAttr());

    b.setInsertionPointToEnd(kernel.addEntryBlock());
    IRMapping mapping;
    for (auto [operand, argument] : llvm::zip(operands, kernel.getArguments()))
      mapping.map(operand, argument);
    Value returned = kernel.getArgument(0);
    for (Operation *op : group) {
      Operation *clone = b.clone(*op, mapping);
      clone->removeAttr(cnn::kNameAttr);
      generalizeBounds(clone);
      if (auto requantize = dyn_cast<cnn::RequantizeOp>(op); requantize && scaledFits(requantize))
        clone->setAttr(kScaledFitsAttr, b.getUnitAttr());
      returned = clone->getResult(0);
    }
    func::ReturnOp::create(b, loc, returned);

    std::string text;
    llvm::raw_string_ostream os(text);
    kernel->print(os, OpPrintingFlags().useLocalScope());
    auto [known, isNew] = kernels.try_emplace(text, kernel);
    if (!isNew) {
      kernel.erase();
      return known->second;
    }
    Operation *root = getRoot(kernel);
    StringRef name = root            ? root->getName().stripDialect()
                     : group.empty() ? StringRef("copy")
                                     : group.front()->getName().stripDialect();
    kernel.setName((name + "_" + llvm::Twine(counters[name]++)).str());
    symbols.insert(kernel);
    return kernel;
  }

  /// Whether (accumulator + bias) * multiplier is in the range of 32 bits for all accumulators.
  static bool scaledFits(cnn::RequantizeOp op) {
    FailureOr<double> bias = 0.0;
    if (op.getBias())
      bias = cnn::findLargestMagnitude(op.getBias());
    FailureOr<double> multiplier = cnn::findLargestMagnitude(op.getMultiplier());
    // Both are rounded to floats, which adds less than a millionth of them.
    constexpr double most = 0x1p31 * (1 - 0x1p-20);
    return succeeded(bias) && succeeded(multiplier) && (0x1p31 + *bias) * *multiplier < most;
  }

  /// Accumulators fit, or the operation would not have their type; of the proof only whether pairs
  /// fit into 16 bits is left to decide instructions, and keeping more would tell equal kernels
  /// apart.
  static void generalizeBounds(Operation *op) {
    auto bounds = op->getAttrOfType<cnn::BoundsAttr>("bounds");
    if (!bounds)
      return;
    if (!bounds.pairFitsInt16() || !bounds.fitsInt32()) {
      op->removeAttr("bounds");
      return;
    }
    using Wide = std::numeric_limits<int32_t>;
    using Narrow = std::numeric_limits<int16_t>;
    op->setAttr("bounds",
                cnn::BoundsAttr::get(op->getContext(), Wide::min(), Wide::max(), Narrow::min(),
                                     Narrow::max(), bounds.getEveryPair()));
  }

  ModuleOp module;
  SymbolTable symbols;
  llvm::StringMap<func::FuncOp> kernels;
  llvm::StringMap<unsigned> counters;
};
} // namespace

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// The value that `value` is a view of.
static Value stripViews(Value value) {
  while (Operation *def = value.getDefiningOp()) {
    if (!isView(def))
      break;
    value = def->getOperand(0);
  }
  return value;
}

/// True for an operand that a convolution or linear layer on codes reads in whole words, beyond its
/// last element.
static bool isReadBeyondEnd(OpOperand &use) {
  return isa<cnn::Conv2DOp, cnn::LinearOp>(use.getOwner()) && use.getOperandNumber() == 0 &&
         !getElementTypeOrSelf(use.get().getType()).isF32();
}

/// A caller's memory ends where its tensor ends. What is read in whole words must lie in the arena.
static void copyArgumentsReadBeyondEnd(Block &network, Outliner &outliner) {
  for (Operation &op : llvm::make_early_inc_range(network))
    for (OpOperand &operand : op.getOpOperands())
      if (isReadBeyondEnd(operand) && isa<BlockArgument>(stripViews(operand.get()))) {
        OpBuilder b(&op);
        operand.set(outliner.copy(b, op.getLoc(), operand.get()));
      }
}

/// True if `value`, directly or through a view, is read in whole words.
static bool isReadBeyondEnd(Value value) {
  return llvm::any_of(value.getUses(), [](OpOperand &use) {
    return isReadBeyondEnd(use) ||
           (isView(use.getOwner()) && isReadBeyondEnd(use.getOwner()->getResult(0)));
  });
}

/// Each result is written by the kernel that computes it, into the caller's memory. Where that
/// cannot be, a copy is what the kernel does.
static void copyResults(Block &network, Outliner &outliner) {
  llvm::DenseSet<Value> claimed;
  Operation *terminator = network.getTerminator();
  for (OpOperand &operand : terminator->getOpOperands()) {
    Value base = stripViews(operand.get());
    bool isComputed = base.getDefiningOp() && !base.getDefiningOp<cnn::ConstantOp>();
    if (isComputed && !isReadBeyondEnd(base) && claimed.insert(base).second)
      continue;
    OpBuilder b(terminator);
    operand.set(outliner.copy(b, terminator->getLoc(), operand.get()));
  }
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

/// A network is one block of layers.
static LogicalResult checkNetwork(func::FuncOp network) {
  if (!network.getBody().hasOneBlock())
    return network.emitError("a network is one block of operations");
  for (Operation &op : network.getBody().front().without_terminator())
    if (op.getDialect()->getNamespace() != cnn::CNNDialect::getDialectNamespace())
      return op.emitError("is no layer of a network; only the reference lowering takes it");
  auto isSupported = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getRank() > 0 &&
           llvm::none_of(tensor.getShape().drop_front(), ShapedType::isDynamic);
  };
  WalkResult walk = network.walk([&](Operation *op) {
    if (!llvm::all_of(op->getResultTypes(), isSupported)) {
      op->emitError("only the first dimension, the batch, can be dynamic in optimized code");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  if (!llvm::all_of(network.getArgumentTypes(), isSupported))
    return network.emitError(
        "only the first dimension, the batch, can be dynamic in optimized code");
  return success();
}

namespace {
struct FormKernelsPass : qcc::codegen::impl::FormKernelsBase<FormKernelsPass> {
  void runOnOperation() override {
    Outliner outliner(getOperation());
    auto networks = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp network : networks) {
      if (network.isExternal() || isKernel(network))
        continue;
      if (failed(checkNetwork(network)) || failed(prepareNetwork(network)))
        return signalPassFailure();
      Block &block = network.getBody().front();
      Grouping grouping(block);
      copyResults(block, outliner);
      copyArgumentsReadBeyondEnd(block, outliner);
      for (ArrayRef<Operation *> group : grouping.getGroups())
        outliner.outline(group);
    }
  }
};
} // namespace

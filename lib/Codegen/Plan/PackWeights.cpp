//===- PackWeights.cpp - qcc-pack-weights ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Packing.h"
#include "qcc/Codegen/ContractionShape.h"
#include "qcc/Codegen/Passes.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

#include <map>

namespace qcc::codegen {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

namespace {
/// Makes each new constant once, and in each function that uses it one operation for it.
class ConstantPool {
public:
  /// The constant that `make` makes of `old`, called `key` among those made of the same; null if
  /// `make` fails.
  Value get(cnn::ConstantOp old, const std::string &key, llvm::function_ref<ElementsAttr()> make) {
    ElementsAttr &attribute = attributes[{old.getValue().getAsOpaquePointer(), key}];
    if (!attribute)
      attribute = make();
    if (!attribute)
      return {};
    auto function = old->getParentOfType<func::FuncOp>();
    cnn::ConstantOp &constant = operations[{function, attribute}];
    if (!constant) {
      // Before all calls, in the order in which they are made.
      Operation *&last = lastOf[function];
      OpBuilder b = OpBuilder::atBlockBegin(&function.getBody().front());
      if (last)
        b.setInsertionPointAfter(last);
      last = constant = cnn::ConstantOp::create(b, old.getLoc(), attribute);
    }
    return constant;
  }

private:
  std::map<std::pair<const void *, std::string>, ElementsAttr> attributes;
  llvm::DenseMap<std::pair<Operation *, Attribute>, cnn::ConstantOp> operations;
  llvm::DenseMap<Operation *, Operation *> lastOf;
};

struct PackWeightsPass : qcc::codegen::impl::PackWeightsBase<PackWeightsPass> {
  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    pool = ConstantPool();
    replaced.clear();
    llvm::StringMap<SmallVector<func::CallOp>> calls;
    getOperation()->walk([&](func::CallOp call) { calls[call.getCallee()].push_back(call); });
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!isKernel(kernel))
        continue;
      Attribute strategy = kernel->getAttr(kStrategyAttr);
      if (!isa_and_present<ContractionAttr, MatrixAttr, WinogradAttr, DepthwiseAttr>(strategy))
        continue;
      ContractionShape shape = ContractionShape::get(kernel);
      if (shape.weights().getDefiningOp<UnpackOp>())
        continue;
      if (failed(pack(kernel, shape, getLayout(shape, strategy), target->description,
                      calls[kernel.getName()])))
        return signalPassFailure();
    }
    for (cnn::ConstantOp constant : replaced)
      if (constant.use_empty())
        constant.erase();
  }

  /// The constant that `call` passes as operand `index`.
  FailureOr<cnn::ConstantOp> getOperand(func::CallOp call, unsigned index) {
    auto constant = call.getOperand(index).getDefiningOp<cnn::ConstantOp>();
    if (!constant)
      return call.emitError("operand ")
             << index << " must be a constant: weights are packed at compile time";
    replaced.insert(constant);
    return constant;
  }

  /// The order in which a strategy reads weights.
  static WeightLayout getLayout(const ContractionShape &shape, Attribute strategy) {
    WeightLayout layout;
    layout.groups = shape.groups;
    if (auto contraction = dyn_cast<ContractionAttr>(strategy)) {
      layout.foldTaps = contraction.getFoldTaps();
    } else if (auto matrix = dyn_cast<MatrixAttr>(strategy)) {
      layout.foldTaps = matrix.getFoldTaps();
      layout.depthMultiple = kMatrixDepth;
    } else if (isa<WinogradAttr>(strategy)) {
      layout.packing = Packing::Winograd;
    } else if (auto depthwise = cast<DepthwiseAttr>(strategy); depthwise.getTaps() == 1) {
      layout.packing = Packing::Taps;
    } else {
      layout.packing = Packing::TapRows;
      layout.rows = depthwise.getRows();
      layout.block = depthwise.getLanes();
    }
    return layout;
  }

  LogicalResult pack(func::FuncOp kernel, const ContractionShape &shape, const WeightLayout &layout,
                     const TargetDescription *target, ArrayRef<func::CallOp> calls) {
    auto argument = cast<BlockArgument>(shape.weights());
    auto type = cast<RankedTensorType>(argument.getType());
    RankedTensorType packed = getPackedType(type, layout);
    bool takesEither = layout.packing == Packing::Taps || layout.packing == Packing::Winograd ||
                       isa<MatrixAttr>(kernel->getAttr(kStrategyAttr));
    bool flip = !takesEither && needsFlip(shape, *target);
    if (flip && failed(correctBiases(kernel, shape, calls)))
      return failure();
    bool pairsFit = flip && target->activations == DotActivations::Signed;

    for (func::CallOp call : calls) {
      auto weights = getOperand(call, argument.getArgNumber());
      if (failed(weights))
        return failure();
      std::string key = (stringifyPacking(layout.packing) + " " + Twine(layout.groups) +
                         (layout.foldTaps ? " folded " : " ") + Twine(layout.depthMultiple) + " " +
                         Twine(layout.rows) + " " + Twine(layout.block))
                            .str();
      Value value = pool.get(*weights, key, [&] {
        return packWeights(weights->getValue(), layout, getResourceName(weights->getValue()));
      });
      if (!value)
        return cannotRead(*weights);
      call.setOperand(argument.getArgNumber(), value);
      pairsFit = pairsFit && pairsFitInt16(value.getDefiningOp<cnn::ConstantOp>().getValue());
    }
    OpBuilder b = OpBuilder::atBlockBegin(&kernel.getBody().front());
    argument.setType(packed);
    auto unpack =
        UnpackOp::create(b, shape.root->getLoc(), type, argument, layout.packing, layout.groups,
                         layout.foldTaps, layout.depthMultiple, layout.rows, layout.block);
    argument.replaceAllUsesExcept(unpack.getResult(), unpack);
    if (flip)
      flipInput(shape.root, pairsFit);
    updateType(kernel);
    return success();
  }

  static LogicalResult cannotRead(cnn::ConstantOp constant) {
    return constant.emitError("weights or bias whose elements cannot be read");
  }

  static StringRef getResourceName(ElementsAttr attr) {
    return cnn::getResourceName(attr, "weights");
  }

  static bool needsFlip(const ContractionShape &shape, const TargetDescription &target) {
    if (shape.isFloat || shape.flipsSign() || target.activations == DotActivations::Any)
      return false;
    return shape.isUnsigned() != (target.activations == DotActivations::Unsigned);
  }

  /// Lets `root` read its input with the other signedness. `pairsFit` is what is known of pairs of
  /// packed weights then; what was proved before was proved of the other codes.
  static void flipInput(Operation *root, bool pairsFit) {
    OpBuilder b(root);
    Value input = root->getOperand(0);
    auto type = cast<RankedTensorType>(input.getType());
    bool isUnsigned = type.getElementType().isUnsignedInteger();
    Type element = isUnsigned ? b.getI8Type() : b.getIntegerType(8, /*isSigned=*/false);
    root->setOperand(0, FlipSignOp::create(b, root->getLoc(), type.clone(element), input));
    root->removeAttr("bounds");
    using Wide = std::numeric_limits<int32_t>;
    using Narrow = std::numeric_limits<int16_t>;
    if (pairsFit)
      root->setAttr("bounds", cnn::BoundsAttr::get(root->getContext(), Wide::min(), Wide::max(),
                                                   Narrow::min(), Narrow::max(),
                                                   /*everyPair=*/false));
  }

  /// Adds what flipping the activations takes away: with x = x' + 128, x * w = x' * w + 128 * w.
  LogicalResult correctBiases(func::FuncOp kernel, const ContractionShape &shape,
                              ArrayRef<func::CallOp> calls) {
    MLIRContext *context = kernel.getContext();
    unsigned weightsIndex = cast<BlockArgument>(shape.weights()).getArgNumber();
    std::optional<unsigned> oldIndex;
    if (shape.bias())
      oldIndex = cast<BlockArgument>(shape.bias()).getArgNumber();

    int64_t sign = shape.isUnsigned() ? 128 : -128;
    auto type =
        RankedTensorType::get({shape.groups * shape.outputs}, IntegerType::get(context, 32));
    unsigned newIndex = kernel.getNumArguments();
    for (func::CallOp call : calls) {
      auto weights = getOperand(call, weightsIndex);
      if (failed(weights))
        return failure();
      FailureOr<cnn::ConstantOp> bias = cnn::ConstantOp();
      if (oldIndex)
        bias = getOperand(call, *oldIndex);
      if (failed(bias))
        return failure();
      ElementsAttr old = *bias ? bias->getValue() : ElementsAttr();
      std::string key =
          ("bias " + Twine(sign) + " " +
           Twine(reinterpret_cast<uintptr_t>(old ? old.getAsOpaquePointer() : nullptr)))
              .str();
      Value value = pool.get(*weights, key, [&] {
        std::string name = cnn::getResourceName(old, "bias").str();
        return correctBias(type, weights->getValue(), old, sign, name);
      });
      if (!value)
        return cannotRead(*weights);
      call->insertOperands(call->getNumOperands(), value);
    }
    auto attributes = DictionaryAttr::get(
        context, NamedAttribute(StringAttr::get(context, kConstantAttr), UnitAttr::get(context)));
    if (failed(kernel.insertArgument(newIndex, type, attributes, shape.root->getLoc())))
      return kernel.emitError("cannot take another argument");
    Value corrected = kernel.getArgument(newIndex);
    if (!oldIndex) {
      shape.root->insertOperands(2, corrected);
      return success();
    }
    shape.root->setOperand(2, corrected);
    if (!kernel.getArgument(*oldIndex).use_empty())
      return success();
    for (func::CallOp call : calls)
      call->eraseOperand(*oldIndex);
    return kernel.eraseArgument(*oldIndex);
  }

  static void updateType(func::FuncOp kernel) {
    kernel.setFunctionType(FunctionType::get(kernel.getContext(),
                                             kernel.getBody().front().getArgumentTypes(),
                                             kernel.getFunctionType().getResults()));
  }

  ConstantPool pool;
  /// Constants that calls read before.
  llvm::SetVector<cnn::ConstantOp> replaced;
};
} // namespace

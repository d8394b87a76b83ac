//===- CodegenDialect.cpp - The codegen dialect ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace qcc::codegen;

#include "qcc/Dialect/Codegen/IR/CodegenDialect.cpp.inc"

#include "qcc/Dialect/Codegen/IR/CodegenEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "qcc/Dialect/Codegen/IR/CodegenAttributes.cpp.inc"

void CodegenDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "qcc/Dialect/Codegen/IR/CodegenAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "qcc/Dialect/Codegen/IR/CodegenOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Discardable attributes
//===----------------------------------------------------------------------===//

static bool isStrategy(Attribute attribute) {
  return isa<ContractionAttr, MatrixAttr, WinogradAttr, DepthwiseAttr, WindowAttr, PointwiseAttr,
             CopyAttr, ReferenceAttr>(attribute);
}

/// {level = {kernel = #codegen..., ...}, ...}
static bool isTuned(Attribute attribute) {
  auto levels = dyn_cast<DictionaryAttr>(attribute);
  return levels && llvm::all_of(levels, [](NamedAttribute level) {
           auto kernels = dyn_cast<DictionaryAttr>(level.getValue());
           return kernels && llvm::all_of(kernels, [](NamedAttribute kernel) {
                    return isStrategy(kernel.getValue());
                  });
         });
}

LogicalResult CodegenDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  if (name == kTargetAttr) {
    if (!isa<ModuleOp>(op) || !isa<TargetAttr>(value))
      return op->emitError("'codegen.target' is a #codegen.target on a module");
    return success();
  }
  if (name == kTunedAttr) {
    if (!isa<ModuleOp>(op) || !isTuned(value))
      return op->emitError("'codegen.tuned' is a dictionary of levels on a module, each a "
                           "dictionary of kernels with a strategy of the codegen dialect");
    return success();
  }
  if (name == kArenaAttr) {
    if (!isa<FunctionOpInterface>(op) || !isa<ArenaAttr>(value))
      return op->emitError("'codegen.arena' is a #codegen.arena on a function");
    return success();
  }
  if (name == kEntryAttr) {
    if (!isa<FunctionOpInterface>(op) || !isa<EntryAttr>(value))
      return op->emitError("'codegen.entry' is a #codegen.entry on a function");
    return success();
  }
  if (name == kStrategyAttr) {
    if (!isa<FunctionOpInterface>(op) || !isStrategy(value))
      return op->emitError("'codegen.strategy' is a strategy of the codegen dialect on a kernel");
    return success();
  }
  if (name == kSplitAttr) {
    if (!isa<FunctionOpInterface>(op) || !isa<SplitDimensionAttr>(value))
      return op->emitError("'codegen.split' is a #codegen.split on a kernel");
    return success();
  }
  if (name == kStreamAttr) {
    if (!isa<FlatSymbolRefAttr>(value))
      return op->emitError("'codegen.stream' is the name of a kernel");
    return success();
  }
  if (name == kOffsetAttr) {
    auto bytes = dyn_cast<IntegerAttr>(value);
    if (!bytes || !bytes.getType().isInteger(64) || bytes.getInt() < 0)
      return op->emitError() << "'" << name << "' is a number of bytes (i64)";
    return success();
  }
  if (name == kWholeBlockAttr) {
    if (!isa<UnitAttr>(value) || !op->hasAttr(kOffsetAttr))
      return op->emitError("'codegen.whole_block' is a unit attribute beside 'codegen.offset'");
    return success();
  }
  if (name == kScaledFitsAttr) {
    if (op->getName().getStringRef() != "cnn.requantize" || !isa<UnitAttr>(value))
      return op->emitError("'codegen.scaled_fits' is a unit attribute of a cnn.requantize");
    return success();
  }
  if (name == kKernelAttr) {
    if (!isa<FunctionOpInterface>(op) || !isa<UnitAttr>(value))
      return op->emitError("'codegen.kernel' is a unit attribute of a function");
    return success();
  }
  return op->emitError("'") << name << "' is not an attribute of the codegen dialect";
}

static LogicalResult verifyBuffer(Operation *op, NamedAttribute attribute) {
  auto type = dyn_cast<TypeAttr>(attribute.getValue());
  if (attribute.getName() != kBufferAttr || !type || !isa<MemRefType>(type.getValue()))
    return op->emitError("'") << attribute.getName().getValue()
                              << "' is not 'codegen.buffer' with a memref type";
  return success();
}

LogicalResult CodegenDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                                       NamedAttribute attribute) {
  if (attribute.getName() == kConstantAttr && isa<UnitAttr>(attribute.getValue()))
    return success();
  return verifyBuffer(op, attribute);
}

LogicalResult CodegenDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                                          NamedAttribute attribute) {
  return verifyBuffer(op, attribute);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

LogicalResult UnpackOp::verify() {
  auto packed = cast<RankedTensorType>(getPacked().getType());
  auto weights = cast<RankedTensorType>(getWeights().getType());
  bool transforms = getPacking() == Packing::Winograd;
  if (!transforms && packed.getElementType() != weights.getElementType())
    return emitOpError("packs elements, it does not convert them: ")
           << packed.getElementType() << " to " << weights.getElementType();
  if (!packed.hasStaticShape() || !weights.hasStaticShape() ||
      (weights.getRank() != 4 && weights.getRank() != 2))
    return emitOpError("weights are [O, KH, KW, I] or [O, I], of static shape");
  int64_t outputs = weights.getDimSize(0), groups = static_cast<int64_t>(getGroups());
  if (groups < 1 || outputs % groups != 0)
    return emitOpError() << outputs << " output channels cannot form " << groups << " groups";
  int64_t height = 1, width = 1, inputs = weights.getShape().back();
  if (weights.getRank() == 4) {
    height = weights.getDimSize(1);
    width = weights.getDimSize(2);
  }
  SmallVector<int64_t> expected;
  if (getPacking() == Packing::Taps) {
    if (inputs != 1)
      return emitOpError("only weights of one input channel per group are packed by taps");
    expected = {height * width, outputs};
  } else if (getPacking() == Packing::TapRows) {
    auto rows = static_cast<int64_t>(getRows()), block = static_cast<int64_t>(getBlock());
    if (inputs != 1 || weights.getRank() != 4 || !weights.getElementType().isInteger(8))
      return emitOpError("only codes of one input channel per group are packed by rows of taps");
    if (rows < 1 || block < kDepthwiseUnit || !llvm::isPowerOf2_64(getBlock()))
      return emitOpError("packs for ") << rows << " rows and blocks of " << block << " channels";
    expected = DepthwisePacking::get(*this).shape();
  } else if (transforms) {
    if (height != 3 || width != 3 || groups != 1 || !weights.getElementType().isInteger(8) ||
        !packed.getElementType().isInteger(16))
      return emitOpError("only codes of 3x3 taps in one group are transformed, to 16 bits");
    expected = {static_cast<int64_t>(llvm::divideCeil(outputs, kChannelBlock)), kWinogradPoints,
                static_cast<int64_t>(llvm::divideCeil(inputs, 2)), kChannelBlock, 2};
  } else {
    int64_t depth = packed.getElementType().isF32() ? 1 : 4;
    auto multiple = static_cast<int64_t>(getDepthMultiple());
    if (multiple < 1 || (multiple != 1 && multiple % depth != 0))
      return emitOpError("the depth cannot be filled up to a multiple of ") << multiple;
    auto stepsOf = [&](int64_t segment) {
      return static_cast<int64_t>(
          llvm::divideCeil(llvm::alignTo(static_cast<uint64_t>(segment), multiple), depth));
    };
    int64_t steps =
        getFoldTaps() ? height * stepsOf(width * inputs) : height * width * stepsOf(inputs);
    int64_t blocks =
        groups * static_cast<int64_t>(llvm::divideCeil(outputs / groups, kChannelBlock));
    expected = {blocks, steps, kChannelBlock, depth};
  }
  if (packed.getShape() != ArrayRef(expected))
    return emitOpError("the packed shape must be [") << expected << "], not " << packed;
  return success();
}

LogicalResult FlipSignOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto output = cast<RankedTensorType>(getOutput().getType());
  if (input.getShape() != output.getShape())
    return emitOpError("changes elements, not the shape");
  if (input.getElementType().isUnsignedInteger() == output.getElementType().isUnsignedInteger())
    return emitOpError("one side must be unsigned and the other signed");
  return success();
}

LogicalResult DotOp::verify() {
  int64_t lanes = cast<VectorType>(getAccumulators().getType()).getDimSize(0);
  int64_t weights = cast<VectorType>(getWeights().getType()).getDimSize(0);
  int64_t activations = cast<VectorType>(getActivations().getType()).getDimSize(0);
  Type element = getElementTypeOrSelf(getWeights().getType());
  if (element != getElementTypeOrSelf(getActivations().getType()))
    return emitOpError("activations and weights must have elements of one type");
  if (element.isInteger(16) && (getIsUnsigned() || getPairFits()))
    return emitOpError("elements of 16 bits are signed, and their pairs do not fit into 16 bits");
  int64_t products = getProducts();
  if (weights != products * lanes)
    return emitOpError() << lanes << " accumulators need " << products * lanes << " weights, not "
                         << weights;
  if (activations != products && activations != weights)
    return emitOpError("activations are ")
           << (products == 4 ? "four" : "two") << ", or as many as there are weights, not "
           << activations;
  return success();
}

LogicalResult NarrowOp::verify() {
  int64_t elements = cast<VectorType>(getFirst().getType()).getDimSize(0);
  int64_t codes = cast<VectorType>(getOutput().getType()).getDimSize(0);
  if (elements % 4 != 0 || codes != 4 * elements)
    return emitOpError() << "four vectors of " << elements << " elements do not become " << codes
                         << " codes";
  return success();
}

#define GET_OP_CLASSES
#include "qcc/Dialect/Codegen/IR/CodegenOps.cpp.inc"

//===- ContractionKernel.cpp - What kernels of convolutions and linear layers share ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "Elementwise.h"
#include "Narrowing.h"
#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

LogicalResult ContractionKernel::prepare() {
  auto unpack = shape.weights().getDefiningOp<UnpackOp>();
  if (!unpack || unpack.getPacking() != Packing::Dot || unpack.getFoldTaps() != foldTaps)
    return lowering.kernel.emitError("has no weights that are packed for its strategy: "
                                     "qcc-pack-weights must have run");
  TypedValue<MemRefType> input = lowering.buffers.lookup(shape.input());
  strides = input.getType().getStridesAndOffset().first;
  if (strides.back() != 1 && input.getType().getShape().back() != 1)
    return lowering.kernel.emitError("channels of its input must be adjacent");
  bool adjacentTaps =
      !shape.isLinear() && shape.window.dilations[1] == 1 && strides[2] == shape.inputs;
  if (foldTaps && !adjacentTaps)
    return lowering.kernel.emitError("taps are folded, so columns of its input must be adjacent");
  operands.input = createFlatView(b, loc, input);
  operands.weights = createFlatView(b, loc, lowering.buffers.lookup(unpack.getPacked()));
  operands.lanes = lanes;
  operands.isFloat = shape.isFloat;
  operands.isUnsigned = shape.isUnsigned();
  operands.flipSign = shape.flipsSign();
  prepareDepth(adjacentTaps, cast<ShapedType>(unpack.getPacked().getType()).getDimSize(1) /
                                 shape.segments(foldTaps));
  return success();
}

TypedValue<MemRefType> ContractionKernel::createScratch(MemRefType type) {
  OpBuilder::InsertionGuard guard(b);
  Region *body = b.getInsertionBlock()->getParent();
  while (!isa<FunctionOpInterface>(body->getParentOp()))
    body = body->getParentRegion();
  b.setInsertionPointToStart(&body->front());
  return memref::AllocaOp::create(b, loc, type, b.getI64IntegerAttr(64));
}

void ContractionKernel::prepareDepth(bool adjacentTaps, int64_t packedSteps) {
  operands.pairFits = pairsFit();
  ContractionDepth &depth = operands.depth;
  depth.step = shape.depth();
  depth.steps = shape.stepsOfSegment(foldTaps);
  depth.packedStepsOfSegment = packedSteps;
  depth.segments = {shape.window.kernel[0], foldTaps ? 1 : shape.window.kernel[1]};
  if (shape.isLinear())
    return;
  depth.strides = {shape.window.dilations[0] * strides[1], shape.window.dilations[1] * strides[2]};
  // Rows whose taps need no filling are one segment in any case.
  if (!foldTaps && adjacentTaps && shape.inputs == packedSteps * depth.step) {
    depth.steps *= depth.segments[1];
    depth.packedStepsOfSegment *= depth.segments[1];
    depth.segments[1] = 1;
  }
}

/// If the proof is about products at even depths and the next ones only, those are the pairs that
/// steps have if no segment has a last product without a partner, or there is but one. Of flipped
/// codes it was made for the packed weights, whose pairs are those of steps.
bool ContractionKernel::pairsFit() const {
  auto bounds = shape.root->getAttrOfType<cnn::BoundsAttr>("bounds");
  return bounds && bounds.pairFitsInt16() &&
         (operands.flipSign || bounds.getEveryPair() || shape.segment(foldTaps) % 2 == 0 ||
          shape.segments(foldTaps) == 1);
}

//===----------------------------------------------------------------------===//
// Indices and loops
//===----------------------------------------------------------------------===//

Value ContractionKernel::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}
Value ContractionKernel::add(Value l, Value r) { return b.createOrFold<arith::AddIOp>(loc, l, r); }
Value ContractionKernel::add(Value l, int64_t r) { return r == 0 ? l : add(l, index(r)); }
Value ContractionKernel::multiply(Value l, int64_t r) {
  return b.createOrFold<arith::MulIOp>(loc, l, index(r));
}

void ContractionKernel::loop(Value first, Value last, int64_t step,
                             llvm::function_ref<void(Value)> body) {
  auto op = scf::ForOp::create(b, loc, first, last, index(step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.getBody());
  body(op.getInductionVar());
}

void ContractionKernel::overlappingBlocks(Value extent, int64_t block,
                                          llvm::function_ref<void(Value)> body) {
  Value last = b.createOrFold<arith::SubIOp>(loc, extent, index(block));
  loop(index(0), extent, block,
       [&](Value first) { body(b.createOrFold<arith::MinUIOp>(loc, first, last)); });
}

void ContractionKernel::overlappingBlocks(int64_t extent, int64_t block,
                                          llvm::function_ref<void(Value)> body) {
  if (extent == block)
    body(index(0));
  else if (extent % block == 0)
    loop(index(0), index(extent), block, body);
  else
    overlappingBlocks(index(extent), block, body);
}

void ContractionKernel::overlappingBlocks(SplitDimension dimension, int64_t extent, int64_t block,
                                          llvm::function_ref<void(Value)> body) {
  if (lowering.split != dimension)
    return overlappingBlocks(extent, block, body);
  auto [first, end] =
      emitPartRange(lowering, dimension, static_cast<int64_t>(llvm::divideCeil(extent, block)));
  loop(multiply(first, block), multiply(end, block), block, [&](Value start) {
    body(extent % block == 0 ? start
                             : b.createOrFold<arith::MinUIOp>(loc, start, index(extent - block)));
  });
}

void ContractionKernel::forChannels(int64_t block,
                                    llvm::function_ref<void(const Channels &)> body) {
  if (shape.groups == 1)
    return emitBlocks(lowering, SplitDimension::Channels, shape.outputs, block,
                      [&](Value first, int64_t size) { body({index(0), first, size}); });
  auto [first, end] = emitPartRange(lowering, SplitDimension::Channels, shape.groups);
  loop(first, end, 1, [&](Value group) {
    blocks(shape.outputs, block, [&](Value first, int64_t size) { body({group, first, size}); });
  });
}

//===----------------------------------------------------------------------===//
// A linear layer beside a convolution
//===----------------------------------------------------------------------===//

void ContractionKernel::beginStream(const TileGrid &grid) {
  if (!lowering.stream)
    return;
  auto divideUp = [](int64_t size, int64_t block) {
    return static_cast<int64_t>(llvm::divideCeil(size, block));
  };
  lowering.stream->begin(divideUp(grid.rows, grid.tileRows),
                         divideUp(shape.outputs, grid.tileChannels) *
                             divideUp(grid.columns, grid.tileColumns),
                         grid.tileRows * grid.columns * shape.outputs);
}

void ContractionKernel::emitBesideStream(
    const TileGrid &grid, Value row, Value column, const Channels &channels,
    llvm::function_ref<void(std::optional<WeightFetch>)> emitTile) {
  if (!lowering.stream)
    return emitTile(std::nullopt);
  auto number = [&](Value first, int64_t block) {
    return b.createOrFold<arith::DivUIOp>(loc, add(first, block - 1), index(block));
  };
  Value tile = number(row, grid.tileRows);
  for (auto [first, size, block] :
       {std::make_tuple(channels.first, shape.outputs, grid.tileChannels),
        std::make_tuple(column, grid.columns, grid.tileColumns)})
    tile = add(multiply(tile, static_cast<int64_t>(llvm::divideCeil(size, block))),
               number(first, block));
  emitTile(lowering.stream->getFetch(tile, grid.mostLines));
  lowering.stream->emitParts(tile);
}

void ContractionKernel::endStream() {
  if (lowering.stream)
    lowering.stream->end();
}

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

Value ContractionKernel::firstChannel(const Channels &channels) {
  return add(multiply(channels.group, shape.outputs), channels.first);
}

Value ContractionKernel::loadBias(const Channels &channels, int64_t channel, int64_t size) {
  if (!shape.bias())
    return {};
  TypedValue<MemRefType> buffer = lowering.buffers.lookup(shape.bias());
  Type element = buffer.getType().getElementType();
  auto type = VectorType::get({size}, element);
  Value position = add(firstChannel(channels), channel);
  Value loaded = vector::LoadOp::create(b, loc, type, buffer, position);
  if (size == lanes)
    return loaded;
  auto full = VectorType::get({lanes}, element);
  Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(full));
  return vector::InsertStridedSliceOp::create(b, loc, loaded, zeros, ArrayRef<int64_t>{0},
                                              ArrayRef<int64_t>{1});
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

Value ContractionKernel::emitMaximum(Value l, Value r) {
  if (shape.isFloat)
    return arith::MaximumFOp::create(b, loc, l, r);
  return arith::MaxSIOp::create(b, loc, l, r);
}

void ContractionKernel::emitEpilogue(ArrayRef<Value> sums, ArrayRef<SmallVector<Value>> positions,
                                     const Channels &channels) {
  Value returned = getReturned(lowering.kernel), accumulators = shape.accumulators();
  std::optional<Narrowing> narrowing = Narrowing::get(lowering);
  if (narrowing && !narrowing->paysOff(lanes))
    narrowing.reset();
  SmallVector<Result> reals, results;
  const Value *sum = sums.begin();
  for (const SmallVector<Value> &outer : positions)
    for (int64_t channel = 0; channel < channels.size; channel += lanes) {
      int64_t size = std::min(lanes, channels.size - channel);
      SmallVector<Value> position(outer);
      position.push_back(add(firstChannel(channels), channel));
      llvm::DenseMap<Value, Value> known;
      known[accumulators] = activate(firstLanes(*sum++, size));
      bool narrows = narrowing && size == lanes;
      FailureOr<Value> result = narrows
                                    ? narrowing->emitReals(position, size, known)
                                    : emitElementwise(lowering, returned, position, size, known);
      if (failed(result)) {
        failedEpilogue = true;
        return;
      }
      // Behind the first vector of a position, channels go on.
      (narrows ? reals : results).push_back({*result, position, /*follows=*/channel > 0});
    }
  if (narrowing)
    narrow(*narrowing, reals, results);
  for (Result &result : results)
    emitStore(lowering, result.vector, result.position);
}

/// Codes of what is to be rounded: of four vectors at a time, and of neighbours in one vector.
void ContractionKernel::narrow(Narrowing &narrowing, ArrayRef<Result> reals,
                               SmallVectorImpl<Result> &results) {
  for (size_t first = 0; first < reals.size(); first += 4) {
    ArrayRef<Result> some = reals.slice(first, std::min<size_t>(4, reals.size() - first));
    if (some.size() == 1) {
      results.push_back({narrowing.emitCodes(some[0].vector), some[0].position, false});
      return;
    }
    // What is narrowed twice costs nothing: it is the same instruction.
    SmallVector<Value> four;
    for (size_t i = 0; i < 4; ++i)
      four.push_back(some[i % some.size()].vector);
    Value codes = narrowing.emitCodesInOrder(four);
    for (size_t i = 0, end = 0; i < some.size(); i = end) {
      for (end = i + 1; end < some.size() && some[end].follows;)
        ++end;
      auto offset = static_cast<int64_t>(i) * lanes, size = static_cast<int64_t>(end - i) * lanes;
      Value part = size == 4 * lanes
                       ? codes
                       : vector::ExtractStridedSliceOp::create(
                             b, loc, codes, ArrayRef(offset), ArrayRef(size), ArrayRef<int64_t>{1});
      results.push_back({part, some[i].position, false});
    }
  }
}

Value ContractionKernel::firstLanes(Value vector, int64_t size) {
  if (size == lanes)
    return vector;
  return vector::ExtractStridedSliceOp::create(b, loc, vector, ArrayRef<int64_t>{0},
                                               ArrayRef<int64_t>{size}, ArrayRef<int64_t>{1});
}

/// The root's own activation, which may come behind the pool: both are monotonic.
Value ContractionKernel::activate(Value value) {
  auto activation = shape.root->getAttrOfType<cnn::ActivationAttr>("activation");
  if (!activation)
    return value;
  return emitClamp(b, loc, value, activation.getLower(), activation.getUpper());
}

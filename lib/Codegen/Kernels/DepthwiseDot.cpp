//===- DepthwiseDot.cpp - Depthwise convolutions of codes by dot products ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dot product adds four products to each sum: here those of four rows of one column of taps. The
// codes of four rows of the input that are multiplied together lie far apart, so vectors of four
// rows are interleaved, by the unpacking that every target has: a block of channels becomes four
// vectors, its quarters. Such a column of the input serves all columns of taps that pass over it,
// and several rows of the result, whose weights are those of the first, moved down in the group.
//
// Sums stay in the order of the quarters, and so do weights, biases and multipliers; results come
// back into the order of channels when they have become codes.
//
//===----------------------------------------------------------------------===//

#include "ContractionTile.h"
#include "Elementwise.h"
#include "Loops.h"
#include "Narrowing.h"

#include "qcc/Dialect/CNN/IR/Window.h"
#include "qcc/Dialect/Codegen/IR/DepthwisePacking.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/MapVector.h"

#include <array>

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

/// The vectors that a block of channels is, and the channels of one that are neighbours.
static constexpr int64_t kQuarters = 4;
/// Bytes within which all targets interleave.
static constexpr int64_t kUnpacked = kDepthwiseUnit;

namespace {

/// The quarters of a block of channels: of the interleaved codes, of sums, or of anything else that
/// channels have.
using Quarters = std::array<Value, kQuarters>;
/// The quarters of one column of the input, for each group of four rows.
using Column = SmallVector<Quarters>;

class DepthwiseDotEmitter {
public:
  DepthwiseDotEmitter(KernelLowering &lowering, cnn::Conv2DOp root, UnpackOp unpack,
                      DepthwiseAttr strategy)
      : lowering(lowering), b(lowering.b), loc(lowering.loc), root(root), strategy(strategy),
        window(cnn::Window2D::get(root)), packing(DepthwisePacking::get(unpack)) {
    Value codes = root.getInput();
    isUnsigned = getElementTypeOrSelf(codes.getType()).isUnsignedInteger();
    if (auto flip = codes.getDefiningOp<FlipSignOp>()) {
      flipSign = true;
      codes = flip.getInput();
    }
    TypedValue<MemRefType> buffer = lowering.buffers.lookup(codes);
    strides = buffer.getType().getStridesAndOffset().first;
    input = createFlatView(b, loc, buffer);
    packed = cast<BlockArgument>(unpack.getPacked());
    weights = createFlatView(b, loc, lowering.buffers.lookup(packed));
    auto shape = cast<RankedTensorType>(root.getWeights().getType()).getShape();
    window.kernel = {shape[1], shape[2]};
  }

  LogicalResult emit();

private:
  void forRows(llvm::function_ref<void()> body);
  void forChannels(llvm::function_ref<void()> body);
  void emitColumns();
  SmallVector<Value> emitStep(Value column, int64_t count, ValueRange carried);
  LogicalResult loadConstants();
  LogicalResult emitResult(Value row, Value column, const Quarters &sums);

  Value loadRow(Value column, int64_t offset, int64_t inputRow);
  Column loadColumn(Value column, int64_t offset);
  Quarters interleave(ArrayRef<Value> rows);
  void addProducts(MutableArrayRef<Quarters> sums, const Column &codes, int64_t tapColumn);

  Value shuffle(Value l, Value r, ArrayRef<int64_t> mask) {
    return vector::ShuffleOp::create(b, loc, l, r, mask);
  }
  /// Unpacks the low or high half of every 16 bytes, in elements of `size` bytes.
  Value unpack(Value l, Value r, int64_t size, bool high);
  /// The quarters of a vector that has an element for each of `channels` channels.
  Quarters split(Value vector);
  Value firstChannels(Value block);
  Value join(const Quarters &quarters);

  /// Columns of the input that a step has in common with the next one.
  int64_t carriedColumns() const {
    return strategy.getSlide() ? std::max<int64_t>(0, window.kernel[1] - window.strides[1]) : 0;
  }
  int64_t groups() const { return packing.groups(rows); }

  KernelLowering &lowering;
  OpBuilder &b;
  Location loc;
  cnn::Conv2DOp root;
  DepthwiseAttr strategy;
  cnn::Window2D window;
  DepthwisePacking packing;
  BlockArgument packed;
  bool isUnsigned, flipSign = false;
  Value input, weights;
  /// Of the input, in elements.
  SmallVector<int64_t> strides;

  /// Where the emission stands: `rows` rows of the result, and `valid` channels in a block of
  /// `lanes`.
  Value image, row, channel;
  int64_t rows = 1, lanes = 0, valid = 0;
  /// What sums of the block start with, and the other constants that its channels have.
  Quarters bias;
  llvm::MapVector<Value, Quarters> constants;
  bool failedEpilogue = false;
};

} // namespace

//===----------------------------------------------------------------------===//
// Orders of channels
//===----------------------------------------------------------------------===//

Value DepthwiseDotEmitter::unpack(Value l, Value r, int64_t size, bool high) {
  SmallVector<int64_t> mask;
  for (int64_t piece = 0; piece < lanes; piece += kUnpacked)
    for (int64_t i = 0; i < kUnpacked / 2; i += size)
      for (int64_t side : {int64_t{0}, lanes})
        for (int64_t byte = 0; byte < size; ++byte)
          mask.push_back(side + piece + (high ? kUnpacked / 2 : 0) + i + byte);
  return shuffle(l, r, mask);
}

Quarters DepthwiseDotEmitter::interleave(ArrayRef<Value> rows) {
  Quarters quarters;
  for (bool high : {false, true}) {
    Value upper = unpack(rows[0], rows[1], 1, high), lower = unpack(rows[2], rows[3], 1, high);
    quarters[high ? 2 : 0] = unpack(upper, lower, 2, /*high=*/false);
    quarters[high ? 3 : 1] = unpack(upper, lower, 2, /*high=*/true);
  }
  return quarters;
}

Quarters DepthwiseDotEmitter::split(Value vector) {
  auto type = cast<VectorType>(vector.getType());
  if (type.getDimSize(0) != lanes) {
    auto full = VectorType::get(lanes, type.getElementType());
    Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(full));
    vector = vector::InsertStridedSliceOp::create(b, loc, vector, zeros, ArrayRef<int64_t>{0},
                                                  ArrayRef<int64_t>{1});
  }
  Quarters quarters;
  for (int64_t quarter = 0; quarter < kQuarters; ++quarter) {
    SmallVector<int64_t> mask;
    for (int64_t i = 0; i < lanes / kQuarters; ++i)
      mask.push_back(packing.channelOf(quarter, i));
    quarters[quarter] = shuffle(vector, vector, mask);
  }
  return quarters;
}

/// Of a block, the channels that there are.
Value DepthwiseDotEmitter::firstChannels(Value block) {
  if (valid == lanes)
    return block;
  return vector::ExtractStridedSliceOp::create(b, loc, block, ArrayRef<int64_t>{0},
                                               ArrayRef<int64_t>{valid}, ArrayRef<int64_t>{1});
}

Value DepthwiseDotEmitter::join(const Quarters &quarters) {
  SmallVector<int64_t> inOrder;
  for (int64_t i = 0; i < lanes / 2; ++i)
    inOrder.push_back(i);
  Value low = shuffle(quarters[0], quarters[1], inOrder);
  Value high = shuffle(quarters[2], quarters[3], inOrder);
  SmallVector<int64_t> mask(lanes);
  for (int64_t quarter = 0; quarter < kQuarters; ++quarter)
    for (int64_t i = 0; i < lanes / kQuarters; ++i)
      mask[packing.channelOf(quarter, i)] = quarter * lanes / kQuarters + i;
  return firstChannels(shuffle(low, high, mask));
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// The block's codes in one position of the input; rows are counted in dilations.
Value DepthwiseDotEmitter::loadRow(Value column, int64_t offset, int64_t inputRow) {
  Value index = emitAffine(lowering, image, strides[0], 0);
  auto add = [&](Value distance) { index = b.createOrFold<arith::AddIOp>(loc, index, distance); };
  add(emitAffine(lowering, row, window.strides[0] * strides[1], 0));
  add(emitAffine(lowering, column, window.strides[1] * strides[2], 0));
  add(channel);
  add(emitIndex(lowering, inputRow * window.dilations[0] * strides[1] + offset * strides[2]));
  auto type = VectorType::get(lanes, b.getI8Type());
  Value codes = vector::LoadOp::create(b, loc, type, input, index);
  if (!flipSign)
    return codes;
  return arith::XOrIOp::create(b, loc, codes, emitConstant(b, loc, type, int64_t{-128}));
}

/// The column of the input at `offset` from where `column` of the result starts.
Column DepthwiseDotEmitter::loadColumn(Value column, int64_t offset) {
  Column quarters;
  int64_t inputRows = rows - 1 + window.kernel[0];
  for (int64_t first = 0; first < inputRows; first += kDepthwiseTaps) {
    SmallVector<Value> codes;
    for (int64_t i = first; i < first + kDepthwiseTaps; ++i)
      // No row lies beyond the last one; its weights are zero, and any codes do.
      codes.push_back(i < inputRows ? loadRow(column, offset, i) : codes.back());
    quarters.push_back(interleave(codes));
  }
  return quarters;
}

/// Adds what column `tapColumn` of the taps gives to the sums of the rows.
void DepthwiseDotEmitter::addProducts(MutableArrayRef<Quarters> sums, const Column &codes,
                                      int64_t tapColumn) {
  auto type = VectorType::get(lanes, b.getI8Type());
  Value first = emitAffine(lowering, channel, kDepthwiseTaps, 0);
  for (auto [group, quarters] : llvm::enumerate(codes))
    for (auto [i, sum] : llvm::enumerate(sums)) {
      if (!packing.hasTaps(static_cast<int64_t>(i), static_cast<int64_t>(group)))
        continue;
      int64_t vector =
          packing.vectorOf(static_cast<int64_t>(i), tapColumn, static_cast<int64_t>(group));
      for (int64_t quarter = 0; quarter < kQuarters; ++quarter) {
        Value index = b.createOrFold<arith::AddIOp>(
            loc, first, emitIndex(lowering, vector * packing.vectorSize() + quarter * lanes));
        Value taps = vector::LoadOp::create(b, loc, type, weights, index);
        sum[quarter] = DotOp::create(b, loc, sum[quarter].getType(), sum[quarter],
                                     quarters[quarter], taps, isUnsigned, /*pair_fits=*/false);
      }
    }
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// True for a constant that has other elements in other positions.
static bool variesByPosition(BlockArgument argument) {
  return llvm::any_of(cast<ShapedType>(argument.getType()).getShape().drop_back(),
                      [](int64_t size) { return size != 1; });
}

/// Biases, multipliers and whatever else is the same in all positions, of the current block.
LogicalResult DepthwiseDotEmitter::loadConstants() {
  Value zero = emitIndex(lowering, 0);
  auto load = [&](Value value) -> FailureOr<Quarters> {
    FailureOr<Value> vector = emitElementwise(lowering, value, {zero, zero, zero, channel}, valid);
    if (failed(vector))
      return failure();
    return split(*vector);
  };
  auto sums = VectorType::get(lanes / kQuarters, b.getI32Type());
  bias.fill(arith::ConstantOp::create(b, loc, b.getZeroAttr(sums)));
  if (root.getBias()) {
    auto loaded = load(root.getBias());
    if (failed(loaded))
      return failure();
    Type element = getElementTypeOrSelf(root.getBias().getType());
    for (auto [vector, value] : llvm::zip(bias, *loaded))
      vector = emitExtend(b, loc, value, element, b.getI32Type());
  }
  constants.clear();
  for (BlockArgument argument : lowering.kernel.getArguments()) {
    if (!isConstantArgument(argument) || argument == packed || argument == root.getBias() ||
        variesByPosition(argument) ||
        llvm::any_of(argument.getUsers(), llvm::IsaPred<cnn::LookupOp>))
      continue;
    auto loaded = load(argument);
    if (failed(loaded))
      return failure();
    constants[argument] = *loaded;
  }
  return success();
}

/// Computes what the kernel returns in one position, and stores it.
LogicalResult DepthwiseDotEmitter::emitResult(Value row, Value column, const Quarters &sums) {
  Value position[] = {image, row, column, channel};
  llvm::MapVector<Value, Quarters> known = constants;
  known[root.getOutput()] = sums;
  for (BlockArgument argument : lowering.kernel.getArguments()) {
    auto isEpilogue = [&](Operation *user) { return user != root && !isa<FlipSignOp>(user); };
    bool isLoaded = isConstantArgument(argument) && !variesByPosition(argument);
    if (isLoaded || argument == packed || !llvm::any_of(argument.getUsers(), isEpilogue))
      continue;
    FailureOr<Value> loaded = emitElementwise(lowering, argument, position, valid);
    if (failed(loaded))
      return failure();
    known[argument] = split(*loaded);
  }
  Value returned = getReturned(lowering.kernel);
  std::optional<Narrowing> narrowing = Narrowing::get(lowering);
  Quarters results;
  for (int64_t quarter = 0; quarter < kQuarters; ++quarter) {
    llvm::DenseMap<Value, Value> ofQuarter;
    for (const auto &[value, quarters] : known)
      ofQuarter[value] = quarters[quarter];
    FailureOr<Value> result =
        narrowing ? narrowing->emitReals(position, lanes / kQuarters, ofQuarter)
                  : emitElementwise(lowering, returned, position, lanes / kQuarters, ofQuarter);
    if (failed(result))
      return failure();
    results[quarter] = *result;
  }
  // Packing brings quarters back into the order of channels.
  Value codes = narrowing ? firstChannels(narrowing->emitInterleavedCodes(results)) : join(results);
  emitStore(lowering, codes, position);
  return success();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// `count` columns of the result, from `column` on, in all current rows. Takes and returns the
/// vectors of the columns of the input that steps have in common; none on failure.
SmallVector<Value> DepthwiseDotEmitter::emitStep(Value column, int64_t count, ValueRange carried) {
  llvm::DenseMap<int64_t, Column> known;
  for (int64_t offset = 0; !carried.empty(); ++offset)
    for (int64_t group = 0; group < groups(); ++group) {
      Quarters &quarters = known[offset].emplace_back();
      llvm::copy(carried.take_front(kQuarters), quarters.begin());
      carried = carried.drop_front(kQuarters);
    }
  auto columnAt = [&](int64_t offset) -> const Column & {
    Column &quarters = known[offset];
    if (quarters.empty())
      quarters = loadColumn(column, offset);
    return quarters;
  };

  SmallVector<SmallVector<Quarters>> sums(count, SmallVector<Quarters>(rows, bias));
  int64_t stride = window.strides[1], dilation = window.dilations[1];
  auto finish = [&](int64_t i) {
    for (int64_t r = 0; r < rows; ++r)
      if (failed(emitResult(emitAffine(lowering, row, 1, r), emitAffine(lowering, column, 1, i),
                            sums[i][r])))
        failedEpilogue = true;
  };
  if (strategy.getSlide()) {
    // A column of the result after the other: few sums, and columns of the input in registers.
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t x = 0; x < window.kernel[1]; ++x)
        addProducts(sums[i], columnAt(i * stride + x * dilation), x);
      finish(i);
    }
  } else {
    // A column of the input after the other, which is done with then; the sums are in registers.
    int64_t last = (count - 1) * stride + (window.kernel[1] - 1) * dilation;
    for (int64_t offset = 0; offset <= last; ++offset)
      for (int64_t i = 0; i < count; ++i) {
        int64_t distance = offset - i * stride;
        if (distance >= 0 && distance % dilation == 0 && distance / dilation < window.kernel[1])
          addProducts(sums[i], columnAt(offset), distance / dilation);
      }
    for (int64_t i = 0; i < count; ++i)
      finish(i);
  }

  SmallVector<Value> next;
  for (int64_t i = 0; i < carriedColumns(); ++i)
    for (const Quarters &quarters : columnAt(count * stride + i))
      llvm::append_range(next, quarters);
  return next;
}

/// All columns of the current rows and channels.
void DepthwiseDotEmitter::emitColumns() {
  int64_t columns = lowering.result.getType().getDimSize(2), step = strategy.getColumns();
  int64_t whole = columns / step;
  SmallVector<Value> carried;
  for (int64_t i = 0; i < carriedColumns(); ++i)
    for (const Quarters &quarters : loadColumn(emitIndex(lowering, 0), i))
      llvm::append_range(carried, quarters);
  if (whole == 1) {
    carried = emitStep(emitIndex(lowering, 0), step, carried);
  } else if (whole > 1) {
    carried = emitReduction(lowering, emitIndex(lowering, 0), emitIndex(lowering, whole), carried,
                            [&](Value i, ValueRange carried) {
                              return emitStep(emitAffine(lowering, i, step, 0), step, carried);
                            });
  }
  if (whole * step < columns)
    emitStep(emitIndex(lowering, whole * step), columns - whole * step, carried);
}

/// The rows of the result that the function computes, a few at a time.
void DepthwiseDotEmitter::forRows(llvm::function_ref<void()> body) {
  emitBlocks(lowering, SplitDimension::Positions, lowering.result.getType().getDimSize(1),
             strategy.getRows(), [&](Value first, int64_t count) {
               row = first;
               rows = count;
               body();
             });
}

/// All blocks of channels.
void DepthwiseDotEmitter::forChannels(llvm::function_ref<void()> body) {
  auto run = [&](Value first, int64_t size, int64_t channels) {
    channel = first;
    lanes = size;
    valid = channels;
    if (failed(loadConstants()))
      failedEpilogue = true;
    else
      body();
  };
  int64_t whole = packing.wholeBlocks() * packing.block;
  emitLoop(lowering, 0, whole, packing.block,
           [&](Value first) { run(first, packing.block, packing.block); });
  if (whole < packing.channels)
    run(emitIndex(lowering, whole), packing.lastBlock(), packing.channels - whole);
}

LogicalResult DepthwiseDotEmitter::emit() {
  emitImageLoop(lowering, [&](Value n) {
    image = n;
    if (strategy.getOrder() == LoopOrder::ChannelsOuter)
      forChannels([&] { forRows([&] { emitColumns(); }); });
    else
      forRows([&] { forChannels([&] { emitColumns(); }); });
  });
  return failure(failedEpilogue);
}

LogicalResult qcc::codegen::lowerDepthwiseDot(KernelLowering &lowering, cnn::Conv2DOp root,
                                              DepthwiseAttr strategy) {
  auto unpack = root.getWeights().getDefiningOp<UnpackOp>();
  if (!unpack || unpack.getPacking() != Packing::TapRows ||
      !isa<BlockArgument>(unpack.getPacked()) ||
      static_cast<int64_t>(unpack.getRows()) != strategy.getRows() ||
      static_cast<int64_t>(unpack.getBlock()) != strategy.getLanes())
    return root.emitOpError("has weights that are not packed for its strategy: qcc-pack-weights "
                            "must have run");
  if (strategy.getRows() > 1 && (root.getStrides()[0] != 1 || root.getDilations()[0] != 1))
    return root.emitOpError("several rows at once take a stride and a dilation of 1");
  if (strategy.getSlide() && root.getDilations()[1] != 1)
    return root.emitOpError("columns that slide take a dilation of 1");
  return DepthwiseDotEmitter(lowering, root, unpack, strategy).emit();
}

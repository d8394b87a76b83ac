//===- PlanMemory.cpp - qcc-plan-memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryPlanner.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"

#include <numeric>

namespace qcc::codegen {
#define GEN_PASS_DEF_PLANMEMORY
#include "qcc/Codegen/Passes.h.inc"
} // namespace qcc::codegen

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

static int64_t getBytes(MemRefType type) {
  return type.getNumElements() * static_cast<int64_t>(type.getElementTypeBitWidth()) / 8;
}

static Value stripViews(Value value) {
  while (Operation *def = value.getDefiningOp()) {
    if (!isView(def))
      break;
    value = def->getOperand(0);
  }
  return value;
}

namespace {
/// How many images the calls of a network run on.
struct ImageBlocks {
  int64_t images = 1;
  /// So many calls, the first ones, run on that many images at a time.
  int64_t front = 0, frontImages = 0;
  /// Tasks take a multiple of them; 0: whole blocks.
  int64_t taskImages = 0;
};

/// Calls from `first` to before `end`.
struct CallRange {
  int64_t first, end;
};

/// The plan of one network.
class NetworkPlan {
public:
  NetworkPlan(func::FuncOp network, const TargetDescription &target)
      : network(network), target(target), symbols(network->getParentOfType<ModuleOp>()) {}

  LogicalResult run(const PlanMemoryOptions &options);

  ArrayRef<func::CallOp> getCalls() const { return calls; }
  /// The buffer of an operand or of the result of `call`.
  MemRefType getLayout(Value value, func::CallOp call) const;
  bool isInPlacePad(func::CallOp call) const { return inPlacePads.contains(call); }

private:
  func::FuncOp getKernel(func::CallOp call) const {
    return symbols.lookup<func::FuncOp>(call.getCallee());
  }
  bool readsAdjacent(Operation *user, Value value, bool columns) const;
  LogicalResult findBatch();
  MemRefType getDenseType(Value value, int64_t images) const;
  void findInPlacePads();
  void findBuffers();
  int64_t getWeightBytes(CallRange range) const;
  MemoryPlan place(CallRange range, const ImageBlocks &blocks) const;
  double getTraffic(CallRange range, int64_t images) const;
  int64_t chooseImages(CallRange range) const;
  int64_t findFront() const;
  ImageBlocks chooseBlocks() const;
  ImageBlocks getBlocks(const PlanMemoryOptions &options) const;
  int64_t getTaskImages(const ImageBlocks &blocks) const;
  void assignLayouts();
  void assignPlaces();

  CallRange allCalls() const { return {0, static_cast<int64_t>(calls.size())}; }

  /// One arena buffer and the values that live in it.
  struct Buffer {
    Value largest; // whose dense type is the buffer's
    LiveBuffer live;
  };

  func::FuncOp network;
  const TargetDescription &target;
  SymbolTable symbols;
  SmallVector<func::CallOp> calls;
  llvm::DenseMap<Operation *, int64_t> steps;
  /// The batch that the model fixes, or nothing.
  std::optional<int64_t> fixedBatch;
  ImageBlocks blocks;
  llvm::DenseSet<Operation *> inPlacePads;
  /// A padded value, by the value that lies in its middle.
  llvm::DenseMap<Value, Value> paddedBy;
  SmallVector<Buffer> buffers;
  llvm::MapVector<Value, size_t> bufferOf;
  llvm::DenseSet<Value> returned;
  llvm::DenseMap<Value, MemRefType> layouts;
};
} // namespace

LogicalResult NetworkPlan::findBatch() {
  bool anyDynamic = false;
  auto visit = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    anyDynamic |= type && type.isDynamicDim(0);
  };
  llvm::for_each(network.getArguments(), visit);
  for (func::CallOp call : calls)
    visit(call.getResult(0));
  auto check = [&](Value value) -> LogicalResult {
    auto type = cast<RankedTensorType>(value.getType());
    if (!anyDynamic || type.isDynamicDim(0))
      return success();
    return emitError(value.getLoc()) << "has a fixed batch in a network whose batch is dynamic ("
                                     << type << "); only the reference lowering takes it";
  };
  for (BlockArgument argument : network.getArguments())
    if (failed(check(argument)))
      return failure();
  for (func::CallOp call : calls)
    if (failed(check(call.getResult(0))))
      return failure();
  if (!anyDynamic) {
    Value first = network.getNumArguments()
                      ? Value(network.getArgument(0))
                      : network.getBody().front().getTerminator()->getOperand(0);
    fixedBatch = cast<RankedTensorType>(first.getType()).getDimSize(0);
  }
  return success();
}

/// Whether a kernel reads `value` as if nothing lay between its rows, or between its columns if
/// `columns`.
bool NetworkPlan::readsAdjacent(Operation *user, Value value, bool columns) const {
  auto call = dyn_cast<func::CallOp>(user);
  if (!call || call.getOperand(0) != value)
    return false;
  Attribute strategy = getKernel(call)->getAttr(kStrategyAttr);
  auto matrix = dyn_cast<MatrixAttr>(strategy);
  if (!columns)
    return matrix && matrix.getFlat();
  auto contraction = dyn_cast<ContractionAttr>(strategy);
  return (matrix && (matrix.getFlat() || matrix.getFoldTaps())) ||
         (contraction && contraction.getFoldTaps());
}

/// Row-major, a dynamic batch replaced by the images of a block.
MemRefType NetworkPlan::getDenseType(Value value, int64_t images) const {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t &size : shape)
    size = ShapedType::isDynamic(size) ? images : size;
  Type element = type.getElementType();
  if (auto integer = dyn_cast<IntegerType>(element))
    element = IntegerType::get(type.getContext(), integer.getWidth());
  return MemRefType::get(shape, element);
}

/// A pad is free where the kernel that computes its input writes into the middle of the padded
/// buffer: where nothing needs the input to be contiguous, and no other pad was first.
void NetworkPlan::findInPlacePads() {
  for (func::CallOp call : calls) {
    func::FuncOp kernel = getKernel(call);
    if (!isa_and_nonnull<cnn::PadOp>(getRoot(kernel)) || kernel.getNumArguments() != 1 ||
        !isa<CopyAttr>(kernel->getAttr(kStrategyAttr)))
      continue;
    Operation *root = getRoot(kernel);
    if (root->getResult(0) != getReturned(kernel))
      continue;
    auto low = cast<cnn::PadOp>(root).getLow(), high = cast<cnn::PadOp>(root).getHigh();
    // Channels that are added lie between columns.
    bool padsChannels = low.back() != 0 || high.back() != 0;
    Value input = call.getOperand(0);
    auto producer = input.getDefiningOp<func::CallOp>();
    bool isViewed = llvm::any_of(input.getUsers(), [&](Operation *user) {
      return isView(user) || readsAdjacent(user, input, padsChannels);
    });
    // Neither may be the caller's: what is in the middle and what is around it are one buffer.
    if (!producer || isViewed || returned.contains(input) || returned.contains(call.getResult(0)) ||
        paddedBy.contains(input) || inPlacePads.contains(producer) || low[0] != 0 || high[0] != 0)
      continue;
    inPlacePads.insert(call);
    paddedBy[input] = call.getResult(0);
  }
}

/// Which values share a buffer, and how long each buffer lives.
void NetworkPlan::findBuffers() {
  llvm::DenseMap<Value, int64_t> lastUse;
  for (Operation &op : network.getBody().front())
    for (Value operand : op.getOperands()) {
      // What a view is used for is a use of the value it shows; so is the view itself.
      auto call = dyn_cast<func::CallOp>(op);
      int64_t step =
          call ? steps.lookup(call) : (isView(&op) ? 0 : static_cast<int64_t>(calls.size()));
      int64_t &last = lastUse[stripViews(operand)];
      last = std::max(last, step);
    }
  for (func::CallOp call : calls) {
    Value result = call.getResult(0);
    if (returned.contains(result))
      continue;
    int64_t step = steps.lookup(call);
    int64_t last = std::max(step, lastUse.lookup(result));
    if (inPlacePads.contains(call)) {
      size_t index = bufferOf.lookup(call.getOperand(0));
      bufferOf[result] = index;
      buffers[index].live.last = std::max(buffers[index].live.last, last);
      continue;
    }
    // An elementwise kernel may write over what it reads last.
    Value over;
    if (isa<PointwiseAttr>(getKernel(call)->getAttr(kStrategyAttr)) && !paddedBy.contains(result))
      for (Value operand : call.getOperands()) {
        Value base = stripViews(operand);
        auto type = cast<RankedTensorType>(base.getType());
        auto resultType = cast<RankedTensorType>(result.getType());
        if (bufferOf.contains(base) && lastUse.lookup(base) == step && !paddedBy.contains(base) &&
            buffers[bufferOf.lookup(base)].largest == base &&
            buffers[bufferOf.lookup(base)].live.last == step &&
            type.getShape() == resultType.getShape() && operand == base &&
            type.getElementTypeBitWidth() == resultType.getElementTypeBitWidth()) {
          over = base;
          break;
        }
      }
    if (over) {
      size_t index = bufferOf.lookup(over);
      bufferOf[result] = index;
      buffers[index].live.last = last;
      continue;
    }
    Value largest = paddedBy.contains(result) ? paddedBy.lookup(result) : result;
    bufferOf[result] = buffers.size();
    buffers.push_back({largest, LiveBuffer{0, step, last}});
  }
}

/// The buffers that calls of `range` are the last to use. What the front hands over fills up while
/// it runs again and again.
MemoryPlan NetworkPlan::place(CallRange range, const ImageBlocks &blocks) const {
  SmallVector<LiveBuffer> live;
  for (const Buffer &buffer : buffers) {
    live.push_back(buffer.live);
    if (buffer.live.last < range.first || buffer.live.last >= range.end)
      continue; // no bytes
    bool isOfFront = buffer.live.last < blocks.front;
    if (!isOfFront && buffer.live.first < blocks.front)
      live.back().first = 0;
    live.back().bytes =
        getBytes(getDenseType(buffer.largest, isOfFront ? blocks.frontImages : blocks.images));
  }
  return planMemory(live, kArenaAlignment);
}

int64_t NetworkPlan::getWeightBytes(CallRange range) const {
  int64_t bytes = 0;
  for (func::CallOp call : ArrayRef(calls).slice(range.first, range.end - range.first))
    for (Value operand : call.getOperands())
      if (auto constant = operand.getDefiningOp<cnn::ConstantOp>())
        bytes += getBytes(getDenseType(constant, 0));
  return bytes;
}

/// Bytes that are read and written beyond the second cache for each image if the calls of `range`
/// run on `images` at once: weights once, if they do not fit into half of the cache and stay there
/// anyway, and twice the values that it does not hold.
double NetworkPlan::getTraffic(CallRange range, int64_t images) const {
  int64_t weights = getWeightBytes(range);
  if (weights <= target.l2Bytes / 2)
    weights = 0;
  int64_t spilled = std::max<int64_t>(0, place(range, {images}).size - target.l2Bytes * 3 / 4);
  return static_cast<double>(weights + 2 * spilled) / static_cast<double>(images);
}

/// The fewest images of those for which the traffic is nearly as little as it can be. An arena of
/// many times the cache is asked of nobody, unless it has but a few megabytes.
int64_t NetworkPlan::chooseImages(CallRange range) const {
  constexpr double nearly = 1.2;
  double least = getTraffic(range, 1);
  int64_t most = std::max<int64_t>(4 * target.l2Bytes, 4 << 20);
  for (int64_t images = 2; images <= kMaxImages && place(range, {images}).size <= most; images *= 2)
    least = std::min(least, getTraffic(range, images));
  int64_t images = 1;
  // Without weights to wait for, more images save calls, but not for long.
  constexpr int64_t enough = 32;
  if (getWeightBytes(range) <= target.l2Bytes / 2) {
    for (images = enough; images > 1 && getTraffic(range, images) > 0;)
      images /= 2;
    return images;
  }
  while (getTraffic(range, images) > nearly * least)
    images *= 2;
  return images;
}

/// Calls before the linear layers behind the last convolution; 0 if there are none.
int64_t NetworkPlan::findFront() const {
  auto count = static_cast<int64_t>(calls.size());
  int64_t front = 0;
  for (int64_t step = count; step-- > 0;) {
    Operation *root = getRoot(getKernel(calls[step]));
    if (isa_and_nonnull<cnn::LinearOp>(root))
      front = step;
    else if (isa_and_nonnull<cnn::Conv2DOp>(root))
      break;
  }
  return front;
}

/// Linear layers that have many weights for few values want many images; what comes before them has
/// many values, and wants few.
ImageBlocks NetworkPlan::chooseBlocks() const {
  ImageBlocks together = {chooseImages(allCalls())};
  int64_t front = findFront();
  if (front == 0)
    return together;
  CallRange first = {0, front}, second = {front, allCalls().end};
  ImageBlocks apart = {chooseImages(second), front, chooseImages(first)};
  if (apart.frontImages >= apart.images ||
      getTraffic(first, apart.frontImages) + getTraffic(second, apart.images) >=
          getTraffic(allCalls(), together.images))
    return together;
  return apart;
}

/// At least a quarter of a block, to save reading weights, and whole tiles of images: then each
/// image is in the tile in which it is without tasks, and floats add up in the same order.
int64_t NetworkPlan::getTaskImages(const ImageBlocks &blocks) const {
  int64_t tile = 1;
  for (func::CallOp call : ArrayRef(calls).drop_front(blocks.front))
    if (auto strategy = dyn_cast<ContractionAttr>(getKernel(call)->getAttr(kStrategyAttr)))
      tile = std::lcm(tile, strategy.getColumns());
  int64_t least = std::max({blocks.frontImages, blocks.images / 4, int64_t{1}});
  auto task = static_cast<int64_t>(llvm::alignTo(static_cast<uint64_t>(least), tile));
  return task < blocks.images && blocks.images % tile == 0 ? task : 0;
}

ImageBlocks NetworkPlan::getBlocks(const PlanMemoryOptions &options) const {
  if (fixedBatch)
    return {*fixedBatch};
  ImageBlocks blocks = options.images > 0 ? ImageBlocks{options.images} : chooseBlocks();
  if (options.images > 0 && options.frontImages > 0 && options.frontImages < options.images) {
    blocks.front = findFront();
    blocks.frontImages = blocks.front > 0 ? options.frontImages : 0;
  }
  if (blocks.front > 0)
    blocks.taskImages = getTaskImages(blocks);
  return blocks;
}

MemRefType NetworkPlan::getLayout(Value value, func::CallOp call) const {
  MemRefType layout = layouts.lookup(value);
  if (steps.lookup(call) >= blocks.front ||
      !cast<RankedTensorType>(value.getType()).isDynamicDim(0))
    return layout;
  SmallVector<int64_t> shape(layout.getShape());
  shape[0] = blocks.frontImages;
  return MemRefType::get(shape, layout.getElementType(), layout.getLayout());
}

void NetworkPlan::assignLayouts() {
  for (Operation &op : network.getBody().front())
    for (Value operand : op.getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        layouts[operand] = getDenseType(operand, blocks.images);
  for (func::CallOp call : calls)
    layouts[call.getResult(0)] = getDenseType(call.getResult(0), blocks.images);
  for (auto [inner, padded] : paddedBy) {
    func::FuncOp kernel = getKernel(padded.getDefiningOp<func::CallOp>());
    auto low = cast<cnn::PadOp>(getRoot(kernel)).getLow();
    MemRefType outer = layouts[padded];
    auto [strides, offset] = outer.getStridesAndOffset();
    for (auto [skip, stride] : llvm::zip(low, strides))
      offset += skip * stride;
    MemRefType dense = layouts[inner];
    layouts[inner] = MemRefType::get(dense.getShape(), dense.getElementType(),
                                     StridedLayoutAttr::get(network.getContext(), offset, strides));
  }
}

void NetworkPlan::assignPlaces() {
  MLIRContext *context = network.getContext();
  MemoryPlan plan = place(allCalls(), blocks);
  // Whole words may be read before and behind every buffer.
  for (func::CallOp call : calls) {
    const auto *found = bufferOf.find(call.getResult(0));
    if (found == bufferOf.end())
      continue;
    call->setAttr(kOffsetAttr, IntegerAttr::get(IntegerType::get(context, 64),
                                                kArenaAlignment + plan.offsets[found->second]));
    if (steps.lookup(call) < blocks.front && buffers[found->second].live.last >= blocks.front)
      call->setAttr(kWholeBlockAttr, UnitAttr::get(context));
  }
  network->setAttr(kArenaAttr, ArenaAttr::get(context, plan.size + 2 * kArenaAlignment,
                                              plan.bound + 2 * kArenaAlignment, kArenaAlignment,
                                              blocks.images, fixedBatch.has_value(), blocks.front,
                                              blocks.frontImages, blocks.taskImages));
}

LogicalResult NetworkPlan::run(const PlanMemoryOptions &options) {
  for (Operation &op : network.getBody().front())
    if (auto call = dyn_cast<func::CallOp>(op)) {
      func::FuncOp kernel = getKernel(call);
      if (!kernel || !isKernel(kernel) || !kernel->hasAttr(kStrategyAttr))
        return call.emitError("is no call of a kernel with a strategy");
      steps[call] = static_cast<int64_t>(calls.size());
      calls.push_back(call);
    }
  for (Value operand : network.getBody().front().getTerminator()->getOperands())
    returned.insert(stripViews(operand));
  if (failed(findBatch()))
    return failure();
  findInPlacePads();
  findBuffers();

  blocks = getBlocks(options);
  assignLayouts();
  assignPlaces();
  return success();
}

namespace {
/// Writes layouts into kernels. Calls that agree share a kernel; the others get copies of it.
class KernelLayouts {
public:
  explicit KernelLayouts(ModuleOp module) : symbols(module) {}

  void assign(func::CallOp call, const NetworkPlan &plan) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    SmallVector<Attribute> layouts;
    for (Value value : llvm::concat<Value>(llvm::to_vector(call.getOperands()),
                                           SmallVector<Value>{call.getResult(0)}))
      layouts.push_back(TypeAttr::get(plan.getLayout(value, call)));
    Builder b(call.getContext());
    if (plan.isInPlacePad(call))
      layouts.push_back(b.getUnitAttr());
    auto key =
        std::make_pair(StringAttr::get(b.getContext(), call.getCallee()), b.getArrayAttr(layouts));
    auto [known, isNew] = assigned.try_emplace(key, kernel);
    if (isNew) {
      if (!used.insert(kernel).second) {
        kernel = kernel.clone();
        kernel->removeAttr(SymbolTable::getVisibilityAttrName());
        kernel.setPrivate();
        symbols.insert(kernel);
        known->second = kernel;
      }
      for (unsigned i = 0; i < kernel.getNumArguments(); ++i)
        kernel.setArgAttr(i, kBufferAttr, layouts[i]);
      kernel.setResultAttr(0, kBufferAttr, layouts[kernel.getNumArguments()]);
      // A copy of a kernel has what was decided for the first call of it.
      if (isa<CopyAttr>(kernel->getAttr(kStrategyAttr)))
        kernel->setAttr(kStrategyAttr, CopyAttr::get(b.getContext(), plan.isInPlacePad(call)));
    }
    call.setCallee(known->second.getName());
  }

private:
  SymbolTable symbols;
  llvm::DenseMap<std::pair<StringAttr, ArrayAttr>, func::FuncOp> assigned;
  llvm::DenseSet<Operation *> used;
};

struct PlanMemoryPass : qcc::codegen::impl::PlanMemoryBase<PlanMemoryPass> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    auto target = getTarget(getOperation());
    if (failed(target))
      return signalPassFailure();
    KernelLayouts layouts(getOperation());
    auto networks = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp network : networks) {
      if (network.isExternal() || isKernel(network))
        continue;
      NetworkPlan plan(network, *target->description);
      if (failed(plan.run({images, frontImages})))
        return signalPassFailure();
      for (func::CallOp call : plan.getCalls())
        layouts.assign(call, plan);
    }
  }
};
} // namespace

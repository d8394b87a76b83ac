//===- LowerNetwork.cpp - A network of kernel calls as code on one arena ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/Kernel.h"
#include "qcc/Codegen/Network.h"
#include "qcc/Dialect/CNN/IR/ConstantData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

static int64_t getBytes(MemRefType type) {
  return type.getNumElements() * static_cast<int64_t>(type.getElementTypeBitWidth()) / 8;
}

/// Codes without their signedness, which is in the kernels' instructions by now.
static Type getSignless(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  return integer ? IntegerType::get(element.getContext(), integer.getWidth()) : element;
}

static MemRefType getDenseType(Type type, int64_t images) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tensor.getShape());
  for (int64_t &size : shape)
    size = ShapedType::isDynamic(size) ? images : size;
  return MemRefType::get(shape, getSignless(tensor.getElementType()));
}

namespace {
/// Constants as read-only globals, each once: two networks of one model have weights of their own
/// up to here.
class Constants {
public:
  explicit Constants(ModuleOp module) : symbols(module) {}

  FailureOr<Value> get(OpBuilder &b, cnn::ConstantOp constant) {
    auto type = getDenseType(constant.getType(), 0);
    memref::GlobalOp &global = ofAttribute[constant.getValue()];
    if (!global) {
      auto bytes = cnn::readBytes(constant.getValue());
      if (failed(bytes))
        return constant.emitError("has data that cannot be read");
      memref::GlobalOp &same = ofContents[type][StringRef(bytes->data(), bytes->size())];
      if (!same)
        same = create(b, constant, type, *bytes);
      global = same;
    }
    return Value(memref::GetGlobalOp::create(b, constant.getLoc(), type, global.getSymName()));
  }

private:
  memref::GlobalOp create(OpBuilder &b, cnn::ConstantOp constant, MemRefType type,
                          ArrayRef<char> bytes) {
    std::string name = cnn::getResourceName(constant.getValue(), "constant").str();
    auto tensor = RankedTensorType::get(type.getShape(), type.getElementType());
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(cast<ModuleOp>(symbols.getOp()).getBody());
    auto global = memref::GlobalOp::create(b, constant.getLoc(), name, b.getStringAttr("private"),
                                           type, cnn::makeElements(tensor, bytes, name),
                                           /*constant=*/true, b.getI64IntegerAttr(kArenaAlignment));
    symbols.insert(global);
    return global;
  }

  SymbolTable symbols;
  llvm::DenseMap<Attribute, memref::GlobalOp> ofAttribute;
  llvm::DenseMap<Type, llvm::StringMap<memref::GlobalOp>> ofContents;
};

/// Lowers one network to a function of buffers that runs one block of images:
/// (images, inputs..., results..., arena), and to another one for a block of one image if there are
/// kernels for that.
class NetworkLowering {
public:
  NetworkLowering(func::FuncOp network, ArenaAttr arena, Constants &constants)
      : network(network), arena(arena), constants(constants), b(network), loc(network.getLoc()),
        symbols(network->getParentOfType<ModuleOp>()) {}

  LogicalResult run();

private:
  /// The images of a block that calls run on: how many, and from the first of them, if not null,
  /// on.
  struct Images {
    Value count, first;
  };

  int64_t getScratchBytes();
  FailureOr<func::FuncOp> emitFunction(const Twine &name, FunctionType type, bool alone);
  LogicalResult emitCalls(Value images);
  LogicalResult emitCallsForOne(Value one);
  LogicalResult emitCall(func::CallOp call, const Images &images);
  LogicalResult emitStream(func::CallOp call, func::CallOp reader, Value one);
  LogicalResult addBuffers(func::FuncOp callee, ValueRange values, const Images &images,
                           SmallVectorImpl<Value> &operands);
  Value getScratch(MemRefType type);
  func::FuncOp getStream(func::CallOp call);
  FailureOr<Value> getBuffer(Value value, MemRefType type, Value first);
  Value view(Value bytes, int64_t begin, Value first, MemRefType type);

  func::FuncOp network;
  ArenaAttr arena;
  Constants &constants;
  OpBuilder b;
  Location loc;
  SymbolTable symbols;
  Value memory;
  /// Where arguments and returned values are: dense, in the caller's memory, as bytes.
  llvm::DenseMap<Value, Value> external;
};
} // namespace

static bool hasScratch(func::CallOp call, func::FuncOp kernel) {
  // Behind operands and result.
  return kernel.getNumArguments() == getNumIndices(kernel) + call.getNumOperands() + 2;
}

/// The kernel that computes `call` and the one behind it for one image; null if there is none.
func::FuncOp NetworkLowering::getStream(func::CallOp call) {
  auto name = call->getAttrOfType<FlatSymbolRefAttr>(kStreamAttr);
  return name ? symbols.lookup<func::FuncOp>(name.getAttr()) : func::FuncOp();
}

/// Kernels run one at a time, so that one scratch buffer serves all.
int64_t NetworkLowering::getScratchBytes() {
  int64_t bytes = 0;
  auto add = [&](func::FuncOp kernel) {
    bytes = std::max(bytes, getBytes(cast<MemRefType>(kernel.getArgumentTypes().back())));
  };
  for (auto call : network.getBody().getOps<func::CallOp>()) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    if (hasScratch(call, kernel))
      add(kernel);
    if (func::FuncOp stream = getStream(call))
      add(stream);
  }
  return bytes;
}

Value NetworkLowering::getScratch(MemRefType type) {
  Value begin = arith::ConstantIndexOp::create(b, loc, arena.getSize());
  return memref::ViewOp::create(b, loc, type, memory, begin, ValueRange());
}

/// What lies in `bytes` from `begin` on, or from its image `first` on.
Value NetworkLowering::view(Value bytes, int64_t begin, Value first, MemRefType type) {
  auto [strides, skip] = type.getStridesAndOffset();
  int64_t row = strides[0];
  Value start = arith::ConstantIndexOp::create(b, loc, begin);
  if (first) {
    int64_t width = type.getElementTypeBitWidth() / 8;
    Value distance =
        arith::MulIOp::create(b, loc, first, arith::ConstantIndexOp::create(b, loc, row * width));
    start = arith::AddIOp::create(b, loc, start, distance);
  }
  // A buffer in the middle of a padded one is addressed from where that one begins.
  auto whole = MemRefType::get({type.getDimSize(0) * row}, type.getElementType());
  Value flat = memref::ViewOp::create(b, loc, whole, bytes, start, ValueRange());
  return memref::ReinterpretCastOp::create(b, loc, type, flat, skip, type.getShape(), strides);
}

FailureOr<Value> NetworkLowering::getBuffer(Value value, MemRefType type, Value first) {
  if (auto constant = value.getDefiningOp<cnn::ConstantOp>())
    return constants.get(b, constant);
  if (Value bytes = external.lookup(value))
    return view(bytes, 0, first, type);
  Operation *def = value.getDefiningOp();
  if (isView(def))
    return getBuffer(def->getOperand(0), type, first);
  auto offset = def->getAttrOfType<IntegerAttr>(kOffsetAttr);
  if (!offset)
    return def->emitError("has no place in the arena: qcc-plan-memory must have run");
  return view(memory, offset.getInt(), def->hasAttr(kWholeBlockAttr) ? first : Value(), type);
}

/// Appends the buffers of `values`, which are the arguments of `callee` behind the `operands`.
LogicalResult NetworkLowering::addBuffers(func::FuncOp callee, ValueRange values,
                                          const Images &images, SmallVectorImpl<Value> &operands) {
  for (Value value : values) {
    auto type = cast<MemRefType>(callee.getArgumentTypes()[operands.size()]);
    auto buffer = getBuffer(value, type, images.first);
    if (failed(buffer))
      return failure();
    operands.push_back(*buffer);
  }
  return success();
}

LogicalResult NetworkLowering::emitCall(func::CallOp call, const Images &images) {
  auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
  auto result = cast<RankedTensorType>(call.getResult(0).getType());
  SmallVector<Value> operands = {arena.getFixed()
                                     ? arith::ConstantIndexOp::create(b, loc, result.getDimSize(0))
                                     : images.count};
  // One thread computes the only part.
  size_t numIndices = getNumIndices(kernel);
  for (size_t i = 1; i < numIndices; ++i)
    operands.push_back(arith::ConstantIndexOp::create(b, loc, static_cast<int64_t>(i) - 1));
  SmallVector<Value> values = llvm::to_vector(call.getOperands());
  values.push_back(call.getResult(0));
  if (failed(addBuffers(kernel, values, images, operands)))
    return failure();
  if (hasScratch(call, kernel))
    operands.push_back(getScratch(cast<MemRefType>(kernel.getArgumentTypes().back())));
  func::CallOp::create(b, call.getLoc(), kernel, operands);
  return success();
}

/// A convolution, and the linear layer that reads it: (images, operands and result of the one,
/// other operands and result of the other, its sums).
LogicalResult NetworkLowering::emitStream(func::CallOp call, func::CallOp reader, Value one) {
  func::FuncOp stream = getStream(call);
  SmallVector<Value> values = llvm::to_vector(call.getOperands());
  values.push_back(call.getResult(0));
  llvm::append_range(values, llvm::drop_begin(reader.getOperands()));
  values.push_back(reader.getResult(0));
  if (stream.getNumArguments() != values.size() + 2)
    return call.emitError("is no call of a convolution beside which ")
           << reader.getCallee() << " is computed";
  SmallVector<Value> operands = {one};
  if (failed(addBuffers(stream, values, {one, Value()}, operands)))
    return failure();
  operands.push_back(getScratch(cast<MemRefType>(stream.getArgumentTypes().back())));
  func::CallOp::create(b, call.getLoc(), stream, operands);
  return success();
}

/// The front's calls for some images after the others, then all other calls.
LogicalResult NetworkLowering::emitCalls(Value images) {
  auto calls = llvm::to_vector(network.getBody().getOps<func::CallOp>());
  auto emit = [&](ArrayRef<func::CallOp> some, const Images &images) {
    return success(
        llvm::all_of(some, [&](func::CallOp call) { return succeeded(emitCall(call, images)); }));
  };
  auto front = static_cast<size_t>(arena.getFront());
  if (front > 0) {
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value step = arith::ConstantIndexOp::create(b, loc, arena.getFrontImages());
    auto loop = scf::ForOp::create(b, loc, zero, images, step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value first = loop.getInductionVar();
    Value left = arith::SubIOp::create(b, loc, images, first);
    if (failed(emit(ArrayRef(calls).take_front(front),
                    {arith::MinUIOp::create(b, loc, left, step), first})))
      return failure();
  }
  return emit(ArrayRef(calls).drop_front(front), {images, Value()});
}

/// All calls for one image, some of them two at a time.
LogicalResult NetworkLowering::emitCallsForOne(Value one) {
  auto calls = llvm::to_vector(network.getBody().getOps<func::CallOp>());
  for (size_t i = 0; i < calls.size(); ++i) {
    if (!getStream(calls[i])) {
      if (failed(emitCall(calls[i], {one, Value()})))
        return failure();
      continue;
    }
    if (i + 1 == calls.size())
      return calls[i].emitError("has no linear layer behind it to compute beside");
    if (failed(emitStream(calls[i], calls[i + 1], one)))
      return failure();
    ++i;
  }
  return success();
}

/// A function for a block of any number of images, or of one.
FailureOr<func::FuncOp> NetworkLowering::emitFunction(const Twine &name, FunctionType type,
                                                      bool alone) {
  OpBuilder::InsertionGuard guard(b);
  auto function = func::FuncOp::create(b, loc, name.str(), type);
  function.setPrivate();
  Block *body = function.addEntryBlock();
  b.setInsertionPointToEnd(body);
  memory = body->getArguments().back();
  external.clear();
  for (BlockArgument argument : network.getArguments())
    external[argument] = body->getArgument(1 + argument.getArgNumber());
  auto terminator = cast<func::ReturnOp>(network.getBody().front().getTerminator());
  for (OpOperand &operand : terminator->getOpOperands()) {
    // What is returned is a kernel's result or a view of it.
    Value buffer = body->getArgument(1 + network.getNumArguments() + operand.getOperandNumber());
    Value value = operand.get();
    external[value] = buffer;
    while (value.getDefiningOp() && isView(value.getDefiningOp())) {
      value = value.getDefiningOp()->getOperand(0);
      external[value] = buffer;
    }
  }
  Value images = body->getArgument(0);
  if (failed(alone ? emitCallsForOne(arith::ConstantIndexOp::create(b, loc, 1))
                   : emitCalls(images)))
    return failure();
  func::ReturnOp::create(b, loc);
  return function;
}

LogicalResult NetworkLowering::run() {
  int64_t images = arena.getImages();
  int64_t scratch = getScratchBytes();
  // Workspaces may lie one behind the other.
  auto size = static_cast<int64_t>(llvm::alignTo(static_cast<uint64_t>(arena.getSize() + scratch),
                                                 static_cast<uint64_t>(arena.getAlignment())));

  SmallVector<Type> types = {b.getIndexType()};
  SmallVector<int64_t> blockBytes;
  for (Type type : llvm::concat<const Type>(network.getArgumentTypes(), network.getResultTypes()))
    blockBytes.push_back(getBytes(getDenseType(type, images)));
  for (int64_t bytes : llvm::concat<const int64_t>(blockBytes, ArrayRef(size)))
    types.push_back(MemRefType::get({bytes}, b.getI8Type()));
  FunctionType type = b.getFunctionType(types, {});
  StringRef name = network.getName();
  auto block = emitFunction(name + "_block", type, /*alone=*/false);
  if (failed(block))
    return failure();
  StringAttr aloneName;
  if (llvm::any_of(network.getBody().getOps<func::CallOp>(),
                   [&](func::CallOp call) { return getStream(call) != nullptr; })) {
    auto alone = emitFunction(name + "_alone", type, /*alone=*/true);
    if (failed(alone))
      return failure();
    aloneName = alone->getSymNameAttr();
  }
  (*block)->setAttr(kEntryAttr, EntryAttr::get(b.getContext(), b.getStringAttr(name + "_run"),
                                               network.getNumArguments(), blockBytes, aloneName));
  (*block)->setAttr(kArenaAttr,
                    ArenaAttr::get(b.getContext(), size, arena.getBound() + scratch,
                                   arena.getAlignment(), images, arena.getFixed(), arena.getFront(),
                                   arena.getFrontImages(), arena.getTaskImages()));
  network.erase();
  return success();
}

LogicalResult qcc::codegen::lowerNetworks(ModuleOp module) {
  Constants constants(module);
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  for (func::FuncOp function : functions) {
    auto arena = function->getAttrOfType<ArenaAttr>(kArenaAttr);
    if (!arena || function->hasAttr(kEntryAttr))
      continue;
    if (failed(NetworkLowering(function, arena, constants).run()))
      return failure();
  }
  return success();
}

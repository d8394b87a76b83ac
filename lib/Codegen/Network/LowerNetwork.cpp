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
/// (images, inputs..., results..., arena).
class NetworkLowering {
public:
  NetworkLowering(func::FuncOp network, ArenaAttr arena, Constants &constants)
      : network(network), arena(arena), constants(constants), b(network), loc(network.getLoc()),
        symbols(network->getParentOfType<ModuleOp>()) {}

  LogicalResult run();

private:
  int64_t getScratchBytes();
  FailureOr<Value> getBuffer(Value value, MemRefType type);
  Value reinterpret(Value buffer, MemRefType type);

  func::FuncOp network;
  ArenaAttr arena;
  Constants &constants;
  OpBuilder b;
  Location loc;
  SymbolTable symbols;
  Value memory;
  /// Where arguments and returned values are: dense, in the caller's memory.
  llvm::DenseMap<Value, Value> external;
};
} // namespace

/// Indices in front of a kernel's buffers: images, and which part of how many.
static size_t getNumIndices(func::FuncOp kernel) { return kernel->hasAttr(kSplitAttr) ? 3 : 1; }

static bool hasScratch(func::CallOp call, func::FuncOp kernel) {
  // Behind operands and result.
  return kernel.getNumArguments() == getNumIndices(kernel) + call.getNumOperands() + 2;
}

/// Kernels run one at a time, so that one scratch buffer serves all.
int64_t NetworkLowering::getScratchBytes() {
  int64_t bytes = 0;
  for (auto call : network.getBody().getOps<func::CallOp>()) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    if (hasScratch(call, kernel))
      bytes = std::max(bytes, getBytes(cast<MemRefType>(kernel.getArgumentTypes().back())));
  }
  return bytes;
}

/// The same bytes under another type.
Value NetworkLowering::reinterpret(Value buffer, MemRefType type) {
  if (buffer.getType() == type)
    return buffer;
  auto [strides, offset] = type.getStridesAndOffset();
  return memref::ReinterpretCastOp::create(b, loc, type, buffer, offset, type.getShape(), strides);
}

FailureOr<Value> NetworkLowering::getBuffer(Value value, MemRefType type) {
  if (auto constant = value.getDefiningOp<cnn::ConstantOp>())
    return constants.get(b, constant);
  if (Value buffer = external.lookup(value))
    return reinterpret(buffer, type);
  Operation *def = value.getDefiningOp();
  if (isView(def))
    return getBuffer(def->getOperand(0), type);
  auto offset = def->getAttrOfType<IntegerAttr>(kOffsetAttr);
  if (!offset)
    return def->emitError("has no place in the arena: qcc-plan-memory must have run");
  // A buffer in the middle of a padded one is addressed from where that one begins.
  auto [strides, skip] = type.getStridesAndOffset();
  int64_t elements = type.getDimSize(0) * strides[0];
  auto whole = MemRefType::get({elements}, type.getElementType());
  Value begin = arith::ConstantIndexOp::create(b, loc, offset.getInt());
  Value flat = memref::ViewOp::create(b, loc, whole, memory, begin, ValueRange());
  return Value(
      memref::ReinterpretCastOp::create(b, loc, type, flat, skip, type.getShape(), strides));
}

LogicalResult NetworkLowering::run() {
  int64_t images = arena.getImages();
  int64_t scratch = getScratchBytes();
  // Workspaces may lie one behind the other.
  auto size = static_cast<int64_t>(llvm::alignTo(static_cast<uint64_t>(arena.getSize() + scratch),
                                                 static_cast<uint64_t>(arena.getAlignment())));
  auto terminator = cast<func::ReturnOp>(network.getBody().front().getTerminator());

  SmallVector<Type> types = {b.getIndexType()};
  SmallVector<int64_t> blockBytes;
  for (Type type : llvm::concat<const Type>(network.getArgumentTypes(), network.getResultTypes())) {
    types.push_back(getDenseType(type, images));
    blockBytes.push_back(getBytes(cast<MemRefType>(types.back())));
  }
  auto arenaType = MemRefType::get({size}, b.getI8Type());
  types.push_back(arenaType);
  std::string name = network.getName().str();
  auto block = func::FuncOp::create(b, loc, name + "_block", b.getFunctionType(types, {}));
  block.setPrivate();
  block->setAttr(kEntryAttr, EntryAttr::get(b.getContext(), b.getStringAttr(name + "_run"),
                                            network.getNumArguments(), blockBytes));
  block->setAttr(kArenaAttr, ArenaAttr::get(b.getContext(), size, arena.getBound() + scratch,
                                            arena.getAlignment(), images, arena.getFixed()));

  Block *body = block.addEntryBlock();
  b.setInsertionPointToEnd(body);
  memory = body->getArguments().back();
  for (BlockArgument argument : network.getArguments())
    external[argument] = body->getArgument(1 + argument.getArgNumber());
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

  for (auto call : network.getBody().getOps<func::CallOp>()) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    SmallVector<Value> operands;
    auto first = cast<RankedTensorType>(call.getResult(0).getType());
    operands.push_back(arena.getFixed()
                           ? arith::ConstantIndexOp::create(b, loc, first.getDimSize(0))
                           : Value(body->getArgument(0)));
    // One thread computes the only part.
    size_t numIndices = getNumIndices(kernel);
    for (size_t i = 1; i < numIndices; ++i)
      operands.push_back(arith::ConstantIndexOp::create(b, loc, static_cast<int64_t>(i) - 1));
    SmallVector<Value> values = llvm::to_vector(call.getOperands());
    values.push_back(call.getResult(0));
    for (auto [i, value] : llvm::enumerate(values)) {
      auto buffer = getBuffer(value, cast<MemRefType>(kernel.getArgumentTypes()[numIndices + i]));
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
    }
    if (hasScratch(call, kernel)) {
      Value begin = arith::ConstantIndexOp::create(b, loc, arena.getSize());
      operands.push_back(memref::ViewOp::create(
          b, loc, cast<MemRefType>(kernel.getArgumentTypes().back()), memory, begin, ValueRange()));
    }
    func::CallOp::create(b, call.getLoc(), kernel, operands);
  }
  func::ReturnOp::create(b, loc);
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

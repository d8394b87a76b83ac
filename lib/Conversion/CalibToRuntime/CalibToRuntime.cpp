//===- CalibToRuntime.cpp - from calib.observe to calls of a calibration's runtime ---*- C++
//-*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Conversion/CalibToRuntime/CalibToRuntime.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace qcc {
#define GEN_PASS_DEF_CONVERTCALIBTORUNTIME
#include "qcc/Conversion/Passes.h.inc"
} // namespace qcc

using namespace mlir;
using namespace qcc;

llvm::MapVector<StringAttr, SmallVector<calib::ObserveOp, 1>>
qcc::getObservesByName(ModuleOp module) {
  llvm::MapVector<StringAttr, SmallVector<calib::ObserveOp, 1>> observes;
  module.walk<WalkOrder::PreOrder>(
      [&](calib::ObserveOp op) { observes[op.getNameAttr()].push_back(op); });
  return observes;
}

namespace {
/// Declares the runtime at the start of a module, and calls it.
class RuntimeCalls {
public:
  explicit RuntimeCalls(ModuleOp module) : module(module), builder(module.getBodyRegion()) {
    Type value = UnrankedTensorType::get(builder.getF32Type());
    Type result = UnrankedMemRefType::get(builder.getF32Type(), /*memorySpace=*/{});
    Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
    Type number = builder.getI64Type();
    observeType = builder.getFunctionType({pointer, number, value}, {});
    fakeQuantizeType = builder.getFunctionType({pointer, number, value, result}, {});
  }

  /// Fails if the module has one of the names already.
  LogicalResult declare() {
    for (StringRef name : {kCalibSessionSymbol, kCalibObserveFunction, kCalibFakeQuantizeFunction})
      if (Operation *other = module.lookupSymbol(name))
        return other->emitError("the name '") << name
                                              << "' is taken: it is the calibration runtime's; was "
                                                 "the module converted before?";
    LLVM::GlobalOp::create(builder, module.getLoc(), builder.getI8Type(), /*isConstant=*/false,
                           LLVM::Linkage::External, kCalibSessionSymbol, /*value=*/Attribute());
    declare(kCalibObserveFunction, observeType);
    declare(kCalibFakeQuantizeFunction, fakeQuantizeType);
    return success();
  }

  void convert(calib::ObserveOp op, int64_t number) {
    OpBuilder b(op);
    Location loc = op.getLoc();
    Value session = LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()),
                                              kCalibSessionSymbol);
    Value id = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(number));
    Value value = tensor::CastOp::create(b, loc, observeType.getInput(2), op.getInput());
    if (!op.getFakeQuantize()) {
      func::CallOp::create(b, loc, kCalibObserveFunction, TypeRange(),
                           ValueRange{session, id, value});
      op.replaceAllUsesWith(op.getInput());
      op.erase();
      return;
    }
    auto type = cast<RankedTensorType>(op.getType());
    SmallVector<Value> sizes;
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (type.isDynamicDim(i))
        sizes.push_back(tensor::DimOp::create(b, loc, op.getInput(), i));
    // A buffer of its own rather than a tensor destination: a call to a function outside of the
    // module cannot return the tensor that it wrote to without another copy.
    Value buffer =
        memref::AllocOp::create(b, loc, MemRefType::get(type.getShape(), type.getElementType()),
                                sizes, b.getI64IntegerAttr(64));
    Value result = memref::CastOp::create(b, loc, fakeQuantizeType.getInput(3), buffer);
    func::CallOp::create(b, loc, kCalibFakeQuantizeFunction, TypeRange(),
                         ValueRange{session, id, value, result});
    Value quantized = bufferization::ToTensorOp::create(b, loc, type, buffer, /*restrict=*/true,
                                                        /*writable=*/true);
    op.replaceAllUsesWith(quantized);
    op.erase();
  }

private:
  void declare(StringRef name, FunctionType type) {
    auto function = func::FuncOp::create(builder, module.getLoc(), name, type);
    function.setPrivate();
    function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(), builder.getUnitAttr());
    // The value is read only, so that bufferization does not copy it for the call.
    function.setArgAttr(2, bufferization::BufferizationDialect::kBufferAccessAttrName,
                        builder.getStringAttr("read"));
  }

  ModuleOp module;
  OpBuilder builder;
  FunctionType observeType, fakeQuantizeType;
};

struct ConvertCalibToRuntime : qcc::impl::ConvertCalibToRuntimeBase<ConvertCalibToRuntime> {
  void runOnOperation() override {
    auto observes = getObservesByName(getOperation());
    if (observes.empty())
      return markAllAnalysesPreserved();
    RuntimeCalls calls(getOperation());
    if (failed(calls.declare()))
      return signalPassFailure();
    for (auto [number, entry] : llvm::enumerate(observes))
      for (calib::ObserveOp op : entry.second)
        calls.convert(op, static_cast<int64_t>(number));
  }
};
} // namespace

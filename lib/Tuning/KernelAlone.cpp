//===- KernelAlone.cpp - One kernel of a network, compiled to be measured ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The inputs of a contraction lie in the arena. So the kernel stands behind copies of what the
// caller passes, which are planned with it and whose code is then taken out.
//
//===----------------------------------------------------------------------===//

#include "KernelAlone.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Execution/Agreement.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/Diagnostics.h"

#include "mlir/Pass/Pass.h"

#include <random>

using namespace mlir;
using namespace qcc;
using llvm::Error;
using llvm::Expected;

static constexpr llvm::StringLiteral kInputPrefix = "tuning_input_";

/// A kernel that returns its argument.
static func::FuncOp createCopy(OpBuilder &b, Location loc, Type type, size_t index) {
  OpBuilder::InsertionGuard guard(b);
  auto copy = func::FuncOp::create(b, loc, (kInputPrefix + Twine(index)).str(),
                                   b.getFunctionType(type, type));
  copy.setPrivate();
  copy->setAttr(codegen::kKernelAttr, b.getUnitAttr());
  b.setInsertionPointToEnd(copy.addEntryBlock());
  func::ReturnOp::create(b, loc, copy.getArguments());
  return copy;
}

/// @main takes what the kernel reads, copies it, and calls the kernel.
static OwningOpRef<ModuleOp> createModule(func::CallOp call, Attribute strategy) {
  auto original = call->getParentOfType<ModuleOp>();
  auto kernel = original.lookupSymbol<func::FuncOp>(call.getCallee());
  Location loc = call.getLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  (*module)->setAttr(codegen::kTargetAttr, original->getAttr(codegen::kTargetAttr));
  OpBuilder b = OpBuilder::atBlockEnd(module->getBody());
  SmallVector<Type> activations;
  for (BlockArgument argument : kernel.getArguments())
    if (!codegen::isConstantArgument(argument))
      activations.push_back(argument.getType());
  auto main =
      func::FuncOp::create(b, loc, "main", b.getFunctionType(activations, call.getResultTypes()));
  auto clone = cast<func::FuncOp>(b.clone(*kernel));
  clone->setAttr(codegen::kStrategyAttr, strategy);
  SmallVector<func::FuncOp> copies;
  for (auto [i, type] : llvm::enumerate(activations))
    copies.push_back(createCopy(b, loc, type, i));

  b.setInsertionPointToEnd(main.addEntryBlock());
  SmallVector<Value> operands;
  size_t next = 0;
  for (auto [argument, operand] : llvm::zip_equal(kernel.getArguments(), call.getOperands())) {
    if (codegen::isConstantArgument(argument)) {
      operands.push_back(b.clone(*operand.getDefiningOp())->getResult(0));
      continue;
    }
    Value input = main.getArgument(next);
    operands.push_back(func::CallOp::create(b, loc, copies[next], input).getResult(0));
    ++next;
  }
  auto result = func::CallOp::create(b, loc, clone, operands);
  func::ReturnOp::create(b, loc, result.getResults());
  return module;
}

namespace {
/// Stands behind the loops, where kernels are functions of buffers.
struct EmptyCopies : PassWrapper<EmptyCopies, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EmptyCopies)

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.getName().starts_with(kInputPrefix)) {
        function.eraseBody();
        OpBuilder b(function.getContext());
        b.setInsertionPointToEnd(function.addEntryBlock());
        func::ReturnOp::create(b, function.getLoc());
      }
  }
};
} // namespace

/// Codes that any range has, so that what was proved of the network's holds: two products of them
/// fit into 16 bits. Where floats are read, every word is one.
static void fill(HostTensor &memory, bool floats) {
  std::mt19937 random(1);
  auto bytes = memory.getMutableBytes();
  for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    float value = static_cast<float>(random() >> 8) * 0x1p-24F;
    uint32_t word = floats ? llvm::bit_cast<uint32_t>(value) : random() & 0x7f7f7f7f;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
}

Expected<KernelAlone> KernelAlone::create(func::CallOp call, Attribute strategy,
                                          const Target &target, const KernelAloneOptions &options) {
  OwningOpRef<ModuleOp> module = createModule(call, strategy);
  SessionOptions session;
  session.jit.setTarget(*target.description);
  session.configure = options.configure;
  session.lowering = [&](OpPassManager &pm) {
    PlanOptions plan;
    plan.isa = target.description->isa.str();
    plan.images = options.images;
    buildDecisionsPipeline(pm, plan);
    buildVectorLoopsPipeline(pm);
    pm.addPass(std::make_unique<EmptyCopies>());
    buildISAPipeline(pm);
    buildMachinePipeline(pm);
  };
  auto compiled = Session::compile(*module, session);
  if (!compiled)
    return compiled.takeError();
  KernelAlone alone;
  alone.session = std::move(*compiled);
  const NetworkFunction *network = alone.session->getNetwork();
  if (!network)
    return makeError("the kernel did not become a network");
  const WorkspaceSpec &need = network->getWorkspace();
  alone.batch = need.fixed ? need.images : std::min(options.batch, need.images);
  return alone;
}

Error KernelAlone::run(KernelMemory &memory) const {
  const NetworkFunction &network = *session->getNetwork();
  if (memory.getWorkspaceBytes() != network.getWorkspace().bytes)
    return makeError("the kernel has another workspace with this strategy");
  if (int32_t code =
          network.call(memory.getInputs(), {memory.getOutput()}, batch, memory.getWorkspace()))
    return makeError("the kernel returned {}", code);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Addresses that agree in their last bits, up to this, can be taken for the same.
static constexpr size_t kPage = 4096;

Expected<KernelMemory> KernelMemory::create(const Session &session, int64_t batch) {
  KernelMemory memory;
  auto shapeOf = [&](const TensorSpec &spec) {
    SmallVector<int64_t> shape(ArrayRef<int64_t>(spec.shape));
    for (int64_t &size : shape)
      size = size < 0 ? batch : size;
    return shape;
  };
  bool floats = false;
  for (const TensorSpec &spec : session.inputs()) {
    auto tensor = HostTensor::create(spec.type, shapeOf(spec));
    if (!tensor)
      return tensor.takeError();
    memory.inputs.push_back(std::move(*tensor));
    memory.inputPointers.push_back(memory.inputs.back().getBytes().data());
    floats |= spec.type == ElementType::F32;
  }
  auto allocate = [](size_t bytes) {
    return HostTensor::create(ElementType::U8,
                              {static_cast<int64_t>(llvm::alignTo(bytes, kPage) + kPage)});
  };
  const TensorSpec &result = session.outputs().front();
  memory.outputType = result.type;
  memory.outputShape = shapeOf(result);
  auto elements = getNumElements(memory.outputShape);
  if (!elements)
    return makeError("the result of a batch of {} images is too large", batch);
  auto output = allocate(static_cast<size_t>(*elements) * getElementSize(result.type));
  if (!output)
    return output.takeError();
  memory.output = std::move(*output);
  memory.workspaceBytes = session.getNetwork()->getWorkspace().bytes;
  auto workspace = allocate(memory.workspaceBytes);
  if (!workspace)
    return workspace.takeError();
  memory.workspace = std::move(*workspace);
  fill(memory.workspace, floats);
  return memory;
}

void KernelMemory::move(int64_t round) {
  // Two sequences without a common factor, in units of the workspace's alignment.
  constexpr size_t unit = HostTensor::alignment, places = kPage / unit;
  auto number = static_cast<size_t>(round);
  workspaceOffset = number * 17 % places * unit;
  outputOffset = number * 43 % places * unit;
}

void *KernelMemory::getOutput() { return output.getMutableBytes().data() + outputOffset; }
void *KernelMemory::getWorkspace() { return workspace.getMutableBytes().data() + workspaceOffset; }

HostTensor KernelMemory::copyOutput() {
  HostTensor copy(outputType, outputShape);
  std::memcpy(copy.getMutableBytes().data(), getOutput(), copy.getSizeInBytes());
  return copy;
}

Error qcc::checkSameResult(const HostTensor &expected, const HostTensor &actual, bool floats) {
  OutputAgreement agreement;
  agreement.type = expected.getElementType();
  agreement.add(expected, actual);
  bool nextCode = agreement.type != ElementType::F32 && agreement.maxDifference <= 1;
  if (agreement.differing == 0 || (floats && (agreement.agrees() || nextCode)))
    return Error::success();
  return makeError("{} of {} elements of the result differ, by up to {}", agreement.differing,
                   agreement.elements, agreement.maxDifference);
}

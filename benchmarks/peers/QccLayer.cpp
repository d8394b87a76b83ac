//===- QccLayer.cpp - One layer as a kernel of qcc ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QccLayer.h"
#include "qcc/Codegen/Kernel.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

static std::string getType(llvm::ArrayRef<int64_t> shape, llvm::StringRef element) {
  std::string text = "tensor<";
  for (int64_t size : shape)
    text += size < 0 ? "?x" : fmt::format("{}x", size);
  return text + element.str() + ">";
}

static std::string getConstant(llvm::StringRef name, const HostTensor &tensor,
                               llvm::StringRef element) {
  return fmt::format("  %{} = cnn.constant dense<\"0x{}\"> : {}\n", name,
                     llvm::toHex(tensor.getBytes()), getType(tensor.getShape(), element));
}

/// A producer of the layer's input, the layer, and its requantization with a relu. The producer is
/// a clamp that changes nothing, which no pass knows.
static std::string getModule(const Layer &layer, const LayerData &data) {
  std::string constants = getConstant("w", data.weights, "i8") +
                          getConstant("b", data.bias, "i32") +
                          getConstant("m", data.multipliers, "f32");
  std::string weights = getType(data.weights.getShape(), "i8");
  std::string bias = getType({layer.outputs}, "i32"), scales = getType({layer.outputs}, "f32");
  std::string in, sums, out, operation, attributes;
  if (layer.isLinear()) {
    in = getType({-1, layer.inputs}, "ui8");
    sums = getType({-1, layer.outputs}, "i32");
    out = getType({-1, layer.outputs}, "ui8");
    operation = "linear";
  } else {
    int64_t size = layer.size, outSize = layer.getOutputSize();
    in = getType({-1, size, size, layer.inputs}, "ui8");
    sums = getType({-1, outSize, outSize, layer.outputs}, "i32");
    out = getType({-1, outSize, outSize, layer.outputs}, "ui8");
    operation = "conv2d";
    attributes = fmt::format("{{strides = array<i64: {0}, {0}>, padding = array<i64: {1}, {1}, "
                             "{1}, {1}>, groups = {2} : i64{3}}} ",
                             layer.stride, layer.padding, layer.groups,
                             layer.padding ? ", pad_value = 0 : i64" : "");
  }
  return fmt::format(
      R"(func.func @main(%x: {in}) -> {out} {{
{constants}  %p = cnn.clamp %x {{min = 0 : i32, max = 255 : i32}} : ({in}) -> {in}
  %a = cnn.{operation} %p, %w, %b {attributes}: ({in}, {weights}, {bias}) -> {sums}
  %q = cnn.requantize %a, %m {{zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}} : ({sums}, {scales}) -> {out}
  return %q : {out}
}}
)",
      fmt::arg("in", in), fmt::arg("out", out), fmt::arg("constants", constants),
      fmt::arg("operation", operation), fmt::arg("attributes", attributes),
      fmt::arg("weights", weights), fmt::arg("bias", bias), fmt::arg("sums", sums),
      fmt::arg("scales", scales));
}

//===----------------------------------------------------------------------===//
// The kernel alone
//===----------------------------------------------------------------------===//

namespace {
/// Empties the producer, and tells of the layer's strategy. Stands behind the loops, where kernels
/// are functions of buffers.
struct EmptyProducer : PassWrapper<EmptyProducer, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EmptyProducer)

  explicit EmptyProducer(std::string *strategy) : strategy(strategy) {}

  void runOnOperation() override {
    int emptied = 0;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!codegen::isKernel(function))
        continue;
      StringRef name = function.getName();
      if (name.starts_with("clamp")) {
        function.eraseBody();
        OpBuilder b(function.getContext());
        b.setInsertionPointToEnd(function.addEntryBlock());
        func::ReturnOp::create(b, function.getLoc());
        ++emptied;
      } else if (!name.starts_with("pad")) {
        llvm::raw_string_ostream(*strategy) << function->getAttr(codegen::kStrategyAttr);
      }
    }
    if (emptied != 1) {
      getOperation().emitError("the layer is not behind one producer");
      signalPassFailure();
    }
  }

  std::string *strategy;
};
} // namespace

Expected<std::unique_ptr<QccLayer>> QccLayer::create(const Layer &layer, const LayerData &data,
                                                     llvm::StringRef isa, MLIRContext &context) {
  auto target = resolveTarget(/*triple=*/"", isa);
  if (!target)
    return target.takeError();
  if (Error error = checkHostSupports(*target->description))
    return std::move(error);
  auto module = parseSourceString<ModuleOp>(getModule(layer, data), &context);
  if (!module)
    return makeError("the layer's module is wrong");

  std::unique_ptr<QccLayer> result(new QccLayer(layer, data));
  auto compile = [&](bool isKernelAlone) {
    SessionOptions options;
    options.jit.setTarget(*target->description);
    options.lowering = [&, isKernelAlone](OpPassManager &pm) {
      PlanOptions plan;
      plan.isa = target->description->isa.str();
      // A quantized model comes with this proof; AVX2 has faster instructions for what fits.
      pm.addNestedPass<func::FuncOp>(cnn::createCNNProveAccumulators());
      buildPlanPipeline(pm, plan);
      buildVectorLoopsPipeline(pm);
      if (isKernelAlone)
        pm.addPass(std::make_unique<EmptyProducer>(&result->strategy));
      buildISAPipeline(pm);
      buildMachinePipeline(pm);
    };
    return Session::compile(*module, options);
  };
  for (auto [session, isKernelAlone] :
       {std::pair(&result->whole, false), std::pair(&result->kernel, true)}) {
    auto compiled = compile(isKernelAlone);
    if (!compiled)
      return compiled.takeError();
    *session = std::move(*compiled);
    if (!(*session)->getNetwork())
      return makeError("the layer did not become a network");
  }
  size_t bytes = result->whole->getNetwork()->getWorkspace().bytes;
  if (bytes != result->kernel->getNetwork()->getWorkspace().bytes)
    return makeError("the kernel alone has another workspace");
  result->workspace = HostTensor(ElementType::U8, {static_cast<int64_t>(bytes) + 64});
  return result;
}

Error QccLayer::call(const Session &session) {
  int64_t batch = data.input.getDim(0);
  if (session.getNetwork()->call({data.input.getBytes().data()}, {output.getMutableBytes().data()},
                                 batch, workspace.getMutableBytes().data()))
    return makeError("the network does not take a batch of {}", batch);
  return Error::success();
}

Expected<HostTensor> QccLayer::computeOutput() {
  if (Error error = call(*whole))
    return std::move(error);
  HostTensor expected = output;
  // One block of images leaves its input where the kernel alone finds it.
  if (data.input.getDim(0) <= kernel->getNetwork()->getWorkspace().images) {
    if (Error error = call(*kernel))
      return std::move(error);
    if (!(expected == output))
      return makeError("the kernel alone gives other codes");
  }
  return expected;
}

//===- QccNetwork.cpp - A model as qcc compiles it ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QccNetwork.h"
#include "qcc/Dialect/CNN/IR/CNNOps.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/ModelFile.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"

#include <random>

using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
using llvm::Expected;

Expected<std::unique_ptr<QccNetwork>> QccNetwork::create(llvm::StringRef modelPath,
                                                         const RunOptions &options) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = loadModel(modelPath, context);
  if (!module)
    return module.takeError();
  auto session = prepareSession(**module, options);
  if (!session)
    return session.takeError();
  if ((*session)->inputs().size() != 1 || (*session)->outputs().size() != 1 ||
      !(*session)->getNetwork())
    return makeError("the model must be a network of one input and one output");
  std::unique_ptr<QccNetwork> network(new QccNetwork);
  network->session = std::move(*session);
  network->countWork(**module);
  return network;
}

void QccNetwork::countWork(mlir::ModuleOp module) {
  module.walk([&](mlir::Operation *op) {
    floats &= !llvm::isa<cnn::QuantizeOp>(op);
    if (!llvm::isa<cnn::Conv2DOp, cnn::LinearOp>(op))
      return;
    auto weights = llvm::cast<mlir::ShapedType>(op->getOperand(1).getType());
    auto result = llvm::cast<mlir::ShapedType>(op->getResult(0).getType());
    auto count = static_cast<double>(weights.getNumElements());
    // Each output channel of each position takes its share of the weights.
    double positions = 1;
    for (int64_t size : result.getShape().drop_front().drop_back())
      positions *= static_cast<double>(size);
    products += positions * count;
    weightBytes += count;
  });
  if (floats)
    weightBytes *= 4;
}

Error QccNetwork::bind(int64_t batch, unsigned count) {
  auto shape = llvm::to_vector_of<int64_t>(getInputSpec().shape);
  if (batch < 1 || shape.empty())
    return makeError("the batch must be at least 1, and the input must have one");
  shape[0] = batch;
  input = HostTensor(getInputSpec().type, shape);
  std::mt19937 random(1);
  if (input.getElementType() == ElementType::F32)
    for (float &value : input.getMutableData<float>())
      value = static_cast<float>(random() >> 8) * 0x1p-24F;
  else
    for (uint8_t &byte : input.getMutableBytes())
      byte = static_cast<uint8_t>(random());
  auto results = session->run(input);
  if (!results)
    return results.takeError();
  output = std::move(results->front());
  threads = std::make_unique<TaskThreads>(count);
  size_t bytes = session->getNetwork()->getWorkspace().bytes + HostTensor::alignment;
  workspaces =
      HostTensor(ElementType::U8, llvm::SmallVector<int64_t>{static_cast<int64_t>(bytes * count)});
  return Error::success();
}

Error QccNetwork::run() {
  const NetworkFunction &network = *session->getNetwork();
  const void *in = input.getBytes().data();
  void *out = output.getMutableBytes().data(), *memory = workspaces.getMutableBytes().data();
  int64_t batch = input.getDim(0);
  if (threads->size() == 1 ? network.call({in}, {out}, batch, memory)
                           : network.callParallel({in}, {out}, batch, memory, *threads))
    return makeError("the network does not take a batch of {}", batch);
  return Error::success();
}

//===- Registration.cpp - What a tool of qcc makes known to MLIR ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/Registration.h"
#include "qcc/Codegen/Passes.h"
#include "qcc/Conversion/Passes.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/CNN/Transforms/Passes.h"
#include "qcc/Dialect/Calib/IR/CalibOps.h"
#include "qcc/Dialect/Calib/Transforms/Passes.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/Passes.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void qcc::registerAllDialects(DialectRegistry &registry) {
  registry
      .insert<cnn::CNNDialect, calib::CalibDialect, codegen::CodegenDialect, quant::QuantDialect,
              func::FuncDialect, arith::ArithDialect, bufferization::BufferizationDialect,
              cf::ControlFlowDialect, linalg::LinalgDialect, LLVM::LLVMDialect, math::MathDialect,
              memref::MemRefDialect, amx::AMXDialect, scf::SCFDialect, tensor::TensorDialect,
              vector::VectorDialect>();
  registerReferenceLoweringInterfaces(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

void qcc::registerAllPasses() {
  cnn::registerCNNPasses();
  calib::registerCalibPasses();
  codegen::registerCodegenPasses();
  registerConversionPasses();
  registerPipelines();
  registerOptimizedLoweringPipelines();
  // Upstream passes are what the phases consist of: with them a phase can be taken apart by hand.
  registerTransformsPasses();
  registerLinalgPasses();
  bufferization::registerBufferizationPasses();
  bufferization::registerBufferizationPipelines();
  memref::registerMemRefPasses();
  vector::registerVectorPasses();
  mlir::registerConversionPasses();
}

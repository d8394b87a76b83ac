//===- consumer.cpp - A program that uses qcc's libraries ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// consumer MODEL TABLE: quantizes MODEL with the calibration table TABLE and prints the result.
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/Compile.h"
#include "qcc/Tools/ModelFile.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  llvm::ExitOnError check("consumer: ");
  mlir::DialectRegistry registry;
  qcc::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  mlir::OwningOpRef<mlir::ModuleOp> module = check(qcc::loadModel(argv[1], context));
  qcc::CompileOptions options;
  options.qconfig = "onednn";
  options.calibrationTable = argv[2];
  options.until = qcc::Phase::Integer;
  check(qcc::compileModel(*module, options));
  check(qcc::saveModel(*module, "-", qcc::ModelFormat::Text));
  return 0;
}

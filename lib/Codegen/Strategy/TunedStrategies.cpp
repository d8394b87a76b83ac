//===- TunedStrategies.cpp - Measured strategies that a module carries ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Codegen/TunedStrategies.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

std::string qcc::codegen::getKernelKey(func::FuncOp kernel) {
  OwningOpRef<func::FuncOp> copy = kernel.clone();
  copy->setName("kernel");
  (*copy)->removeAttr(kStrategyAttr);
  std::string text;
  llvm::raw_string_ostream os(text);
  (*copy)->print(os, OpPrintingFlags().useLocalScope());
  auto hash = llvm::BLAKE3::hash<8>(llvm::arrayRefFromStringRef(text));
  Operation *root = getRoot(kernel);
  llvm::StringRef name = root ? root->getName().stripDialect() : llvm::StringRef("elementwise");
  return (name + "-" + llvm::toHex(hash, /*LowerCase=*/true)).str();
}

static DictionaryAttr getLevel(ModuleOp module, llvm::StringRef isa) {
  auto levels = module->getAttrOfType<DictionaryAttr>(kTunedAttr);
  return levels ? levels.getAs<DictionaryAttr>(isa) : DictionaryAttr();
}

Attribute qcc::codegen::getTunedStrategy(ModuleOp module, llvm::StringRef isa,
                                         llvm::StringRef key) {
  DictionaryAttr kernels = getLevel(module, isa);
  return kernels ? kernels.get(key) : Attribute();
}

void qcc::codegen::setTunedStrategy(ModuleOp module, llvm::StringRef isa, llvm::StringRef key,
                                    Attribute strategy) {
  MLIRContext *context = module.getContext();
  NamedAttrList levels(module->getAttrOfType<DictionaryAttr>(kTunedAttr));
  NamedAttrList kernels(getLevel(module, isa));
  kernels.set(StringAttr::get(context, key), strategy);
  levels.set(StringAttr::get(context, isa), kernels.getDictionary(context));
  module->setAttr(kTunedAttr, levels.getDictionary(context));
}

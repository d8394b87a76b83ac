//===- SharedConstants.cpp - Data that several objects refer to ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/SharedConstants.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace qcc;
using llvm::StringRef;

/// A symbol and its relocations take about as much.
static constexpr size_t kSharedBytes = 64;

std::vector<SharedConstant> qcc::takeConstants(llvm::Module &module, StringRef prefix) {
  std::vector<SharedConstant> constants;
  for (llvm::GlobalVariable &variable : module.globals()) {
    if (!variable.isConstant() || !variable.hasLocalLinkage() || !variable.hasGlobalUnnamedAddr() ||
        variable.hasSection())
      continue;
    auto *data = llvm::dyn_cast<llvm::ConstantDataSequential>(variable.getInitializer());
    if (!data || data->getRawDataValues().size() < kSharedBytes)
      continue;
    std::string name = llvm::formatv("{0}.{1}", prefix, constants.size());
    // What LLVM could assume as long as it saw the definition.
    llvm::Align alignment = module.getDataLayout().getPreferredAlign(&variable);
    constants.push_back({name, alignment, data->getRawDataValues()});
    variable.setInitializer(nullptr);
    variable.setLinkage(llvm::GlobalValue::ExternalLinkage);
    variable.setVisibility(llvm::GlobalValue::HiddenVisibility);
    variable.setDSOLocal(true);
    variable.setName(name);
  }
  return constants;
}

std::unique_ptr<llvm::Module> qcc::defineConstants(llvm::ArrayRef<SharedConstant> constants,
                                                   llvm::LLVMContext &context) {
  auto module = std::make_unique<llvm::Module>("constants", context);
  llvm::MapVector<StringRef, llvm::SmallVector<const SharedConstant *>> equal;
  for (const SharedConstant &constant : constants)
    equal[constant.bytes].push_back(&constant);
  for (auto &[bytes, sharers] : equal) {
    llvm::Constant *data = llvm::ConstantDataArray::getString(context, bytes, /*AddNull=*/false);
    auto *variable =
        new llvm::GlobalVariable(*module, data->getType(), /*isConstant=*/true,
                                 llvm::GlobalValue::ExternalLinkage, data, sharers.front()->name);
    variable->setVisibility(llvm::GlobalValue::HiddenVisibility);
    variable->setAlignment(
        (*std::max_element(sharers.begin(), sharers.end(), [](const auto *one, const auto *other) {
          return one->alignment < other->alignment;
        }))->alignment);
    for (const SharedConstant *sharer : llvm::drop_begin(sharers))
      llvm::GlobalAlias::create(sharer->name, variable)
          ->setVisibility(llvm::GlobalValue::HiddenVisibility);
  }
  return module;
}

//===- Levels.cpp - One object for several levels of an instruction set ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/Levels.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Linker/Linker.h"

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// The suffixes of a level's entries, in their order in the module: "_run", "_run_codes".
static Expected<std::vector<std::string>> getSuffixes(const LevelModule &level) {
  std::vector<std::string> suffixes;
  for (const llvm::Function &function : *level.module) {
    if (function.isDeclaration() || function.hasLocalLinkage())
      continue;
    StringRef name = function.getName();
    if (!name.consume_front(level.prefix))
      return makeError("'{}' is no entry of the level {}", name, level.isa);
    suffixes.push_back(name.str());
  }
  return suffixes;
}

static std::string getEntryName(StringRef name, StringRef suffix, StringRef isa) {
  return (name + suffix + "." + isa).str();
}

/// Gives what is internal a name of the level's own, for people: the linker would add numbers.
/// Constants are counted, because levels that are lowered at the same time name them as it happens.
static void renameLocals(LevelModule &level) {
  for (llvm::Function &function : *level.module)
    if (function.hasLocalLinkage())
      function.setName(function.getName() + "." + level.isa);
  unsigned count = 0;
  for (llvm::GlobalVariable &variable : level.module->globals())
    if (variable.isConstant() && variable.hasLocalLinkage()) {
      variable.setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
      variable.setName("constant." + llvm::Twine(count++) + "." + level.isa);
    }
}

/// i32 NAME(arguments...): the first of `entries` that does not return kUnsupportedCPU.
static void emitDispatcher(llvm::Module &module, const std::string &name,
                           llvm::ArrayRef<llvm::Function *> entries) {
  // The plainest level's runs on the machines that the dispatcher runs on.
  llvm::Function *plainest = entries.back();
  auto *function = llvm::Function::Create(plainest->getFunctionType(),
                                          llvm::GlobalValue::ExternalLinkage, name, module);
  function->copyAttributesFrom(plainest);
  function->setLinkage(llvm::GlobalValue::ExternalLinkage);
  function->setVisibility(llvm::GlobalValue::DefaultVisibility);
  llvm::IRBuilder<> builder(module.getContext());
  auto addBlock = [&] { return llvm::BasicBlock::Create(module.getContext(), "", function); };
  llvm::SmallVector<llvm::Value *> arguments;
  for (llvm::Argument &argument : function->args())
    arguments.push_back(&argument);
  builder.SetInsertPoint(addBlock());
  for (llvm::Function *entry : entries) {
    llvm::Value *result = builder.CreateCall(entry, arguments);
    if (entry == plainest) {
      builder.CreateRet(result);
      break;
    }
    llvm::Value *lacks =
        builder.CreateICmpEQ(result, llvm::ConstantInt::get(result->getType(), kUnsupportedCPU));
    llvm::BasicBlock *done = addBlock(), *next = addBlock();
    builder.CreateCondBr(lacks, next, done);
    builder.SetInsertPoint(done);
    builder.CreateRet(result);
    builder.SetInsertPoint(next);
  }
}

Expected<std::unique_ptr<llvm::Module>> qcc::linkLevels(std::vector<LevelModule> levels,
                                                        StringRef name) {
  auto suffixes = getSuffixes(levels.front());
  if (!suffixes)
    return suffixes.takeError();
  for (LevelModule &level : levels) {
    auto own = getSuffixes(level);
    if (!own)
      return own.takeError();
    if (*own != *suffixes)
      return makeError("the levels {} and {} have different entries", levels.front().isa,
                       level.isa);
    renameLocals(level);
  }
  std::unique_ptr<llvm::Module> linked = std::move(levels.front().module);
  for (LevelModule &level : llvm::drop_begin(levels))
    if (llvm::Linker::linkModules(*linked, std::move(level.module)))
      return makeError("the code for {} cannot be linked", level.isa);
  for (const std::string &suffix : *suffixes) {
    llvm::SmallVector<llvm::Function *> entries;
    for (const LevelModule &level : llvm::reverse(levels)) {
      llvm::Function *entry = linked->getFunction(level.prefix + suffix);
      entry->setLinkage(llvm::GlobalValue::InternalLinkage);
      entry->setName(getEntryName(name, suffix, level.isa));
      entries.push_back(entry);
    }
    emitDispatcher(*linked, (name + suffix).str(), entries);
  }
  return linked;
}

Error qcc::separateLevel(LevelModule &level, llvm::ArrayRef<std::string> isas, StringRef name) {
  auto suffixes = getSuffixes(level);
  if (!suffixes)
    return suffixes.takeError();
  renameLocals(level);
  for (const std::string &suffix : *suffixes) {
    llvm::Function *entry = level.module->getFunction(level.prefix + suffix);
    entry->setVisibility(llvm::GlobalValue::HiddenVisibility);
    entry->setDSOLocal(true);
    entry->setName(getEntryName(name, suffix, level.isa));
    if (level.isa != isas.front())
      continue;
    llvm::SmallVector<llvm::Function *> entries;
    for (const std::string &isa : llvm::reverse(isas.drop_front())) {
      auto *other =
          llvm::Function::Create(entry->getFunctionType(), llvm::GlobalValue::ExternalLinkage,
                                 getEntryName(name, suffix, isa), *level.module);
      other->setVisibility(llvm::GlobalValue::HiddenVisibility);
      other->setDSOLocal(true);
      entries.push_back(other);
    }
    entries.push_back(entry);
    emitDispatcher(*level.module, (name + suffix).str(), entries);
  }
  return Error::success();
}

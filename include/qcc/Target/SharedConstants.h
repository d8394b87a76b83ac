//===- SharedConstants.h - Data that several objects refer to ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Levels that are compiled apart have weights in common, which an object is to have once.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_SHAREDCONSTANTS_H
#define QCC_TARGET_SHAREDCONSTANTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Alignment.h"

#include <memory>
#include <string>
#include <vector>

namespace qcc {

/// A constant that a module refers to and another one has.
struct SharedConstant {
  std::string name;
  llvm::Align alignment;
  /// Lives as long as the context of the module that it was taken from.
  llvm::StringRef bytes;
};

/// Takes the larger constants out of `module`, which then refers to hidden symbols of another
/// object: `PREFIX.0` and so on. Constants whose address matters stay, as do those that are not
/// arrays of numbers. LLVM sees their contents no more, so it has to have optimized the module.
std::vector<SharedConstant> takeConstants(llvm::Module &module, llvm::StringRef prefix);

/// A module of what was taken from others: equal constants are there once, with all their names.
std::unique_ptr<llvm::Module> defineConstants(llvm::ArrayRef<SharedConstant> constants,
                                              llvm::LLVMContext &context);

} // namespace qcc

#endif // QCC_TARGET_SHAREDCONSTANTS_H

//===- Levels.h - One object for several levels of an instruction set ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_LEVELS_H
#define QCC_TARGET_LEVELS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace qcc {

/// The code of a model for one level.
struct LevelModule {
  /// As in `--isa=`; it ends the names of the level's functions.
  std::string isa;
  /// What the names of its entries begin with; all that is external in it is an entry.
  std::string prefix;
  std::unique_ptr<llvm::Module> module;
};

/// What an entry of a level returns where the processor lacks instructions.
constexpr int kUnsupportedCPU = 2;

/// Links the code for all levels, the plainest first, into one module, in which each entry
/// `PREFIX_x` has become `NAME_x`: a function that calls the best level's, and the next one's if
/// that returns kUnsupportedCPU. The levels' functions are internal, and their constants are marked
/// as what LLVM may merge where they are equal. All modules have one context. Errors: levels whose
/// entries differ.
llvm::Expected<std::unique_ptr<llvm::Module>> linkLevels(std::vector<LevelModule> levels,
                                                         llvm::StringRef name);

} // namespace qcc

#endif // QCC_TARGET_LEVELS_H

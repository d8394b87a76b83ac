//===- Levels.h - One object for several levels of an instruction set ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each entry `NAME_x` of an object for several levels calls the best level's, and the next one's if
// that returns kUnsupportedCPU. The levels' code comes together either as modules (linkLevels) or
// as objects, so that they can be compiled at the same time (separateLevel).
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
/// `PREFIX_x` has become `NAME_x`. The levels' functions are internal, and their constants are
/// marked as what LLVM may merge where they are equal. All modules have one context. Errors: levels
/// whose entries differ.
llvm::Expected<std::unique_ptr<llvm::Module>> linkLevels(std::vector<LevelModule> levels,
                                                         llvm::StringRef name);

/// Makes of a level a module whose object can be merged with those of the other ones: an
/// entry `PREFIX_x` becomes `NAME_x.ISA`, which is hidden, and the module of the plainest level,
/// the first of `isas`, gets each `NAME_x`. Names and constants are as linkLevels leaves them.
/// Errors: something external that is no entry.
llvm::Error separateLevel(LevelModule &level, llvm::ArrayRef<std::string> isas,
                          llvm::StringRef name);

} // namespace qcc

#endif // QCC_TARGET_LEVELS_H

//===- RuntimeSymbols.h - the functions that compiled code may call ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_RUNTIMESYMBOLS_H
#define QCC_EXECUTION_RUNTIMESYMBOLS_H

#include "llvm/ADT/StringMap.h"

namespace qcc {

/// Names and addresses of what every JIT offers: memory, <math.h>, and MLIR's memrefCopy. A list,
/// rather than a search in the process, so that code which needs something else fails by name
/// everywhere instead of working where the host program happens to have it.
const llvm::StringMap<void *> &getRuntimeSymbols();

} // namespace qcc

#endif // QCC_EXECUTION_RUNTIMESYMBOLS_H

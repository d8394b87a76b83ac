//===- LLVMStatistic.h - Statistics as the installed libMLIR has them ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// llvm/ADT/Statistic.h makes llvm::Statistic larger where NDEBUG is not defined, and with it
// mlir::Pass::Statistic, whose constructor is in libMLIR. Debian's libMLIR was built with NDEBUG,
// so that in a build with assertions it would leave the members that it does not know
// uninitialized. This header, included before all others, sees to it that both agree.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CMAKE_LLVMSTATISTIC_H
#define QCC_CMAKE_LLVMSTATISTIC_H

#pragma push_macro("NDEBUG")
#undef NDEBUG
#define NDEBUG 1
#include "llvm/ADT/Statistic.h"
#pragma pop_macro("NDEBUG")

#endif // QCC_CMAKE_LLVMSTATISTIC_H

//===- TileEmulation.h - AMX on processors without it ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Processors with AVX-512 and without AMX are many. There, code for the AMX level runs all the
// same, but for its tile instructions, each of which ends in a signal: whose handler does what they
// do. Slow, but of the same bytes, and stricter than a processor is of what it is given.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TEST_INTEGRATION_RANDOMGRAPHS_TILEEMULATION_H
#define QCC_TEST_INTEGRATION_RANDOMGRAPHS_TILEEMULATION_H

#include "llvm/Support/Error.h"

namespace qcc::random {

/// From now on, tile instructions in this process are emulated, unless the machine has them. An
/// error if its processor is not an x86-64 with all else that the AMX level needs, or the system
/// not Linux.
///
/// An instruction that a processor would refuse (a tile that is not configured, shapes that do not
/// match), or that is none of AMX int8, is left to the handler of SIGILL that there was before.
llvm::Error emulateTiles();

/// Whether this thread's emulated tiles are configured: code that leaves them so slows down every
/// switch between processes.
bool hasTilesInUse();

} // namespace qcc::random

#endif // QCC_TEST_INTEGRATION_RANDOMGRAPHS_TILEEMULATION_H

//===- ReferenceLowering.h - From the cnn dialect to LLVM, plainly ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lowering that covers everything and is obviously right: what the training, the calibration
// and the float path run on, and what every optimized lowering is compared with. It takes a module
// at the float or at the integer level and chains upstream passes; each phase is a function of its
// own, so that a tool can stop between any two.
//
// The code that comes out has, for each public function `f` of the module, a wrapper
// `_mlir_ciface_f` (see qcc-emit-c-interface). Results are buffers that the caller owns and
// releases with free(): `f` never returns one of its arguments or constants but a copy of it. The
// code calls aligned_alloc, free, and what LLVM makes of loops that copy or clear memory (memcpy,
// memmove, memset), and nothing else; on x86 below SSE4.1, also roundevenf.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_PIPELINES_REFERENCELOWERING_H
#define QCC_PIPELINES_REFERENCELOWERING_H

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace qcc {

/// The places at which the lowering can stop; what each is named by is the form that it leaves.
enum class ReferencePhase {
  Linalg,    ///< "linalg": linalg on tensors.
  Bufferize, ///< "bufferize": linalg on buffers, with their releases.
  Loops,     ///< "loops": scf loops over loads and stores.
  LLVM,      ///< "llvm": the LLVM dialect.
};

/// The name that a command line uses.
llvm::StringRef stringifyReferencePhase(ReferencePhase phase);
/// The inverse of stringifyReferencePhase; nothing for any other text.
std::optional<ReferencePhase> parseReferencePhase(llvm::StringRef name);

struct ReferenceLoweringOptions {
  /// The last phase that runs.
  ReferencePhase until = ReferencePhase::LLVM;
};

/// What the phases need besides dialects: the interfaces through which upstream passes bufferize
/// operations and release buffers. A context that runs the pipeline must have been made from, or
/// have been given, such a registry.
void registerReferenceLoweringInterfaces(mlir::DialectRegistry &registry);

/// Adds all phases up to and with `options.until`. The pass manager's operation is a module.
void buildReferenceLoweringPipeline(mlir::OpPassManager &pm,
                                    const ReferenceLoweringOptions &options = {});

// The phases, in order.
void buildCNNToLinalgPhase(mlir::OpPassManager &pm);
void buildBufferizePhase(mlir::OpPassManager &pm);
void buildLoopsPhase(mlir::OpPassManager &pm);
void buildLLVMPhase(mlir::OpPassManager &pm);

/// Makes the pipeline known as `qcc-reference-lowering`, with an option `until`.
void registerReferenceLoweringPipeline();

} // namespace qcc

#endif // QCC_PIPELINES_REFERENCELOWERING_H

//===- TargetDescription.h - What code generation knows of a machine ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One description per level of an instruction set. Strategies and kernels read nothing else, never
// a CPU's name: a new level is a row of the table in TargetDescription.cpp, a lowering of
// codegen.dot, and their tests. The numbers do not depend on the machine that compiles, so that the
// same model, options and target give the same object everywhere.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TARGET_TARGETDESCRIPTION_H
#define QCC_TARGET_TARGETDESCRIPTION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

#include <string>
#include <vector>

namespace qcc {

/// What adds products of codes to 32-bit accumulators.
enum class DotInstruction {
  Generic,     ///< vector arithmetic that any target has
  Vpmaddwd,    ///< x86 AVX2: 16-bit pairs (vpmaddubsw where the pairs are proved to fit)
  Vpdpbusd,    ///< x86 VNNI: four u8 x s8 products
  SmullSadalp, ///< AArch64 NEON: widening multiply, pairwise add
  Sdot,        ///< AArch64 dotprod: four s8 x s8 products
  Usdot,       ///< AArch64 i8mm: four u8 x s8 products, or s8 x s8
};

/// A unit that multiplies two tiles of bytes and adds the products to a tile of 32-bit sums.
struct MatrixUnit {
  /// Tile registers; 0 if there is no such unit.
  int64_t tiles = 0;
  /// Rows of a tile, and the bytes of one.
  int64_t rows = 0, rowBytes = 0;
  /// Lines of the caches that arrive in the first one from the second while tiles are multiplied
  /// and those of the next product are loaded.
  int64_t fetchedLines = 0;
};

/// Which activations a dot instruction takes; the others are flipped (codegen.flip_sign).
enum class DotActivations { Any, Unsigned, Signed };

struct TargetDescription {
  /// The name of the level, as in `--isa=`: "avx512-vnni".
  llvm::StringRef isa;
  /// The architecture that has it; UnknownArch for the generic level, which all have.
  llvm::Triple::ArchType arch = llvm::Triple::UnknownArch;
  /// One line for people.
  llvm::StringRef summary = {};
  /// The features that LLVM is told of ("+avx2,+fma"), and that the machine must have.
  llvm::StringRef features = {};
  /// The CPU that LLVM schedules for.
  llvm::StringRef tuneCPU = {};
  /// Bytes and number of vector registers.
  int64_t vectorBytes = 16, vectorRegisters = 16;
  DotInstruction dot = DotInstruction::Generic;
  DotActivations activations = DotActivations::Any;
  /// True if the target has a fused multiply-add of f32.
  bool fma = false;
  /// True if the IEEE 754 maximum of two floats is one instruction (FMAX); elsewhere what is
  /// compared and selected is (MAXPS).
  bool floatMaximum = false;
  /// True if two vectors are packed into one of half as wide integers with saturation, each 128
  /// bits by themselves (codegen.narrow).
  bool saturatingPack = false;
  /// Of one core, in bytes.
  int64_t l1Bytes = 32 << 10, l2Bytes = 256 << 10;
  /// Takes activations of either signedness.
  MatrixUnit matrix = {};
  /// True if an instruction adds products of 2x8 by 8x2 codes to 2x2 sums (codegen.block_dot).
  bool blockDot = false;

  /// 32-bit elements in a vector.
  int64_t lanes() const { return vectorBytes / 4; }
  /// True if one instruction multiplies codes and adds the products to accumulators.
  bool dotAccumulates() const { return dot == DotInstruction::Vpdpbusd || dotTakesQuarters(); }
  /// True if products of 16 bits are added to sums of 32 by pairs (vpmaddwd): every dot product of
  /// x86 is beside it. Elsewhere a product of 16 bits is widened where it is added.
  bool addsPairs() const {
    return dot == DotInstruction::Vpmaddwd || dot == DotInstruction::Vpdpbusd;
  }
  /// True if the dot instruction takes the four activations of all lanes from any quarter of a
  /// register: then 16 are better loaded at once. Elsewhere a load repeats four.
  bool dotTakesQuarters() const {
    return dot == DotInstruction::Sdot || dot == DotInstruction::Usdot;
  }
};

/// Every level, from the plainest to the best of each architecture.
llvm::ArrayRef<TargetDescription> allTargetDescriptions();

/// A triple and one of its levels, ready to compile for.
struct Target {
  llvm::Triple triple;
  const TargetDescription *description = nullptr;

  /// The CPU that every machine of the triple is at least, and what an operating system's ABI
  /// requires beyond it; as LLVM names them, empty for its defaults.
  llvm::StringRef getBaselineCPU() const;
  llvm::StringRef getBaselineFeatures() const;
  /// LLVM's name of the calling convention where it follows from those features, else empty.
  llvm::StringRef getABI() const;
  /// The baseline's features and the level's.
  std::string getFeatures() const;
};

/// Resolves `--target=` and `--isa=`. An empty triple is this machine's. An empty ISA is this
/// machine's best if the triple is this machine's, else the plainest of the triple's architecture;
/// "native" is this machine's best. Errors: a triple that LLVM has no code generator for, an
/// unknown ISA (says which there are), one that the triple's architecture lacks, "native" for
/// another architecture.
llvm::Expected<Target> resolveTarget(llvm::StringRef triple, llvm::StringRef isa);

/// Resolves `--isa=` where several levels may be given, with commas between them: plainest first,
/// each once. "all" is every level of the architecture from the one that all its machines have on.
/// Errors: resolveTarget's.
llvm::Expected<std::vector<Target>> resolveTargets(llvm::StringRef triple, llvm::StringRef isas);

/// True if code for a triple can find out whether the machine that it runs on has a level: tiles
/// can be asked for on Linux only, and AArch64's identification registers may be read on Linux and
/// FreeBSD. Apple's processors all have dot products.
bool canAskMachine(const llvm::Triple &triple, const TargetDescription &description);

/// An error that names what is missing if this machine cannot execute code for `description`. Where
/// the operating system hands out the state of a matrix unit on request, it is asked, for the whole
/// process.
llvm::Error checkHostSupports(const TargetDescription &description);

/// This machine's best level.
const TargetDescription &getHostDescription();

/// What `qcc --print-targets` prints: a table of all levels, marking those that this machine has,
/// and the architectures that LLVM generates code for.
std::string printTargets();

} // namespace qcc

#endif // QCC_TARGET_TARGETDESCRIPTION_H

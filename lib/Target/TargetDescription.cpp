//===- TargetDescription.cpp - What code generation knows of a machine ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/TargetDescription.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/TargetParser/Host.h"

using namespace qcc;
using llvm::StringRef;
using llvm::Triple;

static const TargetDescription kDescriptions[] = {
    {"generic", Triple::UnknownArch, "128-bit vectors that any target has", "", "", 16, 16,
     DotInstruction::Generic, DotActivations::Any, false, 32 << 10, 256 << 10},
    {"avx2", Triple::x86_64, "256-bit vectors, 16-bit multiply-add",
     "+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt,+movbe,+popcnt", "haswell", 32, 16,
     DotInstruction::Vpmaddwd, DotActivations::Any, true, 32 << 10, 256 << 10},
    {"avx512-vnni", Triple::x86_64, "512-bit vectors, four-way dot product of bytes",
     "+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt,+movbe,+popcnt,+avx512f,+avx512bw,+avx512dq,"
     "+avx512vl,+avx512cd,+avx512vnni",
     "cascadelake", 64, 32, DotInstruction::Vpdpbusd, DotActivations::Unsigned, true, 32 << 10,
     1 << 20},
    {"neon", Triple::aarch64, "128-bit vectors, widening multiply", "+neon", "cortex-a72", 16, 32,
     DotInstruction::SmullSadalp, DotActivations::Signed, true, 32 << 10, 512 << 10},
    {"dotprod", Triple::aarch64, "128-bit vectors, four-way dot product of bytes", "+neon,+dotprod",
     "cortex-a76", 16, 32, DotInstruction::Sdot, DotActivations::Signed, true, 64 << 10, 512 << 10},
};

llvm::ArrayRef<TargetDescription> qcc::allTargetDescriptions() { return kDescriptions; }

llvm::Expected<Target> qcc::resolveTarget(StringRef triple, StringRef isa) {
  Target target;
  target.triple = triple.empty() ? Triple(llvm::sys::getProcessTriple()) : Triple(triple);
  for (const TargetDescription &description : kDescriptions)
    if (description.isa == (isa.empty() ? "avx512-vnni" : isa))
      target.description = &description;
  if (!target.description)
    return makeError("unknown ISA '{}'", isa);
  return target;
}

llvm::Error qcc::checkHostSupports(const TargetDescription &) { return llvm::Error::success(); }

std::string qcc::printTargets() { return ""; }

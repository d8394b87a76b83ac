//===- RuntimeSymbols.cpp - the functions that compiled code may call ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeSymbols.h"
#include "MemRef.h"
#include <cmath>
#include <cstdlib>
#include <cstring>

template <typename Function> static void *address(Function *function) {
  return reinterpret_cast<void *>(function);
}

static llvm::StringMap<void *> makeRuntimeSymbols() {
  llvm::StringMap<void *> symbols = {
      {"malloc", address(&::malloc)},
      {"free", address(&::free)},
      {"aligned_alloc", address(&::aligned_alloc)},
      {"memcpy", address(&::memcpy)},
      {"memmove", address(&::memmove)},
      {"memset", address(&::memset)},
      {"memcmp", address(&::memcmp)},
      {"memrefCopy", address(&qcc::memrefCopy)},
  };
// Both the double and the float function of a name.
#define QCC_MATH1(name)                                                                            \
  symbols[#name] = address(static_cast<double (*)(double)>(&::name));                              \
  symbols[#name "f"] = address(static_cast<float (*)(float)>(&::name##f))
#define QCC_MATH2(name)                                                                            \
  symbols[#name] = address(static_cast<double (*)(double, double)>(&::name));                      \
  symbols[#name "f"] = address(static_cast<float (*)(float, float)>(&::name##f))
  QCC_MATH1(exp);
  QCC_MATH1(exp2);
  QCC_MATH1(expm1);
  QCC_MATH1(log);
  QCC_MATH1(log2);
  QCC_MATH1(log10);
  QCC_MATH1(log1p);
  QCC_MATH1(sin);
  QCC_MATH1(cos);
  QCC_MATH1(tan);
  QCC_MATH1(sinh);
  QCC_MATH1(cosh);
  QCC_MATH1(tanh);
  QCC_MATH1(asin);
  QCC_MATH1(acos);
  QCC_MATH1(atan);
  QCC_MATH1(asinh);
  QCC_MATH1(acosh);
  QCC_MATH1(atanh);
  QCC_MATH1(sqrt);
  QCC_MATH1(cbrt);
  QCC_MATH1(erf);
  QCC_MATH1(erfc);
  QCC_MATH1(floor);
  QCC_MATH1(ceil);
  QCC_MATH1(round);
  QCC_MATH1(trunc);
  QCC_MATH1(rint);
  QCC_MATH1(nearbyint);
  QCC_MATH2(pow);
  QCC_MATH2(atan2);
  QCC_MATH2(fmod);
  QCC_MATH2(fmin);
  QCC_MATH2(fmax);
  QCC_MATH2(hypot);
#undef QCC_MATH1
#undef QCC_MATH2
  symbols["fma"] = address(static_cast<double (*)(double, double, double)>(&::fma));
  symbols["fmaf"] = address(static_cast<float (*)(float, float, float)>(&::fmaf));
  symbols["ldexp"] = address(static_cast<double (*)(double, int)>(&::ldexp));
  symbols["ldexpf"] = address(static_cast<float (*)(float, int)>(&::ldexpf));
#ifdef __GLIBC__
  // LLVM makes these of calls that it knows: a sine and cosine of one angle, a rounding to even.
  symbols["sincos"] = address(&::sincos);
  symbols["sincosf"] = address(&::sincosf);
  symbols["roundeven"] = address(&::roundeven);
  symbols["roundevenf"] = address(&::roundevenf);
#endif
  return symbols;
}

const llvm::StringMap<void *> &qcc::getRuntimeSymbols() {
  static const llvm::StringMap<void *> symbols = makeRuntimeSymbols();
  return symbols;
}

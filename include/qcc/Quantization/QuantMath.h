//===- QuantMath.h - the one rounding rule of the project -----*- C++ -*-===//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===--------------------------------------------------------------------===//
//
// Every number that quantization produces comes from this header: constant folding, the lowerings'
// oracle, observers and tests call these functions and never write a second formula. All of it is a
// fixed sequence of IEEE float32 (where a comment says so, float64) operations that must not be
// contracted, reassociated or approximated, because a contract promises the same bytes on every
// machine. The functions therefore switch contraction off themselves, and the header refuses to be
// compiled with fast-math.
//
// Nothing here has undefined behaviour for any argument: NaN quantizes to the zero point,
// infinities saturate.
//
//===--------------------------------------------------------------------===//
#ifndef QCC_QUANTIZATION_QUANTMATH_H
#define QCC_QUANTIZATION_QUANTMATH_H

#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#if defined(__FAST_MATH__)
#error "QuantMath.h promises exact bytes and cannot be compiled with -ffast-math"
#endif
static_assert(FLT_EVAL_METHOD == 0 && std::numeric_limits<float>::is_iec559,
              "QuantMath.h needs IEEE float32 arithmetic without excess precision");

// Clang obeys the pragma; for other compilers the library passes -ffp-contract=off on to all that
// use it.
#if defined(__clang__)
#define QCC_EXACT_FLOAT _Pragma("STDC FP_CONTRACT OFF")
#else
#define QCC_EXACT_FLOAT
#endif

namespace qcc {

/// The named numeric contracts: where the systems that users compare with differ, the contract says
/// whose rule holds. (A fixed-point tflite contract would be the fourth.)
enum class Contract {
  Fbgemm,  ///< PyTorch x86: reciprocal multiply, float bias, m = (sx * sw) / sy.
  Qnnpack, ///< PyTorch Arm: reciprocal multiply, int32 bias, m = (sw * sx) * (1 / sy).
  Onnx,    ///< ONNX QuantizeLinear, QLinearConv: divide, int32 bias, m = (sx * sw) / sy.
};

inline constexpr std::array<Contract, 3> allContracts = {Contract::Fbgemm, Contract::Qnnpack,
                                                         Contract::Onnx};

/// "fbgemm", "qnnpack" or "onnx".
inline llvm::StringRef stringifyContract(Contract contract) {
  switch (contract) {
  case Contract::Fbgemm:
    return "fbgemm";
  case Contract::Qnnpack:
    return "qnnpack";
  case Contract::Onnx:
    return "onnx";
  }
  return "";
}

/// The inverse of stringifyContract; nothing for any other text.
inline std::optional<Contract> parseContract(llvm::StringRef name) {
  for (Contract contract : allContracts)
    if (stringifyContract(contract) == name)
      return contract;
  return std::nullopt;
}

/// real = (code - zeroPoint) * scale.
struct QuantParams {
  float scale = 1.0f;
  int64_t zeroPoint = 0;
  bool operator==(const QuantParams &) const = default;
};

/// An inclusive range of codes, such as 0..255. Bounds lie within +-2^53, so that a double holds
/// them exactly.
struct CodeRange {
  int64_t min = 0;
  int64_t max = 255;
  bool operator==(const CodeRange &) const = default;
};

/// Parameters, and whether anything was observed to choose them from. A caller warns, naming the
/// value, when not.
struct ChosenParams {
  QuantParams params;
  bool observed = true;
};

namespace quantmath {

/// Rounds to the nearest integer, ties to the even one. Branchless, so that loops over it
/// vectorize; the same as nearbyint in the default rounding mode. NaN and infinities come back
/// unchanged.
inline float roundHalfEven(float x) {
  QCC_EXACT_FLOAT
  // Above 2^23 every float is an integer; below, adding 2^23 pushes the fraction out of the
  // mantissa.
  float big = std::copysign(8388608.0f, x);
  float rounded = std::copysign((x + big) - big, x);
  return std::fabs(x) < 8388608.0f ? rounded : x;
}

/// The same for float64.
inline double roundHalfEven(double x) {
  QCC_EXACT_FLOAT
  double big = std::copysign(4503599627370496.0, x);
  double rounded = std::copysign((x + big) - big, x);
  return std::fabs(x) < 4503599627370496.0 ? rounded : x;
}

/// rounded + zeroPoint, clamped to the range; NaN gives the (clamped) zero point.
inline int64_t saturate(float rounded, int64_t zeroPoint, CodeRange range) {
  QCC_EXACT_FLOAT
  if (std::isnan(rounded))
    return std::clamp(zeroPoint, range.min, range.max);
  // float64 holds the sum exactly wherever the result is not clamped; the comparisons keep the
  // conversion in range.
  double sum = static_cast<double>(rounded) + static_cast<double>(zeroPoint);
  if (sum <= static_cast<double>(range.min))
    return range.min;
  if (sum >= static_cast<double>(range.max))
    return range.max;
  return static_cast<int64_t>(sum);
}

//===--------------------------------------------------------------------===//
// Quantization parameters
//===--------------------------------------------------------------------===//

/// The smallest scale that the observer formulas give: float32's machine epsilon.
inline constexpr float minimumScale = 0x1p-23f;

/// The code of 0 for which lo becomes range.min, nudged to an integer of the range (lo <= 0).
inline int64_t zeroPointFor(float lo, float scale, CodeRange range) {
  QCC_EXACT_FLOAT
  return saturate(-roundHalfEven(lo / scale), range.min, range);
}

/// Affine parameters for values in [minVal, maxVal], widened to hold 0
/// (torch/ao/quantization/observer.py, _calculate_qparams, all in float32). minVal > maxVal or NaN
/// means that nothing was observed: scale 1, zero point 0.
inline ChosenParams chooseAffine(float minVal, float maxVal, CodeRange range) {
  QCC_EXACT_FLOAT
  if (!(minVal <= maxVal))
    return {{}, /*observed=*/false};
  float lo = std::max(std::min(minVal, 0.0f), -FLT_MAX);
  float hi = std::min(std::max(maxVal, 0.0f), FLT_MAX);
  float steps = static_cast<float>(range.max - range.min);
  float scale = (hi - lo) / steps;
  if (!std::isfinite(scale)) // hi - lo overflowed
    scale = hi / steps - lo / steps;
  scale = std::max(scale, minimumScale);
  return {{scale, zeroPointFor(lo, scale, range)}, true};
}

/// Symmetric parameters: the scale covers max(|minVal|, |maxVal|) by half of the code range (/127.5
/// for -128..127, /127 for -127..127); the zero point is 0 for signed codes and the middle (128 of
/// 0..255) for unsigned ones.
inline ChosenParams chooseSymmetric(float minVal, float maxVal, CodeRange range) {
  QCC_EXACT_FLOAT
  if (!(minVal <= maxVal))
    return {{}, /*observed=*/false};
  float lo = std::max(std::min(minVal, 0.0f), -FLT_MAX);
  float hi = std::min(std::max(maxVal, 0.0f), FLT_MAX);
  float half = static_cast<float>(static_cast<double>(range.max - range.min) / 2);
  float scale = std::max(std::max(-lo, hi) / half, minimumScale);
  int64_t zeroPoint = range.min < 0 ? 0 : (range.min + range.max + 1) / 2;
  return {{scale, zeroPoint}, true};
}

/// The parameters that fused moving-average fake quantization uses while training: FBGEMM's
/// ChooseQuantizationParams (src/QuantUtils.cc), as called by PyTorch's fused_obs_fake_quant on
/// CPU, with float64 intermediates. A symmetric choice covers max(|min| / 128, |max| / 127) where
/// the values lie on both sides of 0, and is affine where they do not. Conversion uses chooseAffine
/// / chooseSymmetric instead, so the two scales differ in general.
inline ChosenParams chooseTraining(float minVal, float maxVal, CodeRange range, bool symmetric) {
  QCC_EXACT_FLOAT
  constexpr float smallScale = 6.1e-5f; // float16's smallest normal number, about
  if (!(minVal <= maxVal))
    return {{}, /*observed=*/false};
  double qmin = static_cast<double>(range.min), qmax = static_cast<double>(range.max);
  float lo = std::clamp(minVal, -FLT_MAX, FLT_MAX), hi = std::clamp(maxVal, -FLT_MAX, FLT_MAX);
  if (lo < 0 && hi > 0 && symmetric) {
    int64_t half = (range.max - range.min) / 2;
    float below = static_cast<float>(-(half + 1)), above = static_cast<float>(half);
    double maxScale = std::max(std::fabs(lo / below), std::fabs(hi / above));
    lo = static_cast<float>(std::max<double>(maxScale * below, -FLT_MAX));
    hi = static_cast<float>(std::min<double>(maxScale * above, FLT_MAX));
  }
  lo = std::min(lo, 0.0f);
  hi = std::max(hi, 0.0f);

  float scale = static_cast<float>((static_cast<double>(hi) - lo) / (qmax - qmin));
  if (scale == 0.0f || std::isinf(1.0f / scale))
    scale = 0.1f;
  if (scale < smallScale) {
    float original = scale;
    scale = smallScale;
    float steps = static_cast<float>(range.max - range.min);
    if (lo == 0.0f) {
      hi = smallScale * steps;
    } else if (hi == 0.0f) {
      lo = -smallScale * steps;
    } else {
      float amplifier = smallScale / original;
      lo *= amplifier;
      hi *= amplifier;
    }
  }

  // Either endpoint determines the zero point; the one whose terms are smaller has the smaller
  // error.
  double minSteps = lo / static_cast<double>(scale), maxSteps = hi / static_cast<double>(scale);
  double fromMin = qmin - minSteps, fromMax = qmax - maxSteps;
  double errorFromMin = std::fabs(qmin) + std::fabs(minSteps);
  double errorFromMax = std::fabs(qmax) + std::fabs(maxSteps);
  double zeroPoint = errorFromMin < errorFromMax ? fromMin : fromMax;
  if (lo < 0 && hi > 0 && symmetric)
    zeroPoint = (qmin + qmax) / 2;
  int64_t nudged = zeroPoint < qmin   ? range.min
                   : zeroPoint > qmax ? range.max
                                      : static_cast<int64_t>(roundHalfEven(zeroPoint));
  return {{scale, nudged}, true};
}

//===--------------------------------------------------------------------===//
// Quantize, dequantize
//===--------------------------------------------------------------------===//

/// x as a code. fbgemm and qnnpack multiply by the float32 reciprocal of the scale, onnx divides by
/// the scale; for some x the two give different codes.
inline int64_t quantize(float x, float scale, int64_t zeroPoint, CodeRange range,
                        Contract contract) {
  QCC_EXACT_FLOAT
  float scaled = x / scale;
  if (contract != Contract::Onnx) {
    float reciprocal = 1.0f / scale;
    scaled = x * reciprocal;
  }
  return saturate(roundHalfEven(scaled), zeroPoint, range);
}

/// (code - zeroPoint) * scale in float32.
inline float dequantize(int64_t code, int64_t zeroPoint, float scale) {
  QCC_EXACT_FLOAT
  return static_cast<float>(code - zeroPoint) * scale;
}

/// x after a trip through its code: what training-time quantization feeds to the next layer
/// (PyTorch's fake_quantize, which multiplies by the reciprocal). NaN becomes 0.
inline float fakeQuantize(float x, QuantParams params, CodeRange range,
                          Contract contract = Contract::Fbgemm) {
  return dequantize(quantize(x, params.scale, params.zeroPoint, range, contract), params.zeroPoint,
                    params.scale);
}

//===--------------------------------------------------------------------===//
// Requantization
//===--------------------------------------------------------------------===//

/// The factor from an int32 accumulator to output codes, for one output channel: input scale,
/// weight scale and output scale, float32 in the contract's order of operations.
inline float requantMultiplier(float inputScale, float weightScale, float outputScale,
                               Contract contract) {
  QCC_EXACT_FLOAT
  if (contract == Contract::Qnnpack) {
    float reciprocal = 1.0f / outputScale;
    return (weightScale * inputScale) * reciprocal;
  }
  return (inputScale * weightScale) / outputScale;
}

/// clamp(roundHalfEven(float(accumulator) * multiplier) + zeroPoint). Fused activations are
/// narrower ranges.
inline int64_t requantize(int64_t accumulator, float multiplier, int64_t zeroPoint,
                          CodeRange range) {
  QCC_EXACT_FLOAT
  return saturate(roundHalfEven(static_cast<float>(accumulator) * multiplier), zeroPoint, range);
}

/// The fbgemm contract's form with a float bias: (float(accumulator) + biasOverScale) * multiplier,
/// where biasOverScale is biasOverScale() of the same channel.
inline int64_t requantize(int64_t accumulator, float biasOverScale, float multiplier,
                          int64_t zeroPoint, CodeRange range) {
  QCC_EXACT_FLOAT
  float sum = static_cast<float>(accumulator) + biasOverScale;
  return saturate(roundHalfEven(sum * multiplier), zeroPoint, range);
}

/// The fbgemm contract's bias in units of the accumulator: bias / (inputScale * weightScale), not
/// rounded to an integer.
inline float biasOverScale(float bias, float inputScale, float weightScale) {
  QCC_EXACT_FLOAT
  return bias / (inputScale * weightScale);
}

/// The int32 bias of the qnnpack and onnx contracts: bias / (inputScale * weightScale), half even,
/// saturated to int32. As everywhere, qnnpack multiplies by the reciprocal of the float32 product
/// (PyTorch quantizes the bias as a qint32 tensor) and onnx divides. NaN gives 0. The fbgemm
/// contract has no such bias; for it this is the onnx rule.
inline int32_t quantizeBias(float bias, float inputScale, float weightScale, Contract contract) {
  QCC_EXACT_FLOAT
  Contract rule = contract == Contract::Qnnpack ? Contract::Qnnpack : Contract::Onnx;
  CodeRange int32Range = {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  return static_cast<int32_t>(quantize(bias, inputScale * weightScale, 0, int32Range, rule));
}

/// The factor from an int32 sum of count codes (zero points subtracted) to output codes: sx / (sy *
/// count).
inline float averagePoolMultiplier(float inputScale, float outputScale, int64_t count) {
  QCC_EXACT_FLOAT
  return inputScale / (outputScale * static_cast<float>(count));
}

/// One element of a quantized addition: both sides to float32, added, quantized to the output's
/// parameters.
inline int64_t addCodes(int64_t lhs, QuantParams lhsParams, int64_t rhs, QuantParams rhsParams,
                        QuantParams output, CodeRange range, Contract contract) {
  QCC_EXACT_FLOAT
  float left = dequantize(lhs, lhsParams.zeroPoint, lhsParams.scale);
  float right = dequantize(rhs, rhsParams.zeroPoint, rhsParams.scale);
  return quantize(left + right, output.scale, output.zeroPoint, range, contract);
}

} // namespace quantmath
} // namespace qcc

#endif // QCC_QUANTIZATION_QUANTMATH_H

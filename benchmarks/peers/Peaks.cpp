//===- Peaks.cpp - What one core can do at most ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Peaks.h"
#include "qcc/Target/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace qcc;
using namespace qcc::peers;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Enough independent sums to hide an instruction's latency.
static constexpr int kChains = 12;
/// Instructions between two looks at the clock, for each chain.
static constexpr int64_t kSteps = 20000;

/// True if this machine has all that a level needs; for tiles, the operating system is asked.
static bool hasLevel(llvm::StringRef isa) {
  const auto *level = llvm::find_if(allTargetDescriptions(),
                                    [&](const TargetDescription &d) { return d.isa == isa; });
  if (level == allTargetDescriptions().end())
    return false;
  llvm::Error missing = checkHostSupports(*level);
  bool isMissing = static_cast<bool>(missing);
  llvm::consumeError(std::move(missing));
  return !isMissing;
}

#if defined(__x86_64__)

// A function that adds to kChains vectors, one after the other. A macro, because what is inlined
// must have the same features. The empty assembly keeps the compiler from adding up what it can
// know; `place` is the constraint of a register.
#define QCC_PEAK(function, features, Vector, place, start, sum, step, products)                    \
  __attribute__((target(features))) static int64_t function() {                                    \
    Vector sums[kChains];                                                                          \
    for (Vector & (sum) : sums)                                                                    \
      (sum) = (start);                                                                             \
    for (int64_t i = 0; i < kSteps; ++i)                                                           \
      for (Vector & (sum) : sums) {                                                                \
        (sum) = (step);                                                                            \
        __asm__ volatile("" : "+" place(sum));                                                     \
      }                                                                                            \
    return kSteps * kChains * (products);                                                          \
  }

QCC_PEAK(runAVX512VNNI, "avx512f,avx512vnni", __m512i, "v", _mm512_setzero_si512(), sum,
         _mm512_dpbusd_epi32(sum, _mm512_set1_epi8(3), _mm512_set1_epi8(1)), 64)
QCC_PEAK(runAVXVNNI, "avx2,avxvnni", __m256i, "x", _mm256_setzero_si256(), sum,
         _mm256_dpbusd_avx_epi32(sum, _mm256_set1_epi8(3), _mm256_set1_epi8(1)), 32)
QCC_PEAK(runAVX512FMA, "avx512f", __m512, "v", _mm512_set1_ps(1), sum,
         _mm512_fmadd_ps(_mm512_set1_ps(1), _mm512_set1_ps(1e-9F), sum), 16)
QCC_PEAK(runFMA, "avx2,fma", __m256, "x", _mm256_set1_ps(1), sum,
         _mm256_fmadd_ps(_mm256_set1_ps(1), _mm256_set1_ps(1e-9F), sum), 8)

/// Pairs of 16 bits, and four products of 8 bits where they are known to fit. The operands are
/// hidden from the compiler, which would take the products out of the loop.
__attribute__((target("avx2"))) static int64_t runAVX2Pairs() {
  __m256i sums[kChains], x = _mm256_set1_epi16(3), y = _mm256_set1_epi16(1);
  for (__m256i &sum : sums)
    sum = _mm256_setzero_si256();
  for (int64_t i = 0; i < kSteps; ++i)
    for (__m256i &sum : sums) {
      __asm__ volatile("" : "+x"(x));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(x, y));
      __asm__ volatile("" : "+x"(sum));
    }
  return kSteps * kChains * 16;
}

__attribute__((target("avx2"))) static int64_t runAVX2Bytes() {
  __m256i sums[kChains], x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(1);
  __m256i ones = _mm256_set1_epi16(1);
  for (__m256i &sum : sums)
    sum = _mm256_setzero_si256();
  for (int64_t i = 0; i < kSteps; ++i)
    for (__m256i &sum : sums) {
      __asm__ volatile("" : "+x"(x));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, y), ones));
      __asm__ volatile("" : "+x"(sum));
    }
  return kSteps * kChains * 32;
}

/// Two by two tiles of sums, as a kernel would block them.
__attribute__((target("amx-tile,amx-int8"))) static int64_t runAMX() {
  struct alignas(64) {
    uint8_t palette = 1, startRow = 0, reserved[14] = {};
    uint16_t rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  } shapes;
  alignas(64) static uint8_t codes[1024];
  _tile_loadconfig(&shapes);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_loadd(4, codes, 64);
  _tile_loadd(5, codes, 64);
  _tile_loadd(6, codes, 64);
  _tile_loadd(7, codes, 64);
  for (int64_t i = 0; i < kSteps; ++i) {
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
  }
  _tile_release();
  return kSteps * 4 * 16 * 16 * 64;
}

std::vector<ArithmeticPeak> peers::getArithmeticPeaks() {
  const ArithmeticPeak all[] = {
      {"AMX, int8", "amx", false, runAMX},
      {"AVX512-VNNI, int8", "avx512-vnni", false, runAVX512VNNI},
      {"AVX-VNNI, int8", "avx-vnni", false, runAVXVNNI},
      {"AVX2, int8, 8 bits", "avx2", false, runAVX2Bytes},
      {"AVX2, int8, 16 bits", "avx2", false, runAVX2Pairs},
      {"AVX512, float32", "avx512-vnni", true, runAVX512FMA},
      {"AVX2, float32", "avx2", true, runFMA},
  };
  std::vector<ArithmeticPeak> peaks;
  llvm::copy_if(all, std::back_inserter(peaks),
                [](const ArithmeticPeak &peak) { return hasLevel(peak.isa); });
  return peaks;
}

#else

std::vector<ArithmeticPeak> peers::getArithmeticPeaks() { return {}; }

#endif

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
/// Memory that has been written, so that it is there.
class Buffer {
public:
  explicit Buffer(size_t bytes) : size(bytes), memory(new (std::align_val_t(64)) uint8_t[bytes]) {
    std::fill_n(memory.get(), bytes, 1);
  }
  const uint8_t *begin() const { return memory.get(); }
  const uint8_t *end() const { return memory.get() + size; }

private:
  struct Delete {
    void operator()(uint8_t *pointer) const { ::operator delete[](pointer, std::align_val_t(64)); }
  };
  size_t size;
  std::unique_ptr<uint8_t[], Delete> memory;
};
} // namespace

/// Bytes that are read between two looks at the clock, at least.
static constexpr int64_t kBytes = 4 << 20;
/// Of a step, in bytes; buffers are multiples of it.
static constexpr size_t kGranule = 512;

// A function that reads a buffer over and over, whole vectors at a time.
#define QCC_READ(function, attributes, Vector, place)                                              \
  attributes static int64_t function(const Buffer &buffer) {                                       \
    int64_t bytes = 0;                                                                             \
    while (bytes < kBytes) {                                                                       \
      for (const uint8_t *p = buffer.begin(); p != buffer.end(); p += kGranule)                    \
        for (size_t i = 0; i < kGranule; i += sizeof(Vector)) {                                    \
          Vector vector = *reinterpret_cast<const Vector *>(p + i);                                \
          __asm__ volatile("" : : place(vector));                                                  \
        }                                                                                          \
      bytes += buffer.end() - buffer.begin();                                                      \
    }                                                                                              \
    return bytes;                                                                                  \
  }

#if defined(__x86_64__)
QCC_READ(readAVX512, __attribute__((target("avx512f"))), __m512i, "v")
QCC_READ(readAVX2, __attribute__((target("avx2"))), __m256i, "x")

static int64_t read(const Buffer &buffer) {
  static const bool isWide = hasLevel("avx512-vnni");
  return isWide ? readAVX512(buffer) : readAVX2(buffer);
}
#else
using Words = uint64_t;
QCC_READ(read, , Words, "r")
#endif

static size_t getCacheBytes(int name, size_t otherwise) {
  long bytes = sysconf(name);
  return bytes > 0 ? static_cast<size_t>(bytes) : otherwise;
}

std::array<ReadingPeak, 4> peers::getReadingPeaks() {
  size_t first = getCacheBytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10);
  size_t second = getCacheBytes(_SC_LEVEL2_CACHE_SIZE, 1 << 20);
  size_t third = std::max(getCacheBytes(_SC_LEVEL3_CACHE_SIZE, 32 << 20), 8 * second);
  return {ReadingPeak{"first cache", first / 2, first},
          ReadingPeak{"second cache", second / 2, second},
          ReadingPeak{"third cache", std::min(third / 2, 4 * second), third},
          ReadingPeak{"memory", std::min<size_t>(4 * third, size_t(1) << 30), SIZE_MAX}};
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

/// `work` returns how much it does, always as much.
static Rate measureRate(const TurnOptions &options, llvm::function_ref<int64_t()> work) {
  std::vector<double> rates;
  for (int round = -2; round < options.rounds; ++round) {
    int64_t done = 0;
    auto call = [&] {
      done = work();
      return llvm::Error::success();
    };
    double time = llvm::cantFail(takeTurn(options, call));
    if (round >= 0) // warm
      rates.push_back(static_cast<double>(done) / time * 1e-9);
  }
  double best = *llvm::max_element(rates);
  return {median(std::move(rates)), best};
}

Rate peers::measureArithmetic(const ArithmeticPeak &peak, const TurnOptions &options) {
  return measureRate(options, peak.run);
}

Rate peers::measureReading(const ReadingPeak &peak, const TurnOptions &options) {
  Buffer buffer(peak.bytes / kGranule * kGranule);
  return measureRate(options, [&] { return read(buffer); });
}

Limits Limits::measure(llvm::StringRef isa, bool isFloat) {
  const TurnOptions options{/*rounds=*/10, /*seconds=*/0.005};
  Limits limits;
  // A level without a unit of its own for floats has that of the one below.
  bool isReached = false;
  for (const ArithmeticPeak &peak : getArithmeticPeaks()) {
    isReached |= peak.isa == isa;
    if (isFloat ? !peak.isFloat || (isa == "avx2" && peak.isa != isa) : !isReached || peak.isFloat)
      continue;
    limits.products = measureArithmetic(peak, options).best * 1e9;
    break;
  }
  limits.reading = getReadingPeaks();
  for (ReadingPeak &peak : limits.reading)
    peak.rate = measureReading(peak, options).best;
  return limits;
}

double Limits::getLeastSeconds(double count, double weightBytes) const {
  const auto *from = llvm::find_if(reading, [&](const ReadingPeak &peak) {
    return weightBytes <= static_cast<double>(peak.capacity);
  });
  double rate = from->rate * 1e9;
  return std::max(products > 0 ? count / products : 0, weightBytes / rate);
}

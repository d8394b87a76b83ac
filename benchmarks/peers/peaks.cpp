//===- peaks.cpp - What one core can do at most ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Multiplications per second of the units that layers run on, from registers alone, and how fast
// the core reads. No layer can be faster; a measurement that says so is wrong.
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "Turns.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

#include <algorithm>
#include <immintrin.h>
#include <memory>
#include <unistd.h>
#include <vector>

using namespace qcc;
namespace cl = llvm::cl;

namespace {
struct Options {
  cl::OptionCategory category{"Options"};
  cl::opt<int> rounds{"rounds", cl::desc("Turns of each (default 20)"), cl::init(20),
                      cl::cat(category)};
  cl::opt<double> seconds{"seconds", cl::desc("Length of a turn (default 0.01)"), cl::init(0.01),
                          cl::cat(category)};
  cl::opt<std::string> json{"json", cl::desc("Also write a line of JSON for each result"),
                            cl::value_desc("file"), cl::cat(category)};
};
} // namespace

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Enough independent sums to hide an instruction's latency.
static constexpr int kChains = 12;
/// Instructions between two looks at the clock, for each chain.
static constexpr int64_t kSteps = 20000;

// The empty assembly keeps the compiler from adding up what it can know.

__attribute__((target("avx512f,avx512vnni"))) static int64_t runAVX512VNNI() {
  __m512i sums[kChains], x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(1);
  for (__m512i &sum : sums)
    sum = _mm512_setzero_si512();
  for (int64_t i = 0; i < kSteps; ++i)
    for (__m512i &sum : sums) {
      sum = _mm512_dpbusd_epi32(sum, x, y);
      __asm__ volatile("" : "+v"(sum));
    }
  return kSteps * kChains * 64;
}

__attribute__((target("avx2,avxvnni"))) static int64_t runAVXVNNI() {
  __m256i sums[kChains], x = _mm256_set1_epi8(3), y = _mm256_set1_epi8(1);
  for (__m256i &sum : sums)
    sum = _mm256_setzero_si256();
  for (int64_t i = 0; i < kSteps; ++i)
    for (__m256i &sum : sums) {
      sum = _mm256_dpbusd_avx_epi32(sum, x, y);
      __asm__ volatile("" : "+x"(sum));
    }
  return kSteps * kChains * 32;
}

__attribute__((target("avx512f"))) static int64_t runAVX512FMA() {
  __m512 sums[kChains], x = _mm512_set1_ps(1), y = _mm512_set1_ps(1e-9F);
  for (__m512 &sum : sums)
    sum = x;
  for (int64_t i = 0; i < kSteps; ++i)
    for (__m512 &sum : sums) {
      sum = _mm512_fmadd_ps(x, y, sum);
      __asm__ volatile("" : "+v"(sum));
    }
  return kSteps * kChains * 16;
}

__attribute__((target("avx2,fma"))) static int64_t runFMA() {
  __m256 sums[kChains], x = _mm256_set1_ps(1), y = _mm256_set1_ps(1e-9F);
  for (__m256 &sum : sums)
    sum = x;
  for (int64_t i = 0; i < kSteps; ++i)
    for (__m256 &sum : sums) {
      sum = _mm256_fmadd_ps(x, y, sum);
      __asm__ volatile("" : "+x"(sum));
    }
  return kSteps * kChains * 8;
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
/// Vectors in a step; buffers are multiples of so many bytes.
static constexpr int64_t kVectors = 8, kGranule = kVectors * 64;

__attribute__((target("avx512f"))) static int64_t readAVX512(const Buffer &buffer) {
  int64_t bytes = 0;
  while (bytes < kBytes) {
    for (const uint8_t *p = buffer.begin(); p != buffer.end(); p += kGranule)
      for (int64_t i = 0; i < kVectors; ++i) {
        __m512i vector = _mm512_load_si512(p + 64 * i);
        __asm__ volatile("" : : "v"(vector));
      }
    bytes += buffer.end() - buffer.begin();
  }
  return bytes;
}

__attribute__((target("avx2"))) static int64_t readAVX2(const Buffer &buffer) {
  int64_t bytes = 0;
  while (bytes < kBytes) {
    for (const uint8_t *p = buffer.begin(); p != buffer.end(); p += kGranule)
      for (int64_t i = 0; i < 2 * kVectors; ++i) {
        __m256i vector = _mm256_load_si256(reinterpret_cast<const __m256i *>(p + 32 * i));
        __asm__ volatile("" : : "x"(vector));
      }
    bytes += buffer.end() - buffer.begin();
  }
  return bytes;
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

/// `work` returns how much it does, always as much.
static void measure(const peers::TurnOptions &turns, peers::Report &report, const std::string &name,
                    llvm::StringRef unit, llvm::function_ref<int64_t()> work) {
  std::vector<double> rates;
  for (int round = -2; round < turns.rounds; ++round) {
    int64_t done = 0;
    auto call = [&] {
      done = work();
      return llvm::Error::success();
    };
    double time = llvm::cantFail(peers::takeTurn(turns.seconds, call));
    if (round >= 0) // warm
      rates.push_back(static_cast<double>(done) / time * 1e-9);
  }
  llvm::sort(rates);
  double median = rates[rates.size() / 2];
  report.addResult(llvm::json::Object{
      {"name", name}, {"unit", unit}, {"median", median}, {"best", rates.back()}});
  report.addText(
      fmt::format("{:<32} {:>8.1f} {:<7} (best {:.1f})\n", name, median, unit, rates.back()));
}

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

static size_t getCacheBytes(int name, size_t otherwise) {
  long bytes = sysconf(name);
  return bytes > 0 ? static_cast<size_t>(bytes) : otherwise;
}

static void measureReading(const peers::TurnOptions &turns, peers::Report &report) {
  auto measureOf = [&](llvm::StringRef name, size_t bytes) {
    Buffer buffer(bytes / kGranule * kGranule);
    auto read = hasLevel("avx512-vnni") ? readAVX512 : readAVX2;
    std::string size =
        bytes >> 20 ? fmt::format("{} MiB", bytes >> 20) : fmt::format("{} KiB", bytes >> 10);
    measure(turns, report, fmt::format("read {}, {}", name, size), "GB/s",
            [&] { return read(buffer); });
  };
  measureOf("first cache", getCacheBytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10) / 2);
  measureOf("second cache", getCacheBytes(_SC_LEVEL2_CACHE_SIZE, 1 << 20) / 2);
  measureOf("beyond", 256 << 20);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv,
                              "the most that one core multiplies and reads in a second\n");
  auto report = peers::Report::create(options.json);
  if (!report) {
    llvm::errs() << "peaks: error: " << toString(report.takeError()) << "\n";
    return 1;
  }
  peers::TurnOptions turns{options.rounds, options.seconds};
  if (options.rounds < 1) {
    llvm::errs() << "peaks: error: there must be at least one round\n";
    return 1;
  }
  if (!hasLevel("avx2")) {
    llvm::errs() << "peaks: error: this machine has no AVX2, the least that is measured\n";
    return 1;
  }
  if (hasLevel("amx"))
    measure(turns, *report, "AMX, int8", "GMAC/s", runAMX);
  if (hasLevel("avx512-vnni"))
    measure(turns, *report, "AVX512-VNNI, int8", "GMAC/s", runAVX512VNNI);
  if (hasLevel("avx-vnni"))
    measure(turns, *report, "AVX-VNNI, int8", "GMAC/s", runAVXVNNI);
  if (hasLevel("avx512-vnni"))
    measure(turns, *report, "AVX512, float32", "GMAC/s", runAVX512FMA);
  measure(turns, *report, "AVX2, float32", "GMAC/s", runFMA);
  measureReading(turns, *report);
  return 0;
}

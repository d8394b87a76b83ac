//===- TileEmulation.cpp - AMX on processors without it ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Encodings and semantics: Intel 64 and IA-32 Architectures Software Developer's Manual, volumes 1
// (chapter 18, programming with AMX) and 2 (the instructions).
//
//===----------------------------------------------------------------------===//

#include "TileEmulation.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/TargetDescription.h"

#if defined(__linux__) && defined(__x86_64__)
#include "llvm/Support/MathExtras.h"

#include <csignal>
#include <cstdint>
#include <cstring>
#include <optional>
#include <ucontext.h>

namespace {

constexpr unsigned kTiles = 8, kRows = 16, kRowBytes = 64;

struct Tile {
  unsigned rows = 0, rowBytes = 0;
  uint8_t data[kRows][kRowBytes] = {};

  bool isConfigured() const { return rows != 0; }
  int32_t get(unsigned row, unsigned column) const {
    int32_t value;
    std::memcpy(&value, data[row] + column * sizeof value, sizeof value);
    return value;
  }
};

struct TileUnit {
  bool configured = false;
  Tile tiles[kTiles];
};

/// Of 0F38, with VEX in three bytes: the only encoding that tile instructions have.
struct Instruction {
  uint8_t opcode = 0;
  /// 0 none, 1 66, 2 F3, 3 F2.
  uint8_t prefix = 0;
  bool isMemory = false, hasIndexByte = false;
  unsigned reg = 0, rm = 0, vvvv = 0;
  uintptr_t address = 0;
  ptrdiff_t stride = 0;
  unsigned length = 0;
};

} // namespace

static thread_local TileUnit unit;
static struct sigaction before;

static uint64_t getRegister(const ucontext_t &context, unsigned number) {
  static constexpr int order[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                  REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                  REG_R12, REG_R13, REG_R14, REG_R15};
  return static_cast<uint64_t>(context.uc_mcontext.gregs[order[number]]);
}

/// Nothing for what is no instruction of tiles.
static std::optional<Instruction> decode(const ucontext_t &context) {
  auto start = static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RIP]);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how the system says it.
  const auto *code = reinterpret_cast<const uint8_t *>(start);
  bool isVex = code[0] == 0xc4 && (code[1] & 0x1f) == 2;
  // W = 0, L = 0.
  if (!isVex || (code[2] & 0x84) != 0)
    return std::nullopt;
  Instruction result;
  unsigned extendReg = code[1] & 0x80 ? 0 : 8, extendIndex = code[1] & 0x40 ? 0 : 8,
           extendBase = code[1] & 0x20 ? 0 : 8;
  result.vvvv = ~(code[2] >> 3) & 0xf;
  result.prefix = code[2] & 3;
  result.opcode = code[3];
  unsigned mod = code[4] >> 6, low = code[4] & 7;
  result.reg = ((code[4] >> 3) & 7) | extendReg;
  result.rm = low | extendBase;
  result.isMemory = mod != 3;
  unsigned at = 5;
  if (result.isMemory) {
    bool hasBase = true, isRelative = false;
    unsigned base = result.rm;
    if (low == 4) {
      result.hasIndexByte = true;
      unsigned sib = code[at++], index = ((sib >> 3) & 7) | extendIndex;
      if (index != 4)
        result.stride = static_cast<ptrdiff_t>(getRegister(context, index) << (sib >> 6));
      base = (sib & 7) | extendBase;
      hasBase = mod != 0 || (sib & 7) != 5;
    } else if (mod == 0 && low == 5) {
      hasBase = false;
      isRelative = true;
    }
    int64_t displacement = 0;
    if (mod == 1) {
      displacement = llvm::SignExtend64<8>(code[at++]);
    } else if (mod == 2 || !hasBase) {
      int32_t value;
      std::memcpy(&value, code + at, sizeof value);
      displacement = value;
      at += sizeof value;
    }
    result.address = static_cast<uintptr_t>(displacement) +
                     (hasBase ? getRegister(context, base) : 0) + (isRelative ? start + at : 0);
  }
  result.length = at;
  return result;
}

//===----------------------------------------------------------------------===//
// Instructions. False: a processor refuses.
//===----------------------------------------------------------------------===//

static bool configure(const uint8_t *config) {
  uint8_t palette = config[0];
  unit = TileUnit();
  if (palette == 0)
    return true;
  if (palette != 1)
    return false;
  for (unsigned i = 1; i < 64; ++i) {
    bool isColumns = i >= 16 && i < 16 + 2 * kTiles, isRows = i >= 48 && i < 48 + kTiles;
    if (!isColumns && !isRows && config[i] != 0)
      return false;
  }
  for (unsigned i = 0; i < kTiles; ++i) {
    Tile &tile = unit.tiles[i];
    tile.rows = config[48 + i];
    tile.rowBytes = config[16 + 2 * i] | (config[17 + 2 * i] << 8);
    if (tile.rows > kRows || tile.rowBytes > kRowBytes || (tile.rows == 0) != (tile.rowBytes == 0))
      return false;
  }
  unit.configured = true;
  return true;
}

static uint8_t *getRow(const Instruction &instruction, unsigned row) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how the code says it.
  return reinterpret_cast<uint8_t *>(instruction.address +
                                     static_cast<uintptr_t>(instruction.stride * row));
}

static bool load(const Instruction &instruction) {
  Tile &tile = unit.tiles[instruction.reg];
  std::memset(tile.data, 0, sizeof tile.data);
  for (unsigned row = 0; row < tile.rows; ++row)
    std::memcpy(tile.data[row], getRow(instruction, row), tile.rowBytes);
  return tile.isConfigured();
}

static bool store(const Instruction &instruction) {
  const Tile &tile = unit.tiles[instruction.reg];
  for (unsigned row = 0; row < tile.rows; ++row)
    std::memcpy(getRow(instruction, row), tile.data[row], tile.rowBytes);
  return tile.isConfigured();
}

/// Sums of products of four bytes each, modulo 2^32.
static bool multiply(const Instruction &instruction) {
  if (instruction.rm >= kTiles || instruction.vvvv >= kTiles)
    return false;
  Tile &c = unit.tiles[instruction.reg];
  const Tile &a = unit.tiles[instruction.rm], &b = unit.tiles[instruction.vvvv];
  bool valid = c.isConfigured() && a.isConfigured() && b.isConfigured() && &a != &b && &a != &c &&
               &b != &c && c.rows == a.rows && c.rowBytes == b.rowBytes &&
               a.rowBytes == 4 * b.rows && c.rowBytes % 4 == 0;
  if (!valid)
    return false;
  bool aSigned = instruction.prefix >= 2, bSigned = instruction.prefix % 2 == 1;
  auto extend = [](uint8_t byte, bool isSigned) {
    return isSigned ? static_cast<int8_t>(byte) : static_cast<int32_t>(byte);
  };
  for (unsigned m = 0; m < c.rows; ++m)
    for (unsigned n = 0; n < c.rowBytes / 4; ++n) {
      auto sum = static_cast<uint32_t>(c.get(m, n));
      for (unsigned k = 0; k < a.rowBytes; ++k)
        sum += static_cast<uint32_t>(extend(a.data[m][k], aSigned) *
                                     extend(b.data[k / 4][4 * n + k % 4], bSigned));
      std::memcpy(c.data[m] + 4 * n, &sum, sizeof sum);
    }
  // What is beyond the shape is zero already: nothing writes there.
  return true;
}

static bool execute(const Instruction &instruction) {
  enum Prefix { None, P66, PF3, PF2 };
  uint8_t prefix = instruction.prefix;
  if (instruction.opcode == 0x49) {
    if (instruction.isMemory && instruction.reg == 0 && instruction.vvvv == 0) {
      if (prefix == None) // ldtilecfg
        return configure(getRow(instruction, 0));
      return false;
    }
    if (instruction.vvvv != 0 || instruction.rm != 0)
      return false;
    if (!instruction.isMemory && prefix == None && instruction.reg == 0) { // tilerelease
      unit = TileUnit();
      return true;
    }
    if (!instruction.isMemory && prefix == PF2 && instruction.reg < kTiles) { // tilezero
      Tile &tile = unit.tiles[instruction.reg];
      std::memset(tile.data, 0, sizeof tile.data);
      return unit.configured && tile.isConfigured();
    }
    return false;
  }
  if (!unit.configured || instruction.reg >= kTiles)
    return false;
  if (instruction.opcode == 0x4b && instruction.hasIndexByte && instruction.vvvv == 0) {
    if (prefix == PF2 || prefix == P66) // tileloadd, tileloaddt1
      return load(instruction);
    return prefix == PF3 && store(instruction); // tilestored
  }
  if (instruction.opcode == 0x5e && !instruction.isMemory)
    return multiply(instruction);
  return false;
}

static void handle(int, siginfo_t *, void *data) {
  auto &context = *static_cast<ucontext_t *>(data);
  auto instruction = decode(context);
  if (instruction && execute(*instruction))
    context.uc_mcontext.gregs[REG_RIP] += instruction->length;
  else
    // The instruction runs again, and ends there.
    sigaction(SIGILL, &before, nullptr);
}

llvm::Error qcc::random::emulateTiles() {
  auto amx = resolveTarget("", "amx");
  if (!amx)
    return amx.takeError();
  llvm::Error missing = checkHostSupports(*amx->description);
  if (!missing)
    return llvm::Error::success();
  consumeError(std::move(missing));
  auto level = resolveTarget("", "avx512-vnni");
  if (!level)
    return level.takeError();
  if (llvm::Error error = checkHostSupports(*level->description))
    return addContext(std::move(error), "tiles cannot be emulated");
  struct sigaction action = {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGILL, &action, &before) != 0)
    return makeError("tiles cannot be emulated: no handler of signals");
  return llvm::Error::success();
}

bool qcc::random::hasTilesInUse() { return unit.configured; }

#else

llvm::Error qcc::random::emulateTiles() {
  return makeError("tiles can be emulated on x86-64 with Linux only");
}

bool qcc::random::hasTilesInUse() { return false; }

#endif

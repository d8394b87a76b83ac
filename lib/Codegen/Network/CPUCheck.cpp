//===- CPUCheck.cpp - Code that asks the machine what it has ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPUCheck.h"
#include "MachineAttributes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace qcc;
using namespace qcc::codegen;

using llvm::Triple;

namespace {
enum Register { EAX, EBX, ECX, EDX };

/// Where cpuid tells of a feature, and the state that the operating system must save for it.
struct X86Feature {
  llvm::StringLiteral name;
  uint32_t leaf, subleaf;
  Register reg;
  unsigned bit;
  uint32_t state;
};

/// Bits of XCR0.
constexpr uint32_t kAVXState = 0x6, kAVX512State = 0xE6, kTileState = 0x60000;

constexpr X86Feature kX86Features[] = {
    {"avx", 1, 0, ECX, 28, kAVXState},
    {"avx2", 7, 0, EBX, 5, kAVXState},
    {"fma", 1, 0, ECX, 12, kAVXState},
    {"f16c", 1, 0, ECX, 29, kAVXState},
    {"bmi", 7, 0, EBX, 3, 0},
    {"bmi2", 7, 0, EBX, 8, 0},
    {"lzcnt", 0x80000001, 0, ECX, 5, 0},
    {"movbe", 1, 0, ECX, 22, 0},
    {"popcnt", 1, 0, ECX, 23, 0},
    {"avx512f", 7, 0, EBX, 16, kAVX512State},
    {"avx512dq", 7, 0, EBX, 17, kAVX512State},
    {"avx512cd", 7, 0, EBX, 28, kAVX512State},
    {"avx512bw", 7, 0, EBX, 30, kAVX512State},
    {"avx512vl", 7, 0, EBX, 31, kAVX512State},
    {"avx512vnni", 7, 0, ECX, 11, kAVX512State},
    {"avxvnni", 7, 1, EAX, 4, kAVXState},
    {"amx-tile", 7, 0, EDX, 24, kTileState},
    {"amx-int8", 7, 0, EDX, 25, kTileState},
};
constexpr unsigned kOSXSaveBit = 27; // of leaf 1's ecx: xgetbv may be executed

/// The field of an identification register that is at least 1 with the feature.
struct AArch64Feature {
  llvm::StringLiteral name, reg;
  unsigned shift;
};
constexpr AArch64Feature kAArch64Features[] = {
    {"dotprod", "ID_AA64ISAR0_EL1", 44},
    {"i8mm", "ID_AA64ISAR1_EL1", 52},
};

/// Builds the function. Its answer is in a global: 0 unknown, 1 no, 2 yes. Threads that ask at the
/// same time find the same.
class CheckBuilder {
public:
  CheckBuilder(ModuleOp module, const Target &target)
      : module(module), target(target), b(module.getContext()), loc(module.getLoc()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())) {}

  FailureOr<LLVM::LLVMFuncOp> build();

private:
  LogicalResult readFeatures();
  Value constant(Type type, uint64_t value) {
    auto integer = cast<IntegerType>(type);
    return LLVM::ConstantOp::create(
        b, loc, type,
        IntegerAttr::get(integer, llvm::APInt(integer.getWidth(), value, false, true)));
  }
  Value compare(LLVM::ICmpPredicate predicate, Value l, uint64_t r) {
    return LLVM::ICmpOp::create(b, loc, predicate, l, constant(l.getType(), r));
  }
  Value both(Value l, Value r) { return l ? LLVM::AndOp::create(b, loc, l, r).getResult() : r; }
  Value hasBits(Value word, uint64_t mask) {
    Value bits = LLVM::AndOp::create(b, loc, word, constant(word.getType(), mask));
    return compare(LLVM::ICmpPredicate::eq, bits, mask);
  }
  Value assembly(Type result, ValueRange operands, StringRef text, StringRef constraints) {
    // With side effects, as it must not be executed before a branch that guards it.
    return LLVM::InlineAsmOp::create(b, loc, result, operands, text, constraints,
                                     /*has_side_effects=*/true, /*is_align_stack=*/false,
                                     LLVM::tailcallkind::TailCallKind::None, LLVM::AsmDialectAttr(),
                                     ArrayAttr())
        .getRes();
  }
  SmallVector<Value, 4> cpuid(uint32_t leaf, uint32_t subleaf);
  /// Ends the current block. The answer is the argument of `done`.
  void askX86(Block *done);
  Value requestTileState();
  void askAArch64(Block *done);

  ModuleOp module;
  const Target &target;
  OpBuilder b;
  Location loc;
  Type pointer;
  LLVM::LLVMFuncOp function;
  SmallVector<X86Feature> x86;
  SmallVector<AArch64Feature> aarch64;
};
} // namespace

LogicalResult CheckBuilder::readFeatures() {
  // Elsewhere programs may not read these registers, or need not: every Apple M has dotprod.
  bool readable = target.triple.isOSLinux() || target.triple.isOSFreeBSD();
  SmallVector<StringRef> names;
  target.description->features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef name : names) {
    name = name.drop_front();
    if (target.triple.getArch() == Triple::x86_64) {
      auto found = llvm::find_if(kX86Features, [&](auto &row) { return row.name == name; });
      if (found == std::end(kX86Features))
        return module.emitError("no way to find out whether a machine has ") << name;
      if (found->state == kTileState && !canAskMachine(target.triple, *target.description))
        return module.emitError("code for ")
               << target.description->isa << " must ask the operating system for the state of "
               << "tiles, and qcc knows only how to ask Linux; choose another ISA for "
               << target.triple.str();
      x86.push_back(*found);
    } else if (target.triple.isAArch64() && name != "neon") {
      auto found = llvm::find_if(kAArch64Features, [&](auto &row) { return row.name == name; });
      if (found == std::end(kAArch64Features))
        return module.emitError("no way to find out whether a machine has ") << name;
      if (readable)
        aarch64.push_back(*found);
      else if (!canAskMachine(target.triple, *target.description) &&
               target.triple.getOS() != Triple::UnknownOS)
        return module.emitError("code for ")
               << target.description->isa
               << " must find out whether the machine has it, and qcc knows only how to on Linux "
                  "and FreeBSD; choose another ISA for "
               << target.triple.str();
    }
  }
  return success();
}

SmallVector<Value, 4> CheckBuilder::cpuid(uint32_t leaf, uint32_t subleaf) {
  Type i32 = b.getI32Type();
  auto four = LLVM::LLVMStructType::getLiteral(b.getContext(), {i32, i32, i32, i32});
  Value all = assembly(four, {constant(i32, leaf), constant(i32, subleaf)}, "cpuid",
                       "={ax},={bx},={cx},={dx},0,2,~{dirflag},~{fpsr},~{flags}");
  SmallVector<Value, 4> registers;
  for (int64_t i = 0; i < 4; ++i)
    registers.push_back(LLVM::ExtractValueOp::create(b, loc, all, i));
  return registers;
}

void CheckBuilder::askX86(Block *done) {
  // Bits to test, by leaf, subleaf and register.
  llvm::MapVector<std::pair<uint32_t, uint32_t>, std::array<uint32_t, 4>> leaves;
  uint32_t state = 0;
  for (const X86Feature &feature : x86) {
    leaves[{feature.leaf, feature.subleaf}][feature.reg] |= 1u << feature.bit;
    state |= feature.state;
  }
  if (state)
    leaves[{1, 0}][ECX] |= 1u << kOSXSaveBit;

  Value has;
  for (auto &[leaf, masks] : leaves) {
    // A leaf that a processor does not know has the bits of another one.
    Value last = cpuid(leaf.first & 0x80000000u, 0)[EAX];
    has = both(has, compare(LLVM::ICmpPredicate::uge, last, leaf.first));
    if (leaf.second) {
      Value lastSubleaf = cpuid(leaf.first, 0)[EAX];
      has = both(has, compare(LLVM::ICmpPredicate::uge, lastSubleaf, leaf.second));
    }
    SmallVector<Value, 4> registers = cpuid(leaf.first, leaf.second);
    for (auto [word, mask] : llvm::zip(registers, masks))
      if (mask)
        has = both(has, hasBits(word, mask));
  }
  if (!state) {
    LLVM::BrOp::create(b, loc, has, done);
    return;
  }
  Block *readState = function.addBlock();
  Value no = constant(b.getI1Type(), 0);
  LLVM::CondBrOp::create(b, loc, has, readState, ValueRange(), done, no);
  b.setInsertionPointToEnd(readState);
  Type i32 = b.getI32Type();
  auto two = LLVM::LLVMStructType::getLiteral(b.getContext(), {i32, i32});
  Value xcr0 =
      assembly(two, constant(i32, 0), "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}");
  Value low = LLVM::ExtractValueOp::create(b, loc, xcr0, 0);
  has = hasBits(low, state);
  if (!(state & kTileState)) {
    LLVM::BrOp::create(b, loc, has, done);
    return;
  }
  Block *ask = function.addBlock();
  LLVM::CondBrOp::create(b, loc, has, ask, ValueRange(), done, no);
  b.setInsertionPointToEnd(ask);
  LLVM::BrOp::create(b, loc, requestTileState(), done);
}

/// Linux hands out the state of tiles to processes that ask for it: arch_prctl(ARCH_REQ_XCOMP_PERM,
/// XFEATURE_XTILE_DATA). The answer is the same every time.
Value CheckBuilder::requestTileState() {
  constexpr uint64_t archPrctl = 158, requestPermission = 0x1023, tileData = 18;
  Type i64 = b.getI64Type();
  Value refused = assembly(
      i64, {constant(i64, archPrctl), constant(i64, requestPermission), constant(i64, tileData)},
      "syscall", "={ax},0,{di},{si},~{rcx},~{r11},~{memory},~{dirflag},~{fpsr},~{flags}");
  return compare(LLVM::ICmpPredicate::eq, refused, 0);
}

void CheckBuilder::askAArch64(Block *done) {
  Type i64 = b.getI64Type();
  Value has;
  for (const AArch64Feature &feature : aarch64) {
    Value word = assembly(i64, {}, ("mrs $0, " + feature.reg).str(), "=r");
    Value shifted = LLVM::LShrOp::create(b, loc, word, constant(i64, feature.shift));
    Value field = LLVM::AndOp::create(b, loc, shifted, constant(i64, 15));
    has = both(has, compare(LLVM::ICmpPredicate::ne, field, 0));
  }
  LLVM::BrOp::create(b, loc, has, done);
}

FailureOr<LLVM::LLVMFuncOp> CheckBuilder::build() {
  if (failed(readFeatures()))
    return failure();
  if (x86.empty() && aarch64.empty())
    return function;
  Type i1 = b.getI1Type(), i8 = b.getI8Type();
  SymbolTable symbols(module);
  b.setInsertionPointToStart(module.getBody());
  auto answer = LLVM::GlobalOp::create(b, loc, i8, /*isConstant=*/false, LLVM::Linkage::Internal,
                                       "qcc_cpu", b.getIntegerAttr(i8, 0));
  symbols.insert(answer);
  function = LLVM::LLVMFuncOp::create(b, loc, "qcc_check_cpu", LLVM::LLVMFunctionType::get(i1, {}),
                                      LLVM::Linkage::Internal);
  symbols.insert(function);
  setMachineAttributes(function, target, /*baseline=*/true);

  Block *entry = function.addEntryBlock(b);
  Block *known = function.addBlock(), *ask = function.addBlock(), *done = function.addBlock();
  done->addArgument(i1, loc);
  b.setInsertionPointToEnd(entry);
  Value address = LLVM::AddressOfOp::create(b, loc, pointer, answer.getSymName());
  Value value = LLVM::LoadOp::create(b, loc, i8, address, /*alignment=*/1, /*isVolatile=*/false,
                                     /*isNonTemporal=*/false, /*isInvariant=*/false,
                                     /*isInvariantGroup=*/false, LLVM::AtomicOrdering::monotonic);
  LLVM::CondBrOp::create(b, loc, compare(LLVM::ICmpPredicate::eq, value, 0), ask, known);
  b.setInsertionPointToEnd(known);
  LLVM::ReturnOp::create(b, loc, compare(LLVM::ICmpPredicate::eq, value, 2));

  b.setInsertionPointToEnd(ask);
  x86.empty() ? askAArch64(done) : askX86(done);
  b.setInsertionPointToEnd(done);
  Value has = done->getArgument(0);
  Value found = LLVM::SelectOp::create(b, loc, has, constant(i8, 2), constant(i8, 1));
  LLVM::StoreOp::create(b, loc, found, address, /*alignment=*/1, /*isVolatile=*/false,
                        /*isNonTemporal=*/false, /*isInvariantGroup=*/false,
                        LLVM::AtomicOrdering::monotonic);
  LLVM::ReturnOp::create(b, loc, has);
  return function;
}

FailureOr<LLVM::LLVMFuncOp> qcc::codegen::emitCPUCheck(ModuleOp module, const Target &target) {
  return CheckBuilder(module, target).build();
}

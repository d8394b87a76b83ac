// RUN: qcc-opt %s --split-input-file --qcc-emit-entry --qcc-set-machine-attributes --qcc-prepare-object=name=net | FileCheck %s

// The entry runs on any machine; it asks before anything that needs instructions is called.
// CHECK-LABEL: module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">}
// CHECK: llvm.mlir.global internal @qcc_cpu(0 : i8)
// CHECK: llvm.func internal @qcc_check_cpu() -> i1
// CHECK-SAME: target_cpu = "x86-64", target_features = #llvm.target_features<[]>}
// CHECK: llvm.load {{.*}} atomic monotonic
// CHECK: llvm.inline_asm has_side_effects "cpuid"
// CHECK: llvm.store {{.*}} atomic monotonic
// CHECK: llvm.inline_asm has_side_effects "xgetbv"
// 0xE6: the operating system saves all of the AVX-512 state.
// CHECK: llvm.mlir.constant(230 : i32)
// CHECK: llvm.func internal @main_block
// CHECK-SAME: no_inline
// CHECK-SAME: no_unwind
// CHECK-SAME: passthrough = ["no-builtins"]
// CHECK-SAME: prefer_vector_width = "512"
// CHECK-SAME: target_cpu = "x86-64"
// CHECK-SAME: "+avx512vnni"
// CHECK-SAME: tune_cpu = "cascadelake"
// CHECK: llvm.func @net_run(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[BATCH:.*]]: i64, %{{.*}}: !llvm.ptr) -> i32
// CHECK-SAME: target_features = #llvm.target_features<[]>
// CHECK-NEXT: %[[HAS:.*]] = llvm.call @qcc_check_cpu() : () -> i1
// CHECK-NEXT: llvm.cond_br %[[HAS]], ^[[REST:.*]], ^[[LACKS:.*]]
// CHECK-NEXT: ^[[REST]]:
// CHECK: llvm.icmp "eq" %[[BATCH]]
// CHECK: ^[[LACKS]]:
// CHECK-NEXT: %[[TWO:.*]] = llvm.mlir.constant(2 : i32)
// CHECK-NEXT: llvm.return %[[TWO]]
// What an entry keeps on the stack is in its first block.
// CHECK: llvm.func @net_run_parallel(
// CHECK: llvm.alloca
// CHECK-NEXT: llvm.call @qcc_check_cpu()
// CHECK: llvm.func internal @main_codes_block
// CHECK: llvm.func @net_run_codes(
// CHECK-NEXT: llvm.call @qcc_check_cpu()
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">} {
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 64]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
  llvm.func @main_codes_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_codes_run", inputs = 1, bytes = [16, 16]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
}

// -----

// Every machine has the generic level. What is local makes way for an entry's name.
// CHECK-LABEL: module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "generic">}
// CHECK-NOT: qcc_check_cpu
// CHECK: llvm.func internal @net_run_0()
// CHECK-NOT: prefer_vector_width
// CHECK: llvm.func @net_run(
// CHECK-NOT: qcc_check_cpu
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "generic">} {
  llvm.func @net_run() {
    llvm.return
  }
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 64]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
}

// -----

// The operating system must save the state of tiles (0x600E6 in XCR0), and give it to this process: arch_prctl.
// CHECK-LABEL: module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "amx">}
// CHECK: llvm.func internal @qcc_check_cpu() -> i1
// CHECK: llvm.inline_asm has_side_effects "xgetbv"
// CHECK: llvm.mlir.constant(393446 : i32)
// CHECK: %[[CALL:.*]] = llvm.mlir.constant(158 : i64)
// CHECK: %[[ASK:.*]] = llvm.mlir.constant(4131 : i64)
// CHECK: %[[TILES:.*]] = llvm.mlir.constant(18 : i64)
// CHECK: llvm.inline_asm has_side_effects "syscall", "={ax},0,{di},{si}{{.*}}" %[[CALL]], %[[ASK]], %[[TILES]]
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "amx">} {
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 64]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
}

// -----

// CHECK-LABEL: module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "dotprod">}
// CHECK: llvm.func internal @qcc_check_cpu() -> i1
// CHECK: llvm.inline_asm has_side_effects "mrs $0, ID_AA64ISAR0_EL1", "=r"
// CHECK: llvm.mlir.constant(44 : i64)
// CHECK: llvm.func @net_run(
// CHECK-NEXT: llvm.call @qcc_check_cpu()
module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "dotprod">} {
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 64]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
}

// -----

// A program without an operating system may not read the register; on a 32-bit machine the batch is a 32-bit number.
// CHECK-LABEL: module attributes {codegen.target = #codegen.target<"aarch64-none-elf", "dotprod">}
// CHECK-NOT: qcc_check_cpu
module attributes {codegen.target = #codegen.target<"aarch64-none-elf", "dotprod">} {
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 64]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
}

// -----

// CHECK-LABEL: module attributes {codegen.target = #codegen.target<"armv7-linux-gnueabihf", "generic">}
// CHECK: llvm.func @net_run(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i32, %{{.*}}: !llvm.ptr) -> i32
module attributes {codegen.target = #codegen.target<"armv7-linux-gnueabihf", "generic">} {
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 64]>,
      codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    llvm.return
  }
}

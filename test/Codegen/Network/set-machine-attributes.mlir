// RUN: qcc-opt %s --qcc-set-machine-attributes --split-input-file | FileCheck %s

// A level's functions get its features; what branches were left with of a loop's annotation becomes theirs, which the translation
// to LLVM IR reads.
// CHECK: #[[STAYS:.*]] = #llvm.loop_annotation<
// CHECK-LABEL: llvm.func @kernel
// CHECK-SAME: target_features = #llvm.target_features<["+neon", "+dotprod"]>, tune_cpu = "cortex-a76"
// CHECK: llvm.br ^bb1 {loop_annotation = #[[STAYS]]}
// CHECK-NOT: llvm.loop_annotation
#unroll = #llvm.loop_unroll<disable = true>
#stays = #llvm.loop_annotation<unroll = #unroll>
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "dotprod">} {
llvm.func @kernel(%more: i1) {
  llvm.br ^bb1
^bb1:
  llvm.cond_br %more, ^bb2, ^bb3
^bb2:
  llvm.br ^bb1 {llvm.loop_annotation = #stays}
^bb3:
  llvm.return
}
}

// -----

// A branch without one stays as it is.
// CHECK-LABEL: llvm.func @plain
// CHECK: llvm.br ^bb1{{$}}
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "generic">} {
llvm.func @plain() {
  llvm.br ^bb1
^bb1:
  llvm.return
}
}

// -----

// Nothing to do for what is defined elsewhere.
// CHECK-LABEL: llvm.func @elsewhere(){{$}}
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
llvm.func @elsewhere()
}

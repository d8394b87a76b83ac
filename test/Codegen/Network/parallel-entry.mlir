// RUN: qcc-opt %s --qcc-emit-entry --split-input-file | FileCheck %s

// A task runs one block of images and then those that as many tasks further on begin, in a workspace of its own; the last
// block has what is left.
// CHECK-LABEL: llvm.func @main_run(
// CHECK: llvm.func internal @main_parallel_run_task(%[[SHARED:.*]]: !llvm.ptr, %[[INDEX:.*]]: i64)
// CHECK: %[[BATCH:.*]] = llvm.load {{.*}} -> i64
// CHECK: %[[FOUR:.*]] = llvm.load {{.*}} -> i64
// CHECK: %[[SKIP:.*]] = llvm.load {{.*}} -> i64
// CHECK: llvm.mlir.constant(128 : i64)
// CHECK: %[[FIRST:.*]] = llvm.mul %[[INDEX]], %[[FOUR]]
// CHECK: llvm.br ^[[LOOP:.*]](%[[FIRST]] : i64)
// CHECK: ^[[LOOP]](%[[AT:.*]]: i64):
// 64 bytes of 4 images are 16 of each.
// CHECK: llvm.mlir.constant(16 : i64)
// CHECK: %[[LEFT:.*]] = llvm.sub %[[BATCH]], %[[AT]]
// CHECK: %[[N:.*]] = llvm.intr.umin(%[[FOUR]], %[[LEFT]])
// CHECK: llvm.call @main_run(%{{.*}}, %{{.*}}, %[[N]], %{{.*}})
// CHECK: %[[MORE:.*]] = llvm.icmp "ugt" %[[LEFT]], %[[SKIP]]
// CHECK: llvm.cond_br %[[MORE]], ^[[NEXT:.*]], ^[[DONE:.*]]
// CHECK: ^[[NEXT]]:
// CHECK: llvm.add %[[AT]], %[[SKIP]]

// One block, one workspace or no way to run tasks: the caller's thread does it.
// CHECK-LABEL: llvm.func @main_parallel_run(
// CHECK-SAME: %[[X:.*]]: !llvm.ptr, %[[Y:.*]]: !llvm.ptr, %[[BATCH:.*]]: i64, %[[W:.*]]: !llvm.ptr, %[[COUNT:.*]]: i64, %[[FOR:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr) -> i32
// CHECK: llvm.icmp "ule" %[[BATCH]]
// CHECK: llvm.icmp "ule" %[[COUNT]]
// CHECK: llvm.icmp "eq" %[[FOR]]
// CHECK: llvm.call @main_run(%[[X]], %[[Y]], %[[BATCH]], %[[W]])
// CHECK: %[[TASK:.*]] = llvm.mlir.addressof @main_parallel_run_task
// CHECK: llvm.call %[[FOR]](%[[CONTEXT]], %[[TASK]], %{{.*}}, %{{.*}}) : !llvm.ptr, (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> ()
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 32]>,
      codegen.arena = #codegen.arena<size = 100, bound = 100, alignment = 64, images = 4>} {
    llvm.return
  }
}

// -----

// Tasks of a network with a front take fewer images than a block: as many as there are for each, in multiples of two.
// CHECK-LABEL: llvm.func @front_parallel_run(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[BATCH:.*]]: i64, %{{.*}}: !llvm.ptr, %[[COUNT:.*]]: i64,
// CHECK: %[[TWO:.*]] = llvm.mlir.constant(2 : i64)
// CHECK: %[[LESS:.*]] = llvm.sub %[[BATCH]]
// CHECK: llvm.udiv %[[LESS]], %[[TWO]]
// CHECK: llvm.udiv %{{.*}}, %[[COUNT]]
// CHECK: %[[EACH:.*]] = llvm.mul %{{.*}}, %[[TWO]]
// CHECK: %[[EIGHT:.*]] = llvm.mlir.constant(8 : i64)
// CHECK: %[[BLOCK:.*]] = llvm.intr.umin(%[[EACH]], %[[EIGHT]])
// CHECK: llvm.udiv %{{.*}}, %[[BLOCK]]
// CHECK: %[[TASKS:.*]] = llvm.intr.umin(%{{.*}}, %[[COUNT]])
// CHECK: llvm.mul %[[TASKS]], %[[BLOCK]]
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  llvm.func @front_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"front_run", inputs = 1, bytes = [64, 32]>,
      codegen.arena = #codegen.arena<size = 100, bound = 100, alignment = 64, images = 8, front = 2, frontImages = 1, taskImages = 2>} {
    llvm.return
  }
}

// -----

// A block of one image, be it all there are or what is left, has a function of its own; tasks and threads that share kernels come to it
// through the other functions only.
// CHECK-LABEL: llvm.func @alone_run(
// CHECK: %[[N:.*]] = llvm.intr.umin(
// CHECK: %[[ONE:.*]] = llvm.icmp "eq" %[[N]]
// CHECK: llvm.cond_br %[[ONE]], ^[[ALONE:.*]], ^[[SEVERAL:.*]]
// CHECK: ^[[ALONE]]:
// CHECK-NEXT: llvm.call @alone_alone(%[[N]], %[[X:.*]], %[[Y:.*]], %[[W:.*]])
// CHECK-NEXT: llvm.br ^[[NEXT:.*]]
// CHECK: ^[[SEVERAL]]:
// CHECK-NEXT: llvm.call @alone_block(%[[N]], %[[X]], %[[Y]], %[[W]])
// CHECK-NEXT: llvm.br ^[[NEXT]]
// CHECK: ^[[NEXT]]:
// CHECK: llvm.call @alone_run(
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  llvm.func @alone_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"alone_run", inputs = 1, bytes = [64, 32], alone = "alone_alone">,
      codegen.arena = #codegen.arena<size = 100, bound = 100, alignment = 64, images = 4>} {
    llvm.return
  }
  llvm.func @alone_alone(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) {
    llvm.return
  }
}

// -----

// A linear layer's parts are a function of their own, but not where a call between tiles would have them configured again.
// CHECK-LABEL: llvm.func internal @parts(
// CHECK-SAME: always_inline
// CHECK-LABEL: llvm.func internal @rows(
// CHECK-SAME: no_inline
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "amx">} {
  llvm.func @parts(%n: i64, %from: i64, %to: i64) attributes {codegen.kernel, codegen.split = #codegen.split<depth>} {
    llvm.return
  }
  llvm.func @rows(%n: i64, %part: i64, %parts: i64) attributes {codegen.kernel, codegen.split = #codegen.split<positions>} {
    llvm.return
  }
}

// -----

// CHECK-LABEL: llvm.func internal @vectors(
// CHECK-SAME: no_inline
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">} {
  llvm.func @vectors(%n: i64, %from: i64, %to: i64) attributes {codegen.kernel, codegen.split = #codegen.split<depth>} {
    llvm.return
  }
}

// RUN: qcc-opt %s --qcc-emit-entry --split-input-file | FileCheck %s

// The task of a kernel knows what the kernel is given, but for the part that it is itself.
// CHECK-LABEL: llvm.func internal @conv(
// CHECK: llvm.func internal @conv_task(%[[SHARED:.*]]: !llvm.ptr, %[[INDEX:.*]]: i64)
// CHECK-DAG: %[[N:.*]] = llvm.load {{.*}} -> i64
// CHECK-DAG: %[[PARTS:.*]] = llvm.load {{.*}} -> i64
// CHECK-DAG: %[[X:.*]] = llvm.load {{.*}} -> !llvm.ptr
// CHECK-DAG: %[[Y:.*]] = llvm.load {{.*}} -> !llvm.ptr
// CHECK: llvm.call @conv(%[[N]], %[[INDEX]], %[[PARTS]], %[[X]], %[[Y]])

// One thread goes on as before.
// CHECK-LABEL: llvm.func internal @main_block(
// CHECK: llvm.call @conv(
// CHECK-NEXT: llvm.call @relu(

// Threads share kernels where there are at least twice as many of them as blocks.
// CHECK-LABEL: llvm.func @main_parallel_run(
// CHECK-SAME: %[[X:.*]]: !llvm.ptr, %[[Y:.*]]: !llvm.ptr, %[[BATCH:.*]]: i64, %[[W:.*]]: !llvm.ptr, %[[COUNT:.*]]: i64, %[[FOR:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr) -> i32
// CHECK: %[[HALF:.*]] = llvm.lshr %[[COUNT]]
// CHECK: %[[FEW:.*]] = llvm.icmp "ule" %{{.*}}, %[[HALF]]
// CHECK: llvm.cond_br %[[FEW]], ^[[SHARE:.*]], ^
// CHECK: ^[[SHARE]]:
// CHECK: llvm.call @main_shared_run(%[[X]], %[[Y]], %[[BATCH]], %[[W]], %[[FOR]], %[[CONTEXT]], %[[COUNT]])

// In the copy of the block, the one kernel is a run of tasks and the other is called.
// CHECK-LABEL: llvm.func internal @main_block_shared(
// CHECK-SAME: %[[N:.*]]: i64, %[[X:.*]]: !llvm.ptr, %[[Y:.*]]: !llvm.ptr, %[[W:.*]]: !llvm.ptr, %[[FOR:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr, %[[COUNT:.*]]: i64)
// CHECK: %[[ARGUMENTS:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(i64, i64, ptr, ptr)>
// CHECK-DAG: llvm.store %[[N]], %{{.*}} : i64
// CHECK-DAG: llvm.store %[[COUNT]], %{{.*}} : i64
// CHECK-DAG: llvm.store %[[X]], %{{.*}} : !llvm.ptr
// CHECK-DAG: llvm.store %[[W]], %{{.*}} : !llvm.ptr
// CHECK: %[[TASK:.*]] = llvm.mlir.addressof @conv_task
// CHECK: llvm.call %[[FOR]](%[[CONTEXT]], %[[TASK]], %[[ARGUMENTS]], %[[COUNT]])
// CHECK-NOT: llvm.call @conv(
// CHECK: llvm.call @relu(%[[N]], %[[W]], %[[Y]])

// Blocks of images go one after the other.
// CHECK-LABEL: llvm.func internal @main_shared_run(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: !llvm.ptr, %[[FOR:.*]]: !llvm.ptr, %[[CONTEXT:.*]]: !llvm.ptr, %[[COUNT:.*]]: i64) -> i32
// CHECK: llvm.call @main_block_shared(%{{.*}}, %[[FOR]], %[[CONTEXT]], %[[COUNT]])
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  llvm.func @conv(%n: i64, %part: i64, %parts: i64, %x: !llvm.ptr, %y: !llvm.ptr) attributes {codegen.split = #codegen.split<positions>} {
    llvm.return
  }
  llvm.func @relu(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr) {
    llvm.return
  }
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 32]>,
      codegen.arena = #codegen.arena<size = 100, bound = 100, alignment = 64, images = 4>} {
    %zero = llvm.mlir.constant(0 : i64) : i64
    %one = llvm.mlir.constant(1 : i64) : i64
    llvm.call @conv(%n, %zero, %one, %x, %w) : (i64, i64, i64, !llvm.ptr, !llvm.ptr) -> ()
    llvm.call @relu(%n, %w, %y) : (i64, !llvm.ptr, !llvm.ptr) -> ()
    llvm.return
  }
}

// -----

// Without a kernel that is split there is nothing to copy.
// CHECK-NOT: _shared
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  llvm.func @relu(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr) {
    llvm.return
  }
  llvm.func @main_block(%n: i64, %x: !llvm.ptr, %y: !llvm.ptr, %w: !llvm.ptr) attributes {
      codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [64, 32]>,
      codegen.arena = #codegen.arena<size = 100, bound = 100, alignment = 64, images = 4>} {
    llvm.call @relu(%n, %x, %y) : (i64, !llvm.ptr, !llvm.ptr) -> ()
    llvm.return
  }
}

// RUN: qcc-opt %s --qcc-lower-to-loops | FileCheck %s
// RUN: qcc-opt %s --qcc-lower-to-loops --qcc-machine | FileCheck %s --check-prefix=MACHINE

// A kernel without a strategy of its own: for each image, inputs are copied, the kernel of one image runs, the result is
// copied. All memory that takes is one scratch argument; nothing is allocated.
// CHECK-LABEL: func.func private @main_block
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<96xi8>, %[[Y:.*]]: memref<96xi8>, %[[ARENA:.*]]: memref<640xi8>)
// CHECK-SAME: codegen.arena = #codegen.arena<size = 640, bound = 640, alignment = 64, images = 4>
// CHECK-SAME: codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [96, 96]>
// CHECK: %[[IN:.*]] = memref.view %[[X]]
// CHECK: %[[FROM:.*]] = memref.reinterpret_cast %[[IN]]
// CHECK: %[[T:.*]] = memref.view %[[ARENA]]
// CHECK: %[[TMP:.*]] = memref.reinterpret_cast %[[T]]
// CHECK: %[[SCRATCH:.*]] = memref.view %[[ARENA]]
// CHECK: call @softmax_0(%[[N]], %[[FROM]], %[[TMP]], %[[SCRATCH]])
// CHECK: %[[OUT:.*]] = memref.view %[[Y]]
// CHECK: %[[TO:.*]] = memref.reinterpret_cast %[[OUT]]
// CHECK: call @softmax_0(%[[N]], %{{.*}}, %[[TO]], %{{.*}})
// CHECK: func.func private @softmax_0(%[[N:.*]]: index, %{{.*}}: memref<4x2x3xf32>, %{{.*}}: memref<4x2x3xf32>, %{{.*}}: memref<384xi8>)
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]]
// CHECK: call @softmax_0_image
// CHECK-NOT: memref.alloc
// CHECK: func.func private @softmax_0_image(%{{.*}}: memref<1x2x3xf32>, %{{.*}}: memref<1x2x3xf32>, %{{.*}}: memref<384xi8>)
// CHECK-NOT: memref.alloc

// The entry runs blocks of up to four images.
// MACHINE: llvm.func internal @main_block(
// MACHINE: llvm.func @main_run(%[[IN:.*]]: !llvm.ptr, %[[OUT:.*]]: !llvm.ptr, %[[BATCH:.*]]: i64, %[[WORK:.*]]: !llvm.ptr) -> i32
// MACHINE: llvm.cond_br %{{.*}}, ^[[INVALID:.*]], ^[[HEAD:.*]](%[[IN]], %[[OUT]], %[[BATCH]] : !llvm.ptr, !llvm.ptr, i64)
// MACHINE: ^[[HEAD]](%[[I:.*]]: !llvm.ptr, %[[O:.*]]: !llvm.ptr, %[[LEFT:.*]]: i64)
// MACHINE: %[[N:.*]] = llvm.intr.umin(%[[LEFT]],
// MACHINE: llvm.call @main_block(%[[N]], %[[I]], %[[O]], %[[WORK]])
// MACHINE: llvm.sub %[[LEFT]], %[[N]]
// MACHINE: llvm.br ^[[HEAD]](
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> attributes {codegen.arena = #codegen.arena<size = 256, bound = 256, alignment = 64, images = 4>} {
  %0 = call @softmax_0(%x) {codegen.offset = 64 : i64} : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %1 = call @softmax_0(%0) : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  return %1 : tensor<?x2x3xf32>
}
func.func private @softmax_0(%x: tensor<?x2x3xf32> {codegen.buffer = memref<4x2x3xf32>}) -> (tensor<?x2x3xf32> {codegen.buffer = memref<4x2x3xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.softmax %x {axis = 1 : i64} : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  return %0 : tensor<?x2x3xf32>
}
}

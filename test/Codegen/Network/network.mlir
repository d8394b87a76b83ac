// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file | FileCheck %s

// Constants are read-only globals, each once, codes without their signedness. A view is its operand's buffer, an inner buffer is
// addressed from the first byte of the padded one, and an argument is the caller's memory under the kernel's type.
// CHECK: memref.global "private" constant @{{.*}} : memref<1xf32> = dense<2.000000e+00> {alignment = 64 : i64}
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func private @main_block
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<2x4xf32>, %[[Y:.*]]: memref<2x2x2x1xf32>, %[[ARENA:.*]]: memref<{{.*}}xi8>)
// CHECK: %[[VIEW:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [2, 2, 2, 1], strides: [4, 2, 1, 1]
// CHECK: %[[C:.*]] = memref.get_global
// CHECK: %[[AT:.*]] = arith.constant 64 : index
// CHECK: %[[ALL:.*]] = memref.view %[[ARENA]][%[[AT]]][] : memref<{{.*}}xi8> to memref<24xf32>
// CHECK: %[[INNER:.*]] = memref.reinterpret_cast %[[ALL]] to offset: [3], sizes: [2, 2, 2, 1], strides: [12, 3, 1, 1]
// CHECK: call @mul(%[[N]], %[[VIEW]], %[[C]], %[[INNER]],
// CHECK: call @mul_0(%[[N]], %{{.*}}, %{{.*}}, %[[Y]],
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2x2x1xf32> attributes {codegen.arena = #codegen.arena<size = 256, bound = 256, alignment = 64, images = 2>} {
  %c = cnn.constant dense<2.0> : tensor<1xf32>
  %d = cnn.constant dense<2.0> : tensor<1xf32>
  %v = cnn.reshape %x : (tensor<?x4xf32>) -> tensor<?x2x2x1xf32>
  %0 = call @mul(%v, %c) {codegen.offset = 64 : i64} : (tensor<?x2x2x1xf32>, tensor<1xf32>) -> tensor<?x2x2x1xf32>
  %1 = call @mul_0(%0, %d) : (tensor<?x2x2x1xf32>, tensor<1xf32>) -> tensor<?x2x2x1xf32>
  return %1 : tensor<?x2x2x1xf32>
}
func.func private @mul(%x: tensor<?x2x2x1xf32> {codegen.buffer = memref<2x2x2x1xf32>}, %c: tensor<1xf32> {codegen.constant, codegen.buffer = memref<1xf32>})
    -> (tensor<?x2x2x1xf32> {codegen.buffer = memref<2x2x2x1xf32, strided<[12, 3, 1, 1], offset: 3>>}) attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  return %x : tensor<?x2x2x1xf32>
}
func.func private @mul_0(%x: tensor<?x2x2x1xf32> {codegen.buffer = memref<2x2x2x1xf32, strided<[12, 3, 1, 1], offset: 3>>}, %c: tensor<1xf32> {codegen.constant, codegen.buffer = memref<1xf32>})
    -> (tensor<?x2x2x1xf32> {codegen.buffer = memref<2x2x2x1xf32>}) attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  return %x : tensor<?x2x2x1xf32>
}
}

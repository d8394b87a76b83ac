// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file | FileCheck %s

// Constants are read-only globals, each once, codes without their signedness. A view is its operand's buffer, an inner buffer is
// addressed from the first byte of the padded one, and an argument is the caller's memory under the kernel's type.
// CHECK: memref.global "private" constant @{{.*}} : memref<1xf32> = dense<2.000000e+00> {alignment = 64 : i64}
// CHECK-NOT: memref.global
// CHECK-LABEL: func.func private @main_block
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<32xi8>, %[[Y:.*]]: memref<32xi8>, %[[ARENA:.*]]: memref<{{.*}}xi8>)
// CHECK: %[[FLAT:.*]] = memref.view %[[X]][%{{.*}}][] : memref<32xi8> to memref<8xf32>
// CHECK: %[[VIEW:.*]] = memref.reinterpret_cast %[[FLAT]] to offset: [0], sizes: [2, 2, 2, 1], strides: [4, 2, 1, 1]
// CHECK: %[[C:.*]] = memref.get_global
// CHECK: %[[AT:.*]] = arith.constant 64 : index
// CHECK: %[[ALL:.*]] = memref.view %[[ARENA]][%[[AT]]][] : memref<{{.*}}xi8> to memref<24xf32>
// CHECK: %[[INNER:.*]] = memref.reinterpret_cast %[[ALL]] to offset: [3], sizes: [2, 2, 2, 1], strides: [12, 3, 1, 1]
// CHECK: call @mul(%[[N]], %[[VIEW]], %[[C]], %[[INNER]],
// CHECK: memref.view %[[Y]]
// CHECK: call @mul_0(%[[N]],
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

// -----

// The front runs on two images of a block at a time: it reads the next ones of the caller's, writes its own buffer again and again, and
// hands over the next images of the whole block's. What comes behind it runs on all of them.
// CHECK-LABEL: func.func private @front_block
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<128xi8>, %[[Y:.*]]: memref<128xi8>, %[[ARENA:.*]]: memref<{{.*}}xi8>)
// CHECK: scf.for %[[FIRST:.*]] = %{{.*}} to %[[N]] step %[[TWO:.*]] {
// CHECK: %[[LEFT:.*]] = arith.subi %[[N]], %[[FIRST]]
// CHECK: %[[IMAGES:.*]] = arith.minui %[[LEFT]], %[[TWO]]
// CHECK: %[[BYTES:.*]] = arith.constant 16 : index
// CHECK: %[[SKIP:.*]] = arith.muli %[[FIRST]], %[[BYTES]]
// CHECK: %[[AT:.*]] = arith.addi %{{.*}}, %[[SKIP]]
// CHECK: memref.view %[[X]][%[[AT]]][] : memref<128xi8> to memref<8xf32>
// CHECK: %[[OWN:.*]] = arith.constant 320 : index
// CHECK-NEXT: memref.view %[[ARENA]][%[[OWN]]][]
// CHECK: call @relu_0(%[[IMAGES]],
// CHECK: arith.constant 320 : index
// CHECK: arith.constant 64 : index
// CHECK: %[[SKIP2:.*]] = arith.muli %[[FIRST]]
// CHECK: %[[HERE:.*]] = arith.addi %{{.*}}, %[[SKIP2]]
// CHECK: memref.view %[[ARENA]][%[[HERE]]][]
// CHECK: call @relu_1(%[[IMAGES]],
// CHECK: }
// CHECK: %[[ALL:.*]] = arith.constant 64 : index
// CHECK-NEXT: memref.view %[[ARENA]][%[[ALL]]][] : memref<{{.*}}xi8> to memref<32xf32>
// CHECK: call @relu_2(%[[N]],
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @front(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {codegen.arena = #codegen.arena<size = 448, bound = 448, alignment = 64, images = 8, front = 2, frontImages = 2>} {
  %0 = call @relu_0(%x) {codegen.offset = 320 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = call @relu_1(%0) {codegen.offset = 64 : i64, codegen.whole_block} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = call @relu_2(%1) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}
func.func private @relu_0(%x: tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>}) -> (tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @relu_1(%x: tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>}) -> (tensor<?x4xf32> {codegen.buffer = memref<2x4xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @relu_2(%x: tensor<?x4xf32> {codegen.buffer = memref<8x4xf32>}) -> (tensor<?x4xf32> {codegen.buffer = memref<8x4xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
}

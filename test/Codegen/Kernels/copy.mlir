// RUN: qcc-opt %s --qcc-lower-to-loops | FileCheck %s

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {

// Along rows, both inputs are runs of the result.
// CHECK-LABEL: func.func private @rows(
// CHECK: %[[A:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 16], strides: [48, 1]
// CHECK: vector.store %{{.*}}, %[[A]]{{.*}} vector<16xi8>
// CHECK: %[[B:.*]] = memref.reinterpret_cast %{{.*}} to offset: [16], sizes: [2, 32], strides: [48, 1]
// CHECK: vector.store %{{.*}}, %[[B]]{{.*}} vector<32xi8>
// CHECK-NOT: vector.store
// CHECK: return
func.func private @rows(%a: tensor<?x1x4x4xi8> {codegen.buffer = memref<2x1x4x4xi8>}, %b: tensor<?x2x4x4xi8> {codegen.buffer = memref<2x2x4x4xi8>})
    -> (tensor<?x3x4x4xi8> {codegen.buffer = memref<2x3x4x4xi8>}) attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %y = cnn.concat %a, %b {axis = 1 : i64} : (tensor<?x1x4x4xi8>, tensor<?x2x4x4xi8>) -> tensor<?x3x4x4xi8>
  return %y : tensor<?x3x4x4xi8>
}

// Along channels, each position has two runs.
// CHECK-LABEL: func.func private @channels(
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [1, 16, 8], strides: [384, 24, 1]
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [1, 16, 8], strides: [128, 8, 1]
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [8], sizes: [1, 16, 16], strides: [384, 24, 1]
func.func private @channels(%a: tensor<?x4x4x8xi8>, %b: tensor<?x4x4x16xi8>) -> tensor<?x4x4x24xi8>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %y = cnn.concat %a, %b {axis = 3 : i64} : (tensor<?x4x4x8xi8>, tensor<?x4x4x16xi8>) -> tensor<?x4x4x24xi8>
  return %y : tensor<?x4x4x24xi8>
}

// The input, the rows before and behind it as runs of 6 * 8, the columns left and right.
// CHECK-LABEL: func.func private @pad(
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [56], sizes: [1, 4, 32], strides: [288, 48, 1]
// CHECK: vector.load
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [1, 48], strides: [288, 1]
// CHECK: arith.constant dense<-56> : vector<32xi8>
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [240], sizes: [1, 48], strides: [288, 1]
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [48], sizes: [1, 4, 8], strides: [288, 48, 1]
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [88], sizes: [1, 4, 8], strides: [288, 48, 1]
// CHECK-NOT: memref.reinterpret_cast
// CHECK: return
func.func private @pad(%x: tensor<?x4x4x8xui8>) -> tensor<?x6x6x8xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %y = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 200 : i32} : (tensor<?x4x4x8xui8>) -> tensor<?x6x6x8xui8>
  return %y : tensor<?x6x6x8xui8>
}

// Only the border.
// CHECK-LABEL: func.func private @border(
// CHECK-NOT: vector.load
// CHECK: vector.store
// CHECK-NOT: vector.load
// CHECK: return
func.func private @border(%x: tensor<?x4x4x8xui8> {codegen.buffer = memref<1x4x4x8xi8, strided<[288, 48, 8, 1], offset: 56>>})
    -> (tensor<?x6x6x8xui8> {codegen.buffer = memref<1x6x6x8xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.copy<inPlace = true>} {
  %y = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 200 : i32} : (tensor<?x4x4x8xui8>) -> tensor<?x6x6x8xui8>
  return %y : tensor<?x6x6x8xui8>
}

// Nothing to write at all.
// CHECK-LABEL: func.func private @nothing(
// CHECK-NEXT: return
func.func private @nothing(%x: tensor<?x4x4x8xui8>) -> tensor<?x4x4x8xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy<inPlace = true>} {
  %y = cnn.pad %x {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0 : i32} : (tensor<?x4x4x8xui8>) -> tensor<?x4x4x8xui8>
  return %y : tensor<?x4x4x8xui8>
}

// CHECK-LABEL: func.func private @plain(
// CHECK: vector.load {{.*}}, vector<16xf32>
// CHECK: vector.store {{.*}}, vector<16xf32>
func.func private @plain(%x: tensor<?x4x8xf32>) -> tensor<?x4x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  return %x : tensor<?x4x8xf32>
}
}

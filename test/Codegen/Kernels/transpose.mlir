// RUN: qcc-opt %s --qcc-lower-to-loops | FileCheck %s

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {

// Three planes become three channels: a vector of each plane, interleaved, quantized together.
// CHECK-LABEL: func.func private @planes(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: memref<1x3x4x8xf32>, %[[Y:.*]]: memref<1x4x8x3xi8
// CHECK: %[[ROWS:.*]] = memref.reinterpret_cast %[[Y]] to offset: [33], sizes: [1, 4, 24], strides: [180, 30, 1]
// CHECK: scf.for %[[I:.*]] =
// CHECK: scf.for %[[H:.*]] =
// CHECK-DAG: %[[A:.*]] = vector.load %[[X]][%[[I]], %{{.*}}, %[[H]], %{{.*}}] : memref<1x3x4x8xf32>, vector<8xf32>
// CHECK-DAG: %[[AB:.*]] = vector.shuffle %[[A]], %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
// CHECK: %[[ABC:.*]] = vector.shuffle %[[AB]], %{{.*}} [0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5, 13, 21, 6, 14, 22, 7, 15, 23]
// CHECK: arith.mulf %[[ABC]]
// CHECK: vector.store %{{.*}}, %[[ROWS]][%[[I]], %[[H]], %{{.*}}] : {{.*}}, vector<24xi8>
// CHECK-NOT: vector.store
// CHECK: return
func.func private @planes(%x: tensor<?x3x4x8xf32>)
    -> (tensor<?x4x8x3xui8> {codegen.buffer = memref<1x4x8x3xi8, strided<[180, 30, 3, 1], offset: 33>>})
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %t = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x3x4x8xf32>) -> tensor<?x4x8x3xf32>
  %q = cnn.quantize %t {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32,
                        contract = #cnn.contract<fbgemm>} : (tensor<?x4x8x3xf32>) -> tensor<?x4x8x3xui8>
  return %q : tensor<?x4x8x3xui8>
}

// The last dimension stays: whole vectors.
// CHECK-LABEL: func.func private @rows(
// CHECK: vector.load {{.*}}, vector<8xf32>
// CHECK-NOT: memref.load
// CHECK: return
func.func private @rows(%x: tensor<?x3x4x8xf32>) -> tensor<?x4x3x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %t = cnn.transpose %x {permutation = array<i64: 0, 2, 1, 3>} : (tensor<?x3x4x8xf32>) -> tensor<?x4x3x8xf32>
  return %t : tensor<?x4x3x8xf32>
}

// Else elements are loaded one by one.
// CHECK-LABEL: func.func private @elements(
// CHECK-COUNT-8: memref.load
// CHECK: vector.from_elements
// CHECK: vector.store {{.*}}, vector<8xf32>
func.func private @elements(%x: tensor<?x8x5xf32>) -> tensor<?x5x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %t = cnn.transpose %x {permutation = array<i64: 0, 2, 1>} : (tensor<?x8x5xf32>) -> tensor<?x5x8xf32>
  return %t : tensor<?x5x8xf32>
}
}

// RUN: qcc-opt %s --qcc-lower-to-loops | FileCheck %s

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {

// Dense in every buffer: one loop of whole vectors, then halves of one, then what is left of the 84 elements.
// CHECK-LABEL: func.func private @dense(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: memref<2x4x7x3xf32>, %[[Y:.*]]: memref<2x4x7x3xi8>)
// CHECK-DAG: %[[OUT:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2, 84], strides: [84, 1]
// CHECK-DAG: %[[IN:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [2, 84], strides: [84, 1]
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]]
// CHECK: scf.for %[[J:.*]] =
// CHECK: %[[V:.*]] = vector.load %[[IN]][%[[I]], %[[J]]] : {{.*}}, vector<32xf32>
// CHECK: arith.mulf %[[V]]
// CHECK: %[[CODES:.*]] = arith.addi
// CHECK: vector.store %[[CODES]], %[[OUT]][%[[I]], %[[J]]] : {{.*}}, vector<32xi8>
// CHECK: }
// CHECK: vector.load {{.*}}, vector<16xf32>
// CHECK: vector.load {{.*}}, vector<4xf32>
// CHECK-NOT: vector.load
// CHECK: return
func.func private @dense(%x: tensor<?x4x7x3xf32> {codegen.buffer = memref<2x4x7x3xf32>})
    -> (tensor<?x4x7x3xui8> {codegen.buffer = memref<2x4x7x3xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 32>} {
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32,
                        contract = #cnn.contract<fbgemm>} : (tensor<?x4x7x3xf32>) -> tensor<?x4x7x3xui8>
  return %q : tensor<?x4x7x3xui8>
}

// Into the middle of a padded buffer: rows of columns and channels are still one run of 21 elements.
// CHECK-LABEL: func.func private @padded(
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [30], sizes: [2, 4, 21], strides: [162, 27, 1]
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 4, 21], strides: [84, 21, 1]
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: vector.store {{.*}}, vector<16xf32>
// CHECK: vector.store {{.*}}, vector<5xf32>
func.func private @padded(%x: tensor<?x4x7x3xf32> {codegen.buffer = memref<2x4x7x3xf32>})
    -> (tensor<?x4x7x3xf32> {codegen.buffer = memref<2x4x7x3xf32, strided<[162, 27, 3, 1], offset: 30>>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 16>} {
  %y = cnn.relu %x : (tensor<?x4x7x3xf32>) -> tensor<?x4x7x3xf32>
  return %y : tensor<?x4x7x3xf32>
}

// A multiplier for each channel keeps channels apart: positions are one loop, vectors run along channels.
// CHECK-LABEL: func.func private @channels(
// CHECK-SAME: %[[M:[^:]*]]: memref<40xf32>
// CHECK-DAG: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 28, 40], strides: [1120, 40, 1] : memref<2x4x7x40xi8>
// CHECK-DAG: %[[VM:.*]] = memref.reinterpret_cast %[[M]] to offset: [0], sizes: [1, 1, 40], strides: [1, 1, 1]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: vector.load {{.*}}, vector<32xi32>
// CHECK: vector.load %[[VM]]{{.*}}, vector<32xf32>
// CHECK: vector.load {{.*}}, vector<8xi32>
func.func private @channels(%x: tensor<?x4x7x40xi32> {codegen.buffer = memref<2x4x7x40xi32>},
                            %m: tensor<40xf32> {codegen.buffer = memref<40xf32>, codegen.constant})
    -> (tensor<?x4x7x40xi8> {codegen.buffer = memref<2x4x7x40xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 32>} {
  %q = cnn.requantize %x, %m {zero_point = 0 : i32, min = -128 : i32, max = 127 : i32}
     : (tensor<?x4x7x40xi32>, tensor<40xf32>) -> tensor<?x4x7x40xi8>
  return %q : tensor<?x4x7x40xi8>
}

// One factor for each image and channel; a fixed batch needs no number of images.
// CHECK-LABEL: func.func private @repeated(
// CHECK-DAG: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [3, 20, 8], strides: [160, 8, 1]
// CHECK-DAG: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [3, 1, 8], strides: [8, 1, 1]
// CHECK: %[[THREE:.*]] = arith.constant 3 : index
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[THREE]]
// CHECK: scf.for %[[J:.*]] =
// CHECK: vector.load %{{.*}}[%[[I]], %[[J]], %{{.*}}] : memref<3x20x8xf32, {{.*}}>, vector<8xf32>
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-NEXT: vector.load %{{.*}}[%[[I]], %[[ZERO]], %{{.*}}] : memref<3x1x8xf32, {{.*}}>, vector<8xf32>
func.func private @repeated(%x: tensor<3x5x4x8xf32> {codegen.buffer = memref<3x5x4x8xf32>},
                            %f: tensor<3x1x1x8xf32> {codegen.buffer = memref<3x1x1x8xf32>})
    -> (tensor<3x5x4x8xf32> {codegen.buffer = memref<3x5x4x8xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 16>} {
  %y = cnn.mul %x, %f : (tensor<3x5x4x8xf32>, tensor<3x1x1x8xf32>) -> tensor<3x5x4x8xf32>
  return %y : tensor<3x5x4x8xf32>
}
}

// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file | FileCheck %s

// Three rows of two tiles, in blocks of 2x2 the last of which begins at row 1; the last tiles of 5 rows begin at row 3.
// CHECK-LABEL: func.func private @conv
// CHECK-DAG: %[[CODES:.*]] = memref.alloca() {alignment = 64 : i64} : memref<1024xi16>
// CHECK-DAG: %[[SUMS:.*]] = memref.alloca() {alignment = 64 : i64} : memref<1024xi32>
// CHECK: arith.minui
// Bt d B: 16 codes of 16 channels, of the transformed 32 sums and differences are stored.
// CHECK: arith.minui
// CHECK-COUNT-16: arith.extui %{{.*}} : vector<16xi8> to vector<16xi16>
// CHECK-COUNT-16: vector.store %{{.*}}, %[[CODES]]
// For each of the 16 points, products of pairs of codes.
// CHECK: scf.for
// CHECK: codegen.dot {{.*}} : vector<8xi32>, vector<2xi16>, vector<16xi16>
// CHECK: vector.store %{{.*}}, %[[SUMS]]
// At M A, a quarter of it, and the bias.
// CHECK-COUNT-16: vector.load %[[SUMS]]
// CHECK: arith.shrsi
// CHECK-NEXT: arith.addi
// CHECK-COUNT-8: vector.store %{{.*}}, %{{.*}} : memref<1x5x4x16xi32>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @conv(%x: tensor<?x7x6x16xui8>, %p: tensor<1x16x8x16x2xi16> {codegen.constant}, %b: tensor<16xi32> {codegen.constant}) -> tensor<?x5x4x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 2, columns = 2, positions = 3, vectors = 2>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x8x16x2xi16> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x7x6x16xui8>, tensor<16x3x3x16xi8>, tensor<16xi32>) -> tensor<?x5x4x16xi32>
  return %0 : tensor<?x5x4x16xi32>
}

// A window of the pool is a tile: the largest sum is divided, one store for each vector; signed codes are extended as such.
// CHECK-LABEL: func.func private @pool
// CHECK-NOT: arith.minui
// CHECK: arith.extsi %{{.*}} : vector<16xi8> to vector<16xi16>
// CHECK-COUNT-3: arith.maxsi
// CHECK: arith.shrsi
// CHECK-COUNT-2: vector.store %{{.*}}, %{{.*}} : memref<1x2x2x16xi32>
// CHECK-NOT: vector.store %{{.*}}, %{{.*}} : memref<1x2x2x16xi32>
func.func private @pool(%x: tensor<?x7x6x16xi8>, %p: tensor<1x16x8x16x2xi16> {codegen.constant}) -> tensor<?x2x2x16xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 2, columns = 2, positions = 3, vectors = 2>} {
  %w = codegen.unpack %p <winograd> : tensor<1x16x8x16x2xi16> -> tensor<16x3x3x16xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x7x6x16xi8>, tensor<16x3x3x16xi8>) -> tensor<?x5x4x16xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x5x4x16xi32>) -> tensor<?x2x2x16xi32>
  return %1 : tensor<?x2x2x16xi32>
}
}

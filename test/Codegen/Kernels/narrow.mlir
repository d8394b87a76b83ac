// RUN: qcc-opt %s --qcc-lower-to-loops --canonicalize --cse --split-input-file | FileCheck %s

// Nine vectors of sums become codes four at a time, and those of one position that are neighbours are stored together: 48 channels
// of the first position, 16 and 32 of the second, 32 of the third; the one vector that is left takes the way of its own.
// CHECK-LABEL: func.func private @neighbours
// CHECK-COUNT-9: arith.mulf
// CHECK: %[[C:.*]] = codegen.narrow %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} zero_point 5 fits : vector<16xf32> -> vector<64xi8>
// CHECK: %[[L:.*]] = arith.maxsi %[[C]], %{{.*}} : vector<64xi8>
// CHECK: %[[U:.*]] = arith.minsi %[[L]], %{{.*}} : vector<64xi8>
// CHECK: %[[O:.*]] = vector.shuffle %[[U]], %[[U]] [0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35, 48, 49, 50, 51, 4, 5, 6, 7,
// CHECK: %[[A:.*]] = vector.extract_strided_slice %[[O]] {offsets = [0], sizes = [48], strides = [1]}
// CHECK: %[[B:.*]] = vector.extract_strided_slice %[[O]] {offsets = [48], sizes = [16], strides = [1]}
// CHECK: codegen.narrow
// CHECK-NOT: codegen.narrow
// CHECK: arith.trunci %{{.*}} : vector<16xi32> to vector<16xi8>
// CHECK-NOT: arith.trunci
// CHECK: vector.store %[[A]], %{{.*}}[%{{.*}}, %c0, %c0, %c0] {{.*}} vector<48xi8>
// CHECK: vector.store %[[B]], %{{.*}}[%{{.*}}, %c0, %c1, %c0] {{.*}} vector<16xi8>
// CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %c0, %c1, %c16] {{.*}} vector<32xi8>
// CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %c0, %c2, %c0] {{.*}} vector<32xi8>
// CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %c0, %c2, %c32] {{.*}} vector<16xi8>
// CHECK-NOT: vector.store
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @neighbours(%x: tensor<?x1x3x4xui8>, %p: tensor<3x1x16x4xi8> {codegen.constant}, %m: tensor<48xf32> {codegen.constant}) -> (tensor<?x1x3x48xi8> {codegen.buffer = memref<1x1x3x48xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 3, vectors = 3, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<3x1x16x4xi8> -> tensor<48x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x1x3x4xui8>, tensor<48x1x1x4xi8>) -> tensor<?x1x3x48xi32>
  %1 = cnn.requantize %0, %m {codegen.scaled_fits, zero_point = 5 : i32, min = -100 : i32, max = 90 : i32} : (tensor<?x1x3x48xi32>, tensor<48xf32>) -> tensor<?x1x3x48xi8>
  return %1 : tensor<?x1x3x48xi8>
}
}

// -----

// What an addition makes is NaN if its operands are infinite, and may be too large for an integer. Vectors that are not full are
// narrowed each by itself; of three full ones, one fills up the fourth's place.
// CHECK-LABEL: func.func private @residual
// CHECK-COUNT-2: arith.cmpf uno, {{.*}} vector<4xf32>
// CHECK: arith.select
// CHECK: arith.trunci %{{.*}} : vector<4xi32> to vector<4xi8>
// CHECK: %[[LAST:.*]] = arith.select %{{.*}} : vector<8xi1>, vector<8xf32>
// CHECK: codegen.narrow %[[FIRST:.*]], %{{.*}}, %{{.*}}, %[[FIRST]] zero_point 3 unsigned : vector<8xf32> -> vector<32xi8>
// CHECK-NOT: codegen.narrow
// CHECK-COUNT-3: vector.store %{{.*}} vector<4xi8>
// CHECK-COUNT-3: vector.store %{{.*}} vector<8xi8>
// CHECK-NOT: vector.store
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @residual(%x: tensor<?x1x3x4xui8>, %y: tensor<?x1x3x12xf32>, %p: tensor<1x1x16x4xi8> {codegen.constant}, %m: tensor<12xf32> {codegen.constant}) -> (tensor<?x1x3x12xui8> {codegen.buffer = memref<1x1x3x12xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 3, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<12x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x1x3x4xui8>, tensor<12x1x1x4xi8>) -> tensor<?x1x3x12xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x3x12xi32>, tensor<12xf32>) -> tensor<?x1x3x12xui8>
  %2 = cnn.dequantize %1 {scale = 0.5 : f32, zero_point = 0 : i32} : (tensor<?x1x3x12xui8>) -> tensor<?x1x3x12xf32>
  %3 = cnn.add %2, %y : (tensor<?x1x3x12xf32>, tensor<?x1x3x12xf32>) -> tensor<?x1x3x12xf32>
  %4 = cnn.quantize %3 {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (tensor<?x1x3x12xf32>) -> tensor<?x1x3x12xui8>
  return %4 : tensor<?x1x3x12xui8>
}
}

// -----

// Other processors narrow each vector by itself.
// CHECK-LABEL: func.func private @arm
// CHECK-NOT: codegen.narrow
// CHECK-COUNT-4: arith.trunci %{{.*}} : vector<4xi32> to vector<4xi8>
// CHECK-NOT: codegen.narrow
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "dotprod">} {
func.func private @arm(%x: tensor<?x1x1x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}, %m: tensor<16xf32> {codegen.constant}) -> (tensor<?x1x1x16xui8> {codegen.buffer = memref<1x1x1x16xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 1, vectors = 4, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x1x1x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x1x1x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x1x16xi32>, tensor<16xf32>) -> tensor<?x1x1x16xui8>
  return %1 : tensor<?x1x1x16xui8>
}
}

// -----

// Nothing is known of the multiplier: what is NaN becomes 0, and numbers may be too large.
// CHECK-LABEL: func.func private @unknown
// CHECK-COUNT-2: arith.cmpf uno, {{.*}} vector<16xf32>
// CHECK: codegen.narrow {{.*}} zero_point 0 unsigned : vector<16xf32>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @unknown(%x: tensor<?x1x1x4xui8>, %p: tensor<2x1x16x4xi8> {codegen.constant}, %m: tensor<32xf32> {codegen.constant}) -> (tensor<?x1x1x32xui8> {codegen.buffer = memref<1x1x1x32xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 1, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<2x1x16x4xi8> -> tensor<32x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x1x1x4xui8>, tensor<32x1x1x4xi8>) -> tensor<?x1x1x32xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x1x32xi32>, tensor<32xf32>) -> tensor<?x1x1x32xui8>
  return %1 : tensor<?x1x1x32xui8>
}
}

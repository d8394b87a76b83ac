// RUN: qcc-opt %s --qcc-lower-to-loops --canonicalize --cse --split-input-file | FileCheck %s

// Five rows are two tiles of two and a rest, which are three blocks: a part is told which it is, and of how many, and takes its share
// of them. The rest is the last part's. The divisions are outside of all loops.
// CHECK-LABEL: func.func private @rows
// CHECK-SAME: (%[[N:.*]]: index, %[[PART:.*]]: index, %[[PARTS:.*]]: index, %{{.*}}: memref<1x5x4x4xi8>
// CHECK-DAG: %[[THREE:.*]] = arith.constant 3 : index
// CHECK: %[[A:.*]] = arith.muli %[[PART]], %[[THREE]]
// CHECK: %[[FIRST:.*]] = arith.divui %[[A]], %[[PARTS]]
// CHECK: %[[NEXT:.*]] = arith.addi %[[PART]]
// CHECK: %[[B:.*]] = arith.muli %[[NEXT]], %[[THREE]]
// CHECK: %[[END:.*]] = arith.divui %[[B]], %[[PARTS]]
// CHECK-NOT: arith.divui
// CHECK: scf.for %{{.*}} = %c0 to %[[N]]
// CHECK: %[[WHOLE:.*]] = arith.minui %[[END]], %c2
// CHECK: %[[LOWER:.*]] = arith.muli %[[FIRST]], %c2
// CHECK: %[[UPPER:.*]] = arith.muli %[[WHOLE]], %c2
// CHECK: scf.for %{{.*}} = %[[LOWER]] to %[[UPPER]] step %c2
// CHECK: %[[LAST:.*]] = arith.cmpi eq, %[[END]], %c3
// CHECK: scf.if %[[LAST]]
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @rows(%x: tensor<?x5x4x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x5x4x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 2, columns = 4, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<16x1x1x4xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x5x4x4xui8>, tensor<16x1x1x4xi8>) -> tensor<?x5x4x16xi32>
  return %0 : tensor<?x5x4x16xi32>
}
}

// -----

// Blocks of channels of a linear layer: 40 are two of 16 and one of 8. The network has one thread compute the only part.
// CHECK-LABEL: func.func private @channels
// CHECK-SAME: (%{{.*}}: index, %[[PART:.*]]: index, %[[PARTS:.*]]: index,
// CHECK: arith.muli %[[PART]], %c3
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c16
// CHECK: scf.if
// CHECK-LABEL: func.func private @main_block
// CHECK-SAME: (%[[N:.*]]: index
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : index
// CHECK: call @channels(%[[N]], %[[ZERO]], %[[ONE]], %{{.*}})
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @channels(%x: tensor<?x64xui8> {codegen.buffer = memref<1x64xi8>}, %p: tensor<3x16x16x4xi8> {codegen.buffer = memref<3x16x16x4xi8>, codegen.constant})
    -> (tensor<?x40xi32> {codegen.buffer = memref<1x40xi32>})
    attributes {codegen.kernel, codegen.split = #codegen.split<channels>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<3x16x16x4xi8> -> tensor<40x64xi8>
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<40x64xi8>) -> tensor<?x40xi32>
  return %0 : tensor<?x40xi32>
}
func.func @main(%x: tensor<?x64xui8>) -> tensor<?x40xi32>
    attributes {codegen.arena = #codegen.arena<size = 0, bound = 0, alignment = 64, images = 1>} {
  %p = cnn.constant dense<1> : tensor<3x16x16x4xi8>
  %0 = call @channels(%x, %p) : (tensor<?x64xui8>, tensor<3x16x16x4xi8>) -> tensor<?x40xi32>
  return %0 : tensor<?x40xi32>
}
}

// -----

// Sums that wait are allocated in front of all else, divisions included: LLVM makes blocks of those.
// CHECK-LABEL: func.func private @waiting
// CHECK-NOT: arith.divui
// CHECK: memref.alloca()
// CHECK: arith.divui
// CHECK-NOT: memref.alloca
// CHECK-LABEL: func.func private @main_block
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @waiting(%x: tensor<?x64xf32> {codegen.buffer = memref<8x64xf32>}, %p: tensor<2x64x16x1xf32> {codegen.buffer = memref<2x64x16x1xf32>, codegen.constant})
    -> (tensor<?x32xf32> {codegen.buffer = memref<8x32xf32>})
    attributes {codegen.kernel, codegen.split = #codegen.split<channels>, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, depthBlock = 16>} {
  %w = codegen.unpack %p <dot> : tensor<2x64x16x1xf32> -> tensor<32x64xf32>
  %0 = cnn.linear %x, %w : (tensor<?x64xf32>, tensor<32x64xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}
func.func @main(%x: tensor<?x64xf32>) -> tensor<?x32xf32>
    attributes {codegen.arena = #codegen.arena<size = 0, bound = 0, alignment = 64, images = 8>} {
  %p = cnn.constant dense<1.0> : tensor<2x64x16x1xf32>
  %0 = call @waiting(%x, %p) : (tensor<?x64xf32>, tensor<2x64x16x1xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}
}

// -----

// Tiles of a matrix unit may overlap: the last block of rows begins where it fits. A flat image is shared by its columns of tiles.
// CHECK-LABEL: func.func private @tiles
// CHECK-SAME: (%{{.*}}: index, %[[PART:.*]]: index, %[[PARTS:.*]]: index,
// CHECK: arith.muli %[[PART]], %c3
// CHECK: scf.for %[[ROW:.*]] = %{{.*}} to %{{.*}} step %c2
// CHECK-NEXT: arith.minui %[[ROW]], %c3
// CHECK-LABEL: func.func private @flat
// CHECK-SAME: (%{{.*}}: index, %[[PART:.*]]: index, %[[PARTS:.*]]: index,
// CHECK: arith.muli %[[PART]], %c4
// CHECK: scf.for %[[COLUMN:.*]] = %{{.*}} to %{{.*}} step %c16
// CHECK-NOT: arith.minui
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
func.func private @tiles(%x: tensor<?x5x16x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x5x16x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 2, columns = 1, blocks = 1, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x5x16x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x5x16x16xi32>
  return %0 : tensor<?x5x16x16xi32>
}
func.func private @flat(%x: tensor<?x8x8x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> tensor<?x8x8x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1, flat = true>} {
  %w = codegen.unpack %p <dot> : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x8x8x16xi32>
  return %0 : tensor<?x8x8x16xi32>
}
}

// -----

// Pools are shared by rows, whether their windows are whole or not.
// CHECK-LABEL: func.func private @pool
// CHECK-SAME: (%{{.*}}: index, %[[PART:.*]]: index, %[[PARTS:.*]]: index,
// CHECK: arith.muli %[[PART]], %c8
// CHECK: %[[END:.*]] = arith.divui
// CHECK-COUNT-3: arith.minui %{{.*}}%{{.*}}
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @pool(%x: tensor<?x8x8x8xf32>) -> tensor<?x8x8x8xf32>
    attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #codegen.window<lanes = 8>} {
  %0 = cnn.max_pool2d %x {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 1>} : (tensor<?x8x8x8xf32>) -> tensor<?x8x8x8xf32>
  return %0 : tensor<?x8x8x8xf32>
}
}

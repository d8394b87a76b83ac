// RUN: qcc-opt %s --qcc-lower-to-loops --canonicalize --cse --split-input-file | FileCheck %s

// Two rows of 14 columns by two blocks of channels are four tiles of sums. A kernel row is 96 codes, two steps of 64: the second
// half of the second is the next pixel's, which meets weights of zero. The sums go through a scratch, from which the epilogue
// takes the largest of four, then adds the bias.
// CHECK-LABEL: func.func private @conv
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<1x30x30x32xi8>, %[[P:.*]]: memref<4x96x16x4xi8>, %[[B:.*]]: memref<64xi32>, %{{.*}}: memref<64xf32>, %[[Y:.*]]: memref<1x14x14x64xi8>)
// CHECK-DAG: %[[IN:.*]] = memref.reinterpret_cast %[[X]]
// CHECK-DAG: %[[W:.*]] = memref.reinterpret_cast %[[P]]
// CHECK-DAG: %[[S:.*]] = memref.alloca() {alignment = 64 : i64} : memref<896xi32>
// CHECK: scf.for %[[IMAGE:.*]] = %c0 to %[[N]]
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c28 step %c2
// CHECK: scf.for %[[CHANNEL:.*]] = %c0 to %c64 step %c32
// CHECK: scf.for %[[COLUMN:.*]] = %c0 to %c28 step %c14
// CHECK-COUNT-4: amx.tile_zero : !amx.tile<14x16xi32>
// CHECK-COUNT-2: amx.tile_load %[[W]][%{{.*}}], %c64 : memref<24639xi8, strided<[1]>> into !amx.tile<16x64xi8>
// CHECK: %[[A:.*]] = amx.tile_load %[[IN]][%{{.*}}], %c32 : memref<28863xi8, strided<[1]>> into !amx.tile<14x64xi8>
// CHECK: amx.tile_muli %[[A]] zext, %{{.*}}, %{{.*}} : !amx.tile<14x64xi8>, !amx.tile<16x64xi8>, !amx.tile<14x16xi32>
// CHECK-COUNT-23: amx.tile_muli
// CHECK-NOT: amx.tile_muli
// CHECK-COUNT-4: amx.tile_store %[[S]][%{{.*}}], %{{.*}}, %c16
// CHECK-DAG: %{{.*}} = vector.load %[[B]][%[[CHANNEL]]] : memref<64xi32>, vector<16xi32>
// CHECK-NOT: scf.for
// CHECK-COUNT-4: vector.load %[[S]]
// CHECK: arith.maxsi
// CHECK: arith.addi {{.*}} : vector<16xi32>
// CHECK-COUNT-2: codegen.narrow {{.*}} : vector<16xf32> -> vector<64xi8>
// CHECK-COUNT-4: vector.store {{.*}} : memref<1x14x14x64xi8>, vector<32xi8>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
func.func private @conv(%x: tensor<?x30x30x32xui8>, %p: tensor<4x96x16x4xi8> {codegen.constant}, %b: tensor<64xi32> {codegen.constant}, %m: tensor<64xf32> {codegen.constant}) -> tensor<?x14x14x64xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 14, rows = 2, columns = 1, blocks = 2, foldTaps = true, order = rows_outer>} {
  %w = codegen.unpack %p <dot> {fold_taps, depth_multiple = 64 : i64} : tensor<4x96x16x4xi8> -> tensor<64x3x3x32xi8>
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x30x30x32xui8>, tensor<64x3x3x32xi8>, tensor<64xi32>) -> tensor<?x28x28x64xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x28x28x64xi32>) -> tensor<?x14x14x64xi32>
  %2 = cnn.requantize %1, %m {zero_point = 0 : i32, min = 0 : i32, max = 127 : i32} : (tensor<?x14x14x64xi32>, tensor<64xf32>) -> tensor<?x14x14x64xui8>
  return %2 : tensor<?x14x14x64xui8>
}
}

// -----

// The 49 positions of a flat image are tiles of 13, the last of which begins at 36. Where they are in the result is a division.
// Depths of many steps are loops, which carry the tiles. Signed codes are read as they are.
// CHECK-LABEL: func.func private @flat
// CHECK: scf.for %[[P:.*]] = %c0 to %c49 step %c13
// CHECK: %[[FIRST:.*]] = arith.minui %[[P]], %c36
// CHECK: %[[SUM:.*]] = scf.for %{{.*}} = %c0 to %c12 step %c1 iter_args(%{{.*}} = %{{.*}}) -> (!amx.tile<13x16xi32>)
// CHECK-COUNT-2: amx.tile_load
// CHECK-NEXT: %[[R:.*]] = amx.tile_muli %{{.*}}, %{{.*}}, %{{.*}} : !amx.tile<13x64xi8>
// CHECK-NEXT: scf.yield %[[R]]
// CHECK: amx.tile_store {{.*}}, %[[SUM]]
// CHECK-DAG: arith.divui %{{.*}}, %c7
// CHECK-DAG: arith.remui %{{.*}}, %c7
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
func.func private @flat(%x: tensor<?x7x7x768xi8>, %p: tensor<1x192x16x4xi8> {codegen.constant}) -> (tensor<?x7x7x16xi32> {codegen.buffer = memref<1x7x7x16xi32, strided<[1296, 144, 16, 1], offset: 160>>})
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 13, rows = 1, columns = 1, blocks = 1, flat = true>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x192x16x4xi8> -> tensor<16x1x1x768xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x7x7x768xi8>, tensor<16x1x1x768xi8>) -> tensor<?x7x7x16xi32>
  return %0 : tensor<?x7x7x16xi32>
}
}

// -----

// 32 images are two tiles, 16 are one; fewer take vectors, from the same weights.
// CHECK-LABEL: func.func private @linear
// CHECK-SAME: (%[[N:.*]]: index,
// CHECK: %[[MANY:.*]] = arith.cmpi uge, %[[N]], %c32
// CHECK: scf.if %[[MANY]]
// CHECK: amx.tile_store
// CHECK: } else {
// CHECK: %[[SOME:.*]] = arith.cmpi uge, %[[N]], %c16
// CHECK: scf.if %[[SOME]]
// CHECK: amx.tile_store
// CHECK: } else {
// CHECK: codegen.dot
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
func.func private @linear(%x: tensor<?x100xui8> {codegen.buffer = memref<64x100xi8>}, %p: tensor<1x32x16x4xi8> {codegen.constant}) -> (tensor<?x10xi32> {codegen.buffer = memref<64x10xi32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 2, blocks = 1, rest = <lanes = 16, rows = 1, columns = 8, vectors = 1, depth = 4>>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x32x16x4xi8> -> tensor<10x100xi8>
  %0 = cnn.linear %x, %w : (tensor<?x100xui8>, tensor<10x100xi8>) -> tensor<?x10xi32>
  return %0 : tensor<?x10xi32>
}
}

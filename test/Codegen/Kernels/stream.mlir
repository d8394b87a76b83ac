// RUN: qcc-opt %s --qcc-lower-to-loops --canonicalize --cse --split-input-file | FileCheck %s

// A convolution of four rows, two tiles each, beside a linear layer of 128 steps of 4 codes in 2 blocks of channels. It takes the layer's other
// buffers behind its own. A row is 32 steps, so a tile fetches 16 steps of both blocks, a row behind: each of the four rounds of its loop
// four of them. They wait in the second cache, because a part is 32. Behind the tile it is called, if all of it is there, and the last row's at last.
// CHECK-LABEL: func.func private @conv_stream(
// CHECK-SAME: %{{.*}}: index, %[[X:.*]]: memref<2x4x8x64xi8>, %{{.*}}: memref<1x16x16x4xi8>, %{{.*}}: memref<16xf32>, %[[Y:.*]]: memref<2x4x8x16xi8>, %[[V:.*]]: memref<2x128x16x4xi8>, %[[Z:.*]]: memref<2x32xi32>, %[[SUMS:.*]]: memref<1x32xi32>)
// CHECK-DAG: %[[IN:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2, 512], strides: [512, 1] : memref<2x4x8x16xi8> to memref<2x512xi8>
// CHECK-DAG: %[[FLAT:.*]] = memref.reinterpret_cast %[[V]] to
// CHECK: scf.for %[[ROW:.*]] =
// CHECK: scf.for %[[COLUMN:.*]] =
// CHECK: %[[C:.*]] = arith.divui %{{.*}}, %c4
// CHECK: %[[TILE:.*]] = arith.addi %{{.*}}, %[[C]]
// CHECK: %[[BEHIND:.*]] = arith.maxui %[[TILE]], %c2
// CHECK: %[[STARTED:.*]] = arith.subi %[[BEHIND]], %c2
// CHECK: scf.for
// CHECK-COUNT-8: memref.prefetch %[[FLAT]][%{{.*}}], read, locality<2>, data
// CHECK-NOT: memref.prefetch
// CHECK: codegen.dot
// CHECK: vector.store {{.*}}, %[[Y]]
// CHECK: %[[ANY:.*]] = arith.cmpi ult, %[[FROM:.*]], %[[TO:.*]] : index
// CHECK: scf.if %[[ANY]] {
// CHECK-NEXT: func.call @linear_parts(%c1, %[[FROM]], %[[TO]], %[[IN]], %[[V]], %[[Z]], %[[SUMS]])
// CHECK: call @linear_parts(%c1, %c3, %c4, %[[IN]], %[[V]], %[[Z]], %[[SUMS]])
// CHECK-NEXT: return

// The parts: the first starts the sums, the last ends them; what is between adds to what waits.
// CHECK-LABEL: func.func private @linear_parts(
// CHECK-SAME: %{{.*}}: index, %[[FROM:.*]]: index, %[[TO:.*]]: index, %{{.*}}: memref<2x512xi8>, %{{.*}}: memref<2x128x16x4xi8>, %[[Z:.*]]: memref<2x32xi32>, %[[SUMS:.*]]: memref<1x32xi32>)
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[FROM]], %c0
// CHECK: scf.if %[[FIRST]] {
// CHECK-NOT: vector.load %[[SUMS]]
// CHECK: vector.store %{{.*}}, %[[SUMS]][%c0, %c0]
// CHECK: }
// CHECK: %[[A:.*]] = arith.maxui %[[FROM]], %c1
// CHECK: %[[B:.*]] = arith.minui %[[TO]], %c3
// CHECK: %[[LOWER:.*]] = arith.muli %[[A]], %c32
// CHECK: %[[UPPER:.*]] = arith.muli %[[B]], %c32
// CHECK: scf.for %{{.*}} = %[[LOWER]] to %[[UPPER]] step %c32 {
// CHECK: vector.load %[[SUMS]][%c0, %c0]
// CHECK: vector.store %{{.*}}, %[[SUMS]][%c0, %c0]
// CHECK: %[[LAST:.*]] = arith.cmpi ugt, %[[TO]], %c3
// CHECK: scf.if %[[LAST]] {
// CHECK: vector.load %[[SUMS]][%c0, %c0]
// CHECK-NOT: vector.store %{{.*}}, %[[SUMS]]
// CHECK: vector.store %{{.*}}, %[[Z]][%c0, %c0]

// One image has a function of its own, in which the two calls are one; its sums lie behind the arena.
// CHECK-LABEL: func.func private @main_block(
// CHECK-SAME: codegen.entry = #codegen.entry<"main_run", inputs = 1, bytes = [4096, 256], alone = "main_alone">
// CHECK: call @conv(
// CHECK: call @linear(
// CHECK-LABEL: func.func private @main_alone(
// CHECK-SAME: %{{.*}}: index, %{{.*}}: memref<4096xi8>, %[[Z:.*]]: memref<256xi8>, %[[ARENA:.*]]: memref<2176xi8>)
// CHECK: %[[SUMS:.*]] = memref.view %[[ARENA]][%c2048][] : memref<2176xi8> to memref<1x32xi32>
// CHECK: call @conv_stream(%c1, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[SUMS]])
// CHECK-NOT: call @linear
// CHECK: return
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">} {
func.func private @conv_stream(%x: tensor<?x4x8x64xui8> {codegen.buffer = memref<2x4x8x64xi8>}, %p: tensor<1x16x16x4xi8> {codegen.buffer = memref<1x16x16x4xi8>, codegen.constant}, %m: tensor<16xf32> {codegen.buffer = memref<16xf32>, codegen.constant})
    -> (tensor<?x4x8x16xui8> {codegen.buffer = memref<2x4x8x16xi8>})
    attributes {codegen.kernel, codegen.stream = @linear_parts, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 4, vectors = 1, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x8x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x8x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x8x16xi32>, tensor<16xf32>) -> tensor<?x4x8x16xui8>
  return %1 : tensor<?x4x8x16xui8>
}
func.func private @linear_parts(%x: tensor<?x512xui8> {codegen.buffer = memref<2x512xi8>}, %p: tensor<2x128x16x4xi8> {codegen.buffer = memref<2x128x16x4xi8>, codegen.constant})
    -> (tensor<?x32xi32> {codegen.buffer = memref<2x32xi32>})
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 1, vectors = 2, depth = 4, order = depth_outer, depthBlock = 32>} {
  %w = codegen.unpack %p <dot> : tensor<2x128x16x4xi8> -> tensor<32x512xi8>
  %0 = cnn.linear %x, %w : (tensor<?x512xui8>, tensor<32x512xi8>) -> tensor<?x32xi32>
  return %0 : tensor<?x32xi32>
}
func.func private @conv(%x: tensor<?x4x8x64xui8> {codegen.buffer = memref<2x4x8x64xi8>}, %p: tensor<1x16x16x4xi8> {codegen.buffer = memref<1x16x16x4xi8>, codegen.constant}, %m: tensor<16xf32> {codegen.buffer = memref<16xf32>, codegen.constant})
    -> (tensor<?x4x8x16xui8> {codegen.buffer = memref<2x4x8x16xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 4, vectors = 1, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x8x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x8x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x8x16xi32>, tensor<16xf32>) -> tensor<?x4x8x16xui8>
  return %1 : tensor<?x4x8x16xui8>
}
func.func private @linear(%x: tensor<?x512xui8> {codegen.buffer = memref<2x512xi8>}, %p: tensor<2x128x16x4xi8> {codegen.buffer = memref<2x128x16x4xi8>, codegen.constant})
    -> (tensor<?x32xi32> {codegen.buffer = memref<2x32xi32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 1, vectors = 2, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<2x128x16x4xi8> -> tensor<32x512xi8>
  %0 = cnn.linear %x, %w : (tensor<?x512xui8>, tensor<32x512xi8>) -> tensor<?x32xi32>
  return %0 : tensor<?x32xi32>
}
func.func @main(%x: tensor<?x4x8x64xui8>) -> tensor<?x32xi32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1> : tensor<1x16x16x4xi8>
  %v = cnn.constant dense<1> : tensor<2x128x16x4xi8>
  %m = cnn.constant dense<1.0> : tensor<16xf32>
  %0 = call @conv(%x, %w, %m) {codegen.offset = 64 : i64, codegen.stream = @conv_stream} : (tensor<?x4x8x64xui8>, tensor<1x16x16x4xi8>, tensor<16xf32>) -> tensor<?x4x8x16xui8>
  %1 = cnn.flatten %0 : (tensor<?x4x8x16xui8>) -> tensor<?x512xui8>
  %2 = call @linear(%1, %v) : (tensor<?x512xui8>, tensor<2x128x16x4xi8>) -> tensor<?x32xi32>
  return %2 : tensor<?x32xi32>
}
}

// -----

// A matrix unit fetches a few lines behind each multiplication of tiles: no more than arrive during it. They are read before the next tile.
// CHECK-LABEL: func.func private @conv_stream(
// CHECK: amx.tile_muli
// CHECK-COUNT-10: memref.prefetch %{{.*}}[%{{.*}}], read, locality<3>, data
// CHECK-NOT: memref.prefetch
// CHECK: amx.tile_muli
// CHECK-COUNT-10: memref.prefetch
// CHECK-NOT: memref.prefetch
// CHECK: amx.tile_store
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "amx">} {
func.func private @conv_stream(%x: tensor<?x4x4x64xui8>, %p: tensor<1x16x16x4xi8> {codegen.constant}, %m: tensor<16xf32> {codegen.constant}) -> tensor<?x4x4x16xui8>
    attributes {codegen.kernel, codegen.stream = @linear_parts, codegen.strategy = #codegen.matrix<tileRows = 4, rows = 2, columns = 1, blocks = 1, order = rows_outer>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x4x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x16xi32>, tensor<16xf32>) -> tensor<?x4x4x16xui8>
  return %1 : tensor<?x4x4x16xui8>
}
func.func private @linear_parts(%x: tensor<?x256xui8>, %p: tensor<1x64x16x4xi8> {codegen.constant}) -> tensor<?x16xi32>
    attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 1, vectors = 1, depth = 4, order = depth_outer, depthBlock = 32>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x64x16x4xi8> -> tensor<16x256xi8>
  %0 = cnn.linear %x, %w : (tensor<?x256xui8>, tensor<16x256xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

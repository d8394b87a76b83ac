// RUN: qcc-opt %s --qcc-lower-to-loops --canonicalize --cse --split-input-file | FileCheck %s

// A tile of 2x4 positions (two pool windows) and two vectors: the taps of a kernel row and their channels are one loop, since
// they are adjacent. Sums start with the bias; the pool takes the largest of four; then the epilogue.
// CHECK-LABEL: func.func private @conv
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<3x6x10x8xi8>, %[[P:.*]]: memref<2x18x16x4xi8>, %[[B:.*]]: memref<32xi32>, %[[M:.*]]: memref<32xf32>, %[[Y:.*]]: memref<3x2x4x32xi8>)
// CHECK-DAG: %[[IN:.*]] = memref.reinterpret_cast %[[X]] {{.*}} to memref<1503xi8, strided<[1]>>
// CHECK-DAG: %[[W:.*]] = memref.reinterpret_cast %[[P]]
// CHECK: scf.for %[[IMAGE:.*]] = %{{.*}} to %[[N]]
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c2 step %c1
// CHECK: scf.for %[[COLUMN:.*]] = %c0 to %c4 step %c2
// CHECK-DAG: %[[B0:.*]] = vector.load %[[B]][%c0] : memref<32xi32>, vector<16xi32>
// CHECK-DAG: %[[B1:.*]] = vector.load %[[B]][%c16] : memref<32xi32>, vector<16xi32>
// CHECK: %[[SUMS:.*]]:16 = scf.for %{{.*}} = %c0 to %c3 step %c1 iter_args(%{{.*}} = %[[B0]], %{{.*}} = %[[B1]], %{{.*}} = %[[B0]], %{{.*}} = %[[B1]],
// CHECK: scf.for %{{.*}} = %c0 to %c6 step %c1 iter_args
// CHECK-COUNT-2: vector.load %[[W]][%{{.*}}] : memref<2367xi8, strided<[1]>>, vector<64xi8>
// CHECK: %[[A:.*]] = vector.load %[[IN]][%{{.*}}] : memref<1503xi8, strided<[1]>>, vector<4xi8>
// CHECK-COUNT-2: codegen.dot %{{.*}}, %[[A]], %{{.*}} unsigned : vector<16xi32>, vector<4xi8>, vector<64xi8>
// CHECK-COUNT-14: codegen.dot
// CHECK-NOT: codegen.dot
// CHECK: scf.yield
// CHECK: scf.yield
// CHECK-COUNT-12: arith.maxsi
// CHECK: codegen.narrow
// CHECK-COUNT-2: vector.store {{.*}} : memref<3x2x4x32xi8>, vector<32xi8>
// CHECK-NOT: vector.store
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @conv(%x: tensor<?x6x10x8xui8> {codegen.buffer = memref<3x6x10x8xi8>}, %p: tensor<2x18x16x4xi8> {codegen.constant}, %b: tensor<32xi32> {codegen.constant}, %m: tensor<32xf32> {codegen.constant}) -> (tensor<?x2x4x32xui8> {codegen.buffer = memref<3x2x4x32xi8>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 2, columns = 4, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<2x18x16x4xi8> -> tensor<32x3x3x8xi8>
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x6x10x8xui8>, tensor<32x3x3x8xi8>, tensor<32xi32>) -> tensor<?x4x8x32xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x8x32xi32>) -> tensor<?x2x4x32xi32>
  %2 = cnn.requantize %1, %m {zero_point = 0 : i32, min = 0 : i32, max = 127 : i32} : (tensor<?x2x4x32xi32>, tensor<32xf32>) -> tensor<?x2x4x32xui8>
  return %2 : tensor<?x2x4x32xui8>
}
}

// -----

// Five columns are tiles of three and two; 20 channels are 16 and a vector of which 4 are stored. Where channels are few, the loop
// over steps is written out. The flipped codes are unsigned.
// CHECK-LABEL: func.func private @remainders
// CHECK-SAME: (%{{.*}}: index, %{{.*}}: memref<1x4x5x3xi8>, %{{.*}}: memref<2x1x16x4xi8>, %[[Y:.*]]: memref<1x4x5x20xi32, strided<[600, 100, 20, 1], offset: 40>>)
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: %[[C:.*]] = vector.load %{{.*}} : memref<{{.*}}>, vector<4xi8>
// CHECK: %[[F:.*]] = arith.xori %[[C]], %{{.*}} : vector<4xi8>
// CHECK: codegen.dot %{{.*}}, %[[F]], %{{.*}} unsigned :
// CHECK: vector.store %{{.*}}, %[[Y]]{{.*}} vector<16xi32>
// CHECK: vector.extract_strided_slice %{{.*}} {offsets = [0], sizes = [4], strides = [1]} : vector<16xi32> to vector<4xi32>
// CHECK: vector.store %{{.*}}, %[[Y]]{{.*}} vector<4xi32>
// CHECK-NOT: codegen.dot {{.*}} : vector<4xi32>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @remainders(%x: tensor<?x4x5x3xi8>, %p: tensor<2x1x16x4xi8> {codegen.constant}) -> (tensor<?x4x5x20xi32> {codegen.buffer = memref<1x4x5x20xi32, strided<[600, 100, 20, 1], offset: 40>>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 3, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<2x1x16x4xi8> -> tensor<20x1x1x3xi8>
  %f = codegen.flip_sign %x : tensor<?x4x5x3xi8> -> tensor<?x4x5x3xui8>
  %0 = cnn.conv2d %f, %w : (tensor<?x4x5x3xui8>, tensor<20x1x1x3xi8>) -> tensor<?x4x5x20xi32>
  return %0 : tensor<?x4x5x20xi32>
}
}

// -----

// A short depth is a loop all the same where a tile has many sums: written out, LLVM would move products to the epilogue and
// keep their operands in memory. Eight steps are four bodies of two, and LLVM may not undo that.
// CHECK: #[[UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[STAYS:.*]] = #llvm.loop_annotation<unroll = #[[UNROLL]]>
// CHECK-LABEL: func.func private @short
// CHECK: %[[SUMS:.*]]:24 = scf.for %{{.*}} = %c0 to %c4 step %c1 iter_args
// CHECK-COUNT-48: codegen.dot
// CHECK-NOT: codegen.dot
// CHECK: } {llvm.loop_annotation = #[[STAYS]]}
// CHECK: arith.sitofp %[[SUMS]]#0
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @short(%x: tensor<?x4x4x32xui8>, %p: tensor<6x8x16x4xi8> {codegen.constant}, %m: tensor<96xf32> {codegen.constant}) -> tensor<?x4x4x96xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 4, vectors = 6, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<6x8x16x4xi8> -> tensor<96x1x1x32xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x32xui8>, tensor<96x1x1x32xi8>) -> tensor<?x4x4x96xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x96xi32>, tensor<96xf32>) -> tensor<?x4x4x96xui8>
  return %1 : tensor<?x4x4x96xui8>
}
}

// -----

// So is what bodies of four steps leave of a long one: eleven are two bodies and three steps.
// CHECK-LABEL: func.func private @rest
// CHECK: %[[WHOLE:.*]]:24 = scf.for %{{.*}} = %c0 to %c2 step %c1 iter_args
// CHECK-COUNT-96: codegen.dot
// CHECK-NOT: codegen.dot
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1 iter_args(%{{.*}} = %[[WHOLE]]#0,
// CHECK-COUNT-24: codegen.dot
// CHECK-NOT: codegen.dot
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @rest(%x: tensor<?x4x4x44xui8>, %p: tensor<6x11x16x4xi8> {codegen.constant}) -> tensor<?x4x4x96xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 4, vectors = 6, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<6x11x16x4xi8> -> tensor<96x1x1x44xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x44xui8>, tensor<96x1x1x44xi8>) -> tensor<?x4x4x96xi32>
  return %0 : tensor<?x4x4x96xi32>
}
}

// -----

// Where sums leave few of the 32 registers, a body is one step: of several, LLVM would load weights early and keep sums in memory.
// CHECK-LABEL: func.func private @crowded
// CHECK: scf.for %{{.*}} = %c0 to %c16 step %c1 iter_args
// CHECK-COUNT-28: codegen.dot
// CHECK-NOT: codegen.dot
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func private @crowded(%x: tensor<?x4x14x64xui8>, %p: tensor<2x16x16x4xi8> {codegen.constant}) -> tensor<?x4x14x32xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 14, vectors = 2, depth = 4, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<2x16x16x4xi8> -> tensor<32x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x14x64xui8>, tensor<32x1x1x64xi8>) -> tensor<?x4x14x32xi32>
  return %0 : tensor<?x4x14x32xi32>
}
}

// -----

// Whole tiles of images, then one of half as many, then the last image, with several sums for each vector where there are few.
// CHECK-LABEL: func.func private @linear
// CHECK-SAME: (%[[N:.*]]: index, %[[X:.*]]: memref<8x64xi8>
// CHECK: %[[TILES:.*]] = arith.divui %[[N]], %c4
// CHECK: %[[WHOLE:.*]] = arith.muli %[[TILES]], %c4
// CHECK: scf.for %{{.*}} = %c0 to %[[WHOLE]] step %c4
// CHECK: scf.for {{.*}} -> (vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>)
// CHECK: %[[LEFT:.*]] = arith.subi %[[N]], %[[WHOLE]]
// CHECK: %[[PAIRS:.*]] = arith.divui %[[LEFT]], %c2
// CHECK: %[[EVEN:.*]] = arith.muli %[[PAIRS]], %c2
// CHECK: %[[END:.*]] = arith.addi %[[WHOLE]], %[[EVEN]]
// CHECK: scf.for %{{.*}} = %[[WHOLE]] to %[[END]] step %c2
// CHECK: scf.for %{{.*}} = %[[END]] to %[[N]] step %c1
// CHECK: scf.for {{.*}} -> (vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>, vector<8xi32>)
// CHECK-COUNT-6: arith.addi %{{.*}} : vector<8xi32>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @linear(%x: tensor<?x64xui8> {codegen.buffer = memref<8x64xi8>}, %p: tensor<1x16x16x4xi8> {codegen.constant}) -> (tensor<?x16xi32> {codegen.buffer = memref<8x16xi32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x16x16x4xi8> -> tensor<16x64xi8>
  %0 = cnn.linear %x, %w : (tensor<?x64xui8>, tensor<16x64xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

// -----

// Floats: fused where the target has it, never where it would be a call.
// CHECK-LABEL: func.func private @fused
// CHECK: math.fma
// CHECK-NOT: arith.mulf
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @fused(%x: tensor<?x4xf32>, %p: tensor<1x4x16x1xf32> {codegen.constant}) -> tensor<?x16xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 1>} {
  %w = codegen.unpack %p <dot> : tensor<1x4x16x1xf32> -> tensor<16x4xf32>
  %0 = cnn.linear %x, %w {activation = #cnn.activation<relu>} : (tensor<?x4xf32>, tensor<16x4xf32>) -> tensor<?x16xf32>
  return %0 : tensor<?x16xf32>
}
}

// -----

// CHECK-LABEL: func.func private @unfused
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: math.fma
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "generic">} {
func.func private @unfused(%x: tensor<?x4xf32>, %p: tensor<1x4x16x1xf32> {codegen.constant}) -> tensor<?x16xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 1, vectors = 4, depth = 1>} {
  %w = codegen.unpack %p <dot> : tensor<1x4x16x1xf32> -> tensor<16x4xf32>
  %0 = cnn.linear %x, %w : (tensor<?x4xf32>, tensor<16x4xf32>) -> tensor<?x16xf32>
  return %0 : tensor<?x16xf32>
}
}

// -----

// A proof about pairs holds where steps keep the pairs that it was made for: not where a tap's last channel is filled up and
// another tap follows, unless any two neighbours fit.
// CHECK-LABEL: func.func private @pairs
// CHECK: codegen.dot {{.*}} unsigned pair_fits :
// CHECK-LABEL: func.func private @odd
// CHECK-NOT: pair_fits
// CHECK-LABEL: func.func private @odd_but_every_pair
// CHECK: codegen.dot {{.*}} unsigned pair_fits :
// CHECK-LABEL: func.func private @odd_but_alone
// CHECK: codegen.dot {{.*}} unsigned pair_fits :
// CHECK-LABEL: func.func private @unproved
// CHECK-NOT: pair_fits
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @pairs(%x: tensor<?x2x2x6xui8>, %p: tensor<1x8x16x4xi8> {codegen.constant}) -> tensor<?x1x1x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x8x16x4xi8> -> tensor<8x2x2x6xi8>
  %0 = cnn.conv2d %x, %w {bounds = #cnn.bounds<accumulator = [-99999, 99999], pair = [-32768, 32767]>} : (tensor<?x2x2x6xui8>, tensor<8x2x2x6xi8>) -> tensor<?x1x1x8xi32>
  return %0 : tensor<?x1x1x8xi32>
}
func.func private @odd(%x: tensor<?x2x2x5xui8>, %p: tensor<1x8x16x4xi8> {codegen.constant}) -> tensor<?x1x1x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x8x16x4xi8> -> tensor<8x2x2x5xi8>
  %0 = cnn.conv2d %x, %w {bounds = #cnn.bounds<accumulator = [-99999, 99999], pair = [-32768, 32767]>} : (tensor<?x2x2x5xui8>, tensor<8x2x2x5xi8>) -> tensor<?x1x1x8xi32>
  return %0 : tensor<?x1x1x8xi32>
}
func.func private @odd_but_every_pair(%x: tensor<?x2x2x5xui8>, %p: tensor<1x8x16x4xi8> {codegen.constant}) -> tensor<?x1x1x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x8x16x4xi8> -> tensor<8x2x2x5xi8>
  %0 = cnn.conv2d %x, %w {bounds = #cnn.bounds<accumulator = [-99999, 99999], pair = [-32768, 32767], every_pair>} : (tensor<?x2x2x5xui8>, tensor<8x2x2x5xi8>) -> tensor<?x1x1x8xi32>
  return %0 : tensor<?x1x1x8xi32>
}
func.func private @odd_but_alone(%x: tensor<?x5xui8>, %p: tensor<1x2x16x4xi8> {codegen.constant}) -> tensor<?x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x2x16x4xi8> -> tensor<8x5xi8>
  %0 = cnn.linear %x, %w {bounds = #cnn.bounds<accumulator = [-99999, 99999], pair = [-32768, 32767]>} : (tensor<?x5xui8>, tensor<8x5xi8>) -> tensor<?x8xi32>
  return %0 : tensor<?x8xi32>
}
func.func private @unproved(%x: tensor<?x4xui8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<8x4xi8>
  %0 = cnn.linear %x, %w {bounds = #cnn.bounds<accumulator = [-99999, 99999], pair = [-32769, 32767]>} : (tensor<?x4xui8>, tensor<8x4xi8>) -> tensor<?x8xi32>
  return %0 : tensor<?x8xi32>
}
}

// -----

// Blocks of two positions and two channels: 16 codes of each position are the parts of two products of 2x8 by 8x2. Of 24
// input channels, 16 are one group of steps and 8 another; the third position is alone in its block, twice.
// CHECK-LABEL: func.func private @paired
// CHECK-COUNT-4: vector.load %{{.*}} : {{.*}}, vector<16xi8>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 4, 1, 5] : vector<4xi32>, vector<4xi32>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [2, 6, 3, 7] : vector<4xi32>, vector<4xi32>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] : vector<16xi8>, vector<16xi8>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31] : vector<16xi8>, vector<16xi8>
// CHECK-COUNT-8: codegen.block_dot %{{.*}} unsigned : vector<4xi32>, vector<16xi8>
// CHECK: vector.load %{{.*}} : {{.*}}, vector<8xi8>
// CHECK-COUNT-4: codegen.block_dot
// CHECK-NOT: codegen.block_dot
// CHECK-NOT: codegen.dot
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 1, 4, 5] : vector<4xi32>, vector<4xi32>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [2, 3, 6, 7] : vector<4xi32>, vector<4xi32>
// CHECK-COUNT-3: vector.store %{{.*}} : memref<1x1x3x4xi32>
// CHECK-NOT: vector.store
// One position: four products for each sum, a quarter of 16 codes at a time.
// CHECK-LABEL: func.func private @alone
// CHECK: %[[CODES:.*]] = vector.load %{{.*}} : {{.*}}, vector<16xi8>
// CHECK: vector.extract_strided_slice %[[CODES]] {offsets = [0], sizes = [4], strides = [1]}
// CHECK: codegen.dot
// CHECK: vector.extract_strided_slice %[[CODES]] {offsets = [4], sizes = [4], strides = [1]}
// CHECK: codegen.dot
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "i8mm">} {
func.func private @paired(%x: tensor<?x1x3x24xui8>, %p: tensor<1x6x16x4xi8> {codegen.constant}) -> tensor<?x1x3x4xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 3, vectors = 1, depth = 4, paired = true>} {
  %w = codegen.unpack %p <dot> : tensor<1x6x16x4xi8> -> tensor<4x1x1x24xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x1x3x24xui8>, tensor<4x1x1x24xi8>) -> tensor<?x1x3x4xi32>
  return %0 : tensor<?x1x3x4xi32>
}
func.func private @alone(%x: tensor<?x1x1x16xui8>, %p: tensor<1x4x16x4xi8> {codegen.constant}) -> tensor<?x1x1x4xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 1, vectors = 1, depth = 4, paired = true>} {
  %w = codegen.unpack %p <dot> : tensor<1x4x16x4xi8> -> tensor<4x1x1x16xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x1x1x16xui8>, tensor<4x1x1x16xi8>) -> tensor<?x1x1x4xi32>
  return %0 : tensor<?x1x1x4xi32>
}
}

// -----

// A linear layer whose weights are far away: two tiles of four images prefetch two of a body's four steps each, 16 steps ahead; the last
// block of the depth, the next channels' first. An image that is left prefetches all four.
// CHECK-LABEL: func.func private @prefetch
// CHECK:         scf.for %[[IMAGE:[a-z0-9]+]] = %c0 to %{{.+}} step %c4
// CHECK:         %[[TILE:[0-9]+]] = arith.divui %[[IMAGE]], %c4
// CHECK:           %[[SHARE:[0-9]+]] = arith.muli %[[TILE]], %c2
// CHECK:           arith.addi %[[SHARE]], %c16
// CHECK-COUNT-2:   memref.prefetch %{{.+}}, read, locality<2>, data
// CHECK-NOT:       memref.prefetch
// CHECK:           scf.yield
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @prefetch(%x: tensor<?x64xf32> {codegen.buffer = memref<8x64xf32>}, %p: tensor<2x64x16x1xf32> {codegen.constant}) -> (tensor<?x32xf32> {codegen.buffer = memref<8x32xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, depthBlock = 16, prefetch = true>} {
  %w = codegen.unpack %p <dot> : tensor<2x64x16x1xf32> -> tensor<32x64xf32>
  %0 = cnn.linear %x, %w : (tensor<?x64xf32>, tensor<32x64xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}
}

// -----

// Blocks of the depth outermost: the sums of all channels wait in memory, and what comes next are the same steps of the next channels'
// weights (64 steps on), or behind the last channels the first ones' next steps; at the end the first ones' first.
// CHECK-LABEL: func.func private @depth_outer
// CHECK:         %[[SUMS:.+]] = memref.alloca() {alignment = 64 : i64} : memref<8x32xf32>
// CHECK:         scf.for %[[CHANNEL:[a-z0-9]+]] = %c0 to %c32 step %c16
// CHECK:           arith.cmpi eq, %[[CHANNEL]], %c16
// CHECK:           arith.select %{{.+}}, %c-48, %c64
// CHECK:           vector.store %{{.+}}, %[[SUMS]][%{{.+}}, %[[CHANNEL]]]
// CHECK:         scf.for %{{.+}} = %c16 to %c48 step %c16
// CHECK:           scf.for %{{.+}} = %c0 to %c32 step %c16
// CHECK:             arith.select %{{.+}}, %c-48, %c64
// CHECK:         scf.for %{{.+}} = %c0 to %c32 step %c16
// CHECK:           vector.load %[[SUMS]]
// CHECK:           arith.select %{{.+}}, %c-112, %c64
// CHECK-NOT:       vector.store %{{.+}}, %[[SUMS]]
// CHECK:         return
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @depth_outer(%x: tensor<?x64xf32> {codegen.buffer = memref<8x64xf32>}, %p: tensor<2x64x16x1xf32> {codegen.constant}) -> (tensor<?x32xf32> {codegen.buffer = memref<8x32xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, order = depth_outer, depthBlock = 16, prefetch = true>} {
  %w = codegen.unpack %p <dot> : tensor<2x64x16x1xf32> -> tensor<32x64xf32>
  %0 = cnn.linear %x, %w : (tensor<?x64xf32>, tensor<32x64xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}
}

// -----

// Windows of a pool, one row after the other, as in two loops of 4 positions and 2 vectors: the first row's maxima, the second row's, and the larger ones.
// CHECK-LABEL: func.func private @rows_of_windows
// CHECK:         %[[FIRST:[0-9]+]]:8 = scf.for
// CHECK:         %[[UPPER:[0-9]+]] = arith.maximumf %[[FIRST]]#0, %[[FIRST]]#2
// CHECK:         %[[SECOND:[0-9]+]]:8 = scf.for
// CHECK:         %[[LOWER:[0-9]+]] = arith.maximumf %[[SECOND]]#0, %[[SECOND]]#2
// CHECK:         %[[LARGEST:[0-9]+]] = arith.maximumf %[[UPPER]], %[[LOWER]]
// CHECK:         vector.store %[[LARGEST]]
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @rows_of_windows(%x: tensor<?x4x4x64xf32> {codegen.buffer = memref<1x4x4x64xf32>}, %p: tensor<1x64x16x1xf32> {codegen.constant}) -> (tensor<?x2x2x16xf32> {codegen.buffer = memref<1x2x2x16xf32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1>} {
  %w = codegen.unpack %p <dot> : tensor<1x64x16x1xf32> -> tensor<16x1x1x64xf32>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x64xf32>, tensor<16x1x1x64xf32>) -> tensor<?x4x4x16xf32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x16xf32>) -> tensor<?x2x2x16xf32>
  return %1 : tensor<?x2x2x16xf32>
}
}

// RUN: qcc-opt %s | qcc-opt | FileCheck %s
// RUN: qcc-opt %s --emit-bytecode | qcc-opt | FileCheck %s

// Every operation and attribute survives text and bytecode.
// CHECK: codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
// CHECK-LABEL: func.func @network
// CHECK-SAME: #codegen.arena<size = 64, bound = 64, alignment = 64, images = 8>, codegen.entry = #codegen.entry<"network_run", inputs = 1, bytes = [4, 8]>
func.func @network() attributes {codegen.arena = #codegen.arena<size = 64, bound = 64, alignment = 64, images = 8>, codegen.entry = #codegen.entry<"network_run", inputs = 1, bytes = [4, 8]>} {
  // CHECK: call @contraction() {codegen.offset = 64 : i64}
  func.call @contraction() {codegen.offset = 64 : i64} : () -> ()
  return
}
// CHECK: codegen.entry = #codegen.entry<"one_run", inputs = 1, bytes = [4, 8], alone = "one_alone">
func.func private @one() attributes {codegen.entry = #codegen.entry<"one_run", inputs = 1, bytes = [4, 8], alone = "one_alone">}
// CHECK: codegen.split = #codegen.split<depth>
func.func private @parts() attributes {codegen.kernel, codegen.split = #codegen.split<depth>}
// CHECK: codegen.stream = @parts
func.func private @stream() attributes {codegen.kernel, codegen.stream = @parts}
// CHECK: #codegen.contraction<lanes = 16, rows = 2, columns = 2, vectors = 4, depth = 4>
func.func private @contraction() attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 2, columns = 2, vectors = 4, depth = 4>}
// CHECK: #codegen.contraction<lanes = 4, rows = 1, columns = 4, vectors = 2, depth = 1, foldTaps = true, order = rows_outer>
func.func private @folded() attributes {codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 4, vectors = 2, depth = 1, foldTaps = true, order = rows_outer>}
// CHECK: #codegen.depthwise<lanes = 16, columns = 4>
func.func private @depthwise() attributes {codegen.strategy = #codegen.depthwise<lanes = 16, columns = 4>}
// CHECK: #codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true, order = channels_outer>
func.func private @depthwise_dot() attributes {codegen.strategy = #codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true, order = channels_outer>}
// CHECK: #codegen.window<lanes = 16>
func.func private @window() attributes {codegen.strategy = #codegen.window<lanes = 16>}
// CHECK: #codegen.pointwise<lanes = 16>
func.func private @pointwise() attributes {codegen.strategy = #codegen.pointwise<lanes = 16>}
// CHECK: codegen.strategy = #codegen.copy}
func.func private @copy() attributes {codegen.strategy = #codegen.copy}
// CHECK: #codegen.copy<inPlace = true>
func.func private @border() attributes {codegen.strategy = #codegen.copy<inPlace = true>}
// CHECK: #codegen.contraction<lanes = 16, rows = 1, columns = 8, vectors = 3, depth = 1, depthBlock = 512>
func.func private @blocks() attributes {codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 8, vectors = 3, depth = 1, depthBlock = 512>}
// CHECK: #codegen.contraction<lanes = 4, rows = 1, columns = 8, vectors = 2, depth = 4, paired = true>
func.func private @paired() attributes {codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 8, vectors = 2, depth = 4, paired = true>}
// CHECK: #codegen.matrix<tileRows = 14, rows = 2, columns = 1, blocks = 2, foldTaps = true, order = rows_outer>
func.func private @matrix() attributes {codegen.strategy = #codegen.matrix<tileRows = 14, rows = 2, columns = 1, blocks = 2, foldTaps = true, order = rows_outer>}
// CHECK: #codegen.matrix<tileRows = 16, rows = 1, columns = 2, blocks = 2, rest = <lanes = 16, rows = 1, columns = 8, vectors = 3, depth = 4>>
func.func private @images() attributes {codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 2, blocks = 2, rest = <lanes = 16, rows = 1, columns = 8, vectors = 3, depth = 4>>}
// CHECK: order = depth_outer, depthBlock = 128>
func.func private @depth_outer() attributes {codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2,
    depth = 1, order = depth_outer, depthBlock = 128>}

// CHECK: images = 64, front = 4, frontImages = 1, taskImages = 16>
func.func private @front() attributes {codegen.arena = #codegen.arena<size = 64, bound = 64, alignment = 64, images = 64, front = 4,
    frontImages = 1, taskImages = 16>}

// CHECK: #codegen.winograd<lanes = 8, rows = 2, columns = 14, positions = 5, vectors = 2>
func.func private @winograd() attributes {codegen.strategy = #codegen.winograd<lanes = 8, rows = 2, columns = 14, positions = 5, vectors = 2>}
// CHECK: (memref<4xf32> {codegen.buffer = memref<4xf32>, codegen.constant}) attributes {codegen.strategy = #codegen.reference<"why">}
func.func private @reference(memref<4xf32> {codegen.buffer = memref<4xf32>, codegen.constant}) attributes {codegen.strategy = #codegen.reference<"why">}

// CHECK-LABEL: func.func @ops
func.func @ops(%p: tensor<2x9x16x4xi8>, %r: tensor<2x3x1x80x4xi8>, %n: vector<16xf32>, %t: tensor<9x5xf32>, %f: tensor<1x3x16x4xi8>, %d: tensor<1x48x16x4xi8>, %u: tensor<?x2xui8>, %acc: vector<16xi32>, %a: vector<4xi8>, %w: vector<64xi8>, %g: tensor<2x16x3x16x2xi16>, %c: vector<2xi16>, %v: vector<32xi16>, %s4: vector<4xi32>, %b16: vector<16xi8>) {
  // CHECK: codegen.unpack %{{.*}} <dot> : tensor<2x9x16x4xi8> -> tensor<20x3x3x2xi8>
  %0 = codegen.unpack %p <dot> : tensor<2x9x16x4xi8> -> tensor<20x3x3x2xi8>
  // CHECK: codegen.unpack %{{.*}} <taps> {groups = 5 : i64} : tensor<9x5xf32> -> tensor<5x3x3x1xf32>
  %1 = codegen.unpack %t <taps> {groups = 5 : i64} : tensor<9x5xf32> -> tensor<5x3x3x1xf32>
  // CHECK: codegen.unpack %{{.*}} <dot> {fold_taps} : tensor<1x3x16x4xi8> -> tensor<8x3x3x1xi8>
  %2 = codegen.unpack %f <dot> {fold_taps} : tensor<1x3x16x4xi8> -> tensor<8x3x3x1xi8>
  // CHECK: codegen.unpack %{{.*}} <dot> {depth_multiple = 64 : i64, fold_taps} : tensor<1x48x16x4xi8> -> tensor<8x3x3x1xi8>
  %d64 = codegen.unpack %d <dot> {depth_multiple = 64 : i64, fold_taps} : tensor<1x48x16x4xi8> -> tensor<8x3x3x1xi8>
  // CHECK: codegen.flip_sign %{{.*}} : tensor<?x2xui8> -> tensor<?x2xi8>
  %3 = codegen.flip_sign %u : tensor<?x2xui8> -> tensor<?x2xi8>
  // CHECK: codegen.dot %{{.*}}, %{{.*}}, %{{.*}} : vector<16xi32>, vector<4xi8>, vector<64xi8>
  %4 = codegen.dot %acc, %a, %w : vector<16xi32>, vector<4xi8>, vector<64xi8>
  // CHECK: codegen.dot %{{.*}}, %{{.*}}, %{{.*}} unsigned pair_fits : vector<16xi32>, vector<4xi8>, vector<64xi8>
  %5 = codegen.dot %acc, %a, %w unsigned pair_fits : vector<16xi32>, vector<4xi8>, vector<64xi8>
  // Rows 0 to 3 of the input, for two rows of the result; 70 channels: a block of 64 and one of 16.
  // CHECK: codegen.unpack %{{.*}} <tap_rows> {block = 64 : i64, groups = 70 : i64, rows = 2 : i64} : tensor<2x3x1x80x4xi8> -> tensor<70x3x3x1xi8>
  %6 = codegen.unpack %r <tap_rows> {groups = 70 : i64, rows = 2 : i64, block = 64 : i64} : tensor<2x3x1x80x4xi8> -> tensor<70x3x3x1xi8>
  // CHECK: codegen.dot %{{.*}}, %{{.*}}, %{{.*}} : vector<16xi32>, vector<64xi8>, vector<64xi8>
  %7 = codegen.dot %acc, %w, %w : vector<16xi32>, vector<64xi8>, vector<64xi8>
  // CHECK: codegen.narrow %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} zero_point 3 unsigned : vector<16xf32> -> vector<64xi8>
  %8 = codegen.narrow %n, %n, %n, %n zero_point 3 unsigned : vector<16xf32> -> vector<64xi8>
  // CHECK: codegen.narrow %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} zero_point -3 fits : vector<16xf32> -> vector<64xi8>
  %12 = codegen.narrow %n, %n, %n, %n zero_point -3 fits : vector<16xf32> -> vector<64xi8>
  // CHECK: codegen.unpack %{{.*}} <winograd> : tensor<2x16x3x16x2xi16> -> tensor<20x3x3x5xi8>
  %9 = codegen.unpack %g <winograd> : tensor<2x16x3x16x2xi16> -> tensor<20x3x3x5xi8>
  // CHECK: codegen.block_dot %{{.*}}, %{{.*}}, %{{.*}} unsigned : vector<4xi32>, vector<16xi8>
  %11 = codegen.block_dot %s4, %b16, %b16 unsigned : vector<4xi32>, vector<16xi8>
  // CHECK: codegen.dot %{{.*}}, %{{.*}}, %{{.*}} : vector<16xi32>, vector<2xi16>, vector<32xi16>
  %10 = codegen.dot %acc, %c, %v : vector<16xi32>, vector<2xi16>, vector<32xi16>
  return
}
}

// RUN: qcc-opt %s --qcc-stream-weights=least-bytes=0 --split-input-file | FileCheck %s
// RUN: qcc-opt %s --qcc-stream-weights --split-input-file | FileCheck %s --check-prefix=FEW
// What goes together stays as it is: a second time changes nothing.
// RUN: qcc-opt %s --qcc-stream-weights=least-bytes=0 --split-input-file > %t.mlir
// RUN: qcc-opt %t.mlir --qcc-stream-weights=least-bytes=0 --split-input-file | diff %t.mlir -

// Both networks' convolutions and linear layers are the same kernels, and so are those that go together. Calls and kernels stay for
// more images. Parts are of 32 steps, and as many vectors as there are channels. 4 KB of weights are too few by default.
// FEW-NOT: codegen.stream
// CHECK-LABEL: func.func @main(
// CHECK: call @conv(%{{.*}}) {codegen.offset = 64 : i64, codegen.stream = @conv_stream}
// CHECK: call @linear(%{{.*}}) {codegen.offset = 1024 : i64}
// CHECK: call @relu(
// CHECK-LABEL: func.func @main_codes(
// CHECK: call @conv(%{{.*}}) {codegen.offset = 64 : i64, codegen.stream = @conv_stream}
// CHECK-LABEL: func.func private @conv(
// CHECK-SAME: attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #[[CONV:.*]]} {
// CHECK-LABEL: func.func private @conv_stream(
// CHECK-SAME: codegen.buffer = memref<2x4x4x16xi8>
// CHECK-SAME: attributes {codegen.kernel, codegen.strategy = #[[CONV]], codegen.stream = @linear_parts} {
// CHECK: cnn.conv2d
// CHECK-LABEL: func.func private @linear(
// CHECK-SAME: codegen.split = #codegen.split<channels>
// CHECK-LABEL: func.func private @linear_parts(
// CHECK-SAME: attributes {codegen.kernel, codegen.split = #codegen.split<depth>, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 1, vectors = 1, depth = 4, order = depth_outer, depthBlock = 32>} {
// CHECK: cnn.linear
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "amx">} {
func.func @main(%x: tensor<?x4x4x64xui8>) -> tensor<?x16xi32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1> : tensor<1x16x16x4xi8>
  %v = cnn.constant dense<1> : tensor<1x64x16x4xi8>
  %m = cnn.constant dense<1.0> : tensor<16xf32>
  %0 = call @conv(%x, %w, %m) {codegen.offset = 64 : i64} : (tensor<?x4x4x64xui8>, tensor<1x16x16x4xi8>, tensor<16xf32>) -> tensor<?x4x4x16xui8>
  %1 = cnn.flatten %0 : (tensor<?x4x4x16xui8>) -> tensor<?x256xui8>
  %2 = call @linear(%1, %v) {codegen.offset = 1024 : i64} : (tensor<?x256xui8>, tensor<1x64x16x4xi8>) -> tensor<?x16xi32>
  %3 = call @relu(%2) : (tensor<?x16xi32>) -> tensor<?x16xi32>
  return %3 : tensor<?x16xi32>
}
func.func @main_codes(%x: tensor<?x4x4x64xui8>) -> tensor<?x16xi32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1> : tensor<1x16x16x4xi8>
  %v = cnn.constant dense<1> : tensor<1x64x16x4xi8>
  %m = cnn.constant dense<1.0> : tensor<16xf32>
  %0 = call @conv(%x, %w, %m) {codegen.offset = 64 : i64} : (tensor<?x4x4x64xui8>, tensor<1x16x16x4xi8>, tensor<16xf32>) -> tensor<?x4x4x16xui8>
  %1 = cnn.flatten %0 : (tensor<?x4x4x16xui8>) -> tensor<?x256xui8>
  %2 = call @linear(%1, %v) : (tensor<?x256xui8>, tensor<1x64x16x4xi8>) -> tensor<?x16xi32>
  return %2 : tensor<?x16xi32>
}
func.func private @conv(%x: tensor<?x4x4x64xui8> {codegen.buffer = memref<2x4x4x64xi8>}, %p: tensor<1x16x16x4xi8> {codegen.buffer = memref<1x16x16x4xi8>, codegen.constant}, %m: tensor<16xf32> {codegen.buffer = memref<16xf32>, codegen.constant})
    -> (tensor<?x4x4x16xui8> {codegen.buffer = memref<2x4x4x16xi8>})
    attributes {codegen.kernel, codegen.split = #codegen.split<positions>, codegen.strategy = #codegen.matrix<tileRows = 4, rows = 2, columns = 1, blocks = 1, order = rows_outer>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x16x16x4xi8> -> tensor<16x1x1x64xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x64xui8>, tensor<16x1x1x64xi8>) -> tensor<?x4x4x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x4x4x16xi32>, tensor<16xf32>) -> tensor<?x4x4x16xui8>
  return %1 : tensor<?x4x4x16xui8>
}
func.func private @linear(%x: tensor<?x256xui8> {codegen.buffer = memref<2x256xi8>}, %p: tensor<1x64x16x4xi8> {codegen.buffer = memref<1x64x16x4xi8>, codegen.constant})
    -> (tensor<?x16xi32> {codegen.buffer = memref<2x16xi32>})
    attributes {codegen.kernel, codegen.split = #codegen.split<channels>, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1, rest = <lanes = 16, rows = 1, columns = 8, vectors = 1, depth = 4>>} {
  %w = codegen.unpack %p <dot> {depth_multiple = 64 : i64} : tensor<1x64x16x4xi8> -> tensor<16x256xi8>
  %0 = cnn.linear %x, %w : (tensor<?x256xui8>, tensor<16x256xi8>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
func.func private @relu(%x: tensor<?x16xi32> {codegen.buffer = memref<2x16xi32>}) -> (tensor<?x16xi32> {codegen.buffer = memref<2x16xi32>})
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 16>} {
  %0 = cnn.relu %x : (tensor<?x16xi32>) -> tensor<?x16xi32>
  return %0 : tensor<?x16xi32>
}
}

// -----

// Floats: in the order of the layer's own blocks of the depth, or not at all. One that is read twice, a linear layer that reads
// something else that is computed, and a block of two images and never less: none of them.
// CHECK-LABEL: func.func @floats(
// CHECK: codegen.stream = @conv_stream
// CHECK-LABEL: func.func @at_once(
// CHECK-NOT: codegen.stream
// CHECK-LABEL: func.func private @conv(
// CHECK-LABEL: func.func private @conv_stream(
// CHECK-LABEL: func.func private @blocks_parts(
// CHECK-SAME: codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 2, depth = 1, order = depth_outer, depthBlock = 16>
// CHECK-NOT: codegen.split<depth>
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
func.func @floats(%x: tensor<?x4x4x4xf32>) -> tensor<?x32xf32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1.0> : tensor<1x4x16x1xf32>
  %v = cnn.constant dense<1.0> : tensor<2x256x16x1xf32>
  %0 = call @conv(%x, %w) {codegen.offset = 64 : i64} : (tensor<?x4x4x4xf32>, tensor<1x4x16x1xf32>) -> tensor<?x4x4x16xf32>
  %1 = cnn.flatten %0 : (tensor<?x4x4x16xf32>) -> tensor<?x256xf32>
  %2 = call @blocks(%1, %v) : (tensor<?x256xf32>, tensor<2x256x16x1xf32>) -> tensor<?x32xf32>
  return %2 : tensor<?x32xf32>
}
func.func @at_once(%x: tensor<?x4x4x4xf32>) -> tensor<?x32xf32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1.0> : tensor<1x4x16x1xf32>
  %v = cnn.constant dense<1.0> : tensor<2x256x16x1xf32>
  %0 = call @conv(%x, %w) {codegen.offset = 64 : i64} : (tensor<?x4x4x4xf32>, tensor<1x4x16x1xf32>) -> tensor<?x4x4x16xf32>
  %1 = cnn.flatten %0 : (tensor<?x4x4x16xf32>) -> tensor<?x256xf32>
  %2 = call @whole(%1, %v) : (tensor<?x256xf32>, tensor<2x256x16x1xf32>) -> tensor<?x32xf32>
  return %2 : tensor<?x32xf32>
}
func.func @twice(%x: tensor<?x4x4x4xf32>) -> (tensor<?x32xf32>, tensor<?x256xf32>) attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1.0> : tensor<1x4x16x1xf32>
  %v = cnn.constant dense<1.0> : tensor<2x256x16x1xf32>
  %0 = call @conv(%x, %w) {codegen.offset = 64 : i64} : (tensor<?x4x4x4xf32>, tensor<1x4x16x1xf32>) -> tensor<?x4x4x16xf32>
  %1 = cnn.flatten %0 : (tensor<?x4x4x16xf32>) -> tensor<?x256xf32>
  %2 = call @blocks(%1, %v) : (tensor<?x256xf32>, tensor<2x256x16x1xf32>) -> tensor<?x32xf32>
  return %2, %1 : tensor<?x32xf32>, tensor<?x256xf32>
}
func.func @residual(%x: tensor<?x4x4x4xf32>, %r: tensor<?x32xf32>) -> tensor<?x32xf32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2>} {
  %w = cnn.constant dense<1.0> : tensor<1x4x16x1xf32>
  %v = cnn.constant dense<1.0> : tensor<2x256x16x1xf32>
  %0 = call @conv(%x, %w) {codegen.offset = 64 : i64} : (tensor<?x4x4x4xf32>, tensor<1x4x16x1xf32>) -> tensor<?x4x4x16xf32>
  %1 = cnn.flatten %0 : (tensor<?x4x4x16xf32>) -> tensor<?x256xf32>
  %2 = call @added(%1, %v, %r) : (tensor<?x256xf32>, tensor<2x256x16x1xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
  return %2 : tensor<?x32xf32>
}
func.func @fixed(%x: tensor<2x4x4x4xf32>) -> tensor<2x32xf32> attributes {codegen.arena = #codegen.arena<size = 2048, bound = 2048, alignment = 64, images = 2, fixed = true>} {
  %w = cnn.constant dense<1.0> : tensor<1x4x16x1xf32>
  %v = cnn.constant dense<1.0> : tensor<2x256x16x1xf32>
  %0 = call @conv_2(%x, %w) {codegen.offset = 64 : i64} : (tensor<2x4x4x4xf32>, tensor<1x4x16x1xf32>) -> tensor<2x4x4x16xf32>
  %1 = cnn.flatten %0 : (tensor<2x4x4x16xf32>) -> tensor<2x256xf32>
  %2 = call @blocks_2(%1, %v) : (tensor<2x256xf32>, tensor<2x256x16x1xf32>) -> tensor<2x32xf32>
  return %2 : tensor<2x32xf32>
}
func.func private @conv(%x: tensor<?x4x4x4xf32>, %p: tensor<1x4x16x1xf32> {codegen.constant}) -> tensor<?x4x4x16xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x4x16x1xf32> -> tensor<16x1x1x4xf32>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x4xf32>, tensor<16x1x1x4xf32>) -> tensor<?x4x4x16xf32>
  return %0 : tensor<?x4x4x16xf32>
}
func.func private @conv_2(%x: tensor<2x4x4x4xf32>, %p: tensor<1x4x16x1xf32> {codegen.constant}) -> tensor<2x4x4x16xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, order = rows_outer>} {
  %w = codegen.unpack %p <dot> : tensor<1x4x16x1xf32> -> tensor<16x1x1x4xf32>
  %0 = cnn.conv2d %x, %w : (tensor<2x4x4x4xf32>, tensor<16x1x1x4xf32>) -> tensor<2x4x4x16xf32>
  return %0 : tensor<2x4x4x16xf32>
}
func.func private @blocks(%x: tensor<?x256xf32>, %p: tensor<2x256x16x1xf32> {codegen.constant}) -> tensor<?x32xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, order = depth_outer, depthBlock = 16, prefetch = true>} {
  %w = codegen.unpack %p <dot> : tensor<2x256x16x1xf32> -> tensor<32x256xf32>
  %0 = cnn.linear %x, %w : (tensor<?x256xf32>, tensor<32x256xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}
func.func private @blocks_2(%x: tensor<2x256xf32>, %p: tensor<2x256x16x1xf32> {codegen.constant}) -> tensor<2x32xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, order = depth_outer, depthBlock = 16, prefetch = true>} {
  %w = codegen.unpack %p <dot> : tensor<2x256x16x1xf32> -> tensor<32x256xf32>
  %0 = cnn.linear %x, %w : (tensor<2x256xf32>, tensor<32x256xf32>) -> tensor<2x32xf32>
  return %0 : tensor<2x32xf32>
}
func.func private @added(%x: tensor<?x256xf32>, %p: tensor<2x256x16x1xf32> {codegen.constant}, %r: tensor<?x32xf32>) -> tensor<?x32xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1, order = depth_outer, depthBlock = 16, prefetch = true>} {
  %w = codegen.unpack %p <dot> : tensor<2x256x16x1xf32> -> tensor<32x256xf32>
  %0 = cnn.linear %x, %w : (tensor<?x256xf32>, tensor<32x256xf32>) -> tensor<?x32xf32>
  %1 = cnn.add %0, %r : (tensor<?x32xf32>, tensor<?x32xf32>) -> tensor<?x32xf32>
  return %1 : tensor<?x32xf32>
}
func.func private @whole(%x: tensor<?x256xf32>, %p: tensor<2x256x16x1xf32> {codegen.constant}) -> tensor<?x32xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 1>} {
  %w = codegen.unpack %p <dot> : tensor<2x256x16x1xf32> -> tensor<32x256xf32>
  %0 = cnn.linear %x, %w : (tensor<?x256xf32>, tensor<32x256xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}
}

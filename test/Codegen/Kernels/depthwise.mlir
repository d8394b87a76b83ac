// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file | FileCheck %s

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {

// Five columns: a step of four and one of one. A row of the image is read once for the columns and taps it belongs to:
// six vectors for four columns, three for the last one.
// CHECK-LABEL: func.func private @codes(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: memref<1x3x7x16xi8>, %[[W:.*]]: memref<9x16xi8>, %[[B:.*]]: memref<16xi32>, %[[M:.*]]: memref<16xf32>, %[[Y:.*]]: memref<1x1x5x16xi8>)
// CHECK: scf.for
// CHECK: vector.load %[[B]]
// CHECK-COUNT-3: vector.load %[[W]]
// CHECK-COUNT-6: vector.load %[[X]]
// CHECK-COUNT-3: vector.load %[[W]]
// CHECK-COUNT-6: vector.load %[[X]]
// CHECK-COUNT-3: vector.load %[[W]]
// CHECK-COUNT-6: vector.load %[[X]]
// CHECK: arith.muli {{.*}} : vector<16xi32>
// CHECK: vector.load %[[M]]
// CHECK-COUNT-4: vector.store
// CHECK-COUNT-9: vector.load %[[X]]
// CHECK: vector.store
// CHECK-NOT: vector.store
// CHECK: return
func.func private @codes(%x: tensor<?x3x7x16xui8>, %p: tensor<9x16xi8> {codegen.constant}, %b: tensor<16xi32> {codegen.constant},
                         %m: tensor<16xf32> {codegen.constant}) -> tensor<?x1x5x16xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 4>} {
  %w = codegen.unpack %p <taps> {groups = 16 : i64} : tensor<9x16xi8> -> tensor<16x3x3x1xi8>
  %0 = cnn.conv2d %x, %w, %b {groups = 16 : i64} : (tensor<?x3x7x16xui8>, tensor<16x3x3x1xi8>, tensor<16xi32>) -> tensor<?x1x5x16xi32>
  %y = cnn.requantize %0, %m {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x1x5x16xi32>, tensor<16xf32>) -> tensor<?x1x5x16xui8>
  return %y : tensor<?x1x5x16xui8>
}

// CHECK-LABEL: func.func private @floats(
// CHECK-COUNT-9: math.fma {{.*}} : vector<8xf32>
// CHECK: arith.select
func.func private @floats(%x: tensor<?x3x3x8xf32>, %p: tensor<9x8xf32> {codegen.constant}) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 4>} {
  %w = codegen.unpack %p <taps> {groups = 8 : i64} : tensor<9x8xf32> -> tensor<8x3x3x1xf32>
  %y = cnn.conv2d %x, %w {groups = 8 : i64, activation = #cnn.activation<relu>} : (tensor<?x3x3x8xf32>, tensor<8x3x3x1xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}

// The rows of a large kernel are a loop.
// CHECK-LABEL: func.func private @large(
// CHECK: scf.for %{{.*}} iter_args
// CHECK-COUNT-7: math.fma
// CHECK-NOT: math.fma
// CHECK: return
func.func private @large(%x: tensor<?x7x7x8xf32>, %p: tensor<49x8xf32> {codegen.constant}) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 4>} {
  %w = codegen.unpack %p <taps> {groups = 8 : i64} : tensor<49x8xf32> -> tensor<8x7x7x1xf32>
  %y = cnn.conv2d %x, %w {groups = 8 : i64} : (tensor<?x7x7x8xf32>, tensor<8x7x7x1xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}
}

// -----

// 16 bits hold every product; there is no fused multiply-add to call a library for.
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "generic">} {
// CHECK-LABEL: func.func private @codes(
// CHECK: arith.muli {{.*}} : vector<8xi16>
// CHECK: arith.extsi {{.*}} : vector<8xi16> to vector<8xi32>
func.func private @codes(%x: tensor<?x1x1x8xui8>, %p: tensor<1x8xi8> {codegen.constant}) -> tensor<?x1x1x8xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 2>} {
  %w = codegen.unpack %p <taps> {groups = 8 : i64} : tensor<1x8xi8> -> tensor<8x1x1x1xi8>
  %y = cnn.conv2d %x, %w {groups = 8 : i64} : (tensor<?x1x1x8xui8>, tensor<8x1x1x1xi8>) -> tensor<?x1x1x8xi32>
  return %y : tensor<?x1x1x8xi32>
}
// CHECK-LABEL: func.func private @floats(
// CHECK-NOT: math.fma
// CHECK: arith.mulf
// CHECK: return
func.func private @floats(%x: tensor<?x1x1x8xf32>, %p: tensor<1x8xf32> {codegen.constant}) -> tensor<?x1x1x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 16, columns = 2>} {
  %w = codegen.unpack %p <taps> {groups = 8 : i64} : tensor<1x8xf32> -> tensor<8x1x1x1xf32>
  %y = cnn.conv2d %x, %w {groups = 8 : i64} : (tensor<?x1x1x8xf32>, tensor<8x1x1x1xf32>) -> tensor<?x1x1x8xf32>
  return %y : tensor<?x1x1x8xf32>
}
}

// -----

// Dot products of four rows of taps: for two rows of the result and 64 channels, each column of the input is four vectors, which
// unpacking makes four quarters of. Two columns of the input wait for the next step in registers; a step reads two more. Channels
// 64 to 69 are a block of 16, of which six are stored.
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
// CHECK-LABEL: func.func private @dot(
// CHECK-SAME: %[[N:.*]]: index, %[[X:.*]]: memref<1x6x10x70xi8>, %[[W:.*]]: memref<2x3x1x80x4xi8>, %[[B:.*]]: memref<70xi32>, %[[M:.*]]: memref<70xf32>, %[[Y:.*]]: memref<1x4x8x70xi8>)
// CHECK-DAG: %[[XS:.*]] = memref.reinterpret_cast %[[X]]
// CHECK-DAG: %[[WS:.*]] = memref.reinterpret_cast %[[W]]
// CHECK: scf.for
// CHECK: scf.for
// CHECK: vector.load %[[B]]{{.*}} vector<64xi32>
// CHECK: vector.load %[[M]]{{.*}} vector<64xf32>
// CHECK-COUNT-4: vector.load %[[XS]]{{\[}}{{.*}} vector<64xi8>
// CHECK: vector.shuffle {{.*}} [0, 64, 1, 65, 2, 66, 3, 67, 4, 68, 5, 69, 6, 70, 7, 71, 16, 80,
// CHECK: vector.shuffle {{.*}} [0, 1, 64, 65, 2, 3, 66, 67, 4, 5, 68, 69, 6, 7, 70, 71, 16, 17, 80, 81,
// CHECK: scf.for {{.*}} iter_args
// CHECK: vector.load %[[WS]]{{\[}}{{.*}} vector<64xi8>
// CHECK: codegen.dot {{.*}} unsigned : vector<16xi32>, vector<64xi8>, vector<64xi8>
// CHECK-COUNT-4: vector.load %[[XS]]{{\[}}
// CHECK: codegen.narrow {{.*}} zero_point 3 unsigned : vector<16xf32> -> vector<64xi8>
// CHECK: arith.minui {{.*}} : vector<64xi8>
// CHECK: vector.store {{.*}} vector<64xi8>
// CHECK-COUNT-4: vector.load %[[XS]]{{\[}}
// CHECK-NOT: vector.load %[[XS]]{{\[}}
// CHECK: scf.yield
// CHECK: codegen.narrow {{.*}} : vector<4xf32> -> vector<16xi8>
// CHECK: vector.store {{.*}} vector<6xi8>
func.func private @dot(%x: tensor<?x6x10x70xui8>, %p: tensor<2x3x1x80x4xi8> {codegen.constant}, %b: tensor<70xi32> {codegen.constant},
                       %m: tensor<70xf32> {codegen.constant}) -> tensor<?x4x8x70xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true>} {
  %w = codegen.unpack %p <tap_rows> {groups = 70 : i64, rows = 2 : i64, block = 64 : i64} : tensor<2x3x1x80x4xi8> -> tensor<70x3x3x1xi8>
  %0 = cnn.conv2d %x, %w, %b {groups = 70 : i64} : (tensor<?x6x10x70xui8>, tensor<70x3x3x1xi8>, tensor<70xi32>) -> tensor<?x4x8x70xi32>
  %y = cnn.requantize %0, %m {zero_point = 3 : i32, min = 0 : i32, max = 250 : i32} : (tensor<?x4x8x70xi32>, tensor<70xf32>) -> tensor<?x4x8x70xui8>
  return %y : tensor<?x4x8x70xui8>
}
}

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

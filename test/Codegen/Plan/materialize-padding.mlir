// RUN: qcc-opt %s --qcc-materialize-padding | FileCheck %s

// Codes: what stands outside of the image is the code of 0.
// CHECK-LABEL: func.func @codes
// CHECK: %[[P:.*]] = cnn.pad %{{.*}} {high = array<i64: 0, 2, 4, 0>, low = array<i64: 0, 1, 3, 0>, value = 7 : i32} : (tensor<?x8x9x4xui8>) -> tensor<?x11x16x4xui8>
// CHECK: cnn.conv2d %[[P]], %{{[^,]*}} : (tensor<?x11x16x4xui8>, tensor<2x3x3x4xi8>) -> tensor<?x9x14x2xi32>
func.func @codes(%x: tensor<?x8x9x4xui8>, %w: tensor<2x3x3x4xi8>) -> tensor<?x9x14x2xi32> {
  %0 = cnn.conv2d %x, %w {padding = array<i64: 1, 2, 3, 4>, pad_value = 7 : i64} : (tensor<?x8x9x4xui8>, tensor<2x3x3x4xi8>) -> tensor<?x9x14x2xi32>
  return %0 : tensor<?x9x14x2xi32>
}

// Everything else about the convolution stays.
// CHECK-LABEL: func.func @float
// CHECK: %[[P:.*]] = cnn.pad %{{.*}} {high = array<i64: 0, 1, 1, 0>, low = array<i64: 0, 1, 1, 0>, value = 0.000000e+00 : f32}
// CHECK: cnn.conv2d %[[P]], %{{[^,]*}}, %{{[^,]*}} {activation = #cnn.activation<relu>, cnn.name = "c", groups = 2 : i64, strides = array<i64: 2, 2>}
func.func @float(%x: tensor<2x8x8x4xf32>, %w: tensor<2x3x3x2xf32>, %b: tensor<2xf32>) -> tensor<2x4x4x2xf32> {
  %0 = cnn.conv2d %x, %w, %b {cnn.name = "c", padding = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>, groups = 2 : i64, activation = #cnn.activation<relu>} : (tensor<2x8x8x4xf32>, tensor<2x3x3x2xf32>, tensor<2xf32>) -> tensor<2x4x4x2xf32>
  return %0 : tensor<2x4x4x2xf32>
}

// CHECK-LABEL: func.func @unpadded
// CHECK-NOT: cnn.pad
func.func @unpadded(%x: tensor<?x8x9x4xui8>, %w: tensor<2x3x3x4xi8>) -> tensor<?x6x7x2xi32> {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x9x4xui8>, tensor<2x3x3x4xi8>) -> tensor<?x6x7x2xi32>
  return %0 : tensor<?x6x7x2xi32>
}

// RUN: qcc-opt %s -convert-cnn-to-linalg -split-input-file | FileCheck %s

// CHECK-LABEL: func @flatten(
// CHECK: tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2, 3]] : tensor<?x2x2x3xi8> into tensor<?x12xi8>
func.func @flatten(%x: tensor<?x2x2x3xui8>) -> tensor<?x12xui8> {
  %y = cnn.flatten %x : (tensor<?x2x2x3xui8>) -> tensor<?x12xui8>
  return %y : tensor<?x12xui8>
}

// -----

// CHECK-LABEL: func @flatten_vector(
// CHECK: tensor.expand_shape %{{.+}} {{\[\[}}0, 1]] output_shape [5, 1] : tensor<5xf32> into tensor<5x1xf32>
func.func @flatten_vector(%x: tensor<5xf32>) -> tensor<5x1xf32> {
  %y = cnn.flatten %x : (tensor<5xf32>) -> tensor<5x1xf32>
  return %y : tensor<5x1xf32>
}

// -----

// CHECK-LABEL: func @reshape_dynamic(
// CHECK: tensor.collapse_shape %{{.+}} {{\[\[}}0], [1, 2]] : tensor<?x4x3xf32> into tensor<?x12xf32>
// CHECK: tensor.expand_shape %{{.+}} {{\[\[}}0], [1, 2, 3]] {{.*}} : tensor<?x12xf32> into tensor<?x3x2x2xf32>
func.func @reshape_dynamic(%x: tensor<?x4x3xf32>) -> tensor<?x3x2x2xf32> {
  %y = cnn.reshape %x : (tensor<?x4x3xf32>) -> tensor<?x3x2x2xf32>
  return %y : tensor<?x3x2x2xf32>
}

// -----

// CHECK-LABEL: func @reshape_static(
// CHECK: tensor.collapse_shape %{{.+}} {{\[\[}}0, 1, 2]] : tensor<2x4x3xf32> into tensor<24xf32>
// CHECK: tensor.expand_shape %{{.+}} {{\[\[}}0, 1]] {{.*}} : tensor<24xf32> into tensor<6x4xf32>
func.func @reshape_static(%x: tensor<2x4x3xf32>) -> tensor<6x4xf32> {
  %y = cnn.reshape %x : (tensor<2x4x3xf32>) -> tensor<6x4xf32>
  return %y : tensor<6x4xf32>
}

// -----

// CHECK-LABEL: func @reshape_scalar(
// CHECK: tensor.collapse_shape %{{.+}} {{\[\[}}0, 1]] : tensor<1x1xf32> into tensor<1xf32>
// CHECK: tensor.collapse_shape %{{.+}} [] : tensor<1xf32> into tensor<f32>
func.func @reshape_scalar(%x: tensor<1x1xf32>) -> tensor<f32> {
  %y = cnn.reshape %x : (tensor<1x1xf32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

// CHECK-LABEL: func @reshape_from_scalar(
// CHECK: %[[V:.+]] = tensor.expand_shape %{{.+}} [] output_shape [1] : tensor<f32> into tensor<1xf32>
// CHECK: tensor.expand_shape %[[V]] {{\[\[}}0, 1]] output_shape [1, 1] : tensor<1xf32> into tensor<1x1xf32>
func.func @reshape_from_scalar(%x: tensor<f32>) -> tensor<1x1xf32> {
  %y = cnn.reshape %x : (tensor<f32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// CHECK-LABEL: func @transpose(
// CHECK: linalg.transpose ins(%{{.+}} : tensor<?x3x4x5xf32>) outs(%{{.+}} : tensor<?x4x5x3xf32>) permutation = [0, 2, 3, 1]
func.func @transpose(%x: tensor<?x3x4x5xf32>) -> tensor<?x4x5x3xf32> {
  %y = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x3x4x5xf32>) -> tensor<?x4x5x3xf32>
  return %y : tensor<?x4x5x3xf32>
}

// -----

// CHECK-LABEL: func @pad(
// CHECK: %[[V:.+]] = arith.constant -1 : i8
// CHECK: tensor.pad %{{.+}} low[0, 1, 2] high[0, 3, 0]
// CHECK: tensor.yield %[[V]]
func.func @pad(%x: tensor<?x3x4xui8>) -> tensor<?x7x6xui8> {
  %y = cnn.pad %x {low = array<i64: 0, 1, 2>, high = array<i64: 0, 3, 0>, value = 255 : i32}
     : (tensor<?x3x4xui8>) -> tensor<?x7x6xui8>
  return %y : tensor<?x7x6xui8>
}

// -----

// CHECK-LABEL: func @concat(
// CHECK-SAME: %[[A:.+]]: tensor<?x2x3xf32>, %[[B:.+]]: tensor<?x2x4xf32>
// CHECK: %[[E:.+]] = tensor.empty(%{{.+}}) : tensor<?x2x7xf32>
// CHECK: %[[F:.+]] = tensor.insert_slice %[[A]] into %[[E]][0, 0, 0] [%{{.+}}, 2, 3] [1, 1, 1]
// CHECK: tensor.insert_slice %[[B]] into %[[F]][0, 0, 3] [%{{.+}}, 2, 4] [1, 1, 1]
func.func @concat(%a: tensor<?x2x3xf32>, %b: tensor<?x2x4xf32>) -> tensor<?x2x7xf32> {
  %y = cnn.concat %a, %b {axis = 2 : i64} : (tensor<?x2x3xf32>, tensor<?x2x4xf32>) -> tensor<?x2x7xf32>
  return %y : tensor<?x2x7xf32>
}

// -----

// CHECK-LABEL: func @concat_batches(
// CHECK: %[[N:.+]] = arith.addi
// CHECK: tensor.empty(%[[N]]) : tensor<?x2xf32>
func.func @concat_batches(%a: tensor<?x2xf32>, %b: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = cnn.concat %a, %b {axis = 0 : i64} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

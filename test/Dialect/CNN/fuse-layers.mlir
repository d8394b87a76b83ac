// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-fuse-layers))' -split-input-file | FileCheck %s

// The fused layer keeps its own name.
// CHECK-LABEL: func.func @relu
// CHECK: %[[C:.*]] = cnn.conv2d %arg0, %arg1 {activation = #cnn.activation<relu>, cnn.name = "conv"}
// CHECK-NEXT: return %[[C]]
func.func @relu(%x: tensor<?x4x4x1xf32>, %w: tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32> {
  %0 = cnn.conv2d %x, %w {cnn.name = "conv"} : (tensor<?x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.relu %0 {cnn.name = "act"} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  return %1 : tensor<?x4x4x2xf32>
}

// -----

// CHECK-LABEL: func.func @every_layer
// CHECK: cnn.linear {{.*}} {activation = #cnn.activation<clamp, 0.000000e+00, 6.000000e+00>}
// CHECK: cnn.add {{.*}} {activation = #cnn.activation<relu>}
// CHECK: cnn.mul {{.*}} {activation = #cnn.activation<clamp, -1.000000e+00, 1.000000e+00>}
// CHECK-NOT: cnn.relu
// CHECK-NOT: cnn.clamp
func.func @every_layer(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.linear %x, %w : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.clamp %0 {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = cnn.add %1, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.relu %2 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = cnn.mul %3, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %5 = cnn.clamp %4 {min = -1.0 : f32, max = 1.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %5 : tensor<?x4xf32>
}

// -----

// One after the other: relu then [-1, 6] is [0, 6]; [-2, 2] then [3, 4] is [3, 3].
// CHECK-LABEL: func.func @several_activations
// CHECK: cnn.add {{.*}} {activation = #cnn.activation<clamp, 0.000000e+00, 6.000000e+00>}
// CHECK: cnn.add {{.*}} {activation = #cnn.activation<clamp, 3.000000e+00, 3.000000e+00>}
func.func @several_activations(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = cnn.add %x, %x {activation = #cnn.activation<relu>} : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.clamp %0 {min = -1.0 : f32, max = 6.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = cnn.add %x, %x {activation = #cnn.activation<clamp, -2.0, 2.0>} : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.clamp %2 {min = 3.0 : f32, max = 4.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1, %3 : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// A clamp commutes with a max pool.
// CHECK-LABEL: func.func @after_max_pool
// CHECK: %[[C:.*]] = cnn.conv2d {{.*}} {activation = #cnn.activation<relu>} : {{.*}} -> tensor<?x4x4x2xf32>
// CHECK: %[[P:.*]] = cnn.max_pool2d %[[C]] {{.*}} -> tensor<?x2x2x2xf32>
// CHECK-NEXT: return %[[P]]
func.func @after_max_pool(%x: tensor<?x4x4x1xf32>, %w: tensor<2x1x1x1xf32>) -> tensor<?x2x2x2xf32> {
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x2xf32>) -> tensor<?x2x2x2xf32>
  %2 = cnn.relu %1 : (tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %2 : tensor<?x2x2x2xf32>
}

// -----

// Several uses: of the layer, of the pool, of the layer before the pool.
// CHECK-LABEL: func.func @other_uses
// CHECK: %[[L:.*]] = cnn.conv2d %arg0, %arg1 : {{.*}} -> tensor<?x4x4x2xf32>
// CHECK: %[[R:.*]] = cnn.relu %[[L]]
// CHECK: %[[P:.*]] = cnn.max_pool2d %[[L]]
// CHECK: %[[S:.*]] = cnn.relu %[[P]]
// CHECK: %[[M:.*]] = cnn.conv2d %arg0, %arg1 : {{.*}} -> tensor<?x4x4x2xf32>
// CHECK: %[[Q:.*]] = cnn.max_pool2d %[[M]]
// CHECK: %[[T:.*]] = cnn.relu %[[Q]]
// CHECK: return %[[R]], %[[S]], %[[Q]], %[[T]]
func.func @other_uses(%x: tensor<?x4x4x1xf32>, %w: tensor<2x1x1x1xf32>)
    -> (tensor<?x4x4x2xf32>, tensor<?x3x3x2xf32>, tensor<?x3x3x2xf32>, tensor<?x3x3x2xf32>) {
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.relu %0 : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %2 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>} : (tensor<?x4x4x2xf32>) -> tensor<?x3x3x2xf32>
  %3 = cnn.relu %2 : (tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32>
  %4 = cnn.conv2d %x, %w : (tensor<?x4x4x1xf32>, tensor<2x1x1x1xf32>) -> tensor<?x4x4x2xf32>
  %5 = cnn.max_pool2d %4 {kernel = array<i64: 2, 2>} : (tensor<?x4x4x2xf32>) -> tensor<?x3x3x2xf32>
  %6 = cnn.relu %5 : (tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32>
  return %1, %3, %5, %6 : tensor<?x4x4x2xf32>, tensor<?x3x3x2xf32>, tensor<?x3x3x2xf32>, tensor<?x3x3x2xf32>
}

// -----

// Nothing before it, something that cannot have an activation, clamps of codes and functions that are no clamps.
// CHECK-LABEL: func.func @nothing_to_fuse
// CHECK-COUNT-2: cnn.relu
// CHECK: cnn.conv2d {{.*}} : (tensor<?x4x4x1xui8>, tensor<2x1x1x1xi8>) -> tensor<?x4x4x2xi32>
// CHECK: cnn.clamp
// CHECK: cnn.linear %{{.*}}, %{{.*}} : (tensor
// CHECK: cnn.leaky_relu
func.func @nothing_to_fuse(%x: tensor<?x4xf32>, %q: tensor<?x4x4x1xui8>, %v: tensor<2x1x1x1xi8>, %w: tensor<4x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4x4x2xi32>, tensor<?x4xf32>) {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.sigmoid %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = cnn.relu %1 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.conv2d %q, %v : (tensor<?x4x4x1xui8>, tensor<2x1x1x1xi8>) -> tensor<?x4x4x2xi32>
  %4 = cnn.clamp %3 {min = 0 : i32, max = 9 : i32} : (tensor<?x4x4x2xi32>) -> tensor<?x4x4x2xi32>
  %5 = cnn.linear %x, %w : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %6 = cnn.leaky_relu %5 {alpha = 0.5 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0, %2, %4, %6 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4x4x2xi32>, tensor<?x4xf32>
}

// -----

// On quantized types the activation becomes a bound of the codes, as it would have been alone.
// CHECK-LABEL: func.func @quantized
// CHECK: cnn.linear {{.*}} {activation = #cnn.activation<relu>}
// CHECK-NOT: cnn.relu
func.func @quantized(%x: tensor<1x4x!quant.uniform<u8:f32, 0.5>>, %w: tensor<4x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<u8:f32, 0.5:9>> {
  %0 = cnn.linear %x, %w : (tensor<1x4x!quant.uniform<u8:f32, 0.5>>, tensor<4x4x!quant.uniform<i8:f32, 0.5>>) -> tensor<1x4x!quant.uniform<u8:f32, 0.5:9>>
  %1 = cnn.relu %0 : (tensor<1x4x!quant.uniform<u8:f32, 0.5:9>>) -> tensor<1x4x!quant.uniform<u8:f32, 0.5:9>>
  return %1 : tensor<1x4x!quant.uniform<u8:f32, 0.5:9>>
}

// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-fuse-qdq))' -split-input-file | FileCheck %s

!x = !quant.uniform<u8:f32, 0.1:3>
!y = !quant.uniform<u8:f32, 0.2:9>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// Weights per channel, a float bias; attributes stay.
// CHECK-LABEL: func.func @linear
// CHECK-SAME: %[[X:.*]]: tensor<?x2x!quant.uniform<u8:f32, 1.000000e-01:3>>, %[[W:.*]]: tensor<2x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>, %[[B:.*]]: tensor<2xf32>
// CHECK-NEXT: %[[Y:.*]] = cnn.linear %[[X]], %[[W]], %[[B]] {activation = #cnn.activation<relu>, cnn.name = "fc"}
// CHECK-SAME: -> tensor<?x2x!quant.uniform<u8:f32, 2.000000e-01:9>>
// CHECK-NEXT: return %[[Y]]
func.func @linear(%x: tensor<?x2x!x>, %w: tensor<2x2x!w>, %b: tensor<2xf32>) -> tensor<?x2x!y> {
  %0 = cnn.dequantize %x : (tensor<?x2x!x>) -> tensor<?x2xf32>
  %1 = cnn.dequantize %w : (tensor<2x2x!w>) -> tensor<2x2xf32>
  %2 = cnn.linear %0, %1, %b {activation = #cnn.activation<relu>, cnn.name = "fc"} : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %3 = cnn.quantize %2 : (tensor<?x2xf32>) -> tensor<?x2x!y>
  return %3 : tensor<?x2x!y>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>
!w = !quant.uniform<i8:f32, 0.5>
!b = !quant.uniform<i32:f32, 0.05>

// A bias that was imported as int32 stays one.
// CHECK-LABEL: func.func @conv_integer_bias
// CHECK-NEXT: cnn.conv2d %arg0, %arg1, %arg2 {padding = array<i64: 1, 1, 1, 1>}
// CHECK-NEXT: return
func.func @conv_integer_bias(%x: tensor<?x4x4x1x!x>, %w: tensor<1x3x3x1x!w>, %b: tensor<1x!b>) -> tensor<?x4x4x1x!x> {
  %0 = cnn.dequantize %x : (tensor<?x4x4x1x!x>) -> tensor<?x4x4x1xf32>
  %1 = cnn.dequantize %w : (tensor<1x3x3x1x!w>) -> tensor<1x3x3x1xf32>
  %2 = cnn.dequantize %b : (tensor<1x!b>) -> tensor<1xf32>
  %3 = cnn.conv2d %0, %1, %2 {padding = array<i64: 1, 1, 1, 1>} : (tensor<?x4x4x1xf32>, tensor<1x3x3x1xf32>, tensor<1xf32>) -> tensor<?x4x4x1xf32>
  %4 = cnn.quantize %3 : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1x!x>
  return %4 : tensor<?x4x4x1x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>
!y = !quant.uniform<u8:f32, 0.2:9>

// Layers that act on codes go in front of the dequantize, one after the other, and what meets behind them vanishes.
// CHECK-LABEL: func.func @shared_parameters
// CHECK-NEXT: %[[P:.*]] = cnn.max_pool2d %arg0 {{.*}} -> tensor<?x2x2x1x!quant.uniform<u8:f32, 1.000000e-01:3>>
// CHECK-NEXT: %[[R:.*]] = cnn.relu %[[P]]
// CHECK-NEXT: %[[F:.*]] = cnn.flatten %[[R]] {cnn.name = "flat"}
// CHECK-NEXT: return %[[F]]
func.func @shared_parameters(%x: tensor<?x4x4x1x!x>) -> tensor<?x4x!x> {
  %0 = cnn.dequantize %x : (tensor<?x4x4x1x!x>) -> tensor<?x4x4x1xf32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x1xf32>) -> tensor<?x2x2x1xf32>
  %2 = cnn.relu %1 : (tensor<?x2x2x1xf32>) -> tensor<?x2x2x1xf32>
  %3 = cnn.flatten %2 {cnn.name = "flat"} : (tensor<?x2x2x1xf32>) -> tensor<?x4xf32>
  %4 = cnn.quantize %3 : (tensor<?x4xf32>) -> tensor<?x4x!x>
  return %4 : tensor<?x4x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>
!y = !quant.uniform<u8:f32, 0.2:9>

// The same round trip with other parameters is a requantization, which stays; so does one to the integer level.
// CHECK-LABEL: func.func @other_parameters
// CHECK: cnn.dequantize
// CHECK: cnn.quantize
// CHECK: cnn.quantize
func.func @other_parameters(%x: tensor<?x4x!x>) -> (tensor<?x4x!y>, tensor<?x4xui8>) {
  %0 = cnn.dequantize %x : (tensor<?x4x!x>) -> tensor<?x4xf32>
  %1 = cnn.quantize %0 : (tensor<?x4xf32>) -> tensor<?x4x!y>
  %2 = cnn.quantize %0 {scale = 0.1 : f32, zero_point = 3 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<fbgemm>} : (tensor<?x4xf32>) -> tensor<?x4xui8>
  return %1, %2 : tensor<?x4x!y>, tensor<?x4xui8>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>
!y = !quant.uniform<u8:f32, 0.2:9>

// Layers with parameters of their own, and concatenations.
// CHECK-LABEL: func.func @own_parameters
// CHECK-NEXT: %[[A:.*]] = cnn.add %arg0, %arg1
// CHECK-NEXT: %[[S:.*]] = cnn.sigmoid %[[A]]
// CHECK-NEXT: %[[G:.*]] = cnn.global_avg_pool %[[S]]
// CHECK-NEXT: %[[C:.*]] = cnn.concat %[[G]], %[[G]]
// CHECK-NEXT: return %[[C]]
func.func @own_parameters(%x: tensor<?x4x4x1x!x>, %y: tensor<?x4x4x1x!y>) -> tensor<?x1x1x2x!x> {
  %0 = cnn.dequantize %x : (tensor<?x4x4x1x!x>) -> tensor<?x4x4x1xf32>
  %1 = cnn.dequantize %y : (tensor<?x4x4x1x!y>) -> tensor<?x4x4x1xf32>
  %2 = cnn.add %0, %1 : (tensor<?x4x4x1xf32>, tensor<?x4x4x1xf32>) -> tensor<?x4x4x1xf32>
  %3 = cnn.quantize %2 : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1x!x>
  %4 = cnn.dequantize %3 : (tensor<?x4x4x1x!x>) -> tensor<?x4x4x1xf32>
  %5 = cnn.sigmoid %4 : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1xf32>
  %6 = cnn.quantize %5 : (tensor<?x4x4x1xf32>) -> tensor<?x4x4x1x!y>
  %7 = cnn.dequantize %6 : (tensor<?x4x4x1x!y>) -> tensor<?x4x4x1xf32>
  %8 = cnn.global_avg_pool %7 : (tensor<?x4x4x1xf32>) -> tensor<?x1x1x1xf32>
  %9 = cnn.quantize %8 : (tensor<?x1x1x1xf32>) -> tensor<?x1x1x1x!y>
  %10 = cnn.dequantize %9 : (tensor<?x1x1x1x!y>) -> tensor<?x1x1x1xf32>
  %11 = cnn.concat %10, %10 {axis = 3 : i64} : (tensor<?x1x1x1xf32>, tensor<?x1x1x1xf32>) -> tensor<?x1x1x2xf32>
  %12 = cnn.quantize %11 : (tensor<?x1x1x2xf32>) -> tensor<?x1x1x2x!x>
  return %12 : tensor<?x1x1x2x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>
!p = !quant.uniform<u8:f32:1, {0.1, 0.2}>

// What stays in float: a layer that is kept, one without an int8 form, one whose result is used in float, operands that
// are not quantized or are so per channel, a result per channel.
// CHECK-LABEL: func.func @stays
// CHECK-DAG: cnn.sigmoid %{{.*}} {cnn.keep_float} : (tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.relu %{{.*}} {cnn.keep_float} : (tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.softmax %{{.*}} : (tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.hard_swish %{{.*}} : (tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.add %{{.*}} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.mul %{{.*}} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.clamp %{{.*}} : (tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-DAG: cnn.leaky_relu %{{.*}} : (tensor<?x2xf32>) -> tensor<?x2xf32>
func.func @stays(%x: tensor<?x2x!x>, %f: tensor<?x2xf32>, %p: tensor<?x2x!p>)
    -> (tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2xf32>, tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2xf32>, tensor<?x2x!p>) {
  %0 = cnn.dequantize %x : (tensor<?x2x!x>) -> tensor<?x2xf32>
  %1 = cnn.sigmoid %0 {cnn.keep_float} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = cnn.quantize %1 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %3 = cnn.relu %0 {cnn.keep_float} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %4 = cnn.quantize %3 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %5 = cnn.softmax %0 {axis = 1 : i64} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %6 = cnn.quantize %5 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %7 = cnn.hard_swish %0 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %8 = cnn.quantize %7 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %9 = cnn.add %0, %f : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %10 = cnn.quantize %9 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %11 = cnn.dequantize %p : (tensor<?x2x!p>) -> tensor<?x2xf32>
  %12 = cnn.mul %0, %11 : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %13 = cnn.quantize %12 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %14 = cnn.clamp %11 {min = 0.0 : f32, max = 1.0 : f32} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %15 = cnn.leaky_relu %0 {alpha = 0.5 : f32} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %16 = cnn.quantize %15 : (tensor<?x2xf32>) -> tensor<?x2x!p>
  return %2, %4, %6, %8, %7, %10, %13, %14, %16
    : tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2xf32>, tensor<?x2x!x>, tensor<?x2x!x>, tensor<?x2xf32>, tensor<?x2x!p>
}

// -----

// CHECK-LABEL: func.func @float
// CHECK-NEXT: cnn.sigmoid
// CHECK-NEXT: return
func.func @float(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// Everything but conv2d and linear from quantized types to codes; see lower-weighted.mlir for those.
// RUN: qcc-opt %s -cnn-lower-quantized -split-input-file | FileCheck %s

!x = !quant.uniform<u8:f32, 0.5:3>
!y = !quant.uniform<u8:f32, 0.25:10>

// Every window has 4 elements: one multiplier, 0.5 / (0.25 * 4) = 0.5.
// CHECK-LABEL: func.func @avg_pool
// CHECK: %[[S:.*]] = cnn.sum_pool2d %arg0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, zero_point = 3 : i32} : (tensor<?x4x4x1xui8>) -> tensor<?x2x2x1xi32>
// CHECK: %[[M:.*]] = cnn.constant dense<5.000000e-01> : tensor<1xf32>
// CHECK: cnn.requantize %[[S]], %[[M]] {max = 255 : i32, min = 0 : i32, zero_point = 10 : i32}
func.func @avg_pool(%x: tensor<?x4x4x1x!x>) -> tensor<?x2x2x1x!y> {
  %0 = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x1x!x>) -> tensor<?x2x2x1x!y>
  return %0 : tensor<?x2x2x1x!y>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>

// Padding that does not count: corners have 1, edges 2, the middle 4 elements; 0.5 / (0.5 * count) each.
// CHECK-LABEL: func.func @avg_pool_uncounted
// CHECK: %[[S:.*]] = cnn.sum_pool2d %arg0 {kernel = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>, zero_point = 3 : i32}
// CHECK: %[[M:.*]] = cnn.constant dense<{{\[\[}}[1.000000e+00], [5.000000e-01], [1.000000e+00]], {{\[}}[5.000000e-01], [2.500000e-01], [5.000000e-01]], {{\[}}[1.000000e+00], [5.000000e-01], [1.000000e+00]]]> : tensor<3x3x1xf32>
// CHECK: cnn.requantize %[[S]], %[[M]]
func.func @avg_pool_uncounted(%x: tensor<?x2x2x1x!x>) -> tensor<?x3x3x1x!x> {
  %0 = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>} : (tensor<?x2x2x1x!x>) -> tensor<?x3x3x1x!x>
  return %0 : tensor<?x3x3x1x!x>
}

// -----

!x = !quant.uniform<i8:f32, 0.5:-3>

// Padding that counts: every window has 4 again.
// CHECK-LABEL: func.func @avg_pool_counted
// CHECK: cnn.sum_pool2d {{.*}} zero_point = -3 : i32} : (tensor<?x2x2x1xi8>)
// CHECK: cnn.constant dense<2.500000e-01> : tensor<1xf32>
// CHECK: cnn.requantize {{.*}} {max = 127 : i32, min = -128 : i32, zero_point = -3 : i32}
func.func @avg_pool_counted(%x: tensor<?x2x2x1x!x>) -> tensor<?x3x3x1x!x> {
  %0 = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>, padding = array<i64: 1, 1, 1, 1>, counted_padding = array<i64: 1, 1, 1, 1>}
      : (tensor<?x2x2x1x!x>) -> tensor<?x3x3x1x!x>
  return %0 : tensor<?x3x3x1x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>

// CHECK-LABEL: func.func @global_avg_pool
// CHECK: cnn.sum_pool2d %arg0 {kernel = array<i64: 4, 2>, zero_point = 3 : i32} : (tensor<?x4x2x5xui8>) -> tensor<?x1x1x5xi32>
// CHECK: cnn.constant dense<1.250000e-01> : tensor<1xf32>
func.func @global_avg_pool(%x: tensor<?x4x2x5x!x>) -> tensor<?x1x1x5x!x> {
  %0 = cnn.global_avg_pool %x : (tensor<?x4x2x5x!x>) -> tensor<?x1x1x5x!x>
  return %0 : tensor<?x1x1x5x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!y = !quant.uniform<i8:f32, 0.25:-10>
module attributes {cnn.contract = #cnn.contract<onnx>} {

// Both sides to float, back under the module's contract; a fused activation is a bound.
// CHECK-LABEL: func.func @binary
// CHECK: %[[A:.*]] = cnn.dequantize %arg0 {scale = 5.000000e-01 : f32, zero_point = 3 : i32}
// CHECK: %[[B:.*]] = cnn.dequantize %arg1 {scale = 2.500000e-01 : f32, zero_point = -10 : i32}
// CHECK: %[[S:.*]] = cnn.add %[[A]], %[[B]] {cnn.name = "sum"} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK: cnn.quantize %[[S]] {contract = #cnn.contract<onnx>, max = 255 : i32, min = 3 : i32, scale = 5.000000e-01 : f32, zero_point = 3 : i32}
// CHECK: cnn.mul %{{.*}}, %{{.*}} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK: cnn.quantize {{.*}} max = 127 : i32, min = -128 : i32
func.func @binary(%x: tensor<?x2x!x>, %y: tensor<?x2x!y>) -> (tensor<?x2x!x>, tensor<?x2x!y>) {
  %0 = cnn.add %x, %y {activation = #cnn.activation<relu>, cnn.name = "sum"} : (tensor<?x2x!x>, tensor<?x2x!y>) -> tensor<?x2x!x>
  %1 = cnn.mul %x, %y : (tensor<?x2x!x>, tensor<?x2x!y>) -> tensor<?x2x!y>
  return %0, %1 : tensor<?x2x!x>, tensor<?x2x!y>
}
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!y = !quant.uniform<u8:f32, 0.25:10>

// An input with the result's parameters is moved as it is; another is requantized first.
// CHECK-LABEL: func.func @concat
// CHECK: %[[D:.*]] = cnn.dequantize %arg1 {scale = 2.500000e-01 : f32, zero_point = 10 : i32}
// CHECK: %[[Q:.*]] = cnn.quantize %[[D]] {contract = #cnn.contract<fbgemm>, max = 255 : i32, min = 0 : i32, scale = 5.000000e-01 : f32, zero_point = 3 : i32}
// CHECK: cnn.concat %arg0, %[[Q]] {axis = 1 : i64, cnn.name = "cat"} : (tensor<?x2xui8>, tensor<?x2xui8>) -> tensor<?x4xui8>
func.func @concat(%x: tensor<?x2x!x>, %y: tensor<?x2x!y>) -> tensor<?x4x!x> {
  %0 = cnn.concat %x, %y {axis = 1 : i64, cnn.name = "cat"} : (tensor<?x2x!x>, tensor<?x2x!y>) -> tensor<?x4x!x>
  return %0 : tensor<?x4x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!i = !quant.uniform<i8:f32, 0.5:-1>
!s = !quant.uniform<i8:f32, 0.00390625:-128>

// Tables of 256 codes, from the lowest code on. The type of a table is that of the result.
// CHECK-LABEL: func.func @lookups
// CHECK: %[[L:.*]] = cnn.constant dense_resource<leaky.table> : tensor<256xui8>
// CHECK: cnn.lookup %arg0, %[[L]] {cnn.name = "leaky"} : (tensor<?x2xui8>, tensor<256xui8>) -> tensor<?x2xui8>
// CHECK: %[[S:.*]] = cnn.constant dense_resource<sigmoid.table> : tensor<256xi8>
// CHECK: cnn.lookup %arg0, %[[S]] : (tensor<?x2xui8>, tensor<256xi8>) -> tensor<?x2xi8>
// CHECK: %[[H:.*]] = cnn.constant dense_resource<hard_swish.table> : tensor<256xui8>
// CHECK: cnn.lookup %arg0, %[[H]]
// CHECK: %[[I:.*]] = cnn.constant dense_resource<leaky_relu.table> : tensor<256xi8>
// CHECK: cnn.lookup %arg1, %[[I]] : (tensor<?x2xi8>, tensor<256xi8>) -> tensor<?x2xi8>

// The first four bytes are the alignment. Unsigned codes from 0 on stand for -1.5, -1, -0.5, 0, 0.5, ...: leaky_relu gives
// -0.75, -0.5, -0.25 and 0, which are 1.5, 1, 0.5 and 0 steps below 3, rounded half to even: 1, 2, 3, 3; then 4, 5, ...
// CHECK-DAG: leaky.table: "0x1000000001020303040506
// Signed codes from -128 on stand for -63.5, ...: -31.75 is -63.5 steps, half to even -64, and -65 with the zero point.
// CHECK-DAG: leaky_relu.table: "0x10000000BF
// sigmoid gives 0.18243, 0.26894, 0.37754 and 0.5, times 256: 46.7, 68.85, 96.65 and 128, less 128: -81, -59, -31 and 0.
// CHECK-DAG: sigmoid.table: "0x10000000AFC5E100
// hard_swish of -1.5, -1 and -0.5 is -0.375, -0.333 and -0.208: -0.75, -0.67 and -0.42 steps: 2, 2 and 3;
// of 0, 0.5 and 1 it is 0, 0.292 and 0.667, 0, 0.58 and 1.33 steps: 3, 4 and 4.
// CHECK-DAG: hard_swish.table: "0x1000000002020303040
func.func @lookups(%x: tensor<?x2x!x>, %i: tensor<?x2x!i>) -> (tensor<?x2x!x>, tensor<?x2x!s>, tensor<?x2x!x>, tensor<?x2x!i>) {
  %0 = cnn.leaky_relu %x {alpha = 0.5 : f32, cnn.name = "leaky"} : (tensor<?x2x!x>) -> tensor<?x2x!x>
  %1 = cnn.sigmoid %x : (tensor<?x2x!x>) -> tensor<?x2x!s>
  %2 = cnn.hard_swish %x : (tensor<?x2x!x>) -> tensor<?x2x!x>
  %3 = cnn.leaky_relu %i {alpha = 0.5 : f32} : (tensor<?x2x!i>) -> tensor<?x2x!i>
  return %0, %1, %2, %3 : tensor<?x2x!x>, tensor<?x2x!s>, tensor<?x2x!x>, tensor<?x2x!i>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>

// What acts on codes, with attributes and names. -1 is code 1, 6 is 15; a pad of 100 saturates.
// CHECK-LABEL: func.func @codes
// CHECK: cnn.clamp %arg0 {cnn.name = "r", max = 255 : i32, min = 3 : i32} : (tensor<?x2x2x1xui8>) -> tensor<?x2x2x1xui8>
// CHECK: cnn.clamp %{{.*}} {cnn.name = "c", max = 15 : i32, min = 1 : i32}
// CHECK: cnn.max_pool2d %{{.*}} {cnn.name = "p", kernel = array<i64: 2, 1>} : (tensor<?x2x2x1xui8>) -> tensor<?x1x2x1xui8>
// CHECK: cnn.pad %{{.*}} {high = array<i64: 0, 0, 1, 0>, low = array<i64: 0, 1, 0, 0>, value = 3 : i32}
// CHECK: cnn.pad %{{.*}} {high = array<i64: 0, 0, 0, 0>, low = array<i64: 0, 0, 1, 0>, value = 255 : i32}
// CHECK: cnn.transpose {{.*}} -> tensor<?x4x2x1xui8>
// CHECK: cnn.reshape {{.*}} -> tensor<?x2x4x1xui8>
// CHECK: cnn.flatten {{.*}} -> tensor<?x8xui8>
func.func @codes(%x: tensor<?x2x2x1x!x>) -> tensor<?x8x!x> {
  %0 = cnn.relu %x {cnn.name = "r"} : (tensor<?x2x2x1x!x>) -> tensor<?x2x2x1x!x>
  %1 = cnn.clamp %0 {min = -1.0 : f32, max = 6.0 : f32, cnn.name = "c"} : (tensor<?x2x2x1x!x>) -> tensor<?x2x2x1x!x>
  %2 = cnn.max_pool2d %1 {kernel = array<i64: 2, 1>, cnn.name = "p"} : (tensor<?x2x2x1x!x>) -> tensor<?x1x2x1x!x>
  %3 = cnn.pad %2 {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 1, 0>, value = 0.0 : f32} : (tensor<?x1x2x1x!x>) -> tensor<?x2x3x1x!x>
  %4 = cnn.pad %3 {low = array<i64: 0, 0, 1, 0>, high = array<i64: 0, 0, 0, 0>, value = 1000.0 : f32} : (tensor<?x2x3x1x!x>) -> tensor<?x2x4x1x!x>
  %5 = cnn.transpose %4 {permutation = array<i64: 0, 2, 1, 3>} : (tensor<?x2x4x1x!x>) -> tensor<?x4x2x1x!x>
  %6 = cnn.reshape %5 : (tensor<?x4x2x1x!x>) -> tensor<?x2x4x1x!x>
  %7 = cnn.flatten %6 : (tensor<?x2x4x1x!x>) -> tensor<?x8x!x>
  return %7 : tensor<?x8x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// Casts get the parameters as attributes; weights that are stored as codes and used in float become a float constant.
// CHECK-LABEL: func.func @casts
// CHECK: cnn.quantize %arg0 {contract = #cnn.contract<fbgemm>, max = 255 : i32, min = 0 : i32, scale = 5.000000e-01 : f32, zero_point = 3 : i32} : (tensor<?x2xf32>) -> tensor<?x2xui8>
// CHECK: cnn.dequantize %{{.*}} {scale = 5.000000e-01 : f32, zero_point = 3 : i32} : (tensor<?x2xui8>) -> tensor<?x2xf32>
// CHECK: cnn.constant dense<{{\[}}[5.000000e-01, 1.000000e+00], [7.500000e-01, 1.000000e+00]]> : tensor<2x2xf32>
func.func @casts(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<2x2xf32>) {
  %0 = cnn.quantize %x : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %1 = cnn.dequantize %0 : (tensor<?x2x!x>) -> tensor<?x2xf32>
  %w = cnn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> as tensor<2x2x!w>
  %2 = cnn.dequantize %w : (tensor<2x2x!w>) -> tensor<2x2xf32>
  return %1, %2 : tensor<?x2xf32>, tensor<2x2xf32>
}

// -----

// Signatures, calls' declarations included; a float function and one on codes stay.
// CHECK-LABEL: func.func private @declared(tensor<?x2xui8>) -> tensor<?x2xi8>
// CHECK-LABEL: func.func @float(%arg0: tensor<?x2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: cnn.sigmoid
// CHECK-LABEL: func.func @integer(%arg0: tensor<?x2xui8>)
// CHECK-NEXT: cnn.clamp
func.func private @declared(tensor<?x2x!quant.uniform<u8:f32, 0.5>>) -> tensor<?x2x!quant.uniform<i8:f32, 0.5>>
func.func @float(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
func.func @integer(%x: tensor<?x2xui8>) -> tensor<?x2xui8> {
  %0 = cnn.clamp %x {min = 1 : i32, max = 2 : i32} : (tensor<?x2xui8>) -> tensor<?x2xui8>
  return %0 : tensor<?x2xui8>
}

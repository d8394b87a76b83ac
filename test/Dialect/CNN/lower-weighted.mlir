// conv2d and linear from quantized types to codes, with the numbers that each contract gives.
// RUN: qcc-opt %s -cnn-lower-quantized=contract=fbgemm -split-input-file | FileCheck %s --check-prefixes=CHECK,FBGEMM
// RUN: qcc-opt %s -cnn-lower-quantized=contract=qnnpack -split-input-file | FileCheck %s --check-prefixes=CHECK,INTEGER
// RUN: qcc-opt %s -cnn-lower-quantized=contract=onnx -split-input-file | FileCheck %s --check-prefixes=CHECK,INTEGER

// FBGEMM: module attributes {cnn.contract = #cnn.contract<fbgemm>}

!x = !quant.uniform<u8:f32, 0.5:3>
!y = !quant.uniform<u8:f32, 0.25:10>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// Outside of the image stands the zero point. Its share of the bias is -3 * (1 + 2 + 3) = -18 and -3 * (-1 - 2) = 9. The
// bias in units of the accumulator is 1 / (0.5 * 0.5) = 4 and -2 / (0.5 * 0.25) = -16, in float or added to the integer
// one; multipliers are 0.5 * 0.5 / 0.25 = 1 and 0.5. Relu is the lower bound.
// CHECK-LABEL: func.func @conv(
// CHECK-SAME: %[[X:.*]]: tensor<?x4x4x1xui8>) -> tensor<?x4x4x2xui8>
// FBGEMM: %[[I:.*]] = cnn.constant dense<[-18, 9]> : tensor<2xi32>
// INTEGER: %[[I:.*]] = cnn.constant dense<[-14, -7]> : tensor<2xi32>
// CHECK: %[[A:.*]] = cnn.conv2d %[[X]], %{{.*}}, %[[I]] {cnn.name = "conv", pad_value = 3 : i64, padding = array<i64: 1, 1, 1, 1>}
// CHECK-SAME: : (tensor<?x4x4x1xui8>, tensor<2x3x3x1xi8>, tensor<2xi32>) -> tensor<?x4x4x2xi32>
// CHECK: %[[M:.*]] = cnn.constant dense<[1.000000e+00, 5.000000e-01]> : tensor<2xf32>
// FBGEMM: %[[B:.*]] = cnn.constant dense<[4.000000e+00, -1.600000e+01]> : tensor<2xf32>
// FBGEMM: %[[Y:.*]] = cnn.requantize %[[A]], %[[M]], %[[B]] {max = 255 : i32, min = 10 : i32, zero_point = 10 : i32}
// INTEGER: %[[Y:.*]] = cnn.requantize %[[A]], %[[M]] {max = 255 : i32, min = 10 : i32, zero_point = 10 : i32}
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<?x4x4x1x!x>) -> tensor<?x4x4x2x!y> {
  %w = cnn.constant dense<[[[[1], [2], [0]], [[0], [0], [0]], [[0], [0], [3]]], [[[-1], [-2], [0]], [[0], [0], [0]], [[0], [0], [0]]]]> : tensor<2x3x3x1xi8> as tensor<2x3x3x1x!w>
  %b = cnn.constant dense<[1.0, -2.0]> : tensor<2xf32>
  %0 = cnn.conv2d %x, %w, %b {padding = array<i64: 1, 1, 1, 1>, activation = #cnn.activation<relu>, cnn.name = "conv"}
      : (tensor<?x4x4x1x!x>, tensor<2x3x3x1x!w>, tensor<2xf32>) -> tensor<?x4x4x2x!y>
  return %0 : tensor<?x4x4x2x!y>
}

// -----

!x = !quant.uniform<u8:f32, 0.5>
!y = !quant.uniform<i8:f32, 0.5:-128>
!w = !quant.uniform<i8:f32, 0.5>

// No zero point, no bias, scales per tensor: weights as they were, one multiplier, no bias. A clamp to [0, 6] in steps of
// 0.5 from -128: [-128, -116].
// CHECK-LABEL: func.func @plain_linear
// CHECK: cnn.constant dense<{{\[\[}}1, 2]]> : tensor<1x2xi8>{{$}}
// CHECK: %[[A:.*]] = cnn.linear %arg0, %{{[0-9]+}} : (tensor<?x2xui8>, tensor<1x2xi8>) -> tensor<?x1xi32>
// CHECK: %[[M:.*]] = cnn.constant dense<5.000000e-01> : tensor<1xf32>
// CHECK: cnn.requantize %[[A]], %[[M]] {max = -116 : i32, min = -128 : i32, zero_point = -128 : i32} : (tensor<?x1xi32>, tensor<1xf32>) -> tensor<?x1xi8>
func.func @plain_linear(%x: tensor<?x2x!x>) -> tensor<?x1x!y> {
  %w = cnn.constant dense<[[1, 2]]> : tensor<1x2xi8> as tensor<1x2x!w>
  %0 = cnn.linear %x, %w {activation = #cnn.activation<clamp, 0.0, 6.0>} : (tensor<?x2x!x>, tensor<1x2x!w>) -> tensor<?x1x!y>
  return %0 : tensor<?x1x!y>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:2>
!w = !quant.uniform<i8:f32:0, {0.5, 0.5}>
!u = !quant.uniform<u8:f32, 0.5:128>
!z = !quant.uniform<i8:f32, 0.5:100>

// Weights have their zero point subtracted: unsigned ones around 128 fit 8 bits again, 0 - 128 .. 127 - 128 likewise; those
// that do not fit become 16 bits wide. The input's zero point: -2 * (127 - 128) = 2, and -2 * (-228 + 27) = 402.
// CHECK-LABEL: func.func @weight_zero_points
// CHECK: %[[U:.*]] = cnn.constant dense<{{\[\[}}127, -128]]> : tensor<1x2xi8>
// CHECK: %[[V:.*]] = cnn.constant dense<2> : tensor<1xi32>
// CHECK: cnn.linear %arg0, %[[U]], %[[V]] : (tensor<?x2xui8>, tensor<1x2xi8>, tensor<1xi32>) -> tensor<?x1xi32>
// CHECK: %[[Z:.*]] = cnn.constant dense<{{\[\[}}-228, 27]]> : tensor<1x2xi16>
// CHECK: %[[T:.*]] = cnn.constant dense<402> : tensor<1xi32>
// CHECK: cnn.linear %arg0, %[[Z]], %[[T]] : (tensor<?x2xui8>, tensor<1x2xi16>, tensor<1xi32>) -> tensor<?x1xi32>
func.func @weight_zero_points(%x: tensor<?x2x!x>) -> (tensor<?x1x!x>, tensor<?x1x!x>) {
  %u = cnn.constant dense<[[255, 0]]> : tensor<1x2xui8> as tensor<1x2x!u>
  %0 = cnn.linear %x, %u : (tensor<?x2x!x>, tensor<1x2x!u>) -> tensor<?x1x!x>
  %z = cnn.constant dense<[[-128, 127]]> : tensor<1x2xi8> as tensor<1x2x!z>
  %1 = cnn.linear %x, %z : (tensor<?x2x!x>, tensor<1x2x!z>) -> tensor<?x1x!x>
  return %0, %1 : tensor<?x1x!x>, tensor<?x1x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:1>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>
!b = !quant.uniform<i32:f32:0, {0.25, 0.125}>
!t = !quant.uniform<i32:f32, 0.25>
!v = !quant.uniform<i8:f32, 0.5>

// A bias that is int32 already, with the accumulator's scale, is added exactly under every contract.
// CHECK-LABEL: func.func @integer_bias
// CHECK: cnn.constant dense<[98, -204]> : tensor<2xi32>
// CHECK: cnn.requantize %{{[0-9]+}}, %{{[0-9]+}} {
// CHECK: cnn.constant dense<6> : tensor<1xi32>
func.func @integer_bias(%x: tensor<?x2x!x>) -> (tensor<?x2x!x>, tensor<?x1x!x>) {
  %w = cnn.constant dense<[[1, 1], [2, 2]]> : tensor<2x2xi8> as tensor<2x2x!w>
  %b = cnn.constant dense<[100, -200]> : tensor<2xi32> as tensor<2x!b>
  %0 = cnn.linear %x, %w, %b : (tensor<?x2x!x>, tensor<2x2x!w>, tensor<2x!b>) -> tensor<?x2x!x>
  %v = cnn.constant dense<[[1, 0]]> : tensor<1x2xi8> as tensor<1x2x!v>
  %c = cnn.constant dense<7> : tensor<1xi32> as tensor<1x!t>
  %1 = cnn.linear %x, %v, %c : (tensor<?x2x!x>, tensor<1x2x!v>, tensor<1x!t>) -> tensor<?x1x!x>
  return %0, %1 : tensor<?x2x!x>, tensor<?x1x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:1>
!w = !quant.uniform<i8:f32, 0.5>
!a = !quant.uniform<i32:f32, 0.25>

// A result of 32-bit codes with the accumulator's scale is the accumulator: nothing is requantized.
// CHECK-LABEL: func.func @accumulators
// CHECK: %[[A:.*]] = cnn.linear
// CHECK-NOT: cnn.requantize
// CHECK: cnn.dequantize %[[A]] {scale = 2.500000e-01 : f32, zero_point = 0 : i32} : (tensor<?x1xi32>) -> tensor<?x1xf32>
func.func @accumulators(%x: tensor<?x2x!x>) -> tensor<?x1xf32> {
  %w = cnn.constant dense<[[1, 2]]> : tensor<1x2xi8> as tensor<1x2x!w>
  %0 = cnn.linear %x, %w : (tensor<?x2x!x>, tensor<1x2x!w>) -> tensor<?x1x!a>
  %1 = cnn.dequantize %0 : (tensor<?x1x!a>) -> tensor<?x1xf32>
  return %1 : tensor<?x1xf32>
}

// -----

!x = !quant.uniform<u8:f32, 1.0:255>
!w = !quant.uniform<i8:f32, 1.0>
!t = !quant.uniform<i32:f32, 1.0>

// -255 * 127 - 2147483647 = -2147516032 does not fit 32 bits: bias and accumulators are 64 bits wide at once.
// CHECK-LABEL: func.func @wide_bias
// CHECK: %[[B:.*]] = cnn.constant dense<-2147516032> : tensor<1xi64>
// CHECK: cnn.linear %arg0, %{{.*}}, %[[B]] : (tensor<?x1xui8>, tensor<1x1xi8>, tensor<1xi64>) -> tensor<?x1xi64>
// CHECK: cnn.requantize {{.*}} : (tensor<?x1xi64>, tensor<1xf32>) -> tensor<?x1xui8>
func.func @wide_bias(%x: tensor<?x1x!x>) -> tensor<?x1x!x> {
  %w = cnn.constant dense<127> : tensor<1x1xi8> as tensor<1x1x!w>
  %c = cnn.constant dense<-2147483647> : tensor<1xi32> as tensor<1x!t>
  %0 = cnn.linear %x, %w, %c : (tensor<?x1x!x>, tensor<1x1x!w>, tensor<1x!t>) -> tensor<?x1x!x>
  return %0 : tensor<?x1x!x>
}

// RUN: qcc-opt %s -cnn-lower-quantized -split-input-file -verify-diagnostics
// RUN: not qcc-opt %s -cnn-lower-quantized=contract=tflite -split-input-file 2>&1 | FileCheck %s
// CHECK: error: unknown contract 'tflite'; there are fbgemm, qnnpack and onnx

!x = !quant.uniform<u8:f32, 0.5:3>
!w = !quant.uniform<i8:f32, 0.5>
func.func @runtime_weights(%x: tensor<?x2x!x>, %w: tensor<2x2x!w>) -> tensor<?x2x!x> {
  // expected-error @+2 {{weights must be constants to be lowered to integers}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.linear %x, %w : (tensor<?x2x!x>, tensor<2x2x!w>) -> tensor<?x2x!x>
  return %0 : tensor<?x2x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!w = !quant.uniform<i8:f32, 0.5>
func.func @runtime_bias(%x: tensor<?x2x!x>, %b: tensor<1xf32>) -> tensor<?x1x!x> {
  %w = cnn.constant dense<1> : tensor<1x2xi8> as tensor<1x2x!w>
  // expected-error @+2 {{the bias must be a constant to be lowered to integers}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.linear %x, %w, %b : (tensor<?x2x!x>, tensor<1x2x!w>, tensor<1xf32>) -> tensor<?x1x!x>
  return %0 : tensor<?x1x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>
!b = !quant.uniform<i32:f32:0, {0.25, 0.25}>
func.func @bias_scale(%x: tensor<?x2x!x>) -> tensor<?x2x!x> {
  %w = cnn.constant dense<1> : tensor<2x2xi8> as tensor<2x2x!w>
  %b = cnn.constant dense<1> : tensor<2xi32> as tensor<2x!b>
  // expected-error @+2 {{the integer bias of channel 1 does not have the scale of the accumulator, input scale times weight scale, and zero point 0}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.linear %x, %w, %b : (tensor<?x2x!x>, tensor<2x2x!w>, tensor<2x!b>) -> tensor<?x2x!x>
  return %0 : tensor<?x2x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!w = !quant.uniform<i8:f32, 0.5>
!b = !quant.uniform<i32:f32, 0.25:1>
func.func @bias_zero_point(%x: tensor<?x2x!x>) -> tensor<?x1x!x> {
  %w = cnn.constant dense<1> : tensor<1x2xi8> as tensor<1x2x!w>
  %b = cnn.constant dense<1> : tensor<1xi32> as tensor<1x!b>
  // expected-error @+2 {{the integer bias of channel 0 does not have the scale of the accumulator}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.linear %x, %w, %b : (tensor<?x2x!x>, tensor<1x2x!w>, tensor<1x!b>) -> tensor<?x1x!x>
  return %0 : tensor<?x1x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!w = !quant.uniform<i8:f32, 0.5>
!a = !quant.uniform<i32:f32, 0.5>
func.func @accumulator_scale(%x: tensor<?x2x!x>) -> tensor<?x1x!a> {
  %w = cnn.constant dense<1> : tensor<1x2xi8> as tensor<1x2x!w>
  // expected-error @+2 {{a result of 32-bit codes must have the scale of the accumulator, input scale times weight scale, and zero point 0}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.linear %x, %w : (tensor<?x2x!x>, tensor<1x2x!w>) -> tensor<?x1x!a>
  return %0 : tensor<?x1x!a>
}

// -----

!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @relu(%x: tensor<?x2x!p>) -> tensor<?x2x!p> {
  // expected-error @+2 {{input must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.relu %x : (tensor<?x2x!p>) -> tensor<?x2x!p>
  return %0 : tensor<?x2x!p>
}

// -----

!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @pad(%x: tensor<?x2x!p>) -> tensor<?x3x!p> {
  // expected-error @+2 {{input must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 0>, value = 0.0 : f32} : (tensor<?x2x!p>) -> tensor<?x3x!p>
  return %0 : tensor<?x3x!p>
}

// -----

!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @quantize(%x: tensor<?x2xf32>) -> tensor<?x2x!p> {
  // expected-error @+2 {{only constants can be quantized per channel; run cnn-quantize-weights first}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.quantize %x : (tensor<?x2xf32>) -> tensor<?x2x!p>
  return %0 : tensor<?x2x!p>
}

// -----

!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @dequantize(%x: tensor<?x2x!p>) -> tensor<?x2xf32> {
  // expected-error @+2 {{only constants can be dequantized per channel}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.dequantize %x : (tensor<?x2x!p>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @add(%x: tensor<?x2x!p>) -> tensor<?x2x!x> {
  // expected-error @+2 {{both operands and the result must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.add %x, %x : (tensor<?x2x!p>, tensor<?x2x!p>) -> tensor<?x2x!x>
  return %0 : tensor<?x2x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
func.func @add_float(%x: tensor<?x2x!x>, %y: tensor<?x2xf32>) -> tensor<?x2x!x> {
  // expected-error @+2 {{both operands and the result must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.add %x, %y : (tensor<?x2x!x>, tensor<?x2xf32>) -> tensor<?x2x!x>
  return %0 : tensor<?x2x!x>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @concat_input(%x: tensor<?x2x!p>) -> tensor<?x4x!x> {
  // expected-error @+2 {{every input must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.concat %x, %x {axis = 1 : i64} : (tensor<?x2x!p>, tensor<?x2x!p>) -> tensor<?x4x!x>
  return %0 : tensor<?x4x!x>
}

// -----

!p = !quant.uniform<u8:f32:1, {0.5, 0.25}>
func.func @concat_result(%x: tensor<?x1x!p>) -> tensor<?x2x!p> {
  // expected-error @+2 {{the result must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.concat %x, %x {axis = 1 : i64} : (tensor<?x1x!p>, tensor<?x1x!p>) -> tensor<?x2x!p>
  return %0 : tensor<?x2x!p>
}

// -----

!x = !quant.uniform<u8:f32, 0.5:3>
!l = !quant.uniform<i16:f32, 0.5:3>
func.func @lookup_16_bits(%x: tensor<?x2x!x>) -> tensor<?x2x!l> {
  // expected-error @+2 {{input and result must be quantized per tensor to 8 bits}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.sigmoid %x : (tensor<?x2x!x>) -> tensor<?x2x!l>
  return %0 : tensor<?x2x!l>
}

// -----

!p = !quant.uniform<u8:f32:3, {0.5, 0.25}>
!x = !quant.uniform<u8:f32, 0.5:3>
func.func @pool(%x: tensor<?x4x4x2x!p>) -> tensor<?x3x3x2x!x> {
  // expected-error @+2 {{input and result must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>} : (tensor<?x4x4x2x!p>) -> tensor<?x3x3x2x!x>
  return %0 : tensor<?x3x3x2x!x>
}

// -----

!p = !quant.uniform<u8:f32:3, {0.5, 0.25}>
!x = !quant.uniform<u8:f32, 0.5:3>
func.func @global_pool(%x: tensor<?x4x4x2xf32>) -> tensor<?x1x1x2x!x> {
  // expected-error @+2 {{input and result must be quantized per tensor}}
  // expected-error @+1 {{failed to legalize}}
  %0 = cnn.global_avg_pool %x : (tensor<?x4x4x2xf32>) -> tensor<?x1x1x2x!x>
  return %0 : tensor<?x1x1x2x!x>
}

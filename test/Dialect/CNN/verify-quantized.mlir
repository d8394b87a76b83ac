// One case for each reason why a layer stays in float; with strict, the same as errors.
// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-verify-quantized))' -split-input-file -verify-diagnostics
// RUN: sed -e 's/expected-remark/expected-error/' %s > %t.mlir
// RUN: qcc-opt %t.mlir -pass-pipeline='builtin.module(func.func(cnn-verify-quantized{strict}))' -split-input-file -verify-diagnostics

!x = !quant.uniform<u8:f32, 0.1:3>
!w = !quant.uniform<i8:f32, 0.5>

// 2 x 2 positions of 2 channels, each with 3 x 3 x 2 weights: 144.
func.func @keep_float(%x: tensor<?x4x4x4xf32>) -> tensor<?x2x2x3xf32> {
  %q = cnn.quantize %x : (tensor<?x4x4x4xf32>) -> tensor<?x4x4x4x!x>
  %0 = cnn.dequantize %q : (tensor<?x4x4x4x!x>) -> tensor<?x4x4x4xf32>
  %c = cnn.constant dense<0.0> : tensor<2x3x3x2xf32>
  // expected-remark @+1 {{'conv' stays in float: the calibration table keeps it in float (144 multiply-accumulates per image)}}
  %1 = cnn.conv2d %0, %c {groups = 2 : i64, cnn.keep_float, cnn.name = "conv"} : (tensor<?x4x4x4xf32>, tensor<2x3x3x2xf32>) -> tensor<?x2x2x2xf32>
  %2 = cnn.constant dense<0.0> : tensor<3x1x1x2xf32>
  // expected-remark @+1 {{'conv2d' stays in float: operand 0 is not quantized (24 multiply-accumulates per image)}}
  %3 = cnn.conv2d %1, %2 : (tensor<?x2x2x2xf32>, tensor<3x1x1x2xf32>) -> tensor<?x2x2x3xf32>
  return %3 : tensor<?x2x2x3xf32>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>
!p = !quant.uniform<u8:f32:1, {0.1, 0.2}>
!w = !quant.uniform<i8:f32, 0.5>

func.func @reasons(%x: tensor<?x2x!x>, %f: tensor<?x2xf32>, %p: tensor<?x2x!p>, %v: tensor<2x2x!w>, %w: tensor<2x2xf32>)
    -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2x!x>, tensor<?x2xf32>, tensor<?x2x!x>) {
  %0 = cnn.dequantize %x : (tensor<?x2x!x>) -> tensor<?x2xf32>
  // expected-remark @+1 {{'softmax' stays in float: it has no int8 form}}
  %1 = cnn.softmax %0 {axis = 1 : i64} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  // expected-remark @+1 {{'sum' stays in float: operand 1 is not quantized}}
  %2 = cnn.add %0, %f {cnn.name = "sum"} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  // expected-remark @+1 {{'fc' stays in float: its weights are not quantized (4 multiply-accumulates per image)}}
  %3 = cnn.linear %0, %w {cnn.name = "fc"} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %4 = cnn.dequantize %p : (tensor<?x2x!p>) -> tensor<?x2xf32>
  // expected-remark @+1 {{'relu' stays in float: its input is quantized per channel}}
  %5 = cnn.relu %4 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  // expected-remark @+1 {{'sigmoid' stays in float: its result is not quantized}}
  %6 = cnn.sigmoid %0 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  // expected-remark @+1 {{'hard_swish' stays in float: its result is also used in float}}
  %7 = cnn.hard_swish %0 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %8 = cnn.quantize %7 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  %u = cnn.dequantize %v : (tensor<2x2x!w>) -> tensor<2x2xf32>
  // expected-remark @+1 {{'linear' stays in float: cnn-fuse-qdq has not run (4 multiply-accumulates per image)}}
  %9 = cnn.linear %0, %u : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %10 = cnn.quantize %9 : (tensor<?x2xf32>) -> tensor<?x2x!x>
  return %1, %2, %3, %5, %6, %8, %7, %10
    : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2x!x>, tensor<?x2xf32>, tensor<?x2x!x>
}

// -----

// A float model is not one with islands; nor is what is wholly quantized, casts and all.
func.func @float(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
func.func @quantized(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.quantize %x : (tensor<?x2xf32>) -> tensor<?x2x!quant.uniform<u8:f32, 0.1>>
  %1 = cnn.sigmoid %0 : (tensor<?x2x!quant.uniform<u8:f32, 0.1>>) -> tensor<?x2x!quant.uniform<u8:f32, 0.1>>
  %2 = cnn.dequantize %1 : (tensor<?x2x!quant.uniform<u8:f32, 0.1>>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}

// -----

// Every layer is kept in float, so that nothing is quantized: the contract tells that it was to be.
module attributes {cnn.contract = #cnn.contract<fbgemm>} {
  func.func @all_kept(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    // expected-remark @+1 {{'r' stays in float: the calibration table keeps it in float}}
    %0 = cnn.relu %x {cnn.keep_float, cnn.name = "r"} : (tensor<?x4xf32>) -> tensor<?x4xf32>
    return %0 : tensor<?x4xf32>
  }
}

// RUN: qcc-opt %s -cnn-quantize-weights -split-input-file | FileCheck %s

// Round half to even, saturate: 0.25 and 0.75 are half steps.
// CHECK-LABEL: func.func @per_tensor
// CHECK: cnn.constant dense<[0, 2, 2, -2, 127, -128, 0, 3]> : tensor<8xi8> as tensor<8x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-NOT: cnn.quantize
func.func @per_tensor() -> tensor<8x!quant.uniform<i8:f32, 0.5>> {
  %w = cnn.constant dense<[0.25, 0.75, 1.25, -0.75, 100.0, -1048576.0, 0x7FC00000, 1.5]> : tensor<8xf32>
  %q = cnn.quantize %w : (tensor<8xf32>) -> tensor<8x!quant.uniform<i8:f32, 0.5>>
  return %q : tensor<8x!quant.uniform<i8:f32, 0.5>>
}

// -----

// Unsigned codes with a zero point.
// CHECK-LABEL: func.func @zero_point
// CHECK: cnn.constant dense<[10, 12, 8, 0, 255]> : tensor<5xui8> as
func.func @zero_point() -> tensor<5x!quant.uniform<u8:f32, 0.5:10>> {
  %w = cnn.constant dense<[0.0, 1.0, -1.0, -7.0, 1000.0]> : tensor<5xf32>
  %q = cnn.quantize %w : (tensor<5xf32>) -> tensor<5x!quant.uniform<u8:f32, 0.5:10>>
  return %q : tensor<5x!quant.uniform<u8:f32, 0.5:10>>
}

// -----

// A channel is a row of dimension 0, or a column of dimension 1.
// CHECK-LABEL: func.func @per_axis
// CHECK-DAG{LITERAL}: cnn.constant dense<[[2, 4], [4, 8]]> : tensor<2x2xi8> as tensor<2x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
// CHECK-DAG{LITERAL}: cnn.constant dense<[[2, 8], [2, 8]]> : tensor<2x2xi8> as tensor<2x2x!quant.uniform<i8:f32:1, {5.000000e-01,2.500000e-01}>>
func.func @per_axis() -> (tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>, tensor<2x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>) {
  %w = cnn.constant dense<[[1.0, 2.0], [1.0, 2.0]]> : tensor<2x2xf32>
  %a = cnn.quantize %w : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  %b = cnn.quantize %w : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  return %a, %b : tensor<2x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>, tensor<2x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
}

// -----

// A restricted range of codes.
// CHECK-LABEL: func.func @restricted
// CHECK: cnn.constant dense<[-127, 127]> : tensor<2xi8> as tensor<2x!quant.uniform<i8<-127:127>:f32, 5.000000e-01>>
func.func @restricted() -> tensor<2x!quant.uniform<i8<-127:127>:f32, 0.5>> {
  %w = cnn.constant dense<[-100.0, 100.0]> : tensor<2xf32>
  %q = cnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8<-127:127>:f32, 0.5>>
  return %q : tensor<2x!quant.uniform<i8<-127:127>:f32, 0.5>>
}

// -----

// CHECK-LABEL: func.func @runtime_values_stay
// CHECK: cnn.quantize %arg0
func.func @runtime_values_stay(%x: tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32, 0.5>> {
  %q = cnn.quantize %x : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return %q : tensor<2x!quant.uniform<i8:f32, 0.5>>
}

// -----

// Codes that are not whole bytes, and constants at the integer level, are left alone.
// CHECK-LABEL: func.func @not_bytes
// CHECK: cnn.quantize {{.*}} -> tensor<2x!quant.uniform<i4:f32, 5.000000e-01>>
// CHECK: cnn.quantize {{.*}} -> tensor<2xui8>
func.func @not_bytes() -> (tensor<2x!quant.uniform<i4:f32, 0.5>>, tensor<2xui8>) {
  %w = cnn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %q = cnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<i4:f32, 0.5>>
  %c = cnn.quantize %w {scale = 0.5 : f32, zero_point = 0 : i32, min = 0 : i32, max = 255 : i32, contract = #cnn.contract<onnx>} : (tensor<2xf32>) -> tensor<2xui8>
  return %q, %c : tensor<2x!quant.uniform<i4:f32, 0.5>>, tensor<2xui8>
}

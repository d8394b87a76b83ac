// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-insert-qdq))' -split-input-file -verify-diagnostics | FileCheck %s

!q = !quant.uniform<u8:f32, 0.1:3>
!w = !quant.uniform<i8:f32:0, {0.5, 0.25}>

// CHECK-LABEL: func.func @pairs
// CHECK: %[[Q:.*]] = cnn.quantize %arg0 : (tensor<?x2xf32>) -> tensor<?x2x!quant.uniform<u8:f32, 1.000000e-01:3>>
// CHECK: %[[X:.*]] = cnn.dequantize %[[Q]] : (tensor<?x2x!quant.uniform<u8:f32, 1.000000e-01:3>>) -> tensor<?x2xf32>
// CHECK: %[[W:.*]] = cnn.constant
// CHECK: %[[V:.*]] = cnn.quantize %[[W]] : (tensor<2x2xf32>) -> tensor<2x2x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
// CHECK: %[[U:.*]] = cnn.dequantize %[[V]]
// CHECK: %[[Y:.*]] = cnn.linear %[[X]], %[[U]]
// CHECK: %[[R:.*]] = cnn.quantize %[[Y]]
// CHECK: %[[D:.*]] = cnn.dequantize %[[R]]
// CHECK: return %[[D]]
func.func @pairs(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = !q} : tensor<?x2xf32>
  %w = cnn.constant dense<1.0> : tensor<2x2xf32>
  %1 = calib.observe %w {name = "fc.weight", observer = #calib.observer<per_channel_min_max>, axis = 0 : i64, storage = si8, min = -128 : i64, max = 127 : i64, symmetric, params = !w} : tensor<2x2xf32>
  %2 = cnn.linear %0, %1 {cnn.name = "fc"} : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %3 = calib.observe %2 {name = "fc", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = !q} : tensor<?x2xf32>
  return %3 : tensor<?x2xf32>
}

// -----

!q = !quant.uniform<u8:f32, 0.1:3>
!w = !quant.uniform<i8:f32, 0.5>

// A layer that stays in float: marked, its weights and result float; its input too, which nothing else quantizes.
// CHECK-LABEL: func.func @keep_float
// CHECK-NOT: cnn.quantize
// CHECK: %[[W:.*]] = cnn.constant
// CHECK: %[[Y:.*]] = cnn.linear %arg0, %[[W]] {cnn.keep_float}
// CHECK-NEXT: return %[[Y]]
func.func @keep_float(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = calib.observe %x {name = "x", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = !q} : tensor<?x2xf32>
  %w = cnn.constant dense<1.0> : tensor<2x2xf32>
  %1 = calib.observe %w {name = "fc.weight", observer = #calib.observer<min_max>, storage = si8, min = -128 : i64, max = 127 : i64, params = !w} : tensor<2x2xf32>
  %2 = cnn.linear %0, %1 : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %3 = calib.observe %2 {name = "fc", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = !q, keep_float} : tensor<?x2xf32>
  return %3 : tensor<?x2xf32>
}

// -----

!q = !quant.uniform<u8:f32, 0.1:3>
!w = !quant.uniform<i8:f32, 0.5>

// The float layer's value is read by a quantized one, through a layer that acts on codes: it is quantized for that.
// CHECK-LABEL: func.func @keep_float_before_quantized
// CHECK: %[[Y:.*]] = cnn.sigmoid %arg0 {cnn.keep_float}
// CHECK: %[[Q:.*]] = cnn.quantize %[[Y]]
// CHECK: %[[D:.*]] = cnn.dequantize %[[Q]]
// CHECK: %[[R:.*]] = cnn.relu %[[D]]
// CHECK: cnn.linear %[[R]]
func.func @keep_float_before_quantized(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = calib.observe %0 {name = "s", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = !q, keep_float} : tensor<?x2xf32>
  %2 = cnn.relu %1 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %w = cnn.constant dense<1.0> : tensor<2x2xf32>
  %3 = calib.observe %w {name = "fc.weight", observer = #calib.observer<min_max>, storage = si8, min = -128 : i64, max = 127 : i64, params = !w} : tensor<2x2xf32>
  %4 = cnn.linear %2, %3 : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %5 = calib.observe %4 {name = "fc", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64, params = !q} : tensor<?x2xf32>
  return %5 : tensor<?x2xf32>
}

// -----

// CHECK-LABEL: func.func @nothing_observed
// CHECK-NEXT: %[[R:.*]] = cnn.relu %arg0
// CHECK-NEXT: return %[[R]]
func.func @nothing_observed(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.relu %x : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

func.func @no_parameters(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = cnn.sigmoid %x : (tensor<?x2xf32>) -> tensor<?x2xf32>
  // expected-error @+1 {{'s' has no quantization parameters; run calib-apply-table first}}
  %1 = calib.observe %0 {name = "s", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----

// Parameters for two channels on a value that has three.
func.func @wrong_channels(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = cnn.sigmoid %x : (tensor<3x2xf32>) -> tensor<3x2xf32>
  // expected-error @+1 {{has 2 scales for dimension 0}}
  %1 = calib.observe %0 {name = "s", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64,
                         params = !quant.uniform<u8:f32:0, {0.5, 0.25}>} : tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

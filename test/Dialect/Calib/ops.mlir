// RUN: qcc-opt %s | qcc-opt | FileCheck %s
// RUN: qcc-opt %s --emit-bytecode | qcc-opt | FileCheck %s
// Observation is an effect: observers are neither dead nor merged.
// RUN: qcc-opt %s -canonicalize -cse | FileCheck %s

// CHECK-LABEL: func.func @observe
func.func @observe(%x: tensor<?x2xf32>, %w: tensor<2x2xf32>) -> tensor<?x2xf32> {
  // CHECK: calib.observe %arg0 {max = 127 : i64, min = 0 : i64, name = "x", observer = #calib.observer<histogram>, storage = ui8} : tensor<?x2xf32>
  %0 = calib.observe %x {name = "x", observer = #calib.observer<histogram>, storage = ui8, min = 0 : i64, max = 127 : i64} : tensor<?x2xf32>
  // CHECK: calib.observe %arg0 {max = 127 : i64, min = 0 : i64, name = "x", observer = #calib.observer<histogram>, storage = ui8} : tensor<?x2xf32>
  %1 = calib.observe %x {name = "x", observer = #calib.observer<histogram>, storage = ui8, min = 0 : i64, max = 127 : i64} : tensor<?x2xf32>
  // CHECK: calib.observe %arg1 {axis = 1 : i64, fake_quantize, max = 127 : i64, min = -127 : i64, name = "w", observer = #calib.observer<per_channel_min_max>, storage = si8, symmetric} : tensor<2x2xf32>
  %2 = calib.observe %w {name = "w", observer = #calib.observer<per_channel_min_max>, axis = 1 : i64, storage = si8, min = -127 : i64, max = 127 : i64, symmetric, fake_quantize} : tensor<2x2xf32>
  // CHECK: calib.observe %arg1 {keep_float, max = 255 : i64, min = 0 : i64, name = "p", observer = #calib.observer<percentile>, params = !quant.uniform<u8:f32, 5.000000e-01:3>, percentile = 9.990000e+01 : f64, storage = ui8} : tensor<2x2xf32>
  %3 = calib.observe %w {name = "p", observer = #calib.observer<percentile>, percentile = 99.9 : f64, storage = ui8, min = 0 : i64, max = 255 : i64, params = !quant.uniform<u8:f32, 0.5:3>, keep_float} : tensor<2x2xf32>
  // CHECK: #calib.observer<min_max>
  %4 = calib.observe %w {name = "a", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
  // CHECK: #calib.observer<moving_average_min_max>
  %5 = calib.observe %w {name = "b", observer = #calib.observer<moving_average_min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
  // CHECK: #calib.observer<moving_average_per_channel_min_max>
  %6 = calib.observe %w {name = "c", observer = #calib.observer<moving_average_per_channel_min_max>, axis = 0 : i64, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
  // CHECK: #calib.observer<entropy>
  %7 = calib.observe %w {name = "d", observer = #calib.observer<entropy>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<2x2xf32>
  return %0 : tensor<?x2xf32>
}

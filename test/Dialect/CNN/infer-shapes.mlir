// RUN: qcc-opt %s -cnn-infer-shapes=batch=8 -split-input-file | FileCheck %s
// RUN: qcc-opt %s -cnn-infer-shapes -split-input-file | FileCheck %s --check-prefix=SAME

// Every argument, every layer, the results; names stay.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%arg0: tensor<8x1x4x4xf32> {cnn.name = "x"}, %arg1: tensor<8x8xf32>) -> (tensor<8x2xf32> {cnn.name = "y"})
// CHECK: cnn.reshape {{.*}} -> tensor<8x4x4x1xf32>
// CHECK: cnn.max_pool2d {{.*}} -> tensor<8x2x4x1xf32>
// CHECK: cnn.flatten {{.*}} -> tensor<8x8xf32>
// CHECK: calib.observe {{.*}} : tensor<8x8xf32>
// CHECK: cnn.add {{.*}} -> tensor<8x8xf32>
// CHECK: cnn.linear {{.*}} : (tensor<8x8xf32>, tensor<2x8xf32>) -> tensor<8x2xf32>
// CHECK: cnn.quantize {{.*}} -> tensor<8x2x!quant.uniform<u8:f32, 5.000000e-01>>
// CHECK: cnn.dequantize {{.*}} -> tensor<8x2xf32>
// CHECK: return {{.*}} : tensor<8x2xf32>

// SAME-LABEL: func.func @main
// SAME-SAME: (%arg0: tensor<?x1x4x4xf32> {cnn.name = "x"}, %arg1: tensor<?x8xf32>) -> (tensor<?x2xf32> {cnn.name = "y"})
// SAME-NOT: tensor<8x
// SAME-LABEL: func.func @again
func.func @main(%x: tensor<?x1x4x4xf32> {cnn.name = "x"}, %z: tensor<?x8xf32>) -> (tensor<?x2xf32> {cnn.name = "y"}) {
  %0 = cnn.reshape %x : (tensor<?x1x4x4xf32>) -> tensor<?x4x4x1xf32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 1>, strides = array<i64: 2, 1>} : (tensor<?x4x4x1xf32>) -> tensor<?x2x4x1xf32>
  %2 = cnn.flatten %1 : (tensor<?x2x4x1xf32>) -> tensor<?x8xf32>
  %3 = calib.observe %2 {name = "a", observer = #calib.observer<min_max>, storage = ui8, min = 0 : i64, max = 255 : i64} : tensor<?x8xf32>
  %4 = cnn.add %3, %z : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %w = cnn.constant dense<1.0> : tensor<2x8xf32>
  %5 = cnn.linear %4, %w : (tensor<?x8xf32>, tensor<2x8xf32>) -> tensor<?x2xf32>
  %6 = cnn.quantize %5 : (tensor<?x2xf32>) -> tensor<?x2x!quant.uniform<u8:f32, 0.5>>
  %7 = cnn.dequantize %6 : (tensor<?x2x!quant.uniform<u8:f32, 0.5>>) -> tensor<?x2xf32>
  return %7 : tensor<?x2xf32>
}

// -----

// A batch that is there already may be asked for again; private functions and scalars stay.
// CHECK-LABEL: func.func @again(%arg0: tensor<8x4xf32>, %arg1: tensor<f32>, %arg2: index) -> tensor<8x4xf32>
// CHECK-LABEL: func.func private @helper(%arg0: tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK-LABEL: func.func private @declared(tensor<?x4xf32>)
func.func @again(%x: tensor<8x4xf32>, %s: tensor<f32>, %i: index) -> tensor<8x4xf32> {
  %0 = cnn.relu %x : (tensor<8x4xf32>) -> tensor<8x4xf32>
  return %0 : tensor<8x4xf32>
}
func.func private @helper(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @declared(tensor<?x4xf32>)

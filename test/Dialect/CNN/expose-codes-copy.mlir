// RUN: qcc-opt %s -cnn-expose-codes=copy -split-input-file | FileCheck %s
// RUN: qcc-opt %s -cnn-expose-codes=copy -cnn-lower-quantized -split-input-file | FileCheck %s --check-prefix=INTEGER

!x = !quant.uniform<u8:f32, 0.5:3>

// CHECK: func.func @main(%{{.*}}: tensor<?x4xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: cnn.quantize
// CHECK: func.func @main_codes(%[[X:.*]]: tensor<?x4x!quant.uniform<u8:f32, 5.000000e-01:3>> {cnn.quantization = !quant.uniform<u8:f32, 5.000000e-01:3>})
// CHECK-NEXT: %[[S:.*]] = cnn.sigmoid %[[X]]
// CHECK-NEXT: return %[[S]]
// What the codes mean outlives their types.
// INTEGER: func.func @main_codes(%{{.*}}: tensor<?x4xui8> {cnn.quantization = !quant.uniform<u8:f32, 5.000000e-01:3>})
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.quantize %x : (tensor<?x4xf32>) -> tensor<?x4x!x>
  %1 = cnn.sigmoid %0 : (tensor<?x4x!x>) -> tensor<?x4x!x>
  %2 = cnn.dequantize %1 : (tensor<?x4x!x>) -> tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// -----

// Nothing to expose.
// CHECK: func.func @main
// CHECK-NOT: func.func
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

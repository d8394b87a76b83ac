// RUN: qcc-opt %s -cnn-expose-codes -split-input-file -verify-diagnostics | FileCheck %s

!x = !quant.uniform<u8:f32, 0.1:3>
!y = !quant.uniform<u8:f32, 0.2>

// Through layers that only move elements.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[X:.*]]: tensor<?x1x2x2x!quant.uniform<u8:f32, 1.000000e-01:3>> {cnn.name = "x", cnn.quantization = !quant.uniform<u8:f32, 1.000000e-01:3>}) -> (tensor<?x4x!quant.uniform<u8:f32, 2.000000e-01>> {cnn.name = "y", cnn.quantization = !quant.uniform<u8:f32, 2.000000e-01>})
// CHECK-NEXT: %[[R:.*]] = cnn.reshape %[[X]] : (tensor<?x1x2x2x!quant.uniform<u8:f32, 1.000000e-01:3>>) -> tensor<?x2x2x1x!quant.uniform<u8:f32, 1.000000e-01:3>>
// CHECK-NEXT: %[[F:.*]] = cnn.flatten %[[R]]
// CHECK-NEXT: %[[S:.*]] = cnn.sigmoid %[[F]]
// CHECK-NEXT: return %[[S]]
func.func @main(%x: tensor<?x1x2x2xf32> {cnn.name = "x"}) -> (tensor<?x4xf32> {cnn.name = "y"}) {
  %0 = cnn.reshape %x : (tensor<?x1x2x2xf32>) -> tensor<?x2x2x1xf32>
  %1 = cnn.flatten %0 : (tensor<?x2x2x1xf32>) -> tensor<?x4xf32>
  %2 = cnn.quantize %1 : (tensor<?x4xf32>) -> tensor<?x4x!x>
  %3 = cnn.sigmoid %2 : (tensor<?x4x!x>) -> tensor<?x4x!y>
  %4 = cnn.dequantize %3 : (tensor<?x4x!y>) -> tensor<?x4xf32>
  return %4 : tensor<?x4xf32>
}

// -----

!x = !quant.uniform<u8:f32, 0.1:3>

// Used in float, too; used by a layer that computes; a result that is computed in float; a value returned twice.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%{{.*}}: tensor<?x4xf32>, %{{.*}}: tensor<?x4xf32>, %{{.*}}: tensor<?x4xui8>)
// CHECK-SAME: -> (tensor<?x4xf32>, tensor<?x4x!quant.uniform<u8:f32, 1.000000e-01:3>> {cnn.quantization = {{.*}}}, tensor<?x4x!quant.uniform<u8:f32, 1.000000e-01:3>> {cnn.quantization = {{.*}}}, tensor<?x4xui8> {cnn.quantization = !quant.uniform<u8:f32, 0.1{{.*}}:3>})
// expected-remark @below {{argument 0 stays in float: something other than a quantization uses it}}
// expected-remark @below {{argument 1 stays in float: something other than a quantization uses it}}
// expected-remark @below {{result 0 stays in float: it is not a dequantized value}}
func.func @main(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>, %c: tensor<?x4xui8>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = cnn.quantize %x : (tensor<?x4xf32>) -> tensor<?x4x!x>
  %1 = cnn.dequantize %0 : (tensor<?x4x!x>) -> tensor<?x4xf32>
  %2 = cnn.relu %y : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // At the integer level, codes are what they are: the parameters are attributes.
  %3 = cnn.dequantize %c {scale = 0.1 : f32, zero_point = 3 : i32} : (tensor<?x4xui8>) -> tensor<?x4xf32>
  %4 = cnn.add %x, %2 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %4, %1, %1, %3 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// expected-error @+1 {{there is no function @main of one block}}
module {
}

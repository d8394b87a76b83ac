// RUN: qcc-opt %s -cnn-expose-layers -split-input-file -verify-diagnostics | FileCheck %s
// RUN: qcc-opt %s -cnn-expose-layers=codes -split-input-file -verify-diagnostics | FileCheck %s --check-prefix=CODES

!q = !quant.uniform<u8:f32, 0.1:3>

// Named layers follow the results that were there; what has no name does not.
// CHECK-LABEL: func.func @main
// CHECK-SAME: -> (tensor<?x2xf32> {cnn.name = "y"}, tensor<?x2xf32> {cnn.name = "r"}, tensor<?x2xf32> {cnn.name = "s"})
// CHECK: %[[R:.*]] = cnn.relu %arg0 {cnn.name = "r"}
// CHECK: %[[S:.*]] = cnn.sigmoid %{{.*}} {cnn.name = "s"}
// CHECK: %[[Y:.*]] = cnn.dequantize %[[S]]
// CHECK: %[[T:.*]] = cnn.dequantize %[[S]]
// CHECK: return %[[Y]], %[[R]], %[[T]] : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>

// CODES-LABEL: func.func @main
// CODES-SAME: tensor<?x2x!quant.uniform<u8:f32, 1.000000e-01:3>> {cnn.name = "s"})
// CODES: %[[R:.*]] = cnn.relu
// CODES: %[[S:.*]] = cnn.sigmoid
// CODES: %[[Y:.*]] = cnn.dequantize %[[S]]
// CODES-NOT: cnn.dequantize
// CODES: return %[[Y]], %[[R]], %[[S]]
func.func @main(%x: tensor<?x2xf32>) -> (tensor<?x2xf32> {cnn.name = "y"}) {
  %0 = cnn.relu %x {cnn.name = "r"} : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %1 = cnn.quantize %0 : (tensor<?x2xf32>) -> tensor<?x2x!q>
  %2 = cnn.sigmoid %1 {cnn.name = "s"} : (tensor<?x2x!q>) -> tensor<?x2x!q>
  %3 = cnn.dequantize %2 : (tensor<?x2x!q>) -> tensor<?x2xf32>
  return %3 : tensor<?x2xf32>
}

// -----

// Codes and accumulators have no real value: they are left out.
// CHECK-LABEL: func.func @main
// CHECK-SAME: -> tensor<?x2xi32> {
func.func @main(%x: tensor<?x2xui8>, %w: tensor<2x2xi8>) -> tensor<?x2xi32> {
  %0 = cnn.clamp %x {min = 3 : i32, max = 9 : i32, cnn.name = "c"} : (tensor<?x2xui8>) -> tensor<?x2xui8>
  %1 = cnn.linear %0, %w {cnn.name = "fc"} : (tensor<?x2xui8>, tensor<2x2xi8>) -> tensor<?x2xi32>
  return %1 : tensor<?x2xi32>
}

// -----

// expected-error @+1 {{there is no function @main of one block whose layers could be exposed}}
module {
  func.func private @main(tensor<?x2xf32>) -> tensor<?x2xf32>
}

// -----

// expected-error @+1 {{there is no function @main of one block whose layers could be exposed}}
module {
  func.func @other(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
    return %x : tensor<?x2xf32>
  }
}

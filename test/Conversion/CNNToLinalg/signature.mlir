// RUN: qcc-opt %s -convert-cnn-to-linalg | FileCheck %s

// Signatures, calls and returns agree on the types of codes; attributes of arguments and results stay.

// CHECK: func.func private @external(tensor<4xi8>) -> tensor<4xi8>
func.func private @external(tensor<4xui8>) -> tensor<4xui8>

// CHECK: func.func @main(%[[X:.+]]: tensor<4xi8> {cnn.name = "x"}) -> (tensor<4xi8> {cnn.name = "y"})
// CHECK-NEXT: %[[Y:.+]] = call @external(%[[X]]) : (tensor<4xi8>) -> tensor<4xi8>
// CHECK-NEXT: return %[[Y]] : tensor<4xi8>
func.func @main(%x: tensor<4xui8> {cnn.name = "x"}) -> (tensor<4xui8> {cnn.name = "y"}) {
  %y = call @external(%x) : (tensor<4xui8>) -> tensor<4xui8>
  return %y : tensor<4xui8>
}

// Nothing of the dialect: nothing changes.

// CHECK-LABEL: func @other(
// CHECK-NEXT: arith.addf
// CHECK-NEXT: return
func.func @other(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

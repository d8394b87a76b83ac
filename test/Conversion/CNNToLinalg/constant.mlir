// RUN: qcc-opt %s -convert-cnn-to-linalg | FileCheck %s

// Constants of unsigned codes keep their bytes: a resource is the same resource.

// CHECK-LABEL: func @constants(
// CHECK-DAG: arith.constant dense<[1, -56, -1]> : tensor<3xi8>
// CHECK-DAG: arith.constant dense<-2> : tensor<4xi8>
// CHECK-DAG: arith.constant dense_resource<codes> : tensor<2xi8>
// CHECK-DAG: arith.constant dense_resource<floats> : tensor<1xf32>
// CHECK-DAG: arith.constant dense<5.000000e-01> : tensor<2xf32>
func.func @constants() -> (tensor<3xui8>, tensor<4xui8>, tensor<2xui8>, tensor<1xf32>, tensor<2xf32>) {
  %a = cnn.constant dense<[1, 200, 255]> : tensor<3xui8>
  %b = cnn.constant dense<254> : tensor<4xui8>
  %c = cnn.constant dense_resource<codes> : tensor<2xui8>
  %d = cnn.constant dense_resource<floats> : tensor<1xf32>
  %e = cnn.constant dense<0.5> : tensor<2xf32>
  return %a, %b, %c, %d, %e : tensor<3xui8>, tensor<4xui8>, tensor<2xui8>, tensor<1xf32>, tensor<2xf32>
}

// CHECK: codes: "0x0100000007FE"
{-#
  dialect_resources: {
    builtin: {
      codes: "0x0100000007FE",
      floats: "0x040000000000803F"
    }
  }
#-}

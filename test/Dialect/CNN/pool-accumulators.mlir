// RUN: qcc-opt %s -pass-pipeline='builtin.module(func.func(cnn-pool-accumulators))' -split-input-file | FileCheck %s

// The pool keeps its name and window; multipliers, bias, zero point and bounds stay with the requantization.
// CHECK-LABEL: func.func @move
// CHECK: %[[M:.*]] = cnn.constant
// CHECK: %[[P:.*]] = cnn.max_pool2d %arg0 {cnn.name = "pool", dilations = array<i64: 2, 2>, kernel = array<i64: 2, 2>, padding = array<i64: 1, 0, 0, 0>, strides = array<i64: 2, 1>}
// CHECK-SAME: : (tensor<?x4x4x2xi32>) -> tensor<?x2x2x2xi32>
// CHECK: %[[Q:.*]] = cnn.requantize %[[P]], %[[M]], %arg1 {max = 9 : i32, min = -9 : i32, zero_point = 3 : i32}
// CHECK-SAME: : (tensor<?x2x2x2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x2x2xi8>
// CHECK-NEXT: return %[[Q]]
func.func @move(%a: tensor<?x4x4x2xi32>, %b: tensor<2xf32>) -> tensor<?x2x2x2xi8> {
  %m = cnn.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %0 = cnn.requantize %a, %m, %b {zero_point = 3 : i32, min = -9 : i32, max = 9 : i32} : (tensor<?x4x4x2xi32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x4x4x2xi8>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 1>, padding = array<i64: 1, 0, 0, 0>, dilations = array<i64: 2, 2>, cnn.name = "pool"}
      : (tensor<?x4x4x2xi8>) -> tensor<?x2x2x2xi8>
  return %1 : tensor<?x2x2x2xi8>
}

// -----

// Two pools in a row both move.
// CHECK-LABEL: func.func @two
// CHECK: cnn.max_pool2d {{.*}} -> tensor<?x3x3x1xi64>
// CHECK: cnn.max_pool2d {{.*}} -> tensor<?x2x2x1xi64>
// CHECK: cnn.requantize {{.*}} -> tensor<?x2x2x1xui8>
func.func @two(%a: tensor<?x4x4x1xi64>) -> tensor<?x2x2x1xui8> {
  %m = cnn.constant dense<0.5> : tensor<1xf32>
  %0 = cnn.requantize %a, %m {zero_point = 3 : i32, min = 0 : i32, max = 9 : i32} : (tensor<?x4x4x1xi64>, tensor<1xf32>) -> tensor<?x4x4x1xui8>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>} : (tensor<?x4x4x1xui8>) -> tensor<?x3x3x1xui8>
  %2 = cnn.max_pool2d %1 {kernel = array<i64: 2, 2>} : (tensor<?x3x3x1xui8>) -> tensor<?x2x2x1xui8>
  return %2 : tensor<?x2x2x1xui8>
}

// -----

// What does not commute, is not known to, or would be computed twice: another use of the codes, a multiplier for each
// position, one that is not positive, ones that are not known, something between.
// CHECK-LABEL: func.func @stay
// CHECK-NOT: cnn.max_pool2d {{.*}} -> tensor<{{.*}}xi32>
func.func @stay(%a: tensor<?x2x2x1xi32>, %r: tensor<1xf32>, %t: tensor<256xui8>)
    -> (tensor<?x2x2x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>) {
  %m = cnn.constant dense<0.5> : tensor<1xf32>
  %0 = cnn.requantize %a, %m {zero_point = 0 : i32, min = 0 : i32, max = 9 : i32} : (tensor<?x2x2x1xi32>, tensor<1xf32>) -> tensor<?x2x2x1xui8>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xui8>) -> tensor<?x1x1x1xui8>
  %p = cnn.constant dense<[[[0.5], [0.25]], [[0.5], [0.5]]]> : tensor<2x2x1xf32>
  %2 = cnn.requantize %a, %p {zero_point = 0 : i32, min = 0 : i32, max = 9 : i32} : (tensor<?x2x2x1xi32>, tensor<2x2x1xf32>) -> tensor<?x2x2x1xui8>
  %3 = cnn.max_pool2d %2 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xui8>) -> tensor<?x1x1x1xui8>
  %n = cnn.constant dense<-0.5> : tensor<1xf32>
  %4 = cnn.requantize %a, %n {zero_point = 0 : i32, min = 0 : i32, max = 9 : i32} : (tensor<?x2x2x1xi32>, tensor<1xf32>) -> tensor<?x2x2x1xui8>
  %5 = cnn.max_pool2d %4 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xui8>) -> tensor<?x1x1x1xui8>
  %6 = cnn.requantize %a, %r {zero_point = 0 : i32, min = 0 : i32, max = 9 : i32} : (tensor<?x2x2x1xi32>, tensor<1xf32>) -> tensor<?x2x2x1xui8>
  %7 = cnn.max_pool2d %6 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xui8>) -> tensor<?x1x1x1xui8>
  %8 = cnn.requantize %a, %m {zero_point = 0 : i32, min = 0 : i32, max = 9 : i32} : (tensor<?x2x2x1xi32>, tensor<1xf32>) -> tensor<?x2x2x1xui8>
  %9 = cnn.lookup %8, %t : (tensor<?x2x2x1xui8>, tensor<256xui8>) -> tensor<?x2x2x1xui8>
  %10 = cnn.max_pool2d %9 {kernel = array<i64: 2, 2>} : (tensor<?x2x2x1xui8>) -> tensor<?x1x1x1xui8>
  return %0, %1, %3, %5, %7, %10 : tensor<?x2x2x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>, tensor<?x1x1x1xui8>
}

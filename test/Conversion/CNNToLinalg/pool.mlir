// RUN: qcc-opt %s -convert-cnn-to-linalg -split-input-file | FileCheck %s

// CHECK-DAG: #[[IMAGE:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 2 + d3, d2 + d4 * 2, d5)>
// CHECK-DAG: #[[TAPS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4)>
// CHECK-DAG: #[[OUT:.+]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d5)>
// CHECK-LABEL: func @max_float(
// CHECK: %[[LOW:.+]] = arith.constant 0xFF800000 : f32
// CHECK: tensor.pad {{.*}} low[0, 1, 0, 0] high[0, 0, 1, 0]
// CHECK: linalg.fill ins(%[[LOW]] : f32)
// CHECK: tensor.empty() : tensor<3x2xf32>
// CHECK: linalg.generic
// CHECK-SAME: indexing_maps = [#[[IMAGE]], #[[TAPS]], #[[OUT]]]
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
// CHECK: arith.maximumf
func.func @max_float(%x: tensor<?x6x5x3xf32>) -> tensor<?x3x4x3xf32> {
  %y = cnn.max_pool2d %x {kernel = array<i64: 3, 2>, strides = array<i64: 2, 1>, padding = array<i64: 1, 0, 0, 1>,
                          dilations = array<i64: 1, 2>} : (tensor<?x6x5x3xf32>) -> tensor<?x3x4x3xf32>
  return %y : tensor<?x3x4x3xf32>
}

// -----

// CHECK-LABEL: func @max_unsigned(
// CHECK: %[[LOW:.+]] = arith.constant 0 : i8
// CHECK: linalg.fill ins(%[[LOW]] : i8)
// CHECK: arith.maxui
func.func @max_unsigned(%x: tensor<2x4x4x3xui8>) -> tensor<2x2x2x3xui8> {
  %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<2x4x4x3xui8>) -> tensor<2x2x2x3xui8>
  return %y : tensor<2x2x2x3xui8>
}

// -----

// CHECK-LABEL: func @max_signed(
// CHECK: %[[LOW:.+]] = arith.constant -128 : i8
// CHECK: linalg.fill ins(%[[LOW]] : i8)
// CHECK: arith.maxsi
func.func @max_signed(%x: tensor<2x4x4x3xi8>) -> tensor<2x2x2x3xi8> {
  %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<2x4x4x3xi8>) -> tensor<2x2x2x3xi8>
  return %y : tensor<2x2x2x3xi8>
}

// -----

// CHECK-LABEL: func @max_accumulators(
// CHECK: arith.constant -2147483648 : i32
// CHECK: arith.maxsi
func.func @max_accumulators(%x: tensor<2x4x4x3xi32>) -> tensor<2x2x2x3xi32> {
  %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<2x4x4x3xi32>) -> tensor<2x2x2x3xi32>
  return %y : tensor<2x2x2x3xi32>
}

// -----

// A division by the number of positions that count, one for each window.

// CHECK-LABEL: func @average(
// CHECK: tensor.pad
// CHECK: linalg.generic
// CHECK: %[[SUM:.+]] = arith.addf %{{.+}}, %{{.+}} : f32
// CHECK: arith.constant dense<{{\[\[\[}}4.000000e+00], [6.000000e+00], [4.000000e+00]], {{.*}}> : tensor<3x3x1xf32>
// CHECK: arith.divf
func.func @average(%x: tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32> {
  %y = cnn.avg_pool2d %x {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 1>}
     : (tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32>
  return %y : tensor<?x3x3x2xf32>
}

// -----

// CHECK-LABEL: func @average_counted(
// CHECK: arith.constant dense<9.000000e+00> : tensor<3x3x1xf32>
func.func @average_counted(%x: tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32> {
  %y = cnn.avg_pool2d %x {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 1>,
                          counted_padding = array<i64: 1, 1, 1, 1>} : (tensor<?x3x3x2xf32>) -> tensor<?x3x3x2xf32>
  return %y : tensor<?x3x3x2xf32>
}

// -----

// CHECK-LABEL: func @global_average(
// CHECK: arith.addf
// CHECK: arith.constant dense<4.900000e+01> : tensor<1x1x1xf32>
// CHECK: arith.divf
func.func @global_average(%x: tensor<?x7x7x2xf32>) -> tensor<?x1x1x2xf32> {
  %y = cnn.global_avg_pool %x : (tensor<?x7x7x2xf32>) -> tensor<?x1x1x2xf32>
  return %y : tensor<?x1x1x2xf32>
}

// -----

// Padding is the zero point, which adds nothing.

// CHECK-LABEL: func @sum(
// CHECK: %[[ZP:.+]] = arith.constant -3 : i8
// CHECK: tensor.yield %[[ZP]]
// CHECK: %[[WIDE:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK: %[[ZERO:.+]] = arith.constant 253 : i32
// CHECK: %[[REAL:.+]] = arith.subi %[[WIDE]], %[[ZERO]] : i32
// CHECK: arith.addi %{{.+}}, %[[REAL]] : i32
func.func @sum(%x: tensor<?x3x3x2xui8>) -> tensor<?x3x3x2xi32> {
  %y = cnn.sum_pool2d %x {kernel = array<i64: 3, 3>, padding = array<i64: 1, 1, 1, 1>, zero_point = 253 : i32}
     : (tensor<?x3x3x2xui8>) -> tensor<?x3x3x2xi32>
  return %y : tensor<?x3x3x2xi32>
}

// RUN: qcc-opt %s -convert-cnn-to-linalg -split-input-file | FileCheck %s

// Float: padding with 0, the bias as initial value, depth innermost, a sum that may be reassociated, then the activation.

// CHECK-DAG: #[[IMAGE:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4 * 3, d2 + d5 * 2, d6)>
// CHECK-DAG: #[[WEIGHTS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d3, d4, d5, d6)>
// CHECK-DAG: #[[SUMS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func @float(
// CHECK-SAME: %[[X:.+]]: tensor<?x9x8x4xf32>, %[[W:.+]]: tensor<6x3x2x4xf32>, %[[B:.+]]: tensor<6xf32>
// CHECK: %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[PADDED:.+]] = tensor.pad %[[X]] low[0, 1, 0, 0] high[0, 2, 3, 0]
// CHECK: tensor.yield %[[ZERO]]
// CHECK: tensor<?x9x8x4xf32> to tensor<?x12x11x4xf32>
// CHECK: %[[N:.+]] = tensor.dim %[[X]]
// CHECK: %[[EMPTY:.+]] = tensor.empty(%[[N]]) : tensor<?x3x9x6xf32>
// CHECK: %[[INIT:.+]] = linalg.generic {{.*}} ins(%[[B]] : tensor<6xf32>) outs(%[[EMPTY]]
// CHECK: %[[CONV:.+]] = linalg.generic
// CHECK-SAME: indexing_maps = [#[[IMAGE]], #[[WEIGHTS]], #[[SUMS]]]
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
// CHECK-SAME: ins(%[[PADDED]], %[[W]] : {{.*}}) outs(%[[INIT]] :
// CHECK-NEXT: ^bb0(%[[A:.+]]: f32, %[[C:.+]]: f32, %[[S:.+]]: f32)
// CHECK-NEXT: %[[P:.+]] = arith.mulf %[[A]], %[[C]] : f32
// CHECK-NEXT: %[[R:.+]] = arith.addf %[[S]], %[[P]] fastmath<reassoc,nsz> : f32
// CHECK-NEXT: linalg.yield %[[R]]
// CHECK: linalg.generic {{.*}} ins(%[[CONV]] :
// CHECK: arith.maximumf
// CHECK: arith.minimumf
func.func @float(%x: tensor<?x9x8x4xf32>, %w: tensor<6x3x2x4xf32>, %b: tensor<6xf32>) -> tensor<?x3x9x6xf32> {
  %y = cnn.conv2d %x, %w, %b {strides = array<i64: 2, 1>, padding = array<i64: 1, 2, 0, 3>,
                              dilations = array<i64: 3, 2>, activation = #cnn.activation<clamp, 0.0, 6.0>}
     : (tensor<?x9x8x4xf32>, tensor<6x3x2x4xf32>, tensor<6xf32>) -> tensor<?x3x9x6xf32>
  return %y : tensor<?x3x9x6xf32>
}

// -----

// Codes: unsigned ones get zeros, weights their sign; padding is the code of 0.

// CHECK-LABEL: func @codes(
// CHECK-SAME: %[[X:.+]]: tensor<2x4x4x4xi8>
// CHECK: %[[CODE:.+]] = arith.constant -56 : i8
// CHECK: tensor.pad
// CHECK: tensor.yield %[[CODE]] : i8
// CHECK: linalg.fill
// CHECK: linalg.generic
// CHECK: ^bb0(%[[A:.+]]: i8, %[[C:.+]]: i8, %[[S:.+]]: i32)
// CHECK-NEXT: %[[AX:.+]] = arith.extui %[[A]] : i8 to i32
// CHECK-NEXT: %[[CX:.+]] = arith.extsi %[[C]] : i8 to i32
// CHECK-NEXT: %[[P:.+]] = arith.muli %[[AX]], %[[CX]] : i32
// CHECK-NEXT: %[[R:.+]] = arith.addi %[[S]], %[[P]] : i32
func.func @codes(%x: tensor<2x4x4x4xui8>, %w: tensor<6x3x3x4xi8>) -> tensor<2x4x4x6xi32> {
  %y = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>, pad_value = 200 : i64}
     : (tensor<2x4x4x4xui8>, tensor<6x3x3x4xi8>) -> tensor<2x4x4x6xi32>
  return %y : tensor<2x4x4x6xi32>
}

// -----

// Signed codes, weights of 16 bits, sums of 64.

// CHECK-LABEL: func @wide(
// CHECK-NOT: tensor.pad
// CHECK: ^bb0(%[[B:.+]]: i32, %{{.+}}: i64)
// CHECK-NEXT: arith.extsi %[[B]] : i32 to i64
// CHECK: ^bb0(%[[A:.+]]: i8, %[[C:.+]]: i16, %[[S:.+]]: i64)
// CHECK-NEXT: arith.extsi %[[A]] : i8 to i64
// CHECK-NEXT: arith.extsi %[[C]] : i16 to i64
func.func @wide(%x: tensor<2x4x4x4xi8>, %w: tensor<6x3x3x4xi16>, %b: tensor<6xi32>) -> tensor<2x2x2x6xi64> {
  %y = cnn.conv2d %x, %w, %b : (tensor<2x4x4x4xi8>, tensor<6x3x3x4xi16>, tensor<6xi32>) -> tensor<2x2x2x6xi64>
  return %y : tensor<2x2x2x6xi64>
}

// -----

// Groups are a loop of their own; the tensors' channels are split and joined.

// CHECK-DAG: #[[IMAGE:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1 + d5, d2 + d6, d3, d7)>
// CHECK-DAG: #[[WEIGHTS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d3, d4, d5, d6, d7)>
// CHECK-DAG: #[[SUMS:.+]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d2, d3, d4)>
// CHECK-LABEL: func @groups(
// CHECK: tensor.expand_shape {{.*}} : tensor<?x5x5x4xf32> into tensor<?x5x5x2x2xf32>
// CHECK: tensor.expand_shape {{.*}} : tensor<6x3x3x2xf32> into tensor<2x3x3x3x2xf32>
// CHECK: tensor.expand_shape {{.*}} : tensor<?x3x3x6xf32> into tensor<?x3x3x2x3xf32>
// CHECK: linalg.generic
// CHECK-SAME: indexing_maps = [#[[IMAGE]], #[[WEIGHTS]], #[[SUMS]]]
// CHECK: tensor.collapse_shape {{.*}} : tensor<?x3x3x2x3xf32> into tensor<?x3x3x6xf32>
func.func @groups(%x: tensor<?x5x5x4xf32>, %w: tensor<6x3x3x2xf32>) -> tensor<?x3x3x6xf32> {
  %y = cnn.conv2d %x, %w {groups = 2 : i64}
     : (tensor<?x5x5x4xf32>, tensor<6x3x3x2xf32>) -> tensor<?x3x3x6xf32>
  return %y : tensor<?x3x3x6xf32>
}

// -----

// CHECK-LABEL: func @linear(
// CHECK: linalg.generic
// CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]
// CHECK: arith.addf {{.*}} fastmath<reassoc,nsz>
// CHECK: arith.maximumf
func.func @linear(%x: tensor<?x5xf32>, %w: tensor<3x5xf32>, %b: tensor<3xf32>) -> tensor<?x3xf32> {
  %y = cnn.linear %x, %w, %b {activation = #cnn.activation<relu>}
     : (tensor<?x5xf32>, tensor<3x5xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

// CHECK-LABEL: func @linear_codes(
// CHECK: linalg.fill
// CHECK: arith.extui %{{.+}} : i8 to i32
// CHECK: arith.extsi %{{.+}} : i8 to i32
// CHECK-NOT: fastmath
func.func @linear_codes(%x: tensor<?x5xui8>, %w: tensor<3x5xi8>) -> tensor<?x3xi32> {
  %y = cnn.linear %x, %w : (tensor<?x5xui8>, tensor<3x5xi8>) -> tensor<?x3xi32>
  return %y : tensor<?x3xi32>
}

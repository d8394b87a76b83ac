// RUN: qcc-opt %s -canonicalize -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @relu_of_what_is_not_negative
func.func @relu_of_what_is_not_negative(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  // CHECK: %[[R:.*]] = cnn.relu %arg0
  // CHECK-NOT: cnn.relu
  // CHECK: %[[C:.*]] = cnn.clamp %arg0 {max = 6.000000e+00 : f32, min = 0.000000e+00 : f32}
  // CHECK-NOT: cnn.relu
  // CHECK: %[[L:.*]] = cnn.linear %arg0, %arg1 {activation = #cnn.activation<relu>}
  // CHECK-NOT: cnn.relu
  // CHECK: return %[[R]], %[[C]], %[[L]]
  %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.relu %0 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = cnn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.relu %2 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = cnn.linear %x, %w {activation = #cnn.activation<relu>} : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %5 = cnn.relu %4 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1, %3, %5 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// CHECK-LABEL: func.func @relu_that_does_something
// CHECK-COUNT-3: cnn.relu
func.func @relu_that_does_something(%x: tensor<?x4xf32>, %w: tensor<4x4xf32>, %q: tensor<4x!quant.uniform<u8:f32, 0.5:1>>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<4x!quant.uniform<u8:f32, 0.5:1>>) {
  %0 = cnn.clamp %x {min = -0.5 : f32, max = 6.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.relu %0 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = cnn.linear %x, %w {activation = #cnn.activation<clamp, -1.0, 1.0>} : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.relu %2 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  // Its zero point is not the lowest code.
  %4 = cnn.relu %q : (tensor<4x!quant.uniform<u8:f32, 0.5:1>>) -> tensor<4x!quant.uniform<u8:f32, 0.5:1>>
  return %1, %3, %4 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<4x!quant.uniform<u8:f32, 0.5:1>>
}

// -----

// CHECK-LABEL: func.func @relu_of_codes_from_zero_on
// CHECK-SAME: %[[U:.*]]: tensor<4x!quant.uniform<u8:f32, 5.000000e-01>>, %[[S:.*]]: tensor<4x!quant.uniform<i8:f32, 5.000000e-01:-128>>
// CHECK-NEXT: return %[[U]], %[[S]]
func.func @relu_of_codes_from_zero_on(%u: tensor<4x!quant.uniform<u8:f32, 0.5>>, %s: tensor<4x!quant.uniform<i8:f32, 0.5:-128>>)
    -> (tensor<4x!quant.uniform<u8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5:-128>>) {
  %0 = cnn.relu %u : (tensor<4x!quant.uniform<u8:f32, 0.5>>) -> tensor<4x!quant.uniform<u8:f32, 0.5>>
  %1 = cnn.relu %s : (tensor<4x!quant.uniform<i8:f32, 0.5:-128>>) -> tensor<4x!quant.uniform<i8:f32, 0.5:-128>>
  return %0, %1 : tensor<4x!quant.uniform<u8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.5:-128>>
}

// -----

// The later clamp's bounds applied to the earlier one's: [-1, 4] then [0, 6] is [0, 4]; [5, 9] then [0, 2] is [2, 2].
// CHECK-LABEL: func.func @clamp_of_clamp
// CHECK-DAG: %[[A:.*]] = cnn.clamp %arg0 {max = 4.000000e+00 : f32, min = 0.000000e+00 : f32}
// CHECK-DAG: %[[B:.*]] = cnn.clamp %arg0 {max = 2.000000e+00 : f32, min = 2.000000e+00 : f32}
// CHECK-NOT: cnn.clamp
// CHECK: return %[[A]], %[[B]]
func.func @clamp_of_clamp(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = cnn.clamp %x {min = -1.0 : f32, max = 4.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = cnn.clamp %0 {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = cnn.clamp %x {min = 5.0 : f32, max = 9.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = cnn.clamp %2 {min = 0.0 : f32, max = 2.0 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1, %3 : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// Clamps of codes stay as they are.
// CHECK-LABEL: func.func @clamp_of_codes
// CHECK-COUNT-2: cnn.clamp
func.func @clamp_of_codes(%x: tensor<?x4xui8>) -> tensor<?x4xui8> {
  %0 = cnn.clamp %x {min = 3 : i32, max = 200 : i32} : (tensor<?x4xui8>) -> tensor<?x4xui8>
  %1 = cnn.clamp %0 {min = 5 : i32, max = 100 : i32} : (tensor<?x4xui8>) -> tensor<?x4xui8>
  return %1 : tensor<?x4xui8>
}

// -----

// CHECK-LABEL: func.func @identities
// CHECK-SAME: (%[[X:.*]]: tensor<?x4x4x2xf32>)
// CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[X]], %[[X]], %[[X]]
func.func @identities(%x: tensor<?x4x4x2xf32>) -> (tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>,
                                                   tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>) {
  %0 = cnn.max_pool2d %x {kernel = array<i64: 1, 1>} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %1 = cnn.avg_pool2d %x {kernel = array<i64: 1, 1>} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %2 = cnn.concat %x {axis = 3 : i64} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %3 = cnn.reshape %x : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %4 = cnn.transpose %x {permutation = array<i64: 0, 1, 2, 3>} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  %5 = cnn.pad %x {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 1.0 : f32} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>,
      tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>
}

// -----

// CHECK-LABEL: func.func @flatten_of_a_matrix
// CHECK-NEXT: return %arg0
func.func @flatten_of_a_matrix(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.flatten %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

// What looks like an identity, but changes parameters, positions or sizes.
// CHECK-LABEL: func.func @not_identities
// CHECK: cnn.max_pool2d
// CHECK: cnn.avg_pool2d
// CHECK: cnn.concat
// CHECK: cnn.pad
func.func @not_identities(%x: tensor<?x4x4x2xf32>, %q: tensor<?x4x4x2x!quant.uniform<u8:f32, 0.5>>)
    -> (tensor<?x2x4x2xf32>, tensor<?x4x4x2x!quant.uniform<u8:f32, 0.25>>, tensor<?x4x4x2x!quant.uniform<u8:f32, 0.25>>, tensor<?x5x4x2xf32>) {
  %0 = cnn.max_pool2d %x {kernel = array<i64: 1, 1>, strides = array<i64: 2, 1>} : (tensor<?x4x4x2xf32>) -> tensor<?x2x4x2xf32>
  %1 = cnn.avg_pool2d %q {kernel = array<i64: 1, 1>} : (tensor<?x4x4x2x!quant.uniform<u8:f32, 0.5>>) -> tensor<?x4x4x2x!quant.uniform<u8:f32, 0.25>>
  %2 = cnn.concat %q {axis = 3 : i64} : (tensor<?x4x4x2x!quant.uniform<u8:f32, 0.5>>) -> tensor<?x4x4x2x!quant.uniform<u8:f32, 0.25>>
  %3 = cnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.0 : f32} : (tensor<?x4x4x2xf32>) -> tensor<?x5x4x2xf32>
  return %0, %1, %2, %3 : tensor<?x2x4x2xf32>, tensor<?x4x4x2x!quant.uniform<u8:f32, 0.25>>, tensor<?x4x4x2x!quant.uniform<u8:f32, 0.25>>, tensor<?x5x4x2xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_of_reshape
// CHECK: %[[R:.*]] = cnn.reshape %arg0 : (tensor<?x2x6xf32>) -> tensor<?x4x3xf32>
// CHECK-NEXT: return %[[R]]
func.func @reshape_of_reshape(%x: tensor<?x2x6xf32>) -> tensor<?x4x3xf32> {
  %0 = cnn.reshape %x : (tensor<?x2x6xf32>) -> tensor<?x12xf32>
  %1 = cnn.reshape %0 : (tensor<?x12xf32>) -> tensor<?x4x3xf32>
  return %1 : tensor<?x4x3xf32>
}

// -----

// There and back again is nothing.
// CHECK-LABEL: func.func @reshape_back
// CHECK-NEXT: return %arg0
func.func @reshape_back(%x: tensor<2x6xf32>) -> tensor<2x6xf32> {
  %0 = cnn.reshape %x : (tensor<2x6xf32>) -> tensor<12xf32>
  %1 = cnn.reshape %0 : (tensor<12xf32>) -> tensor<2x6xf32>
  return %1 : tensor<2x6xf32>
}

// -----

// CHECK-LABEL: func.func @shapes_of_constants
// CHECK-DAG{LITERAL}: cnn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
// CHECK-DAG{LITERAL}: cnn.constant dense<[[1, 3], [2, 4]]> : tensor<2x2xi8>
// CHECK-DAG{LITERAL}: cnn.constant dense<[[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]]> : tensor<1x4xf32>
// CHECK-NOT: cnn.reshape
// CHECK-NOT: cnn.flatten
// CHECK-NOT: cnn.transpose
func.func @shapes_of_constants() -> (tensor<2x2xi8>, tensor<1x4xf32>, tensor<2x2xi8>) {
  %c = cnn.constant dense<[1, 2, 3, 4]> : tensor<4xi8>
  %0 = cnn.reshape %c : (tensor<4xi8>) -> tensor<2x2xi8>
  %f = cnn.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %1 = cnn.flatten %f : (tensor<1x2x2xf32>) -> tensor<1x4xf32>
  %2 = cnn.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<2x2xi8>) -> tensor<2x2xi8>
  return %0, %1, %2 : tensor<2x2xi8>, tensor<1x4xf32>, tensor<2x2xi8>
}

// -----

// Folding a constant of quantized type would lose its parameters.
// CHECK-LABEL: func.func @quantized_constants_stay
// CHECK: cnn.constant
// CHECK: cnn.reshape
// CHECK: cnn.transpose
func.func @quantized_constants_stay() -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x!quant.uniform<i8:f32, 0.5>>) {
  %c = cnn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> as tensor<2x2x!quant.uniform<i8:f32, 0.5>>
  %0 = cnn.reshape %c : (tensor<2x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<4x!quant.uniform<i8:f32, 0.5>>
  %1 = cnn.transpose %c {permutation = array<i64: 1, 0>} : (tensor<2x2x!quant.uniform<i8:f32, 0.5>>) -> tensor<2x2x!quant.uniform<i8:f32, 0.5>>
  return %0, %1 : tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<2x2x!quant.uniform<i8:f32, 0.5>>
}

// -----

// Dimension i of the result is dimension second[first...]: [0, 2, 3, 1] then [0, 2, 1, 3] is [0, 3, 2, 1].
// CHECK-LABEL: func.func @transpose_of_transpose
// CHECK: %[[T:.*]] = cnn.transpose %arg0 {permutation = array<i64: 0, 3, 2, 1>} : (tensor<?x2x3x4xf32>) -> tensor<?x4x3x2xf32>
// CHECK-NEXT: return %[[T]]
func.func @transpose_of_transpose(%x: tensor<?x2x3x4xf32>) -> tensor<?x4x3x2xf32> {
  %0 = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x2x3x4xf32>) -> tensor<?x3x4x2xf32>
  %1 = cnn.transpose %0 {permutation = array<i64: 0, 2, 1, 3>} : (tensor<?x3x4x2xf32>) -> tensor<?x4x3x2xf32>
  return %1 : tensor<?x4x3x2xf32>
}

// -----

// CHECK-LABEL: func.func @transpose_back
// CHECK-NEXT: return %arg0
func.func @transpose_back(%x: tensor<?x2x3x4xf32>) -> tensor<?x2x3x4xf32> {
  %0 = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x2x3x4xf32>) -> tensor<?x3x4x2xf32>
  %1 = cnn.transpose %0 {permutation = array<i64: 0, 3, 1, 2>} : (tensor<?x3x4x2xf32>) -> tensor<?x2x3x4xf32>
  return %1 : tensor<?x2x3x4xf32>
}

// -----

// Only dimensions of 1 move: a reshape, which keeps the name.
// CHECK-LABEL: func.func @transpose_of_one_channel
// CHECK: cnn.reshape %arg0 {cnn.name = "t"} : (tensor<?x1x5x6xf32>) -> tensor<?x5x6x1xf32>
func.func @transpose_of_one_channel(%x: tensor<?x1x5x6xf32>) -> tensor<?x5x6x1xf32> {
  %0 = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>, cnn.name = "t"} : (tensor<?x1x5x6xf32>) -> tensor<?x5x6x1xf32>
  return %0 : tensor<?x5x6x1xf32>
}

// -----

// CHECK-LABEL: func.func @transposes_that_move_data
// CHECK-COUNT-2: cnn.transpose
// CHECK-NOT: cnn.reshape
func.func @transposes_that_move_data(%x: tensor<?x3x5x6xf32>, %y: tensor<?x1x6xf32>) -> (tensor<?x5x6x3xf32>, tensor<1x?x6xf32>) {
  %0 = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x3x5x6xf32>) -> tensor<?x5x6x3xf32>
  // A reshape would need its dynamic batch first.
  %1 = cnn.transpose %y {permutation = array<i64: 1, 0, 2>} : (tensor<?x1x6xf32>) -> tensor<1x?x6xf32>
  return %0, %1 : tensor<?x5x6x3xf32>, tensor<1x?x6xf32>
}

// -----

// The same codes with other scales are another constant.
// CHECK-LABEL: func.func @constants_of_different_types
// CHECK-DAG: %[[A:.*]] = cnn.constant dense<1> : tensor<4xi8> as tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-DAG: %[[B:.*]] = cnn.constant dense<1> : tensor<4xi8> as tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
// CHECK-DAG: %[[C:.*]] = cnn.constant dense<1> : tensor<4xi8>{{$}}
// CHECK: return %[[A]], %[[B]], %[[C]], %[[A]]
func.func @constants_of_different_types() -> (tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>, tensor<4xi8>,
                                              tensor<4x!quant.uniform<i8:f32, 0.5>>) {
  %0 = cnn.constant dense<1> : tensor<4xi8> as tensor<4x!quant.uniform<i8:f32, 0.5>>
  %1 = cnn.constant dense<1> : tensor<4xi8> as tensor<4x!quant.uniform<i8:f32, 0.25>>
  %2 = cnn.constant dense<1> : tensor<4xi8>
  %3 = cnn.constant dense<1> : tensor<4xi8> as tensor<4x!quant.uniform<i8:f32, 0.5>>
  return %0, %1, %2, %3 : tensor<4x!quant.uniform<i8:f32, 0.5>>, tensor<4x!quant.uniform<i8:f32, 0.25>>, tensor<4xi8>,
      tensor<4x!quant.uniform<i8:f32, 0.5>>
}

// -----

// Quantization is never folded away.
// CHECK-LABEL: func.func @quantize_dequantize_stays
// CHECK: cnn.quantize
// CHECK: cnn.dequantize
func.func @quantize_dequantize_stays(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = cnn.quantize %x : (tensor<?x4xf32>) -> tensor<?x4x!quant.uniform<u8:f32, 0.5>>
  %1 = cnn.dequantize %0 : (tensor<?x4x!quant.uniform<u8:f32, 0.5>>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
